"""A product record as the shop understands it: plain values, block by block as ONIX divides it.

All of it goes into JSON and comes back equal: dates are ISO texts, amounts are decimal texts.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self


class Person(NamedTuple):
    """A contributor: a person or a body, with its roles (codes of list 17)."""

    name: str
    sort_name: str
    roles: tuple[str, ...]
    biography: str = ""


class Code(NamedTuple):
    """A subject code: scheme (list 27), code, heading as sent."""

    scheme: str
    code: str
    heading: str
    is_main: bool


class Passage(NamedTuple):
    """A text about the book: its type (list 153), sanitised HTML, whose words they are."""

    text_type: str
    html: str
    source: str


class Price(NamedTuple):
    """A price as a supplier states it: type (58), amount and currency, tax code (62) and rate in per cent, for whom
    (59), whether it holds in the shop's country (None: not said), from when until when, if that is said."""

    price_type: str
    amount: str
    currency: str
    tax_code: str
    tax_rate: str
    qualifier: str
    holds_here: bool | None
    valid_from: str
    valid_until: str


class Distributor(NamedTuple):
    """Who supplies it: name, identifier with its scheme (list 92)."""

    name: str
    scheme: str
    identifier: str
    email: str
    telephone: str


class Offer(NamedTuple):
    """What one supplier says of it for one market.

    `is_here`: the market has the shop's country (None: no market is named); status (68) and dates of that market;
    availability (65).
    """

    is_here: bool | None
    market_status: str
    publication_date: str
    embargo_date: str
    availability: str
    supplier: Distributor
    prices: tuple[Price, ...]


class Relation(NamedTuple):
    """What it is (list 51) to another product."""

    code: str
    isbn: str


class WorkName(NamedTuple):
    """What the trade calls the work: a scheme of list 16, with its owner's name if it is a private one."""

    scheme: str
    value: str


class Block:
    """Comes back from JSON as it went in, also from what an earlier version of the shop has written."""

    LISTS: ClassVar[dict[str, type]] = {}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        values = {name: value for name, value in data.items() if name in known}
        for name, kind in cls.LISTS.items():
            values[name] = tuple(_item(kind, row) for row in values.get(name, ()))
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        return vars(self)


def _item(kind: type, row: Any) -> Any:
    if kind is str:
        return row
    if kind is Person:
        return Person(row[0], row[1], tuple(row[2]), *row[3:])
    if kind is Offer:
        offer = Offer(*row)
        prices = tuple(Price(*price) for price in offer.prices)
        return offer._replace(supplier=Distributor(*offer.supplier), prices=prices)
    return kind(*row)


@dataclass(frozen=True)
class Descriptive(Block):
    """Block 1: what it is. Form (list 150), edition type (21), language (ISO 639-2/B), weight of a
    copy in grams, audiences (28)."""

    title: str = ""
    subtitle: str = ""
    series: str = ""
    series_number: str = ""
    form: str = ""
    is_trade_only: bool = False
    edition_type: str = ""
    language: str = ""
    pages: int | None = None
    minutes: int | None = None
    weight: int | None = None
    keywords: str = ""
    audiences: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    codes: tuple[Code, ...] = ()

    LISTS = {"audiences": str, "people": Person, "codes": Code}


@dataclass(frozen=True)
class Collateral(Block):
    """Block 2: what is said of it; the description is sanitised HTML."""

    description: str = ""
    passages: tuple[Passage, ...] = ()

    LISTS = {"passages": Passage}


@dataclass(frozen=True)
class Publishing(Block):
    """Block 4: who publishes it, its status (list 64), its dates."""

    imprint: str = ""
    publisher: str = ""
    status: str = ""
    publication_date: str = ""
    embargo_date: str = ""
    first_published: int | None = None
    may_be_sold_here: bool | None = None


@dataclass(frozen=True)
class Related(Block):
    """Block 5: the work that it is an edition of, and other products."""

    works: tuple[WorkName, ...] = ()
    relations: tuple[Relation, ...] = ()

    LISTS = {"works": WorkName, "relations": Relation}


@dataclass(frozen=True)
class Supply(Block):
    """Block 6: who supplies it, where, for how much."""

    offers: tuple[Offer, ...] = ()

    LISTS = {"offers": Offer}


@dataclass(frozen=True)
class Product:
    """A record of a message. A block that the record does not have is None.

    `notification` is a code of list 1; `isbn` is "" if the record names no valid one (`written_isbn` is what it does
    name, right or wrong); `oddities` are what the shop cannot
    make anything of, for the report, as (what, the value found).
    """

    reference: str
    notification: str
    isbn: str
    descriptive: Descriptive | None = None
    collateral: Collateral | None = None
    publishing: Publishing | None = None
    related: Related | None = None
    supply: Supply | None = None
    written_isbn: str = ""
    oddities: tuple[tuple[str, str], ...] = ()
