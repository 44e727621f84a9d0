"""Orders that wait: for copies that have yet to come in, or for the day on which a book may be sold."""

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.cart.models import CartLine
from shop.catalogue.cards import DAY

from .models import OrderLine


def leaves_from(lines: Iterable[CartLine | OrderLine]) -> date | None:
    """The day before which these lines cannot leave the shop together, while it lies ahead (in the shop's zone)."""
    days = (line.book.may_be_dispatched_from for line in lines)
    return max(filter(None, days), default=None)


def hindrances(lines: Iterable[OrderLine]) -> list[str]:
    """Why what is outstanding of these lines cannot leave the shop yet, in words for staff; empty if it can. Reads what
    OrderLine.objects.with_books() reads."""
    lines = [line for line in lines if line.outstanding]
    found = []
    if awaited := sum(line.awaited for line in lines):
        copies = ngettext("waits for %(count)d copy", "waits for %(count)d copies", awaited)
        found.append(copies % {"count": awaited})
    if day := leaves_from(lines):
        found.append(_("not before %(day)s") % {"day": date_format(day, DAY)})
    return found


def hindrances_by_title(lines: Iterable[OrderLine]) -> list[str]:
    """The same, each line that is hindered by its title."""
    why = {line.title: hindrances([line]) for line in lines}
    return [f"“{title}”: {', '.join(found)}" for title, found in why.items() if found]
