"""Book in a delivery from a file."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.deliveries import LONGEST_REFERENCE, DeliveryRefused, Receipt, receive_file
from shop.isbn import hyphenated
from shop.spreadsheets import UnreadableFile


def past_day(written: str | date | None) -> date | None:
    """A day as YYYY-MM-DD, today at the latest; raises CommandError."""
    try:
        day = date.fromisoformat(written) if isinstance(written, str) else written
    except ValueError as error:
        raise CommandError(_("“%s” is not a day, as YYYY-MM-DD.") % written) from error
    if day and day > timezone.localdate():
        raise CommandError(_("%s has yet to come.") % day)
    return day


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Book in deliveries from a CSV or JSON-lines file with columns isbn and quantity, and delivery if it "
            "holds several. Whole or not at all; the same delivery twice is received once. Exits 1 if it is refused."
        )
        parser.add_argument("file")
        parser.add_argument(
            "--reference", default="", help=_("names the delivery, instead of what the file says")
        )
        parser.add_argument("--date", help=_("the day it came, YYYY-MM-DD; else now"))

    def handle(self, *args: Any, **options: Any) -> None:
        reference = options["reference"].strip()
        if len(reference) > LONGEST_REFERENCE:
            raise CommandError(_("The reference has more than %d characters.") % LONGEST_REFERENCE)
        try:
            receipts = receive_file(options["file"], reference=reference, day=past_day(options["date"]))
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        except DeliveryRefused as refused:
            for problem in refused.problems:
                self.stderr.write(problem)
            raise CommandError(_("Nothing was received.")) from refused
        for receipt in receipts:
            self._tell(receipt)

    def _tell(self, receipt: Receipt) -> None:
        if not receipt.is_new:
            self.stdout.write(
                _("Delivery %s was received already: nothing is counted twice.") % receipt.reference
            )
            return
        for copies, stock in receipt.received:
            self.stdout.write(
                _("%(isbn)s  %(title)s: %(copies)+d, now %(available)d available, %(on_hand)d on hand")
                % {
                    "isbn": hyphenated(stock.book.isbn),
                    "title": stock.book.title,
                    "copies": copies,
                    "available": stock.available,
                    "on_hand": stock.on_hand,
                }
            )
        for book in receipt.closed:
            self.stdout.write(_("Alert closed: %s") % book.title)
        total = sum(copies for copies, _stock in receipt.received)
        done = ngettext(
            "Delivery %(reference)s: %(total)d copy received.",
            "Delivery %(reference)s: %(total)d copies received.",
            total,
        )
        self.stdout.write(done % {"reference": receipt.reference, "total": total})
