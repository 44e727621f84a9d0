"""Credit notes: what a refund takes back of an invoice, line by line and by rate of tax, numbered without gaps."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from shop.money import rounded
from shop.orders.invoicing import issue_invoice
from shop.orders.models import CreditNote, Invoice, NumberSeries, Order, OrderLine
from shop.orders.papers import Line, Paper, the_seller
from shop.reckoning import ZERO, RateTotals, shared_by, shipping_by_rate
from shop.transactions import retry_on_conflict

from .models import Refund, RefundLine


@retry_on_conflict
@transaction.atomic(durable=True)
def issue_credit_note(*, refund_id: int) -> CreditNote | None:
    """A refund's credit note, written now unless there is one; None where the refund corrects no invoice: it gives back
    a payment that the order did not need, or the sale was made and invoiced elsewhere.

    The number is taken first: one note after the other is reckoned, from what those before it have left of the
    invoice's tax. So the notes of an order of which all goes back sum to its invoice, at each rate.
    """
    issued = CreditNote.objects.filter(refund=refund_id).first()
    if issued:
        return issued
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if not corrects_an_invoice(refund):
        return None
    invoice = Invoice.objects.get(order=refund.payment.order)
    number = NumberSeries.take(NumberSeries.CREDIT_NOTES)
    paper = _paper(refund, invoice, number=f"{settings.CREDIT_NOTE_PREFIX}{number:06d}")
    return CreditNote.objects.create(invoice=invoice, refund=refund, number=number, contents=paper.contents())


def note_refund(refund_id: int) -> None:
    """Issue a refund's credit note, and before it the invoice if need be. A task, which may be done again."""
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if corrects_an_invoice(refund):
        issue_invoice(order_id=refund.payment.order_id)
        issue_credit_note(refund_id=refund_id)


def corrects_an_invoice(refund: Refund) -> bool:
    """Whether the money that goes back is some of what the shop has invoiced."""
    order = refund.payment.order
    is_for_the_order = bool(refund.shipping) or refund.lines.exists()
    return is_for_the_order and order.paid_at is not None and order.channel != Order.Channel.EXTERNAL


def credit_notes_of(order: Order) -> list[CreditNote]:
    """All credit notes of an order, the first one first; those that are missing are issued now."""
    for refund_id in Refund.objects.filter(payment__order=order, credit_note=None).values_list(
        "pk", flat=True
    ):
        note_refund(refund_id)
    return list(CreditNote.objects.filter(invoice__order=order).order_by("number"))


def _paper(refund: Refund, invoice: Invoice, *, number: str) -> Paper:
    order = refund.payment.order
    parts = list(refund.lines.select_related("line").order_by("line_id"))
    by_rate = credited_by_rate(refund, parts, invoice)
    return Paper(
        number=number,
        issued=localdate(),
        supplied=localdate(refund.created_at),
        order=order.number,
        corrects=str(invoice),
        reason=refund.reason,
        seller=the_seller(),
        buyer=list(invoice.contents["buyer"]),
        currency=order.currency,
        lines=[
            Line(
                isbn=part.line.isbn,
                title=part.line.title,
                byline=part.line.byline,
                quantity=part.quantity,
                total=part.amount,
                tax_rate=part.line.tax_rate,
            )
            for part in parts
        ],
        shipping=refund.shipping,
        shipping_name=invoice.contents["shipping_name"],
        total=refund.amount,
        tax=sum((part.tax for part in by_rate), ZERO),
        by_rate=by_rate,
    )


def credited_by_rate(refund: Refund, parts: Iterable[RefundLine], invoice: Invoice) -> list[RateTotals]:
    """Of a refund, what goes back at each rate, highest first, and the tax within, after the notes there are."""
    order = refund.payment.order
    before = Refund.objects.filter(credit_note__invoice=invoice)
    of_lines: dict[int, Decimal] = {}  # summed up here: SQLite would reckon with binary fractions
    for line_id, amount in RefundLine.objects.filter(refund__in=before).values_list("line_id", "amount"):
        of_lines[line_id] = of_lines.get(line_id, ZERO) + amount
    gross: dict[Decimal, Decimal] = {}
    tax: dict[Decimal, Decimal] = {}

    def credit(rate: Decimal, amount: Decimal, of_it: Decimal) -> None:
        gross[rate] = gross.get(rate, ZERO) + amount
        tax[rate] = tax.get(rate, ZERO) + of_it

    for part in parts:
        line: OrderLine = part.line
        earlier = of_lines.get(line.pk, ZERO)
        credit(line.tax_rate, part.amount, _tax_of_part(line.tax, line.charged, earlier, part.amount))
    shares = shipping_by_rate(order.lines.order_by("pk"), shipping=order.shipping)
    left = [share.gross for share in shares]
    for amount in before.order_by("credit_note__number").values_list("shipping", flat=True):
        left = [one - less for one, less in zip(left, shared_by(amount, left), strict=True)]
    for share, still, amount in zip(shares, left, shared_by(refund.shipping, left), strict=True):
        if amount:
            credit(share.rate, amount, _tax_of_part(share.tax, share.gross, share.gross - still, amount))
    return [RateTotals(rate, gross[rate], tax[rate]) for rate in sorted(gross, reverse=True)]


def _tax_of_part(tax: Decimal, whole: Decimal, before: Decimal, amount: Decimal) -> Decimal:
    """How much of a whole's tax is within this amount of it, when so much went before: the parts sum to the tax."""
    if not whole:
        return ZERO
    return rounded(tax * (before + amount) / whole) - rounded(tax * before / whole)
