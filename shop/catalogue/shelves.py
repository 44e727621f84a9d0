"""What stands in the shop's window."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from .cards import Card, cards
from .models import Book, Subject
from .tree import SubjectTree

WIDTH = 6  # books on a shelf
SUBJECT_SHELVES = 3
LATEST = 600  # books to choose from for the shelves of subjects


@dataclass(frozen=True)
class Shelf:
    """A row of books under a heading, and where there is more of them."""

    title: str
    address: str
    cards: list[Card]


def front_shelves(tree: SubjectTree) -> list[Shelf]:
    """The newest books, the latest published, and the subjects that most of the latest are about.

    No book stands on two shelves, and no shelf is empty.
    """
    newest = Book.objects.listed_by("-added_at", "-pk").values_list("pk", flat=True)[:WIDTH]
    latest = list(
        Book.objects.listed_by("-first_published", "-pk").values_list(
            "pk", "main_subject_id", "first_published"
        )[:LATEST]
    )
    all_books = reverse("catalogue:book_list")
    planned = [
        (_("New on our shelves"), f"{all_books}?sort=newest", list(newest)),
        (_("Recently published"), f"{all_books}?sort=recent", [pk for pk, _s, year in latest if year]),
    ]
    about = _by_top_subject(tree, latest)
    for subject in sorted(about, key=lambda subject: -len(about[subject]))[:SUBJECT_SHELVES]:
        planned.append((subject.name, subject.get_absolute_url(), about[subject]))
    return _filled(planned)


def _by_top_subject(
    tree: SubjectTree, books: Sequence[tuple[int, int | None, int | None]]
) -> dict[Subject, list[int]]:
    """The books' keys, in their order, under the top subject that their main subject is below."""
    top = {each.pk: root for root in tree.roots() for each in tree.branch(root)}
    about: dict[Subject, list[int]] = {}
    for key, subject, _year in books:
        if subject in top:
            about.setdefault(top[subject], []).append(key)
    return about


def _filled(planned: list[tuple[str, str, list[int]]]) -> list[Shelf]:
    """Shelves with the first of the books planned for each that stand on none before it; all read at once."""
    picked: list[list[int]] = []
    shown: set[int] = set()
    for _title, _address, keys in planned:
        picked.append([key for key in keys if key not in shown][:WIDTH])
        shown.update(picked[-1])
    books = Book.objects.for_cards().in_bulk(shown)
    return [
        Shelf(title, address, cards(books[key] for key in keys if key in books))
        for (title, address, _keys), keys in zip(planned, picked, strict=True)
        if keys
    ]
