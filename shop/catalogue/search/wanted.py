"""What a list or a search asks for, and what was found: the same for the index and for the database."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..bands import YearBand
from ..models import Subject

PER_PAGE = 24
DEEPEST = 416 * PER_PAGE  # books of a list that can be paged to; who wants more narrows it down


class Sort(models.TextChoices):
    """The orders a list can be in."""

    BEST = "best", _("Best match")
    TITLE = "title", _("Title")
    NEWEST = "newest", _("New in the shop")
    RECENT = "recent", _("Latest published")
    PRICE = "price", _("Price, low to high")
    PRICE_DOWN = "-price", _("Price, high to low")


@dataclass(frozen=True)
class Wanted:
    """Which books: of those on sale, all that fit everything that is given here."""

    text: str = ""
    within: Subject | None = None  # the subject whose page it is
    subject: Subject | None = None  # and the one that is chosen there
    person: int | None = None
    publisher: int | None = None
    series: int | None = None
    format: str = ""  # ONIX list 150
    language: str = ""  # ISO 639-2/B
    low: Decimal | None = None
    high: Decimal | None = None
    years: YearBand | None = None
    in_stock: bool = False

    @property
    def is_about_editions(self) -> bool:
        """Whether it asks for something that editions of a work differ in; else lists show the leading ones."""
        return bool(self.format or self.language or self.in_stock) or not self.low is self.high is None

    def without(self, facet: str) -> "Wanted":
        """The same, but for what this facet asks."""
        nothing: dict[str, Any] = {"price": {"low": None, "high": None}, "in_stock": {"in_stock": False}}
        empty = "" if facet in ("format", "language") else None
        return replace(self, **nothing.get(facet, {facet: empty}))


@dataclass(frozen=True)
class Counts:
    """How many books there are, and how many for each value of each facet; the editions of a work are one book."""

    total: int
    editions: int  # among which a page is looked for: as many, unless it asks for what editions differ in
    facets: dict[str, dict[object, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A page of what was found."""

    page: Page  # of the books' keys, in their order
    total: int
    is_at_least: bool = False  # there are more than `total`: nobody has counted how many
    facets: dict[str, dict[object, int]] | None = None  # None: not counted
    searched_for: str = ""  # the text that was searched for, where that is another than the one asked for
    has_some_words: bool = False  # no book has all of the words: these have some
    better: str = ""  # a text that finds much more: "did you mean"

    @classmethod
    def nothing(cls) -> "Found":
        """What is found where nothing is looked for."""
        return cls(page_of(0, None), 0)

    @property
    def is_cut(self) -> bool:
        """Whether there are more books than pages show."""
        return self.is_at_least or self.total > DEEPEST


def page_of(total: int, number: str | None) -> Page:
    """An empty page of so many books: the one asked for, or the first or last where there is no such page."""
    return Paginator(range(min(total, DEEPEST)), PER_PAGE).get_page(number)


def span(page: Page) -> tuple[int, int]:
    """The places of a page's books in the whole list: from, and up to but without."""
    start = (page.number - 1) * PER_PAGE
    return start, start + len(page.object_list)
