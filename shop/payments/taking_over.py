"""What providers tell of refunds: those begun here, and those that staff begin in the provider's own dashboard."""

from django.db import transaction
from django.utils.translation import gettext as _

from shop.money import written
from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .answers import Came, WhatCame, flag, locked_payment
from .gateways import PROVIDERS
from .gateways.base import RefundThere
from .models import Payment, Refund
from .paying_back import record_on_its_way, record_paid_back, record_refund_failed
from .refunding import take_over_refund


def take_over_refunds(payment_id: int) -> None:
    """Ask the provider what went back of a settled payment, and note it. A task. Raises ProviderAway."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.status == Payment.Status.SUCCEEDED and payment.gateway in PROVIDERS:
        for there in PROVIDERS[payment.gateway].refunds_of(payment):
            take_refund(payment_id=payment_id, there=there)


@retry_on_conflict
@transaction.atomic(durable=True)
def take_refund(*, payment_id: int, there: RefundThere) -> WhatCame:
    """What a provider answered about one refund takes effect, once."""
    return record_refund_there(locked_payment(payment_id), there, is_current=True)


def record_refund_there(payment: Payment, there: RefundThere, *, is_current: bool = False) -> WhatCame:
    """What a provider tells of one refund, whoever began it. Inside the caller's transaction, which holds the order.

    An event may be old; `is_current` is what was answered just now.
    """
    if there.currency != payment.currency:
        return flag(payment, _("Money went back in another currency: %s.") % there.currency)
    refunds = payment.refunds.all()
    known = refunds.filter(reference=there.reference).first() or refunds.filter(pk=there.ours or 0).first()
    if known is None and there.status == Refund.Status.FAILED:
        return WhatCame(Came.IGNORED, _("It failed, and was not begun here."))
    if known is None and payment.status != Payment.Status.SUCCEEDED:
        return WhatCame(Came.RECEIVED, _("It waits for word that the payment was made."))
    if known is None:
        known = take_over_refund(
            payment,
            reference=there.reference,
            amount=there.amount,
            reason=there.reason or _("Given back at the provider."),
            is_done=there.status == Refund.Status.DONE,
        )
        if known is None:
            return flag(
                payment,
                _("%s went back at the provider: more than is left of the payment.")
                % written(there.amount, there.currency),
            )
        if not is_current:
            # It may have failed since, and the word of that been faster.
            enqueue(take_over_refunds, payment.pk)
        return WhatCame(Came.DONE, _("A refund begun at the provider is taken over."))
    if there.tries < known.tries and there.status == Refund.Status.DONE and known.is_open and not is_current:
        enqueue(take_over_refunds, payment.pk)  # that try may have failed since
        return WhatCame(Came.DONE, _("The provider is asked what was given back."))
    return _told_again(payment, known, there)


def _told_again(payment: Payment, refund: Refund, there: RefundThere) -> WhatCame:
    """What the provider says of a refund that the shop knows."""
    if there.status == Refund.Status.FAILED:
        problem = there.reason or _("The bank did not take the money back.")
        changed = record_refund_failed(
            refund.pk, problem=problem, reference=there.reference, tries=there.tries
        )
    elif refund.status == there.status == Refund.Status.DONE and refund.reference != there.reference:
        return flag(
            payment,
            _("%s seems to have gone back twice: look at the provider's refunds.")
            % written(there.amount, there.currency),
        )
    elif there.status == Refund.Status.DONE:
        changed = record_paid_back(refund.pk, reference=there.reference)
    else:
        changed = record_on_its_way(refund.pk, reference=there.reference)
    refund.refresh_from_db()
    return WhatCame(Came.DONE if changed else Came.IGNORED, str(refund.get_status_display()))
