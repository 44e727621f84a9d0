"""What of an order's price can go back: which copies it is for, to the penny, and how a sum is shared among them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import ngettext

from shop.money import PENNY
from shop.orders.models import Order, OrderLine
from shop.reckoning import ZERO, shared_by

from .models import RefundLine

Fate = RefundLine.Fate


@dataclass(frozen=True)
class Part:
    """Some copies of one line, the sum that goes back for them, and what becomes of them.

    Copies to stock, or written off, are some that were never sent, unless they `came_back`.
    """

    line_id: int
    copies: int
    amount: Decimal
    fate: RefundLine.Fate = Fate.KEEP
    came_back: bool = False


@dataclass(frozen=True)
class LineLeft:
    """One line of an order; for how many of its copies something has been given back so far, and for how many of these
    their whole price."""

    line: OrderLine
    copies_refunded: int = 0
    copies_paid_back: int = 0

    @property
    def amount(self) -> Decimal:
        """What can still go back of its price."""
        return self.line.charged - self.line.refunded

    @property
    def copies(self) -> int:
        """How many of its copies the customer has, or is still to get."""
        return self.line.quantity - self.line.cancelled - self.line.returned

    @property
    def copies_to_pay_back(self) -> int:
        """Of how many copies the price, or the rest of it, can still go back: a part of it, for a torn cover, leaves
        the copy to be paid back later."""
        return max(self.line.quantity - self.copies_paid_back, 0)

    @property
    def copies_to_pay_back_in_words(self) -> str:
        """What to tell whoever asks for the price of more copies."""
        said = ngettext(
            "Only %(count)d copy is left to refund.",
            "Only %(count)d copies are left to refund.",
            self.copies_to_pay_back,
        )
        return said % {"count": self.copies_to_pay_back}

    @property
    def with_customer(self) -> int:
        """How many of its copies were sent and have not come back."""
        return self.line.dispatched - self.line.returned

    @property
    def gone(self) -> int:
        """How many of its copies came back, or were called off, and no money went back for any."""
        return max(self.line.cancelled + self.line.returned - self.copies_refunded, 0) if self.amount else 0

    def is_price_of(self, amount: Decimal, copies: int) -> bool:
        """Whether so much is the whole price of these copies; odd pennies make one copy dearer than another."""
        return (amount + PENNY) * self.line.quantity > self.line.charged * copies

    def price_of(self, copies: int) -> Decimal:
        """What the customer was charged for so many copies more, with their share of the discount, and never more than
        is left. Given back a few at a time, the parts of a line sum to what was charged: 10.00 for three copies is
        3.33, 3.34 and 3.33."""
        before = max(min(self.copies_refunded, self.line.quantity - copies), 0)
        return min(self._first(before + copies) - self._first(before), self.amount)

    def _first(self, copies: int) -> Decimal:
        """The price of the line's first so many copies."""
        quantity = self.line.quantity
        pennies = int(self.line.charged / PENNY) * min(copies, quantity)
        return (2 * pennies + quantity) // (2 * quantity) * PENNY


@dataclass(frozen=True)
class Left:
    """What of an order's price has not gone back yet."""

    lines: tuple[LineLeft, ...]
    shipping: Decimal

    @cached_property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO) + self.shipping

    def of(self, line_id: int) -> LineLeft | None:
        return next((line for line in self.lines if line.line.pk == line_id), None)

    def spread(self, amount: Decimal, *, fate: RefundLine.Fate = Fate.KEEP) -> tuple[list[Part], Decimal]:
        """A sum that is for no copies in particular, shared among all that is left, by what is left of each: the parts
        of the lines, and that of the delivery. A sum of all that is left is exactly all of each."""
        weights = [*(line.amount for line in self.lines), self.shipping]
        *shares, shipping = shared_by(min(amount, self.total), weights)
        parts = [
            Part(line.line.pk, max(line.copies, 1), share, fate if line.copies else Fate.KEEP)
            for line, share in zip(self.lines, shares, strict=True)
            if share
        ]
        return parts, shipping


def left_of(order: Order, lines: Iterable[OrderLine] | None = None) -> Left:
    """What of an order's price has not gone back yet, as its lines tell, in the order of their primary keys."""
    refunded: dict[int, list[RefundLine]] = defaultdict(list)
    for part in RefundLine.objects.filter(line__order=order):
        refunded[part.line_id].append(part)
    found = order.lines.order_by("pk") if lines is None else lines
    return Left(
        lines=tuple(_line_left(line, refunded[line.pk]) for line in found),
        shipping=order.shipping - order.shipping_refunded,
    )


def _line_left(line: OrderLine, refunded: list[RefundLine]) -> LineLeft:
    whole = [part.quantity for part in refunded if LineLeft(line).is_price_of(part.amount, part.quantity)]
    return LineLeft(line, sum(part.quantity for part in refunded), sum(whole))
