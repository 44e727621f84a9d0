"""manage.py import_onix FILE...: books from the book trade's feeds."""

import argparse
import gc
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from shop.catalogue.models import FeedImport
from shop.catalogue.onix.importing import AlreadyRunning, begin_import, import_onix
from shop.catalogue.onix.planning import Note
from shop.catalogue.onix.reading import UnreadableMessage
from shop.catalogue.onix.rejecting import RejectsFile
from shop.catalogue.onix.telling import lines
from shop.transactions import unlogged_queries

SAY_EVERY = 5_000  # records, where the progress cannot be a line that changes in place


class Command(BaseCommand):
    help = (
        "Imports books from ONIX 3.0 or 3.1 messages (.xml or .xml.gz, reference or short tags). A record that has not "
        "changed since its last import costs nothing, what staff have edited stays as it is, and an interrupted import "
        "goes on where it stopped when it is given the same file again."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="file", help="an ONIX message")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would change, record by record, and change nothing",
        )
        parser.add_argument(
            "--rejects", type=Path, help="write rejected records to this CSV file: reference, line, reason"
        )

    def handle(self, *, files: list[Path], dry_run: bool, rejects: Path | None, **options: Any) -> None:
        if rejects and any(file.exists() and rejects.exists() and rejects.samefile(file) for file in files):
            raise CommandError(_("--rejects names the very file to import."))
        failed = 0
        with unlogged_queries(), ExitStack() as stack:
            # Records make much that is soon gone and nothing that refers to itself: to look for that takes time.
            stack.callback(gc.set_threshold, *gc.get_threshold())
            gc.set_threshold(50_000, 20, 20)
            try:
                on_rejects = stack.enter_context(RejectsFile(rejects)) if rejects else None
            except OSError as error:
                raise CommandError(
                    _("%(path)s cannot be written: %(why)s.") % {"path": rejects, "why": error.strerror}
                ) from error
            for file in files:
                failed += not self.bring_in(file, dry_run, on_rejects)
        if rejects:
            self.stdout.write(_("The rejected records are in %(path)s.") % {"path": rejects})
        if failed:
            raise CommandError(_("Not everything could be read: see above."))

    def bring_in(self, file: Path, dry_run: bool, rejects: RejectsFile | None) -> bool:
        """Import one file and sum it up; whether it could be read to its end."""
        self.said = 0
        run = None

        def on_note(note: Note) -> None:
            if note.kind != "rejected":
                self.tell(note)
            elif rejects:
                rejects.write(note)
            else:
                self.tell(note)

        try:
            run = FeedImport(source=file.name, is_dry_run=True) if dry_run else begin_import(file)
            if run.position:
                self.stdout.write(
                    _("%(file)s: going on after %(count)s records, where the import was interrupted.")
                    % {"file": file, "count": f"{run.position:,}"}
                )
            import_onix(run, file, on_note=on_note, on_progress=self.show_progress)
        except KeyboardInterrupt as interrupt:
            raise CommandError(
                _("Interrupted. Whole batches are in; import the file again for the rest."), returncode=130
            ) from interrupt
        except (UnreadableMessage, AlreadyRunning) as problem:
            self.clear_line()
            self.stderr.write(str(problem) if str(file) in str(problem) else f"{file}: {problem}")
            if run and run.position:
                self.sum_up(file, run)
            return False
        except DatabaseError as error:
            raise CommandError(
                _("The database refused: %(why)s. Whole batches are in; import the file again for the rest.")
                % {"why": error}
            ) from error
        self.sum_up(file, run)
        return True

    def tell(self, note: Note) -> None:
        self.clear_line()
        self.stdout.write(
            _("line %(line)d: %(reference)s: %(kind)s: %(text)s")
            % {
                "line": note.line,
                "reference": note.reference or "–",
                "kind": note.kind,
                "text": note.text,
            }
        )

    def show_progress(self, run: FeedImport) -> None:
        """One line that changes on a terminal, a line now and then elsewhere."""
        line = _("%(records)s records done, %(added)s new, %(changed)s changed") % {
            "records": f"{run.position:,}",
            "added": f"{run.added:,}",
            "changed": f"{run.changed:,}",
        }
        if self.stderr.isatty():
            self.clear_line()
            self.stderr.write(line, style_func=str, ending="")
            self.stderr.flush()
        elif run.position - self.said >= SAY_EVERY:
            self.said = run.position
            self.stderr.write(line, style_func=str)

    def clear_line(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", style_func=str, ending="")
            self.stderr.flush()

    def sum_up(self, file: Path, run: FeedImport) -> None:
        self.clear_line()
        for line in lines(run, str(file)):
            self.stdout.write(line)
