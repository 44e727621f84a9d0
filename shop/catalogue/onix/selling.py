"""Whether a book of a feed goes on sale, and for how much: what publisher and supplier say, put to the shop's use."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalogue.formats import is_digital

from . import codes
from .product import Descriptive, Offer, Price, Publishing, Supply


class Hindrance(models.TextChoices):
    """Why a book of a feed is not on sale. The values are kept with an import's figures."""

    NO_PRICE = "no price", _("no price in the shop's currency")
    DIGITAL = "digital", _("to be delivered as a file, which this shop cannot do")
    TRADE_ONLY = "trade only", _("for booksellers, not for customers")
    FORBIDDEN = "forbidden", _("cancelled, withdrawn from sale or recalled")
    GONE = "gone", _("not to be had any more, and no copy is left here")


# Nobody may sell it, whoever has copies: lists 64 and 68, and 65.
FORBIDDEN_STATUSES = frozenset({"01", "11", "15", "16", "17"})
FORBIDDEN_AVAILABILITIES = frozenset({"01", "34", "46", "49"})
# It cannot be had from the supplier, now or ever: a copy in the shop may well be sold.
GONE_STATUSES = frozenset({"03", "05", "06", "07", "08", "10", "13", "18"})
GONE_AVAILABILITIES = frozenset(
    {"09", "40", "41", "42", "43", "44", "45", "47", "48", "50", "51", "52", "98"}
)
OBTAINABLE = frozenset({"20", "21", "22", "23"})
LARGEST_AMOUNT = Decimal("99999999.99")  # of the columns that prices are kept in
RECALLED, NOT_IN_MARKET = "12", "12"  # in list 64 the one, in list 68 the other


def chosen_offer(supply: Supply, currency: str) -> Offer | None:
    """The offer that the shop goes by.

    One for a market that has the shop's country comes before one for no market, and that before one for another; of
    these one with a price in the shop's currency, then one by which the book can be had, then the first.
    """

    def order(offer: Offer) -> tuple[bool, bool, bool, bool]:
        priced = any(price.currency == currency for price in offer.prices)
        unobtainable = offer.availability in GONE_AVAILABILITIES | FORBIDDEN_AVAILABILITIES
        # Where no market is the shop's own, any that asks its currency will do.
        return offer.is_here is False, not priced, offer.is_here is None, unobtainable

    return min(supply.offers, key=order, default=None)


def selling_price(
    prices: Iterable[Price], *, currency: str, today: date, is_published: bool
) -> Decimal | None:
    """What a consumer pays for a copy today, tax included, in this currency; None if no price says so.

    Fixed prices (list 58, 04) come before recommended ones (02); a price without tax gets the tax that it names.
    """
    candidates = [
        price
        for price in prices
        if price.currency == currency
        and price.qualifier in codes.FOR_EVERYBODY
        and price.holds_here is not False
        and price.price_type in codes.WITH_TAX + codes.WITHOUT_TAX
        and not (is_published and price.price_type in codes.BEFORE_PUBLICATION)
        and (not price.valid_from or date.fromisoformat(price.valid_from) <= today)
        and (not price.valid_until or today <= date.fromisoformat(price.valid_until))
    ]
    # Of two of one kind, that which has come into force last.
    candidates.sort(key=lambda price: price.valid_from, reverse=True)
    best = min(
        candidates,
        key=lambda price: (codes.WITH_TAX + codes.WITHOUT_TAX).index(price.price_type),
        default=None,
    )
    if best is None:
        return None
    amount = Decimal(best.amount)
    if best.price_type in codes.WITHOUT_TAX and best.tax_rate:
        amount *= 1 + Decimal(best.tax_rate) / 100
    amount = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return amount if 0 < amount <= LARGEST_AMOUNT else None


def hindrance(
    *,
    descriptive: Descriptive,
    publishing: Publishing,
    offer: Offer | None,
    has_price: bool,
    has_copies: bool,
) -> Hindrance | None:
    """What keeps the book from being on sale, None if nothing does.

    A book that is only out of print or out of the supplier's reach is sold as long as the shop has copies. One that
    is not yet published or out of stock at the supplier is on sale: it can be ordered in advance or waited for.
    """
    in_market = offer.market_status if offer and offer.is_here is not False else ""
    status = in_market or publishing.status  # the market's own is the nearer one
    availability = offer.availability if offer else ""
    is_recalled = not in_market and status == RECALLED
    if is_recalled or status in FORBIDDEN_STATUSES or availability in FORBIDDEN_AVAILABILITIES:
        return Hindrance.FORBIDDEN
    if is_digital(descriptive.form) or descriptive.form in ("AO", "LA", "LB", "LC"):
        return Hindrance.DIGITAL
    if descriptive.is_trade_only or (descriptive.form.startswith("X") and descriptive.form != "XY"):
        return Hindrance.TRADE_ONLY
    # Out of print at the publisher, and still in a wholesaler's stock: it can be had.
    is_over = status in GONE_STATUSES and availability not in OBTAINABLE
    is_gone = is_over or in_market == NOT_IN_MARKET or availability in GONE_AVAILABILITIES
    if is_gone and not has_copies:
        return Hindrance.GONE
    return None if has_price else Hindrance.NO_PRICE
