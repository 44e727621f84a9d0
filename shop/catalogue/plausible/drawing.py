"""Plausible books by chance: one work after another, with its editions. Nothing here touches the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Any

from ..credits import signed
from ..formats import Format
from ..models import Contribution, Subject
from ..text import searchable, series_position, sort_title
from .naming import isbn_of, person_name, series_name
from .writing import Writer

Role = Contribution.Role
BOOKS_PER_PERSON = 4  # so many books bring in one contributor who has had no part in any before
STORIES = {"fiction", "fantasy-and-science-fiction", "poetry-and-drama", "comics", "children", "young-adults"}
LEARNED = {"science", "medicine-and-health", "technology", "computing", "politics-and-society"}
ILLUSTRATED = {"children", "comics"}
LANGUAGES = ("eng", "fre", "ger", "spa", "ita", "dut", "por", "swe", "pol", "jpn", "rus", "wel", "ara", "chi")
LANGUAGE_WEIGHTS = list(accumulate((800, 40, 35, 40, 20, 12, 12, 6, 8, 8, 8, 5, 4, 4)))
LARGE_PRINT = "LTE"
# How many works in a hundred come out in which forms, of which large print is one here.
FORMS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (48, (Format.PAPERBACK,)),
    (18, (Format.HARDBACK,)),
    (4, (Format.BOOK,)),
    (2, (Format.AUDIO_CD,)),
    (17, (Format.HARDBACK, Format.PAPERBACK)),
    (2, (Format.PAPERBACK, Format.AUDIO_CD)),
    (2, (Format.PAPERBACK, LARGE_PRINT)),
    (4, (Format.HARDBACK, Format.PAPERBACK, Format.AUDIO_CD)),
    (2, (Format.HARDBACK, Format.PAPERBACK, LARGE_PRINT)),
    (1, (Format.HARDBACK, Format.PAPERBACK, LARGE_PRINT, Format.AUDIO_CD)),
)
FORM_WEIGHTS = list(accumulate(weight for weight, _ in FORMS))
PENCE = {
    Format.HARDBACK: 1999,
    Format.AUDIO_CD: 2299,
    LARGE_PRINT: 1599,
}  # the others cost as a paperback does
PAPERBACK_PENCE = 999


@dataclass(frozen=True)
class Stage:
    """What there is to draw from: keys of contributors and publishers by their numbers, and subjects."""

    people: Sequence[int]
    publishers: Sequence[int]
    subjects: Sequence[Subject]
    subject_weights: Sequence[float]  # each added to those before it
    today: date


@dataclass
class Drawn:
    """An edition, unsaved: whoever saves it gives it the keys that it lacks."""

    number: int
    fields: dict[str, Any]  # of the Book
    parts: list[tuple[int, str]]  # number of the contributor, role
    subjects: list[Subject]  # the main one first
    copies: int
    series: str  # its name, if it is of one

    @property
    def key(self) -> int:
        """The book's key, once it has one."""
        key: int = self.fields["id"]
        return key


@dataclass
class Volumes:
    """A series under way: its volumes have the same author and subject."""

    name: str
    left: int
    author: int
    subject: Subject
    number: int = 0


def subject_weights(count: int) -> list[float]:
    """How much is written on each subject, each added to those before: a few have most, whichever these are."""
    ranks = list(range(1, count + 1))
    Random(count).shuffle(ranks)
    return list(accumulate((rank + 3) ** -0.9 for rank in ranks))


def by_popularity(chance: Random, count: int) -> int:
    """A number below `count`, the low ones far more often: Zipf's law with exponent 0.8, a little flat at the top."""
    low, high = 20.0**0.2, (count + 20.0) ** 0.2
    return min(int((low + chance.random() * (high - low)) ** 5 - 20.0), count - 1)


def draw_works(chance: Random, numbers: range, stage: Stage) -> Iterator[list[Drawn]]:
    """Works with all their editions, until the numbers of books are used up."""
    volumes: Volumes | None = None
    number = numbers.start
    while number < numbers.stop:
        forms = chance.choices(FORMS, cum_weights=FORM_WEIGHTS)[0][1][: numbers.stop - number]
        multiple = -(-number // BOOKS_PER_PERSON)
        newcomer = multiple if multiple * BOOKS_PER_PERSON < number + len(forms) else None
        author = by_popularity(chance, len(stage.people)) if newcomer is None else newcomer
        subject = chance.choices(stage.subjects, cum_weights=stage.subject_weights)[0]
        if volumes is None and chance.random() < 0.02:
            volumes = Volumes(series_name(number // 2), chance.randint(2, 9), author, subject)
        if volumes:
            volumes.left, volumes.number = volumes.left - 1, volumes.number + 1
            author, subject = volumes.author, volumes.subject
        work = WorkDraw(chance, stage, subject, volumes)
        yield work.editions(number, forms, work.parts(author, newcomer))
        volumes = volumes if volumes and volumes.left else None
        number += len(forms)


class WorkDraw:
    """One work: what its editions have in common, then these."""

    def __init__(self, chance: Random, stage: Stage, subject: Subject, volumes: Volumes | None) -> None:
        self.chance, self.stage, self.volumes = chance, stage, volumes
        self.root = subject.path.partition("/")[0]
        self.subjects = [subject]
        if chance.random() < 0.5:
            others = chance.choices(stage.subjects, cum_weights=stage.subject_weights, k=chance.randint(1, 2))
            self.subjects += {other.pk: other for other in others if other.pk != subject.pk}.values()
        writer = Writer(chance, subject.name)
        self.title = writer.story_title() if self.root in STORIES else writer.learned_title()
        self.sort_title = sort_title(self.title)
        self.subtitle = writer.subtitle() if chance.random() < 0.3 else ""
        self.description = writer.description() if chance.random() < 0.95 else ""
        self.language = chance.choices(LANGUAGES, cum_weights=LANGUAGE_WEIGHTS)[0]
        self.publisher = by_popularity(chance, len(stage.publishers))
        self.imprint = writer.imprint() if chance.random() < 0.15 else ""
        self.published = self._first_published()
        self.dearer = chance.choice((2, 3, 5)) if self.root in LEARNED and chance.random() < 0.3 else 1

    def parts(self, author: int, newcomer: int | None) -> list[tuple[int, str]]:
        """Who makes the work, each in a role once; `newcomer` is among them if there is one."""
        chance = self.chance
        first = Role.EDITOR if self.root not in STORIES and chance.random() < 0.08 else Role.AUTHOR
        parts = [(author, str(first))]
        if newcomer is not None and newcomer != author:
            parts.append((newcomer, str(Role.TRANSLATOR)))
        for role, likely in (
            (first, 0.15),
            (first, 0.03),
            (Role.ILLUSTRATOR, 0.6 if self.root in ILLUSTRATED else 0.02),
            (Role.TRANSLATOR, 0.06),
            (Role.INTRODUCTION, 0.03),
        ):
            if chance.random() < likely:
                parts.append((by_popularity(chance, len(self.stage.people)), str(role)))
        return list(dict.fromkeys(parts))

    def editions(self, number: int, forms: Sequence[str], parts: list[tuple[int, str]]) -> list[Drawn]:
        """One edition for each of the forms, under the numbers from this one on."""
        return [
            self._edition(number + place, form, parts, self.published + timedelta(days=350 * place))
            for place, form in enumerate(forms)
        ]

    def _edition(self, number: int, form: str, parts: list[tuple[int, str]], published: date) -> Drawn:
        chance, today = self.chance, self.stage.today
        published = min(published, today + timedelta(days=300))
        is_audio, is_large = form == Format.AUDIO_CD, form == LARGE_PRINT
        if is_audio:
            reader = (by_popularity(chance, len(self.stage.people)), str(Role.READER))
            parts = list(dict.fromkeys([*parts, reader]))
        has_price, is_in_print = chance.random() > 0.005, chance.random() > 0.03
        volume = str(self.volumes.number) if self.volumes else ""
        series = self.volumes.name if self.volumes else ""
        names = [person_name(person) for person, _ in parts]
        fields = {
            "isbn": isbn_of(number),
            "title": self.title,
            "subtitle": self.subtitle,
            "series_number": volume,
            "series_position": series_position(volume),
            "main_subject_id": self.subjects[0].pk,
            "publisher_id": self.stage.publishers[self.publisher],
            "imprint": self.imprint,
            "format": str(Format.PAPERBACK if is_large else form),
            "edition_type": LARGE_PRINT if is_large else "",
            "pages": None if is_audio else 16 + int(chance.betavariate(2, 5) * 900),
            "minutes": chance.randint(90, 1800) if is_audio else None,
            "language": self.language,
            "publication_date": published,
            "embargo_date": published if published > today and chance.random() < 0.2 else None,
            "publishing_status": "02" if published > today else "04" if is_in_print else "07",
            "availability_code": "10" if published > today else "20" if is_in_print else "40",
            "first_published": self.published.year,
            "description": self.description,
            "price": self._price(form) if has_price else None,
            "on_sale": is_in_print and has_price,
            "added_at": self._added(published),
            "byline": signed(zip(names, (role for _, role in parts), strict=True)),
            "sort_title": self.sort_title,
            "search_text": searchable(self.title, self.subtitle, series, *dict.fromkeys(names)),
        }
        copies = 0 if published > today else self._copies()
        return Drawn(number, fields, parts, self.subjects, copies, series)

    def _first_published(self) -> date:
        """A few in a hundred lie ahead, most in the last decade or two, some long ago."""
        if self.chance.random() < 0.02:
            return self.stage.today + timedelta(days=self.chance.randint(1, 300))
        return self.stage.today - timedelta(days=min(int(self.chance.expovariate(1 / 3600)), 60 * 365))

    def _added(self, published: date) -> datetime:
        """When the shop took it up: a while before it came out, in the last six years."""
        day = min(published, self.stage.today) - timedelta(days=self.chance.randint(0, 120))
        earliest = self.stage.today - timedelta(days=6 * 365 - self.chance.randint(0, 365))
        midnight = datetime.combine(max(day, earliest), datetime.min.time(), UTC)
        return midnight - timedelta(seconds=self.chance.randint(1, 86_400))

    def _price(self, form: str) -> Decimal:
        pence = int(PENCE.get(form, PAPERBACK_PENCE) * self.dearer * self.chance.uniform(0.7, 1.5))
        return Decimal(pence // 100 * 100 + self.chance.choice((99, 99, 99, 50, 0))) / 100

    def _copies(self) -> int:
        """Of most books, none: a chain lists far more than it has on its shelves."""
        chance = self.chance.random()
        if chance < 0.6:
            return 0
        return self.chance.randint(1, 9) if chance < 0.65 else 10 + int(self.chance.expovariate(1 / 12))
