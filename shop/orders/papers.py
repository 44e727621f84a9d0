"""What is written on an invoice or a credit note, and kept as it was issued, whatever becomes of the order."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from shop.addresses import shop_address_lines
from shop.reckoning import ZERO, RateTotals


@dataclass(frozen=True)
class Seller:
    """Who sells, as the law wants it told (settings: SHOP_LEGAL_NAME and what follows it)."""

    name: str
    address: list[str]
    vat_number: str
    registration: str


@dataclass(frozen=True)
class Line:
    """Copies of one book, and what is charged for them before any discount, or given back for them."""

    isbn: str
    title: str
    byline: str
    quantity: int
    total: Decimal
    tax_rate: Decimal
    unit_price: Decimal | None = None


@dataclass(frozen=True)
class Paper:
    """An invoice, or a credit note, which names the invoice that it `corrects`. All sums in `currency`, tax within;
    lines + shipping - discount = total. Days are the shop's own."""

    number: str
    issued: date
    supplied: date  # the tax point: when it was paid for
    order: str
    seller: Seller
    buyer: list[str]
    currency: str
    lines: list[Line]
    shipping: Decimal
    total: Decimal
    tax: Decimal
    by_rate: list[RateTotals]
    discount: Decimal = ZERO
    shipping_name: str = ""
    payment: str = ""
    corrects: str = ""
    reason: str = ""

    def contents(self) -> dict[str, Any]:
        """Plain data for a JSON column, from which `read` gives the same again."""
        return json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))


def read(contents: Mapping[str, Any]) -> Paper:
    """The paper that a column holds."""
    kept = dict(contents)
    for name in ("issued", "supplied"):
        kept[name] = date.fromisoformat(kept[name])
    for name in ("shipping", "total", "tax", "discount"):
        kept[name] = Decimal(kept[name])
    kept["seller"] = Seller(**kept["seller"])
    kept["lines"] = [Line(**_money(line, "total", "tax_rate", "unit_price")) for line in kept["lines"]]
    kept["by_rate"] = [RateTotals(**_money(part, "rate", "gross", "tax")) for part in kept["by_rate"]]
    return Paper(**kept)


def _money(kept: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: Decimal(value) if name in names and value is not None else value for name, value in kept.items()
    }


def the_seller() -> Seller:
    """The shop, as its settings say today."""
    return Seller(
        name=settings.SHOP_LEGAL_NAME,
        address=shop_address_lines(),
        vat_number=settings.SHOP_VAT_NUMBER,
        registration=settings.SHOP_REGISTRATION,
    )
