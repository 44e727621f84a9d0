"""What copies of books come to: every total that the shop shows, charges or prints is reckoned here, on the server."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from shop.money import PENNY, rounded

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Item:
    """Some copies of one book, at a price with tax included, and the tax's percentage."""

    unit_price: Decimal
    quantity: int
    tax_rate: Decimal = ZERO


@dataclass(frozen=True)
class LineTotals:
    """What one item comes to: `total` before its share of the discount; `tax` is within what is left."""

    total: Decimal
    discount: Decimal
    tax_rate: Decimal
    tax: Decimal


class Taxed(Protocol):
    """A line that knows its tax: one just reckoned, or one of an order placed long ago."""

    @property
    def total(self) -> Decimal: ...
    @property
    def discount(self) -> Decimal: ...
    @property
    def tax_rate(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...


@dataclass(frozen=True)
class RateTotals:
    """Of what is charged, the part on which one rate of tax lies, delivery included, and the tax within it."""

    rate: Decimal
    gross: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.tax


@dataclass(frozen=True)
class Totals:
    """items_total - discount + shipping = total; `tax` is within the total, `shipping_tax` within the shipping."""

    lines: tuple[LineTotals, ...]
    items_total: Decimal
    discount: Decimal
    shipping: Decimal
    shipping_tax: Decimal
    total: Decimal
    tax: Decimal
    by_rate: tuple[RateTotals, ...]


def reckon(items: Sequence[Item], *, shipping: Decimal = ZERO, discount: Decimal = ZERO) -> Totals:
    """All the sums of an order, in whole pennies of the shop's currency, tax included in every price.

    The discount is shared among the lines by what they come to, and never exceeds them. Tax is rounded line by line,
    and once for each rate of delivery, which goes with the goods: its charge is shared among the rates of what is
    sent, by value (VAT Directive 2006/112/EC, article 78(b); HMRC VAT Notice 700/24). So the sums are exact: the taxes
    of the lines and of the delivery add up to that of the order, and those by rate as well.
    Raises ValueError for a sum or a quantity below nothing.
    """
    if shipping < 0 or discount < 0 or any(item.unit_price < 0 or item.quantity < 0 for item in items):
        raise ValueError("No part of an order is less than nothing.")
    totals = [rounded(item.unit_price * item.quantity) for item in items]
    items_total = sum(totals, ZERO)
    discount = min(rounded(discount), items_total)
    lines = tuple(
        LineTotals(total, off, item.tax_rate, tax_within(total - off, item.tax_rate))
        for item, total, off in zip(items, totals, shared_by(discount, totals), strict=True)
    )
    shipping = rounded(shipping)
    by_rate, shipping_tax = tax_by_rate(lines, shipping=shipping)
    return Totals(
        lines=lines,
        items_total=items_total,
        discount=discount,
        shipping=shipping,
        shipping_tax=shipping_tax,
        total=items_total - discount + shipping,
        tax=sum((part.tax for part in by_rate), ZERO),
        by_rate=by_rate,
    )


def tax_by_rate(lines: Sequence[Taxed], *, shipping: Decimal) -> tuple[tuple[RateTotals, ...], Decimal]:
    """What is charged at each rate of tax, highest first, with its share of the delivery; and the tax of the latter.

    Of an order it gives what `reckon` gave when it was placed, from what its lines have kept.
    """
    gross, tax = _of_lines(lines)
    shares = shipping_by_rate(lines, shipping=shipping)
    parts = tuple(
        RateTotals(
            share.rate, gross.get(share.rate, ZERO) + share.gross, tax.get(share.rate, ZERO) + share.tax
        )
        for share in shares
    )
    return parts, sum((share.tax for share in shares), ZERO)


def shipping_by_rate(lines: Iterable[Taxed], *, shipping: Decimal) -> tuple[RateTotals, ...]:
    """The delivery charge's shares in the rates of what is sent, highest first, and the tax within each."""
    gross, _ = _of_lines(lines)
    if shipping and not gross:  # nothing is sent that could tell a rate
        gross = {ZERO: ZERO}
    rates = sorted(gross, reverse=True)
    shares = shared_by(shipping, [gross[rate] for rate in rates])
    return tuple(
        RateTotals(rate, share, tax_within(share, rate)) for rate, share in zip(rates, shares, strict=True)
    )


def _of_lines(lines: Iterable[Taxed]) -> tuple[dict[Decimal, Decimal], dict[Decimal, Decimal]]:
    """By rate, what the lines are charged, and the tax within."""
    gross: dict[Decimal, Decimal] = {}
    tax: dict[Decimal, Decimal] = {}
    for line in lines:
        gross[line.tax_rate] = gross.get(line.tax_rate, ZERO) + line.total - line.discount
        tax[line.tax_rate] = tax.get(line.tax_rate, ZERO) + line.tax
    return gross, tax


def tax_within(amount: Decimal, rate: Decimal) -> Decimal:
    """The tax that an amount contains, at a percentage, to the penny."""
    return rounded(amount * rate / (100 + rate))


def shared_by(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The amount in shares proportional to the weights, which sum to it to the penny: what rounding down leaves goes to
    those who lost most by it, the first of them first. Where all weigh nothing, the first has it all."""
    if not weights:
        return []
    pennies, parts = int(amount / PENNY), [int(weight / PENNY) for weight in weights]
    whole = sum(parts)
    if not whole:
        return [amount, *(ZERO for _ in weights[1:])]
    shares = [pennies * part // whole for part in parts]
    lost = [pennies * part % whole for part in parts]
    most_lost = sorted(range(len(parts)), key=lambda place: -lost[place])
    for place in most_lost[: pennies - sum(shares)]:
        shares[place] += 1
    return [share * PENNY for share in shares]
