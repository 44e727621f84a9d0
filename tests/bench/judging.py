"""How well the search finds what people mean: the judged set, asked through the page that customers use."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from shop.models import Book

JUDGED = Path(__file__).with_name("judged.tsv")
FIRST_FEW = 5


@dataclass(frozen=True)
class Judgement:
    """A query, the ISBNs of the books that may come first, and what is meant."""

    query: str
    isbns: frozenset[str]
    meant: str


def judgements() -> Iterator[Judgement]:
    """The judged set."""
    for line in JUDGED.read_text().splitlines():
        if line and not line.startswith("# "):
            query, isbns, meant = line.split("\t")
            yield Judgement(query, frozenset(isbns.split()), meant)


def rank(judgement: Judgement) -> int | None:
    """The place at which the search page shows a book that is meant, counted from 1; None if the page does not."""
    response = Client().get("/search/", {"q": judgement.query})
    if response.status_code == 302:
        shown = list(Book.objects.filter(isbn=response["Location"].strip("/").rpartition("/")[2]))
    else:
        shown = response.context["listing"].page.object_list
    meant = set(Book.objects.filter(isbn__in=judgement.isbns).values_list("pk", flat=True))
    works = Book.objects.filter(pk__in=meant).exclude(work=None).values_list("work_id", flat=True)
    meant |= set(Book.objects.filter(work__in=list(works)).values_list("pk", flat=True))
    places = (place for place, book in enumerate(shown, 1) if book.pk in meant)
    return next(places, None)


def shares() -> tuple[float, float, list[tuple[Judgement, int | None]]]:
    """The share of the judged set that is found first, that is found in the first five, and what is not first."""
    ranks = [(judgement, rank(judgement)) for judgement in judgements()]
    first = sum(place == 1 for _judgement, place in ranks) / len(ranks)
    few = sum(place is not None and place <= FIRST_FEW for _judgement, place in ranks) / len(ranks)
    return first, few, [(judgement, place) for judgement, place in ranks if place != 1]
