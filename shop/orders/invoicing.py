"""Invoices: each paid order has one, under the next number of a series without gaps."""

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from shop.reckoning import tax_by_rate
from shop.transactions import retry_on_conflict

from .models import Invoice, NumberSeries, Order, OrderEvent
from .papers import Line, Paper, the_seller


class NotPaid(Exception):
    """There is no invoice for an order that nobody has paid."""


@retry_on_conflict
@transaction.atomic(durable=True)
def issue_invoice(*, order_id: int) -> Invoice:
    """An order's invoice, written now unless there is one. Raises NotPaid.

    Everything is read before the number is taken, so that nobody waits for it longer than it takes to write one row.
    Of two who issue the same order's at once, one finds the order taken, rolls back with its number, and tries again.
    """
    issued = Invoice.objects.filter(order=order_id).first()
    if issued:
        return issued
    order = Order.objects.get(pk=order_id)
    paper = _paper(order)
    number = NumberSeries.take(NumberSeries.INVOICES)
    contents = {**paper.contents(), "number": f"{settings.INVOICE_PREFIX}{number:06d}"}
    return Invoice.objects.create(order=order, number=number, contents=contents)


def invoice_order(order_id: int) -> None:
    """Issue an order's invoice, unless it has one. A task, which may be done again."""
    issue_invoice(order_id=order_id)


def _paper(order: Order) -> Paper:
    if order.paid_at is None:
        raise NotPaid(order.number)
    lines = list(order.lines.order_by("pk"))
    by_rate, _ = tax_by_rate(lines, shipping=order.shipping)
    paid = order.events.filter(what=OrderEvent.What.PAID).order_by("pk").last()
    return Paper(
        number="",
        issued=localdate(),
        supplied=localdate(order.paid_at),
        order=order.number,
        seller=the_seller(),
        buyer=order.address_lines,
        currency=order.currency,
        lines=[
            Line(
                isbn=line.isbn,
                title=line.title,
                byline=line.byline,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.total,
                tax_rate=line.tax_rate,
            )
            for line in lines
        ],
        discount=order.discount,
        shipping=order.shipping,
        shipping_name=order.shipping_name or order.get_delivery_method_display(),
        total=order.total,
        tax=order.tax,
        by_rate=list(by_rate),
        payment=paid.note if paid else "",
    )
