"""manage.py make_catalogue COUNT: a shop full of plausible books, to try it at the size of a chain."""

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalogue.plausible.filling import MOST, ShopInUse, fill
from shop.transactions import unlogged_queries

SAY_EVERY = 50_000  # books, where the progress cannot be a line that changes in place


class Command(BaseCommand):
    help = (
        "Fills the shop with so many plausible books, with authors, subjects, editions, series and stock. The same "
        "number, seed and day give the same books. Interrupted, it goes on when it is run again."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("count", type=_count, help="how many books, such as 1000000")
        parser.add_argument("--seed", type=int, default=1, help="another number gives other books (1)")
        parser.add_argument(
            "--beside-others", action="store_true", help="also where the shop has books of its own"
        )

    def handle(self, *, count: int, seed: int, beside_others: bool, **options: Any) -> None:
        self.count, self.said, begun = count, 0, time.monotonic()
        try:
            with unlogged_queries():
                new = fill(
                    count=count,
                    seed=seed,
                    today=timezone.localdate(),
                    beside_others=beside_others,
                    on_progress=self.show_progress,
                )
        except ShopInUse as in_use:
            raise CommandError(
                _("This shop has books of its own. To have plausible ones among them, add --beside-others.")
            ) from in_use
        except KeyboardInterrupt as interrupt:
            raise CommandError(
                _("Interrupted. Whole batches are in; run it again and it goes on."), returncode=130
            ) from interrupt
        except DatabaseError as error:
            raise CommandError(
                _("The database refused: %(why)s. Whole batches are in; run it again and it goes on.")
                % {"why": error}
            ) from error
        seconds = time.monotonic() - begun
        self.stdout.write(
            _(
                "%(new)s books made in %(seconds)d s; the search index learns of them by itself, or by index_books."
            )
            % {"new": f"{new:,}", "seconds": seconds}
        )

    def show_progress(self, done: int) -> None:
        line = _("%(done)s of %(count)s books") % {"done": f"{done:,}", "count": f"{self.count:,}"}
        if self.stderr.isatty():
            self.stderr.write(f"\r{line}", style_func=str, ending="\n" if done == self.count else "")
            self.stderr.flush()
        elif done - self.said >= SAY_EVERY:
            self.said = done
            self.stderr.write(line, style_func=str)


def _count(written: str) -> int:
    if not written.isdecimal() or not 0 < int(written) <= MOST:
        raise argparse.ArgumentTypeError(
            _("“%(written)s” is no number of books.") % {"written": written[:40]}
        )
    return int(written)
