"""What a book is to be, going by what its feed says."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils import timezone

from .product import (
    Code,
    Collateral,
    Descriptive,
    Distributor,
    Passage,
    Person,
    Price,
    Product,
    Publishing,
    Related,
    Relation,
    Supply,
    WorkName,
)
from .selling import Hindrance, chosen_offer, hindrance, selling_price

# Fields of Book that a feed sets. Publisher and series go by their names.
FIELDS = (
    *(
        "title",
        "subtitle",
        "series",
        "series_number",
        "publisher",
        "imprint",
        "format",
        "edition_type",
        "pages",
    ),
    *(
        "minutes",
        "weight",
        "language",
        "publication_date",
        "embargo_date",
        "first_published",
        "publishing_status",
    ),
    *("availability_code", "description", "keywords", "price", "on_sale"),
)
# What a book has several of counts as one field each.
GROUPS = ("contributors", "subjects")


@dataclass(frozen=True)
class Terms:
    """What the shop goes by: its currency and country, and the day on which it reads the feed."""

    currency: str
    country: str
    today: date

    @classmethod
    def now(cls) -> "Terms":
        return cls(settings.SHOP_CURRENCY, settings.SHOP_COUNTRY, timezone.localdate())


@dataclass(frozen=True)
class Blocks:
    """The blocks of a record, those that it has received so far; what was never sent is empty."""

    descriptive: Descriptive
    collateral: Collateral
    publishing: Publishing
    related: Related
    supply: Supply

    @classmethod
    def received(cls, product: Product, before: Mapping[str, Any] = MappingProxyType({})) -> "Blocks":
        """Those of the product; where it has none, what came `before` (as `FeedRecord.data` has it)."""
        return cls(
            descriptive=product.descriptive or Descriptive.from_json(before.get("descriptive", {})),
            collateral=product.collateral or Collateral.from_json(before.get("collateral", {})),
            publishing=product.publishing or Publishing.from_json(before.get("publishing", {})),
            related=product.related or Related.from_json(before.get("related", {})),
            supply=product.supply or Supply.from_json(before.get("supply", {})),
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Blocks":
        """As `FeedRecord.data` has them."""
        return cls.received(Product(reference="", notification="", isbn=""), data)

    def as_json(self) -> str:
        data = {name: getattr(self, name).as_json() for name in self.__dataclass_fields__}
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Wanted:
    """Values for the fields of a book, and for what it has several of.

    `on_sale` is not among the fields: it depends on the shop too (`hindrance`).
    """

    fields: dict[str, Any]
    people: tuple[Person, ...]
    codes: tuple[Code, ...]
    passages: tuple[Passage, ...]
    prices: tuple[tuple[Distributor, Price], ...]
    relations: tuple[Relation, ...]
    works: tuple[WorkName, ...]
    blocks: Blocks
    terms: Terms

    def says(self, name: str) -> bool:
        """Whether the feed has something to say of a field that staff can hold: what it has not stays as it is."""
        if name in GROUPS:
            return bool(self.people if name == "contributors" else self.codes)
        return self.fields.get(name, True) not in (None, "")  # whether it is on sale, always

    def hindrance(self, *, price: Decimal | None, has_copies: bool) -> Hindrance | None:
        """What keeps a book with this price from being on sale."""
        return hindrance(
            descriptive=self.blocks.descriptive,
            publishing=self.blocks.publishing,
            offer=chosen_offer(self.blocks.supply, self.terms.currency),
            has_price=price is not None,
            has_copies=has_copies,
        )


def wanted(blocks: Blocks, terms: Terms) -> Wanted:
    """What the book is to be by a record's blocks."""
    about, publishing = blocks.descriptive, blocks.publishing
    offer = chosen_offer(blocks.supply, terms.currency)
    nearest = offer if offer and offer.is_here is not False else None  # what another market says is not ours
    published = (nearest.publication_date if nearest else "") or publishing.publication_date
    embargo = (nearest.embargo_date if nearest else "") or publishing.embargo_date
    in_market = nearest.market_status if nearest else ""
    publication_date = date.fromisoformat(published) if published else None
    return Wanted(
        fields={
            "title": about.title,
            "subtitle": about.subtitle,
            "series": about.series,
            "series_number": about.series_number,
            "publisher": publishing.publisher or publishing.imprint,
            "imprint": publishing.imprint,
            "format": about.form,
            "edition_type": about.edition_type,
            "pages": about.pages,
            "minutes": about.minutes,
            "weight": about.weight,
            "language": about.language,
            "publication_date": publication_date,
            "embargo_date": date.fromisoformat(embargo) if embargo else None,
            "first_published": publishing.first_published,
            # List 68, of markets, is list 64 but for 12.
            "publishing_status": in_market if in_market not in ("", "12") else publishing.status,
            "availability_code": offer.availability if offer else "",
            "description": blocks.collateral.description,
            "keywords": about.keywords,
            "price": selling_price(
                offer.prices if offer else (),
                currency=terms.currency,
                today=terms.today,
                is_published=publication_date is not None and publication_date <= terms.today,
            ),
        },
        people=about.people,
        codes=about.codes,
        passages=blocks.collateral.passages,
        prices=tuple((o.supplier, price) for o in blocks.supply.offers for price in o.prices),
        relations=blocks.related.relations,
        works=blocks.related.works,
        blocks=blocks,
        terms=terms,
    )


def digest(isbn: str, written: str, price: Decimal | None) -> str:
    """Tells whether a record says what it said last: its ISBN, its blocks as JSON, the price that follows today."""
    return hashlib.blake2b(f"{isbn}\0{written}\0{price}".encode(), digest_size=16).hexdigest()
