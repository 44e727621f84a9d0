"""What a list can be narrowed down by, and how many books each choice leaves."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal
from django.conf import settings
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .bands import PRICE_BANDS, YEAR_BANDS
from .formats import Format, format_name
from .languages import language_name
from .models import Book, Subject
from .tree import SubjectTree

MOST_CHOICES = 12  # of a facet; subjects are shown all
# In brackets for screen readers, which read it in one go with the label.
COUNT = ' <span class="count"><span class="visually-hidden">(</span>%s<span class="visually-hidden">)</span></span>'

Counts = Mapping[str, Mapping[object, int]] | None
Address = Callable[..., str]


@dataclass(frozen=True)
class Choice:
    """Something to choose, and the address of the list that has it chosen, or taken away."""

    label: str
    address: str
    chosen: bool = False
    count: int | None = None  # how many books it leaves; None where nobody has counted


@lru_cache(maxsize=4096)  # a page shows dozens, and a locale's format is slow to follow
def written_number(count: int) -> str:
    """10,000, as the shop's locale writes it."""
    return format_decimal(count, locale=settings.SHOP_LOCALE)


@dataclass(frozen=True)
class Facet:
    """One thing that books differ in."""

    name: str
    label: str
    choices: list[Choice]

    @property
    def items(self) -> str:
        """The choices as list items: written here, for a page has dozens and a template takes its time."""
        remove = escape(_("Remove filter:"))
        return mark_safe(
            "".join(self._item(place, choice, remove) for place, choice in enumerate(self.choices))
        )

    def _item(self, place: int, choice: Choice, remove: str) -> str:
        chosen, before = "", ""
        if choice.chosen:
            chosen, before = ' aria-current="true"', f'<span class="visually-hidden">{remove} </span>'
        count = "" if choice.count is None else COUNT % written_number(choice.count)
        link = f'id="facet-{self.name}-{place}" href="{escape(choice.address)}" rel="nofollow"{chosen}'
        return f"<li><a {link}>{before}{escape(choice.label)}{count}</a></li>"


def facets(
    asked: Mapping[str, Any], counts: Counts, *, tree: SubjectTree, within: Subject | None, address: Address
) -> list[Facet]:
    """The facets that have something to choose; `address` gives the list's address with other values."""
    every = [
        Facet("subject", _("Subject"), _subjects(asked, counts, tree, within, address)),
        Facet("in_stock", _("Availability"), _in_stock(asked, counts, address)),
        Facet("format", _("Format"), _formats(asked, counts, address)),
        Facet("price", _("Price"), _prices(asked, counts, address)),
        Facet("language", _("Language"), _languages(asked, counts, address)),
        Facet("years", _("First published"), _years(asked, counts, address)),
    ]
    return [facet for facet in every if facet.choices]


def format_label(code: str) -> str:
    """A format as the facet calls it: large print is one, though the trade counts it as an edition type."""
    if code == Book.EditionType.LARGE_PRINT:
        return str(Book.EditionType.LARGE_PRINT.label)
    return format_name(code)


def _subjects(
    asked: Mapping[str, Any], counts: Counts, tree: SubjectTree, within: Subject | None, address: Address
) -> list[Choice]:
    """The subject that is chosen, and what can be chosen below it, or below the subject whose page it is."""
    chosen: Subject | None = asked.get("subject")
    top = chosen or within
    below = tree.children(top) if top else tree.roots()
    books = _counted(counts, "subject")
    choices = [Choice(chosen.name, address(subject=None), True, books(chosen.pk))] if chosen else []
    return choices + [
        Choice(subject.name, address(subject=subject.path), count=books(subject.pk))
        for subject in below
        if books(subject.pk) != 0
    ]


def _in_stock(asked: Mapping[str, Any], counts: Counts, address: Address) -> list[Choice]:
    chosen = bool(asked.get("in_stock"))
    books = _counted(counts, "in_stock")(1)
    if books == 0 and not chosen:
        return []
    return [Choice(_("In stock"), address(in_stock=None if chosen else "1"), chosen, books)]


def _formats(asked: Mapping[str, Any], counts: Counts, address: Address) -> list[Choice]:
    codes = Format.values if counts is None else counts.get("format", {})
    return _of_values("format", codes, asked, counts, address=address, label=format_label)


def _languages(asked: Mapping[str, Any], counts: Counts, address: Address) -> list[Choice]:
    codes = counts.get("language", {}) if counts else ()
    return _of_values("language", codes, asked, counts, address=address, label=language_name)


def _of_values(
    name: str,
    codes: Iterable[object],
    asked: Mapping[str, Any],
    counts: Counts,
    *,
    address: Address,
    label: Callable[[str], str],
) -> list[Choice]:
    chosen = asked.get(name, "")
    books = _counted(counts, name)
    kept = [str(code) for code in codes][:MOST_CHOICES]
    if chosen and chosen not in kept:
        kept.append(chosen)
    return [
        Choice(label(code), address(**{name: None if code == chosen else code}), code == chosen, books(code))
        for code in kept
    ]


def _prices(asked: Mapping[str, Any], counts: Counts, address: Address) -> list[Choice]:
    bounds = asked.get("min"), asked.get("max")
    books = _counted(counts, "price")
    choices = []
    for place, band in enumerate(PRICE_BANDS):
        chosen = bounds == (band.low, band.high)
        low, high = (None, None) if chosen else (band.low, band.high)
        ends = {"min": None if low is None else str(low), "max": None if high is None else str(high)}
        if chosen or books(place) != 0:
            choices.append(Choice(band.label, address(**ends), chosen, books(place)))
    return choices


def _years(asked: Mapping[str, Any], counts: Counts, address: Address) -> list[Choice]:
    books, this_year = _counted(counts, "years"), timezone.localdate().year
    choices = []
    for place, band in enumerate(YEAR_BANDS):
        chosen = band is asked.get("years")
        count = books(place)
        if chosen or (band.first <= this_year if count is None else count):
            choices.append(
                Choice(str(band.label), address(years=None if chosen else band.name), chosen, count)
            )
    return choices


def _counted(counts: Counts, facet: str) -> Callable[[object], int | None]:
    """How many books a value of the facet leaves; None for every value where nobody has counted."""
    if counts is None:
        return lambda value: None
    by_value = counts.get(facet, {})
    return lambda value: by_value.get(value, 0)
