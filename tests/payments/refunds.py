"""Refunds as the tests of them ask for them, and what must hold after each."""

from decimal import Decimal
from uuid import uuid4

from inventory.models import Stock
from shop.models import Payment, Refund, RefundLine
from shop.payments.apportioning import Part
from shop.payments.refunding import refund_payment

KEEP, RESTOCK, WRITE_OFF = RefundLine.Fate


def payment_of(order):
    return order.payments.get(status=Payment.Status.SUCCEEDED)


def refund(order, *parts, **given):
    """Parts are (line, copies, amount, fate, came_back), of which the latter two may be left out."""
    fields = {"shipping": Decimal("0.00"), "reason": "Damaged", "key": uuid4().hex, "actor": None} | given
    return refund_payment(
        payment_id=payment_of(order).pk,
        parts=[Part(line.pk, copies, Decimal(amount), *rest) for line, copies, amount, *rest in parts],
        **fields,
    )


def stock_of(line):
    stock = Stock.objects.get(pk=line.book_id)
    return stock.on_hand, stock.allocated


def counters(line):
    line.refresh_from_db()
    return line.dispatched, line.cancelled, line.returned, line.refunded


def adds_up(order):
    """Whether payment, lines, credits, delivery and refunds tell the same sum; give it back."""
    order.refresh_from_db()
    lines = list(order.lines.all())
    of_lines = sum(line.refunded for line in lines)
    told = sum(each.amount for each in Refund.objects.filter(payment__order=order))
    assert payment_of(order).refunded == of_lines + order.shipping_refunded == told
    for line in lines:
        assert line.refunded <= line.charged
        assert sum(each.refunded for each in line.credits.all()) == line.refunded
        assert all(0 <= each.refunded <= each.amount for each in line.credits.all())
        assert sum(part.amount for part in line.refund_lines.all()) == line.refunded
    assert (
        sum(each.shipping for each in Refund.objects.filter(payment__order=order)) == order.shipping_refunded
    )
    assert told <= order.total
    return told
