"""What stands in the shop's window."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from .cards import Card, cards
from .models import Book, Subject
from .tree import SubjectTree

WIDTH = 6  # books on a shelf
SUBJECT_SHELVES = 3


@dataclass(frozen=True)
class Shelf:
    """A row of books under a heading, and where there is more of them."""

    title: str
    address: str
    cards: list[Card]


def front_shelves(tree: SubjectTree) -> list[Shelf]:
    """The newest books, the latest published, and some of the subjects with most books.

    No book stands on two shelves, and no shelf is empty.
    """
    books = Book.objects.for_cards()
    dated = books.filter(first_published__isnull=False)
    latest = ("-first_published", "-pk")
    all_books = reverse("catalogue:book_list")
    planned = [
        (_("New on our shelves"), f"{all_books}?sort=newest", books.on_sale_by("-added_at", "-pk")),
        (_("Recently published"), f"{all_books}?sort=recent", dated.on_sale_by(*latest)),
    ]
    for subject in _largest(tree):
        about = books.filter(main_subject__in=tree.branch(subject))
        planned.append((subject.name, subject.get_absolute_url(), about.on_sale_by(*latest)))
    shelves = []
    shown: list[int] = []
    for title, address, choice in planned:
        picked = list(choice.exclude(pk__in=shown)[:WIDTH])
        shown += [book.pk for book in picked]
        if picked:
            shelves.append(Shelf(title, address, cards(picked)))
    return shelves


def _largest(tree: SubjectTree) -> list[Subject]:
    """The top subjects that are, with all below them, the main subject of most books."""
    counted = Book.objects.order_by().values_list("main_subject").annotate(Count("pk"))
    books = dict(counted)
    sizes = {root: sum(books.get(each.pk, 0) for each in tree.branch(root)) for root in tree.roots()}
    return sorted((root for root in sizes if sizes[root]), key=lambda root: -sizes[root])[:SUBJECT_SHELVES]
