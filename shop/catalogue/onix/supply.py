"""Blocks 4 and 6 of a product record: who publishes it and from when, who supplies it for how much."""

import re
from decimal import ROUND_HALF_UP, Decimal

from . import codes
from .dates import dates
from .oddities import Oddities
from .product import Distributor, Offer, Price, Publishing, Supply
from .reading import Header
from .selling import LARGEST_AMOUNT
from .tags import Composite, first, line_of_text, only

AN_AMOUNT = re.compile(r"\d{1,8}(?:\.\d{1,10})?|\.\d{1,10}")
MOST_OFFERS, MOST_PRICES = 40, 60


def read_publishing(node: Composite, country: str, odd: Oddities) -> Publishing:
    """The block's `<PublishingDetail>`, as it looks from a country (ISO 3166)."""
    published = dates(node.get("PublishingDate", []), "PublishingDateRole", odd, last_for=codes.EMBARGO)
    for date in node.get("PublishingDate", []):
        odd.code(163, first(date, "PublishingDateRole"))
    first_published = next((published[role] for role in codes.FIRST_PUBLICATION if role in published), "")
    publishers = node.get("Publisher", [])
    # List 45: 01 is the publisher; co-publishers, sponsors and so on may stand beside it.
    publishers = [p for p in publishers if first(p, "PublishingRole") == "01"] or publishers
    return Publishing(
        imprint=line_of_text(first(only(node, "Imprint"), "ImprintName"), 200),
        publisher=line_of_text(first(publishers[0], "PublisherName"), 200) if publishers else "",
        status=odd.code(64, first(node, "PublishingStatus"))[:2],
        publication_date=published.get(codes.PUBLICATION, ""),
        embargo_date=published.get(codes.EMBARGO, ""),
        first_published=int(first_published[:4]) if first_published else None,
        may_be_sold_here=_rights(node, country),
    )


def _rights(node: Composite, country: str) -> bool | None:
    """Whether the publisher may have it sold in the country; None if nothing is said of it."""
    for rights in node.get("SalesRights", []):
        if covers(only(rights, "Territory"), country):
            kind = first(rights, "SalesRightsType")
            return True if kind in codes.SOLD else False if kind in codes.NOT_SOLD else None
    return None


def covers(territory: Composite, country: str) -> bool:
    """Whether a `<Territory>` has the country, or a part of it, in it."""
    if country in first(territory, "CountriesExcluded").split():
        return False
    if country in " ".join(territory.get("CountriesIncluded", [])).split():
        return True
    regions = " ".join(territory.get("RegionsIncluded", [])).split()
    if "WORLD" in regions or "ROW" in regions:
        return True
    if any(region.startswith(f"{country}-") for region in regions):
        return True
    return not regions and "CountriesIncluded" not in territory and "CountriesExcluded" in territory


def read_supply(nodes: list[Composite], header: Header, country: str, odd: Oddities) -> Supply:
    """The block's `<ProductSupply>`s, as they look from a country (ISO 3166)."""
    offers: list[Offer] = []
    for node in nodes:
        markets = node.get("Market", [])
        is_here = (
            any(covers(t, country) for m in markets for t in m.get("Territory", [])) if markets else None
        )
        detail = only(node, "MarketPublishingDetail")
        in_market = dates(detail.get("MarketDate", []), "MarketDateRole", odd, last_for=codes.EMBARGO)
        for supply in node.get("SupplyDetail", []):
            supplied = dates(supply.get("SupplyDate", []), "SupplyDateRole", odd, last_for=codes.EMBARGO)
            prices = (_price(price, header, country, odd) for price in supply.get("Price", [])[:MOST_PRICES])
            offers.append(
                Offer(
                    is_here=is_here,
                    market_status=first(detail, "MarketPublishingStatus")[:2],
                    publication_date=in_market.get(codes.PUBLICATION, ""),
                    embargo_date=in_market.get(codes.EMBARGO, "") or supplied.get(codes.EMBARGO, ""),
                    availability=odd.code(65, first(supply, "ProductAvailability"))[:2],
                    supplier=_supplier(only(supply, "Supplier")),
                    prices=tuple(price for price in prices if price),
                )
            )
    return Supply(offers=tuple(offers[:MOST_OFFERS]))


def _supplier(node: Composite) -> Distributor:
    identifiers = [i for i in node.get("SupplierIdentifier", []) if first(i, "IDValue")]
    # What is registered somewhere, such as a GLN, before the sender's private numbers.
    identifier: Composite = min(identifiers, key=lambda i: first(i, "SupplierIDType") == "01", default={})
    scheme = " ".join(filter(None, (first(identifier, "SupplierIDType"), first(identifier, "IDTypeName"))))
    value = first(identifier, "IDValue")
    email = first(node, "EmailAddress")
    return Distributor(
        name=line_of_text(first(node, "SupplierName") or value, 200),
        scheme=line_of_text(scheme, 100),
        identifier=line_of_text(value, 100),
        email=email if len(email) <= 254 and email.count("@") == 1 else "",
        telephone=line_of_text(first(node, "TelephoneNumber"), 50),
    )


def _price(node: Composite, header: Header, country: str, odd: Oddities) -> Price | None:
    """None for what is no price for one copy."""
    written = first(node, "PriceAmount")
    amount = _amount(written)
    least = first(node, "MinimumOrderQuantity")
    if not amount or "PriceCondition" in node or least not in ("", "0", "1"):
        if written and amount is None:
            odd.note("PriceAmount", written)
        return None
    currency = first(node, "CurrencyCode") or header.currency
    if len(currency) != 3:
        odd.note("CurrencyCode", currency)
        return None
    tax = only(node, "Tax")
    valid = dates(node.get("PriceDate", []), "PriceDateRole", odd, last_for="15")
    territory = node.get("Territory")
    rate = _amount(first(tax, "TaxRatePercent"))
    return Price(
        price_type=odd.code(58, first(node, "PriceType") or header.price_type)[:2],
        amount=str(amount),
        currency=currency.upper(),
        tax_code=first(tax, "TaxRateCode")[:1],
        tax_rate=str(rate) if rate is not None and rate < 100 else "",
        qualifier=first(node, "PriceQualifier")[:2],
        holds_here=covers(territory[0], country) if territory else None,
        valid_from=valid.get("14", "") or valid.get("24", ""),
        valid_until=valid.get("15", ""),
    )


def _amount(written: str) -> Decimal | None:
    """Rounded to two places; None if it is no number, or more than the shop's columns hold."""
    if not AN_AMOUNT.fullmatch(written):
        return None
    amount = Decimal(written).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return amount if amount <= LARGEST_AMOUNT else None
