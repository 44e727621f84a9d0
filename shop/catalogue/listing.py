"""A list of books as its address asks for it: filtered, sorted, one page of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.translation import gettext as _

from shop.money import written

from .cards import Card, cards
from .facets import Choice, Facet, facets, format_label
from .forms import ListingForm
from .languages import language_name
from .models import Book, Contributor, Publisher, Series, Subject
from .search import Found, Sort, Wanted, find
from .tree import SubjectTree

FILTERS = ("subject", "format", "language", "min", "max", "years", "in_stock")


@dataclass(frozen=True)
class Place:
    """Whose list it is, where it is not that of all books: a subject's, a contributor's ..."""

    subject: Subject | None = None
    person: Contributor | None = None
    publisher: Publisher | None = None
    series: Series | None = None


class Listing:
    """One page of a list of books, and what its filters and links need to know."""

    def __init__(self, query: QueryDict, *, tree: SubjectTree, is_search: bool = False, **place: Any) -> None:
        """List the books on sale: all, those found by the search, or those of a Place, whose fields are taken."""
        self.query = query
        self.tree = tree
        self.place = Place(**place)
        self.is_search = is_search
        self.form = ListingForm(query, tree=tree)
        self.form.is_valid()  # what is not valid is not in cleaned_data: it is named beside its field
        self.asked: dict[str, Any] = self.form.cleaned_data

    @property
    def subject(self) -> Subject | None:
        """The subject whose page it is."""
        return self.place.subject

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.asked.get("q", "")

    @property
    def sort(self) -> Sort:
        """The order asked for; else the best match first in a search, a maker's latest books, others by title."""
        sort = self.asked.get("sort")
        if sort and (sort != Sort.BEST or self.text):
            return Sort(sort)
        if self.text:
            return Sort.BEST
        return Sort.RECENT if self.place.publisher or self.place.person else Sort.TITLE

    @property
    def wanted(self) -> Wanted:
        """Which books it is a list of."""
        asked, place = self.asked, self.place
        return Wanted(
            text=self.text,
            within=place.subject,
            person=place.person.pk if place.person else None,
            publisher=place.publisher.pk if place.publisher else None,
            series=place.series.pk if place.series else None,
            subject=asked.get("subject"),
            format=asked.get("format", ""),
            language=asked.get("language", ""),
            low=asked.get("min"),
            high=asked.get("max"),
            years=asked.get("years"),
            in_stock=asked.get("in_stock", False),
        )

    @cached_property
    def found(self) -> Found:
        """The page's keys, and how many books there are."""
        if self.is_search and not self.text:
            return Found.nothing()
        return find(self.wanted, sort=self.sort, number=self.query.get("page"), tree=self.tree)

    @cached_property
    def page(self) -> Page:
        """The page asked for, or the first or the last one where there is no such page, with its books.

        The index says which; whether they still are on sale, what they cost and whether they are in stock is
        read here.
        """
        page = self.found.page
        books = Book.objects.on_sale().for_cards().in_bulk(page.object_list)
        page.object_list = [books[key] for key in page.object_list if key in books]
        return page

    @property
    def cards(self) -> list[Card]:
        """The books of the page as it shows them."""
        return cards(self.page.object_list)

    @property
    def total(self) -> int:
        """How many books the list has on all its pages."""
        return self.found.total

    @property
    def sorts(self) -> list[Choice]:
        """The orders to choose from."""
        return [
            Choice(str(sort.label), self.address(sort=sort.value), chosen=sort == self.sort)
            for sort in Sort
            if sort != Sort.BEST or self.text
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        """What the list can be narrowed down by."""
        return facets(
            self.asked, self.found.facets, tree=self.tree, within=self.subject, address=self.address
        )

    @cached_property
    def applied(self) -> list[Choice]:
        """The filters in force, each with the address of the list without it."""
        asked, applied = self.asked, {}
        if self.text and not self.is_search:
            applied["q"] = f"“{self.text}”"
        if asked.get("subject"):
            applied["subject"] = asked["subject"].name
        if asked.get("format"):
            applied["format"] = format_label(asked["format"])
        if asked.get("language"):
            applied["language"] = language_name(asked["language"])
        if asked.get("min") is not None:
            applied["min"] = _("From %(price)s") % {"price": written(asked["min"])}
        if asked.get("max") is not None:
            applied["max"] = _("Up to %(price)s") % {"price": written(asked["max"])}
        if asked.get("years"):
            applied["years"] = str(asked["years"].label)
        if asked.get("in_stock"):
            applied["in_stock"] = _("In stock")
        return [Choice(label, self.address(**{name: None})) for name, label in applied.items()]

    @property
    def without_filters(self) -> str:
        """The address of the list with no filter in force."""
        searched = {} if self.is_search else {"q": None}
        return self.address(**dict.fromkeys(FILTERS), **searched)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of prices sends along, so that it changes nothing else."""
        names = ("q", "subject", "format", "language", "years", "in_stock", "sort")
        return [(name, value) for name in names if (value := self.query.get(name))]

    @property
    def better(self) -> Choice | None:
        """A search that finds more: "did you mean"."""
        better = self.found.better
        return Choice(better, self.address(q=better)) if better else None

    @property
    def corrected(self) -> Choice | None:
        """The search that was made in place of the one asked for."""
        text = self.found.searched_for
        return Choice(text, self.address(q=text)) if text else None

    @property
    def errors(self) -> list[str]:
        """What in the address could not be read, and so is left out."""
        found = self.form.errors
        return [f"{self.form[name].label}: {' '.join(map(str, found[name]))}" for name in found]

    def address(self, **changes: str | None) -> str:
        """The list's query string with these values, from its first page, without what is left empty."""
        given = {name: values for name, values in self.query.lists() if name != "page" and any(values)}
        changed = {name: value for name, value in (given | changes).items() if value is not None}
        return f"?{urlencode(changed, doseq=True)}"
