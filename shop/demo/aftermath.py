"""What comes after an order has left: money back, books back; and the invoices of all of it, dated as it happened.

Each inside the caller's transaction, by the very functions that staff and customers set going.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from shop.money import rounded
from shop.orders.invoicing import issue_invoice
from shop.orders.models import CreditNote, Invoice, Order, OrderLine, Return
from shop.orders.returning import record_receipt, record_refusal, record_request
from shop.payments.apportioning import Fate, Part, left_of
from shop.payments.credit_notes import note_refund
from shop.payments.models import Payment, Refund
from shop.payments.owing import book

from .planning import PlannedOrder, What


def tell(what: What, order: Order, planned: PlannedOrder, *, actor: AbstractBaseUser, at: datetime) -> None:
    """Have one of these things happen to an order."""
    match what:
        case What.COMPENSATED:
            compensate(order, planned, actor=actor, at=at)
        case What.RETURN_ASKED:
            ask_for_return(order, planned, at=at)
        case What.RETURN_REFUSED:
            refuse_return(order, actor=actor, at=at)
        case What.RETURNED:
            take_return(order, planned, actor=actor, at=at)
        case _:
            raise ValueError(what)


def ask_for_return(order: Order, planned: PlannedOrder, *, at: datetime) -> None:
    """The customer would like to give a book back."""
    reasons = [_("A present that was there already"), _("The dust jacket is torn"), _("Not what I expected")]
    reason = reasons[planned.key.int % len(reasons)]
    copies = {line.pk: line.quantity for line in _returned(order, planned)}
    record_request(order, copies, reason=reason, actor=order.customer, at=at)


def refuse_return(order: Order, *, actor: AbstractBaseUser, at: datetime) -> None:
    """The shop does not take it."""
    asked = order.returns.select_related("order").get(status=Return.Status.ASKED)
    record_refusal(asked, answer=_("We are sorry: it has been read."), actor=actor, at=at)


def take_return(order: Order, planned: PlannedOrder, *, actor: AbstractBaseUser, at: datetime) -> None:
    """It came, can be sold again, and its price goes back."""
    asked = order.returns.select_related("order").get(status=Return.Status.ASKED)
    lines = list(_returned(order, planned))
    copies = {line.pk: line.quantity for line in lines}
    record_receipt(asked, copies, restocked=copies, actor=actor, at=at)
    parts = [Part(line.pk, line.quantity, line.charged, Fate.RESTOCK) for line in lines]
    _give_back(order, parts, reason=_("Came back"), actor=actor, at=at)


def compensate(order: Order, planned: PlannedOrder, *, actor: AbstractBaseUser, at: datetime) -> None:
    """A book came with a bump: the customer keeps it, and has a fifth of its price back."""
    part = [
        Part(line.line.pk, 1, rounded(line.price_of(1) / 5), Fate.KEEP)
        for line in left_of(order, _returned(order, planned)).lines
    ]
    _give_back(order, part, reason=_("A bumped corner"), actor=actor, at=at)


def _returned(order: Order, planned: PlannedOrder) -> list[OrderLine]:
    return list(order.lines.filter(isbn__in=planned.returned))


def _give_back(
    order: Order, parts: list[Part], *, reason: str, actor: AbstractBaseUser, at: datetime
) -> None:
    payment = order.payments.select_related("order").get(status=Payment.Status.SUCCEEDED)
    refund = Refund(
        payment=payment,
        amount=sum(part.amount for part in parts),
        reason=reason,
        status=Refund.Status.DONE,
        actor_id=actor.pk,
        created_at=at,
        done_at=at,
    )
    refund.reference = f"test-refund-{refund.key}"
    book(refund, parts)


def issue_papers() -> None:
    """Invoices and credit notes for all that has been paid and given back so far, in the order in which it was, and
    dated so. Where no worker does it they have been issued already, a moment ago."""
    for order_id in (
        Order.objects.filter(paid_at__isnull=False, invoice=None)
        .order_by("paid_at")
        .values_list("pk", flat=True)
    ):
        issue_invoice(order_id=order_id)
    for refund_id in (
        Refund.objects.filter(credit_note=None).order_by("created_at").values_list("pk", flat=True)
    ):
        note_refund(refund_id)
    invoices = Invoice.objects.filter(order__paid_at__lt=F("issued_at")).select_related("order")
    _date(Invoice, {invoice: invoice.order.paid_at or invoice.issued_at for invoice in invoices})
    notes = CreditNote.objects.filter(refund__created_at__lt=F("issued_at")).select_related("refund")
    _date(CreditNote, {note: note.refund.created_at for note in notes})


def _date(model: type[Invoice] | type[CreditNote], papers: Mapping[Any, datetime]) -> None:
    for paper, at in papers.items():
        paper.issued_at = at
        paper.contents["issued"] = localdate(at).isoformat()
    model.objects.bulk_update(papers, ["issued_at", "contents"], batch_size=100)
