"""Prices and years in bands, as lists are narrowed down by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.money import written


@dataclass(frozen=True)
class PriceBand:
    """Prices from `low` to `high`, both included; in the shop's currency."""

    low: Decimal | None
    high: Decimal | None

    @property
    def label(self) -> str:
        if self.low is None:
            return str(_("Up to %(price)s")) % {"price": written(self.high)}
        if self.high is None:
            return str(_("From %(price)s")) % {"price": written(self.low)}
        return str(_("%(low)s to %(high)s")) % {"low": written(self.low), "high": written(self.high)}


@dataclass(frozen=True)
class YearBand:
    """Years from `first` to `last`, both included; `name` is what an address calls the band."""

    name: str
    label: str | Promise
    first: int
    last: int


def _price_bands(*bounds: int) -> tuple[PriceBand, ...]:
    lows = [None, *(Decimal(bound).quantize(Decimal("0.01")) for bound in bounds)]
    highs = [*(Decimal(bound) - Decimal("0.01") for bound in bounds), None]
    return tuple(PriceBand(low, high) for low, high in zip(lows, highs, strict=True))


def _decade(first: int) -> YearBand:
    return YearBand(f"{first}s", f"{first}s", first, first + 9)


PRICE_BANDS = _price_bands(5, 10, 15, 20, 30)
YEAR_BANDS = (
    *(_decade(first) for first in range(2090, 1950, -10)),
    YearBand("1900-1959", _("1900 to 1959"), 1900, 1959),
    YearBand("1800-1899", _("1800 to 1899"), 1800, 1899),
    YearBand("before-1800", _("before 1800"), -10_000, 1799),
)


def price_band(price: Decimal) -> int:
    """Which of the price bands it lies in."""
    return _place([band.low for band in PRICE_BANDS[1:]], price)


def year_band(year: int) -> int | None:
    """Which of the bands of years it lies in; None for a year beyond all of them."""
    return next((n for n, band in enumerate(YEAR_BANDS) if band.first <= year <= band.last), None)


def _place(lows: Sequence[Decimal | None], price: Decimal) -> int:
    return sum(low is not None and price >= low for low in lows)
