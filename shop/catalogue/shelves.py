"""What stands in the shop's window."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Book, Subject
from .tree import SubjectTree

WIDTH = 6  # books on a shelf
SUBJECT_SHELVES = 3


@dataclass(frozen=True)
class Shelf:
    """A row of books under a heading, and where there is more of them."""

    title: str
    address: str
    books: Iterable[Book]


def front_shelves(tree: SubjectTree) -> list[Shelf]:
    """The newest books, the latest published, and some of the subjects with most books; no empty shelves."""
    books = Book.objects.for_cards()
    all_books = reverse("catalogue:book_list")
    shelves = [
        Shelf(
            _("New on our shelves"), f"{all_books}?sort=newest", books.on_sale_by("-added_at", "-pk")[:WIDTH]
        ),
        Shelf(
            _("Recently published"),
            f"{all_books}?sort=recent",
            books.filter(first_published__isnull=False).on_sale_by("-first_published", "-pk")[:WIDTH],
        ),
    ]
    for subject in _largest(tree):
        about = books.about_any_of_many(tree.branch(subject)).on_sale_by("-first_published", "-pk")[:WIDTH]
        shelves.append(Shelf(subject.name, subject.get_absolute_url(), about))
    return [shelf for shelf in shelves if shelf.books]


def _largest(tree: SubjectTree) -> list[Subject]:
    """The top subjects with most books below them; a book that is on several counts several times."""
    counted = Book.subjects.through.objects.values_list("subject_id").annotate(Count("pk"))
    books = dict(counted.order_by())
    sizes = {root: sum(books.get(each.pk, 0) for each in tree.branch(root)) for root in tree.roots()}
    return sorted((root for root in sizes if sizes[root]), key=lambda root: -sizes[root])[:SUBJECT_SHELVES]
