"""A list of books as its address asks for it: filtered, sorted, one page of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from shop.money import written

from .cards import Card, cards
from .forms import ListingForm, Sort
from .models import Book, BookQuerySet, Contributor, Subject
from .search import best_first, matching
from .tree import SubjectTree

PER_PAGE = 24
INDENT = "\u2003"

# Each order has an index that begins with listed and ends with the key.
ORDERS = {
    Sort.TITLE: ("sort_title", "pk"),
    Sort.NEWEST: ("-added_at", "-pk"),
    Sort.RECENT: ("-first_published", "-pk"),
    Sort.PRICE: ("price", "pk"),
    Sort.PRICE_DOWN: ("-price", "-pk"),
}


@dataclass(frozen=True)
class Choice:
    """Something to choose, and the address of the list that has it chosen, or taken away."""

    label: str
    address: str
    chosen: bool = False


class Listing:
    """One page of a list of books, and what its filters and links need to know."""

    def __init__(
        self,
        query: QueryDict,
        *,
        tree: SubjectTree,
        subject: Subject | None = None,
        person: Contributor | None = None,
        is_search: bool = False,
    ) -> None:
        """List the books on sale: all, those of a subject's own page, of a contributor's, or of the search."""
        self.query = query
        self.tree = tree
        self.subject = subject
        self.person = person
        self.is_search = is_search
        self.form = ListingForm(query, tree=tree)
        self.form.is_valid()  # what is not valid is not in cleaned_data: it is named beside its field
        self.asked: dict[str, Any] = self.form.cleaned_data

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.asked.get("q", "")

    @property
    def sort(self) -> str:
        """The order of the list: the best match first in a search, else by title, unless asked otherwise."""
        sort = self.asked.get("sort")
        if not sort or (sort == Sort.BEST and not self.text):
            return Sort.BEST if self.text else Sort.TITLE
        return str(sort)

    @cached_property
    def page(self) -> Page:
        """The page asked for; the first or the last one where there is no such page."""
        page = Paginator(self._keys(), PER_PAGE).get_page(self.query.get("page"))
        on_page = list(page.object_list)
        books = Book.objects.for_cards().in_bulk(on_page)
        page.object_list = [books[key] for key in on_page if key in books]  # type: ignore[misc]
        return page

    @property
    def cards(self) -> list[Card]:
        """The books of the page as it shows them."""
        return cards(self.page.object_list)

    @property
    def total(self) -> int:
        """How many books the list has on all its pages."""
        return self.page.paginator.count

    @property
    def sorts(self) -> list[Choice]:
        """The orders to choose from."""
        return [
            Choice(str(sort.label), self._address(sort=sort.value), chosen=sort == self.sort)
            for sort in Sort
            if sort != Sort.BEST or self.text
        ]

    @cached_property
    def applied(self) -> list[Choice]:
        """The filters in force, each with the address of the list without it."""
        asked, applied = self.asked, {}
        if self.text and not self.is_search:
            applied["q"] = f"“{self.text}”"
        if asked.get("subject"):
            applied["subject"] = asked["subject"].name
        if asked.get("format"):
            applied["format"] = str(Book.Format(asked["format"]).label)
        if asked.get("min") is not None:
            applied["min"] = _("From %(price)s") % {"price": written(asked["min"])}
        if asked.get("max") is not None:
            applied["max"] = _("Up to %(price)s") % {"price": written(asked["max"])}
        if asked.get("in_stock"):
            applied["in_stock"] = _("In stock")
        return [Choice(label, self._address(**{name: None})) for name, label in applied.items()]

    @property
    def without_filters(self) -> str:
        """The address of the list with no filter in force."""
        searched = {} if self.is_search else {"q": None}
        return self._address(subject=None, format=None, min=None, max=None, in_stock=None, **searched)

    @property
    def formats(self) -> list[Choice]:
        """The formats to choose from; their addresses are what the form sends."""
        chosen = self.asked.get("format")
        return [Choice(str(label), value, chosen=value == chosen) for value, label in Book.Format.choices]

    @property
    def subject_options(self) -> str:
        """The subjects to choose from, as a select's options: written here, for there may be hundreds."""
        chosen = self.asked.get("subject")
        return mark_safe(
            "".join(
                f'<option value="{escape(subject.path)}"{" selected" * (subject is chosen)}>'
                f"{INDENT * subject.depth}{escape(subject.name)}</option>"
                for subject in self.tree
            )
        )

    @property
    def errors(self) -> list[str]:
        """What in the address could not be read, and so is left out."""
        found = self.form.errors
        return [f"{self.form[name].label}: {' '.join(map(str, found[name]))}" for name in found]

    def _filtered(self) -> BookQuerySet:
        asked, books = self.asked, Book.objects.listed()
        if self.person:
            books = books.by(self.person)
        for subject in filter(None, (self.subject, asked.get("subject"))):
            books = books.about_any(self.tree.branch(subject))
        if asked.get("format"):
            books = books.filter(format=asked["format"])
        if asked.get("min") is not None:
            books = books.filter(price__gte=asked["min"])
        if asked.get("max") is not None:
            books = books.filter(price__lte=asked["max"])
        if asked.get("in_stock"):
            books = books.in_stock()
        if "q" not in asked:
            return books.none()
        return matching(books, self.text) if self.text else books

    def _keys(self) -> Sequence[int] | QuerySet[Book, int]:
        """The keys of the books in their order.

        A search reads all it finds, once: counting and then paging would look through every book twice.
        """
        books = self._filtered()
        if self.sort == Sort.BEST:
            return best_first(books, self.text)
        order = ORDERS[Sort(self.sort)]
        if self.text:
            return list(books.order_by(*order).values_list("pk", flat=True))
        if self.person:
            return books.order_by(*order).values_list("pk", flat=True)
        return books.listed_by(*order).values_list("pk", flat=True)

    def _address(self, **changes: str | None) -> str:
        """The list's query string with these values, from its first page, without what is left empty."""
        given = {name: values for name, values in self.query.lists() if name != "page" and any(values)}
        changed = {name: value for name, value in (given | changes).items() if value is not None}
        return f"?{urlencode(changed, doseq=True)}"
