"""manage.py export_onix: the shop's catalogue as an ONIX 3.0 message."""

import argparse
import gzip
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.catalogue.onix.exporting import export_onix
from shop.transactions import unlogged_queries

SAY_EVERY = 5_000  # books


class Command(BaseCommand):
    help = (
        "Writes all books of the shop as one ONIX 3.0 message (reference tags), to standard output or to a file, "
        "for a wholesaler, a portal or another shop."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--output",
            type=Path,
            help="the file to write, which is there only once it is whole; one called .gz is compressed",
        )
        parser.add_argument("--gzip", action="store_true", dest="compressed", help="compress it, as .xml.gz")

    def handle(self, *, output: Path | None, compressed: bool, **options: Any) -> None:
        if output and output.suffix == ".gz":
            compressed = True
        elif output and compressed:
            raise CommandError(
                _("A compressed file is called .gz: write to %(path)s.gz, or leave --gzip out.")
                % {"path": output}
            )
        with unlogged_queries():
            if output is None:
                self.write(sys.stdout.buffer, compressed)
                return
            unfinished = output.with_name(f"{output.name}.part")
            try:
                with unfinished.open("wb") as file:
                    count = self.write(file, compressed, progress=True)
                unfinished.replace(output)
            except OSError as error:
                raise CommandError(
                    _("%(path)s cannot be written: %(why)s.") % {"path": output, "why": error.strerror}
                ) from error
            finally:
                with suppress(OSError):
                    unfinished.unlink()
        self.stdout.write(_("Books written: %(count)d") % {"count": count})

    def write(self, file: IO[bytes], compressed: bool, *, progress: bool = False) -> int:
        on_progress = self.show_progress if progress else lambda count: None
        if not compressed:
            return export_onix(file, on_progress=on_progress)
        with gzip.open(file, "wb", compresslevel=6) as packed:
            return export_onix(packed, on_progress=on_progress)  # type: ignore[arg-type]

    def show_progress(self, count: int) -> None:
        if count and count % SAY_EVERY == 0:
            self.stdout.write(f"{count:,}")
