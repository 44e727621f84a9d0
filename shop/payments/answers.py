"""What a gateway answers, at once or later or when it is asked, and what comes of it.

Nothing else settles a payment at a provider: no browser's return does.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.forms import Form
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders.copies import locked
from shop.orders.models import Order
from shop.orders.transitions import NotPossible
from shop.transactions import retry_on_conflict

from .emails import mail_payment_failed
from .gateways import Gateway
from .gateways.base import Accepted, Declined, Elsewhere, Gone, Outcome, ProviderAway, UnderWay
from .models import Payment, ProviderEvent
from .settling import (
    ReferenceUsed,
    WrongAmount,
    check_payment,
    close_page,
    fail,
    hold,
    record_payment,
    start_payment,
)

Came = ProviderEvent.Outcome

# How long an order waits for a bank that takes its time: a direct debit is two weeks at the longest.
BANKS_TAKE = timedelta(days=14)
LONGEST_URL = Payment._meta.get_field("url").max_length or 0


class WhatCame(NamedTuple):
    """What came of an answer or an event, and a remark on it for staff."""

    outcome: ProviderEvent.Outcome
    note: str


def begin_payment(*, order_id: int, gateway: Gateway, form: Form) -> tuple[Payment, Outcome]:
    """Begin to pay an order, and have its gateway say how that goes on. In no transaction: gateways are slow.

    On a provider's page it goes on where it was begun, however often that is asked for. Raises NotPossible unless the
    order awaits payment, and ProviderAway: then asking again does no harm.
    """
    payment = start_payment(order_id=order_id, gateway=gateway.code)
    outcome = gateway.start(payment, form.cleaned_data)
    if isinstance(outcome, Gone):
        fail(payment_id=payment.pk, problem=_("The payment page was closed before anything was paid."))
        payment = start_payment(order_id=order_id, gateway=gateway.code)
        outcome = gateway.start(payment, form.cleaned_data)
    if isinstance(outcome, Gone):
        raise ProviderAway
    if isinstance(outcome, Elsewhere) and outcome.session:
        record_page(payment, outcome)
    return payment, outcome


def record_page(payment: Payment, page: Elsewhere) -> None:
    """Note where the payment is to be made; if its order came to an end meanwhile, close that page and raise
    NotPossible."""
    Payment.objects.filter(pk=payment.pk).update(session=page.session, url=page.url[:LONGEST_URL])
    order = Order.objects.get(pk=payment.order_id)
    if not order.awaits_payment:
        close_page(payment.pk)
        raise NotPossible(order)


@retry_on_conflict
@transaction.atomic(durable=True)
def take_answer(*, payment_id: int, answer: Outcome) -> WhatCame:
    """What a provider answered about a payment takes effect, once."""
    return record_answer(locked_payment(payment_id), answer, at=timezone.now())


def locked_payment(payment_id: int) -> Payment:
    """A payment, of whose order nobody else changes anything before the caller's transaction ends."""
    order = locked(Payment.objects.values_list("order_id", flat=True).get(pk=payment_id))
    payment = Payment.objects.get(pk=payment_id)
    payment.order = order
    return payment


def record_answer(payment: Payment, answer: Outcome, *, at: datetime) -> WhatCame:
    """The same inside the caller's transaction, which holds the order's row."""
    match answer:
        case Accepted():
            return _paid(payment, answer, at)
        case Declined():
            return _declined(payment, answer, at)
        case UnderWay() if payment.is_open:
            hold(payment.order, until=at + BANKS_TAKE)
            Payment.objects.filter(pk=payment.pk).update(url="")
            return WhatCame(Came.DONE, _("The bank is making the payment."))
        case Gone() if payment.session:
            return _declined(payment, Declined(_("The provider does not know its page.")), at)
    return WhatCame(Came.IGNORED, _("Nothing has changed."))


def _paid(payment: Payment, answer: Accepted, at: datetime) -> WhatCame:
    try:
        check_payment(payment, amount=answer.amount, currency=answer.currency, reference=answer.reference)
    except (WrongAmount, ReferenceUsed) as refused:
        return refuse(payment, str(refused))
    if payment.status == Payment.Status.SUCCEEDED and payment.reference != answer.reference:
        return refuse(payment, _("It was paid twice, the second time as %s.") % answer.reference)
    if not record_payment(payment, reference=answer.reference, actor=None, at=at):
        return WhatCame(Came.IGNORED, _("That was known."))
    if payment.order.is_paid and not payment.refunds.exists():
        return WhatCame(Came.DONE, _("The order is paid."))
    return WhatCame(
        Came.DONE,
        _("The order is %(status)s: the money goes back.")
        % {"status": payment.order.get_status_display().lower()},
    )


def refuse(payment: Payment, problem: str) -> WhatCame:
    """Money came that cannot be taken for this payment: staff have to look where it belongs."""
    fail(payment_id=payment.pk, problem=problem)
    return flag(payment, problem)


def flag(
    payment: Payment, problem: str, *, came: ProviderEvent.Outcome = ProviderEvent.Outcome.REFUSED
) -> WhatCame:
    """Have staff look at a payment."""
    Payment.objects.filter(pk=payment.pk).update(needs_attention=True, problem=problem[:200])
    return WhatCame(came, problem)


def _declined(payment: Payment, answer: Declined, at: datetime) -> WhatCame:
    if not fail(payment_id=payment.pk, problem=answer.problem):
        return WhatCame(Came.IGNORED, _("The payment had come to its end before."))
    if answer.was_under_way:  # else the customer sees it on the page
        mail_payment_failed(payment)
    if answer.was_under_way and not payment.order.is_collected:
        # It was held for the bank; now it is for the customer to pay in another way.
        until = at + timedelta(minutes=settings.ORDER_HELD_MINUTES)
        Order.objects.filter(pk=payment.order_id, expires_at__gt=until).update(expires_at=until)
    return WhatCame(Came.DONE, answer.problem)
