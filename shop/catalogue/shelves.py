"""What stands in the shop's window.

Each shelf is planned from keys, the first of many by an index; then all the books are read at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import FilteredRelation, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .cards import Card, cards
from .models import Book, SalesRank, StaffPick, Subject
from .tree import SubjectTree

WIDTH = 6  # books on a shelf
SUBJECT_SHELVES = 2
# Keys to choose from: for a shelf, some of whose books may stand on another already; for the shelves of subjects.
ENOUGH, MANY = 20, 60
LATELY = timedelta(days=365)  # what came out before is new only to the shop


@dataclass(frozen=True)
class Shelf:
    """A row of books under a heading, and the address where there is more of them, if there is."""

    title: str
    address: str
    keys: Sequence[int]
    words: dict[int, dict[str, str]] = field(
        default_factory=dict
    )  # what cards say besides, by the book's key
    cards: list[Card] = field(default_factory=list)


@dataclass(frozen=True)
class Candidate:
    """A book that may stand on a shelf, and the subject that it is about."""

    key: int
    subject: int | None


def front_shelves(tree: SubjectTree, looked_at: Sequence[int] = ()) -> tuple[list[Shelf], list[Card]]:
    """The shelves of the front page, and what this visitor looked at last, by the books' keys.

    What staff recommend, what customers buy, what is new and what is to come; then the subjects of most of these. No
    book stands on two shelves, and no shelf is empty. Six queries, of some rows each, however many books there are.
    """
    sold, new = _bestsellers(), _newest()
    newest = f"{reverse('catalogue:book_list')}?sort=newest"
    planned = [
        _staff_picks(),
        Shelf(_("Bestsellers"), "", [book.key for book in sold]),
        Shelf(_("New on our shelves"), newest, [book.key for book in new]),
        Shelf(_("Coming soon"), "", _coming()),
    ]
    recently = list(looked_at[:WIDTH])
    taken = set(recently)
    chosen = [_choose(shelf.keys, taken) for shelf in planned]
    about = _by_top_subject(tree, [book for book in (*sold, *new) if book.key not in taken])
    for subject in sorted(about, key=lambda subject: -len(about[subject]))[:SUBJECT_SHELVES]:
        planned.append(Shelf(subject.name, subject.get_absolute_url(), []))
        chosen.append(_choose(about[subject], taken))
    found = _cards(taken)
    shelves = [
        replace(plan, keys=keys, cards=[found[key] | plan.words.get(key, {}) for key in keys if key in found])
        for plan, keys in zip(planned, chosen, strict=True)
    ]
    return [shelf for shelf in shelves if shelf.cards], [found[key] for key in recently if key in found]


def _lead() -> FilteredRelation:
    """The edition that lists show of the work that a pick's or a rank's book is an edition of."""
    return FilteredRelation("book__work__editions", condition=Q(book__work__editions__listed=True))


def _staff_picks() -> Shelf:
    """The latest, each with who picked it, if that is told, and why."""
    picks = StaffPick.objects.annotate(lead=_lead()).order_by("-added_at", "-pk")
    rows = picks.values_list("book_id", "book__listed", "lead__pk", "note", "by__name")[:ENOUGH]
    words: dict[int, dict[str, str]] = {}
    for book, listed, lead, note, by in rows:
        if key := book if listed else lead:
            words.setdefault(key, {"why": note, "by": by or ""})
    return Shelf(_("Staff picks"), "", list(words), words)


def _bestsellers() -> list[Candidate]:
    """What sold best in the last weeks: of each work the edition that lists show, in whatever edition it was sold."""
    ranks = SalesRank.objects.annotate(lead=_lead()).order_by("rank", "pk")
    rows = ranks.values_list("book_id", "book__listed", "lead__pk", "book__main_subject")[:MANY]
    return [
        Candidate(key, subject) for book, listed, lead, subject in rows if (key := book if listed else lead)
    ]


def _newest() -> list[Candidate]:
    """What came out, or into the shop, last.

    Feeds announce books months ahead: the last that came in may all be yet to come, those just out came in long ago.
    """
    today = timezone.localdate()
    came_in = Book.objects.listed_by("-added_at", "-pk")
    # With an end on both sides MariaDB looks up the days; with one it reads past all that is yet to come.
    lately = {"publication_date__lte": today, "publication_date__gt": today - LATELY}
    came_out = Book.objects.listed_by("-publication_date", "-pk").filter(**lately)
    fields = ("pk", "main_subject", "added_at", "publication_date", "embargo_date")
    since: dict[Candidate, date] = {}
    for books in (came_in, came_out):
        for key, subject, added, *days in books.values_list(*fields)[:MANY]:
            here = max([timezone.localdate(added), *filter(None, days)])
            if here <= today:
                since[Candidate(key, subject)] = here
    return sorted(since, key=lambda book: (since[book], book.key), reverse=True)


def _coming() -> list[int]:
    """What will be published next."""
    ahead = Book.objects.listed_by("publication_date", "pk").filter(publication_date__gt=timezone.localdate())
    return list(ahead.values_list("pk", flat=True)[:ENOUGH])


def _by_top_subject(tree: SubjectTree, books: Iterable[Candidate]) -> dict[Subject, list[int]]:
    """The books' keys, in their order, under the top subject that their main subject is below."""
    top = {subject.pk: tree.by_path[subject.path.partition("/")[0]] for subject in tree}
    about: dict[Subject, list[int]] = {}
    for book in books:
        if book.subject in top:
            about.setdefault(top[book.subject], []).append(book.key)
    return about


def _choose(keys: Iterable[int], taken: set[int]) -> list[int]:
    """The first of the keys that are not taken yet; they are now."""
    chosen = [key for key in dict.fromkeys(keys) if key not in taken][:WIDTH]
    taken.update(chosen)
    return chosen


def _cards(keys: Iterable[int]) -> dict[int, Card]:
    """The cards of those of the books that are on sale."""
    books = Book.objects.on_sale().for_cards().order_by().in_bulk(keys)
    return dict(zip(books, cards(books.values()), strict=True))
