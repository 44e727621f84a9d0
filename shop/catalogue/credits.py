"""Who a book is credited to, kept on the book so that lists and searches need no further query."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from .changes import note_changes
from .models import Book, Contribution
from .roles import role_name


class Part(Protocol):
    """A contribution, or a row of a query about some."""

    @property
    def role(self) -> str: ...


P = TypeVar("P", bound=Part)


def credited(contributions: Iterable[P]) -> list[P]:
    """Those whom the book counts as its own: its authors, or else everybody who had a part in it."""
    everybody = list(contributions)
    return [c for c in everybody if c.role == Contribution.Role.AUTHOR] or everybody


def byline(contributions: Iterable[Contribution]) -> str:
    """How the book is signed: its authors' names, or its editors' marked as such, 300 characters at most."""
    return signed((c.contributor.name, c.role) for c in contributions)


def signed(parts: Iterable[tuple[str, str]]) -> str:
    """The same for names with their roles."""
    everybody = list(parts)
    names = [name for name, role in everybody if role == Contribution.Role.AUTHOR]
    names = names or [f"{name} ({role_name(role).lower()})" for name, role in everybody]
    text = ", ".join(names[:-1]) + _(" and ") + names[-1] if len(names) > 1 else "".join(names)
    if len(text) > 300:
        text = names[0][:280] + _(" and others")
    return text


def refresh_credits(books: Iterable[Book]) -> None:
    """Bring bylines and search texts in step with the contributions; to be called after those change."""
    in_step = []
    changed = Book.objects.filter(pk__in=[b.pk for b in books]).select_related("series")
    for book in changed.prefetch_related("contributions__contributor"):
        contributions = list(book.contributions.all())
        book.byline = byline(contributions)
        # Somebody with two parts is named once, as a feed's import does it.
        names = dict.fromkeys(c.contributor.name for c in contributions)
        book.search_text = book.searchable_text(list(names))
        in_step.append(book)
    Book.objects.bulk_update(in_step, ["byline", "search_text"], batch_size=500)
    note_changes([book.pk for book in in_step])
