"""Take in sales made elsewhere from a file."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.isbn import hyphenated
from shop.models import Book
from shop.payments.sales_files import Outcome, read_sales, take_sales
from shop.spreadsheets import UnreadableFile


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Take in orders from a till or a marketplace: a CSV or JSON-lines file with columns order, isbn and "
            "quantity. Each order whole or not at all; an order that is in already stays as it is. Ends with the "
            "books to restock. Exits 1 if an order was refused."
        )
        parser.add_argument("file")
        parser.add_argument(
            "--channel",
            default="",
            help=_(
                "where the orders come from, such as till-2: goes before every reference, for tills that count "
                "from the same number, or begin anew"
            ),
        )
        parser.add_argument(
            "--handed-over",
            action="store_true",
            help=_("the copies have left the shop already, as at a till; else the orders await dispatch"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sales = read_sales(options["file"], channel=options["channel"].strip())
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        isbns: set[str] = set()
        counts = {"taken": 0, "known": 0, "refused": 0}
        for sale, outcome in zip(sales, take_sales(sales, handed_over=options["handed_over"]), strict=True):
            isbns.update(sale.copies)
            counts[self._tell(outcome)] += 1
        self._tell_what_is_low(isbns)
        self.stdout.write(_("Taken in: %(taken)d. Already taken: %(known)d. Refused: %(refused)d.") % counts)
        if counts["refused"]:
            refused = ngettext("%d order was refused.", "%d orders were refused.", counts["refused"])
            raise CommandError(refused % counts["refused"])

    def _tell(self, outcome: Outcome) -> str:
        """Print what became of an order, and give that in a word."""
        order = {"order": outcome.reference}
        if outcome.refusals:
            self.stdout.write(_("%(order)s: refused") % order)
            for refusal in outcome.refusals:
                self.stdout.write(f"  {refusal}")
            return "refused"
        if not outcome.is_new:
            self.stdout.write(_("%(order)s: already taken") % order)
            return "known"
        self.stdout.write(_("%(order)s: taken") % order)
        for copies, book in outcome.taken:
            self.stdout.write(
                _("  %(isbn)s  %(title)s: %(copies)d, now %(available)d available, %(on_hand)d on hand")
                % {
                    "isbn": hyphenated(book.isbn),
                    "title": book.title,
                    "copies": copies,
                    "available": book.stock.available,
                    "on_hand": book.stock.on_hand,
                }
            )
        return "taken"

    def _tell_what_is_low(self, isbns: set[str]) -> None:
        """Print the books of the file that need restocking now."""
        books = _books(isbns)
        low = sorted(
            (book for book in books if book.stock.needs_restocking), key=lambda book: book.sort_title
        )
        if not low:
            self.stdout.write(_("No book of this file needs restocking."))
            return
        self.stdout.write(_("To restock:"))
        for book in low:
            self.stdout.write(
                _("  %(isbn)s  %(title)s: %(left)d left, threshold %(threshold)d")
                % {
                    "isbn": hyphenated(book.isbn),
                    "title": book.title,
                    "left": book.stock.available,
                    "threshold": book.stock.restock_below,
                }
            )


def _books(isbns: set[str], at_once: int = 500) -> list[Book]:
    """The books of these ISBNs, with their stock."""
    wanted = sorted(isbns)
    return [
        book
        for start in range(0, len(wanted), at_once)
        for book in Book.objects.filter(isbn__in=wanted[start : start + at_once]).select_related("stock")
    ]
