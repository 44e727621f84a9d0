"""Money that must go back is booked here: against its payment, the delivery, the lines and those credited with them.

One conditional UPDATE of each says whether there is so much left, whoever else asks for some at the same moment. What
is booked stays booked while the money is on its way, and also when giving it back has failed: it is owed.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import DecimalField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from shop.money import written
from shop.orders.models import LineCredit, Order, OrderEvent, OrderLine
from shop.orders.transitions import note_event
from shop.reckoning import shared_by
from shop.tasks import enqueue

from .apportioning import Part
from .credit_notes import note_refund
from .models import Payment, Refund, RefundLine


class CannotRefund(Exception):
    """What was asked for cannot be given back; nothing has been changed. Its text says why, for people."""


def book(refund: Refund, parts: Sequence[Part] = ()) -> None:
    """Write a new refund with the parts of it that are for lines of the order, and what is `shipping` for its delivery;
    one without either is for none of them, but of a payment that the order did not need.

    Inside the caller's transaction, which holds the order's row. Raises CannotRefund where less is left, after which
    the transaction must not be committed.
    """
    payment = refund.payment
    order = payment.order
    succeeded = Payment.objects.filter(pk=payment.pk, status=Payment.Status.SUCCEEDED)
    if not take(succeeded, "refunded", refund.amount, within=F("amount")):
        raise CannotRefund(_("So much is not left of the payment."))
    if not take(
        Order.objects.filter(pk=order.pk), "shipping_refunded", refund.shipping, within=F("shipping")
    ):
        raise CannotRefund(_("So much is not left of the delivery charge."))
    for part in sorted(parts, key=lambda part: part.line_id):
        lines = OrderLine.objects.filter(pk=part.line_id, order=order)
        if not take(lines, "refunded", part.amount, within=F("total") - F("discount")):
            raise CannotRefund(_("So much is not left of what was paid for “%(title)s”.") % _titled(lines))
        share_among_credits(part.line_id)
    refund.save()
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund, line_id=part.line_id, quantity=part.copies, amount=part.amount, fate=part.fate
        )
        for part in parts
    )
    note_event(
        order,
        OrderEvent.What.REFUNDED,
        actor=refund.actor,
        note=f"{written(refund.amount, payment.currency)}: {refund.reason}",
        at=refund.created_at,
    )
    enqueue(note_refund, refund.pk)


def take(rows: QuerySet, counter: str, amount: Decimal, *, within: Combinable) -> bool:
    """Add to what has been given back of a row, unless that would be more than there was: one UPDATE decides.

    Rounded, for SQLite reckons with binary fractions.
    """
    if not amount:
        return True
    money = DecimalField(max_digits=10, decimal_places=2)
    after = Round(F(counter) + Value(amount, output_field=money), 2)
    enough = rows.alias(after=after, most=Round(within, 2, output_field=money)).filter(after__lte=F("most"))
    return bool(enough.update(**{counter: after}))


def share_among_credits(line_id: int) -> None:
    """Have what was refunded of a line's credits be their shares of what was refunded of the line, to the penny.

    Worked out anew from the line's own sum each time, so that no rounding adds up: once all of it has gone back, all of
    each credit has.
    """
    refunded = OrderLine.objects.values_list("refunded", flat=True).get(pk=line_id)
    credits = list(LineCredit.objects.filter(line=line_id).order_by("pk"))
    for credit, share in zip(
        credits, shared_by(refunded, [credit.amount for credit in credits]), strict=True
    ):
        if credit.refunded != share:
            LineCredit.objects.filter(pk=credit.pk).update(refunded=share)


def _titled(lines: QuerySet[OrderLine]) -> dict[str, str]:
    return {"title": lines.values_list("title", flat=True).first() or ""}
