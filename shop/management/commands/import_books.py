"""manage.py import_books FILE: books from a spreadsheet's CSV."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from shop.catalogue.bookrows import Rejected, read_price, required_columns
from shop.catalogue.importing import Tally, import_books
from shop.catalogue.rejects import RejectsFile
from shop.quantities import parse_quantity
from shop.spreadsheets import MissingColumns, Row, UnreadableFile
from shop.transactions import unlogged_queries

SAY_EVERY = 5_000  # rows, where the progress cannot be a line that changes in place


class Command(BaseCommand):
    help = (
        "Imports books from a CSV file by its column names (isbn and title; authors, price, publisher, ...). "
        "Books that the shop has already are left as they are, so the same file can be imported again."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file with a header, or JSON lines")
        parser.add_argument(
            "--price", type=_price, help="the price of books whose row has none, such as 9.99"
        )
        parser.add_argument("--stock", type=_copies, default=0, help="opening copies of every new book (0)")
        parser.add_argument("--rejects", type=Path, help="write rejected rows to this CSV file")

    def handle(self, *, file: Path, price: Any, stock: int, rejects: Path | None, **options: Any) -> None:
        self.said = 0
        try:
            with unlogged_queries(), ExitStack() as stack:
                on_rejected = self.print_rejected
                if rejects:
                    if rejects.exists() and file.exists() and rejects.samefile(file):
                        raise CommandError(_("--rejects names the very file to import."))
                    rejects_file = RejectsFile(rejects, source=file, required=required_columns(price))
                    on_rejected = stack.enter_context(rejects_file).write
                tally = import_books(
                    file, price=price, copies=stock, on_rejected=on_rejected, on_progress=self.show_progress
                )
        except KeyboardInterrupt as interrupt:
            raise CommandError(
                _("Interrupted. Whole batches are in; import the file again for the rest."), returncode=130
            ) from interrupt
        except MissingColumns as error:
            hint = _("Give a price for all of them with --price.") if "price" in error.missing else ""
            raise CommandError(f"{error} {hint}".strip()) from error
        except (UnreadableFile, OSError) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                _("The database refused: %(why)s. Whole batches are in; import the file again for the rest.")
                % {"why": error}
            ) from error
        self.sum_up(tally, rejects)

    def print_rejected(self, row: Row, rejected: Rejected) -> None:
        self.clear_line()
        self.stdout.write(_("line %(line)d: %(reason)s") % {"line": row.line, "reason": rejected})

    def show_progress(self, tally: Tally) -> None:
        """One line that changes on a terminal, a line now and then elsewhere."""
        line = _("%(rows)s rows done, %(imported)s books imported") % {
            "rows": f"{tally.rows:,}",
            "imported": f"{tally.imported:,}",
        }
        if self.stderr.isatty():
            self.clear_line()
            self.stderr.write(line, style_func=str, ending="")
            self.stderr.flush()
        elif tally.rows - self.said >= SAY_EVERY:
            self.said = tally.rows
            self.stderr.write(line, style_func=str)

    def clear_line(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", style_func=str, ending="")
            self.stderr.flush()

    def sum_up(self, tally: Tally, rejects: Path | None) -> None:
        self.clear_line()
        self.stdout.write(_("%(count)s books imported") % {"count": f"{tally.imported:,}"})
        self.stdout.write(
            _("%(count)s already there, left as they are") % {"count": f"{tally.known:,}"},
        )
        self.stdout.write(_("%(count)s rows rejected") % {"count": f"{tally.rejected.total():,}"})
        for reason, count in tally.rejected.most_common(20):
            self.stdout.write(f"{count:>7,} {reason}")
        if rejects:
            self.stdout.write(_("The rejected rows are in %(path)s.") % {"path": rejects})


def _price(written: str) -> Any:
    try:
        return read_price(written)
    except Rejected as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _copies(written: str) -> int:
    try:
        return parse_quantity(written, least=0)
    except ValidationError as error:
        raise argparse.ArgumentTypeError(error.messages[0]) from error
