"""Providers tell by events what became of payments: each is kept once and for all, and has its effect once.

They come twice, late and in any order. What an event tells is an answer like any other (answers.py); a refund of a
payment that the shop has not heard of yet waits until it has.
"""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .answers import Came, WhatCame, flag, locked_payment, record_answer, take_answer
from .gateways import PROVIDERS
from .gateways.base import Outcome, RefundThere
from .gateways.news import About, Flagged, News, Refunded, Remark, Unusable
from .models import Payment, ProviderEvent
from .taking_over import record_refund_there, take_over_refunds


@retry_on_conflict
@transaction.atomic(durable=True)
def take_event(news: News, *, again: bool = False) -> ProviderEvent:
    """Keep an event, and act on it, in one transaction. The same one another time is counted, no more; one that had to
    wait is looked at anew, and `again` says that it is the shop that does so.

    The order's row is locked first: of one order's events one is dealt with at a time.
    """
    known = ProviderEvent.objects.filter(provider=news.provider, event_id=news.event_id)
    counted = F("times_received") + (0 if again else 1)
    if known.exclude(outcome=Came.RECEIVED).update(times_received=counted):
        return known.get()
    payment = find_payment(news.provider, news.about)
    if payment:
        payment = locked_payment(payment.pk)
    event, is_new = known.get_or_create(
        defaults={"kind": news.kind, "made_at": news.made_at, "payload": news.payload},
        provider=news.provider,
        event_id=news.event_id,
    )
    if not is_new:
        known.update(times_received=counted)  # by now its twin may be done with it
        event.refresh_from_db()
        if event.outcome != Came.RECEIVED:
            return event
    event.payment, event.reference = payment, news.about.reference
    event.outcome, note = _act(news, payment)
    event.note = note[:200]
    event.save(update_fields=["payment", "reference", "outcome", "note"])
    if payment and isinstance(news.says, Outcome) and event.outcome == Came.DONE:
        enqueue(take_what_waited, payment.pk)
    return event


def keep_event(news: News) -> None:
    """Keep an event that could not be dealt with, for the provider to send again and for people to see."""
    ProviderEvent.objects.get_or_create(
        defaults={"kind": news.kind, "made_at": news.made_at, "payload": news.payload},
        provider=news.provider,
        event_id=news.event_id,
    )


def ask_provider(payment: Payment) -> WhatCame:
    """Ask the provider what became of a payment, and act on it. Raises ProviderAway."""
    came = take_answer(payment_id=payment.pk, answer=PROVIDERS[payment.gateway].look_up(payment))
    if came.outcome == Came.DONE:
        take_what_waited(payment.pk)
    return came


def take_what_waited(payment_id: int) -> None:
    """Look once more at the events that came before the shop had heard of their payment. A task."""
    payment = Payment.objects.get(pk=payment_id)
    about = Q(payment=payment) | Q(reference=payment.reference) if payment.reference else Q(payment=payment)
    waiting = ProviderEvent.objects.filter(about, provider=payment.gateway, outcome=Came.RECEIVED)
    for payload in list(waiting.order_by("made_at", "pk").values_list("payload", flat=True)):
        take_event(PROVIDERS[payment.gateway].read(payload), again=True)


def find_payment(provider: str, about: About) -> Payment | None:
    """The payment that an event is about. The shop's own keys count only where they fit together: another shop may use
    the same account at the provider, and have payments with the same keys."""
    payments = Payment.objects.filter(gateway=provider).select_related("order")
    if about.payment_id is not None:
        return payments.filter(pk=about.payment_id, order__number=about.order_number).first()
    if about.session:
        return payments.filter(session=about.session).first()
    return payments.filter(reference=about.reference).first() if about.reference else None


def _act(news: News, payment: Payment | None) -> WhatCame:
    """Do what an event calls for, and say what came of it."""
    says = news.says
    if says is None:
        return WhatCame(Came.IGNORED, "")
    if isinstance(says, Unusable):
        return WhatCame(Came.REFUSED, says.why)
    if isinstance(says, Remark):
        return WhatCame(Came.IGNORED, says.note)
    if payment is None:
        return _without_payment(says)
    if isinstance(says, Refunded | Flagged) and payment.status != Payment.Status.SUCCEEDED:
        return WhatCame(Came.RECEIVED, _("It waits for word that the payment was made."))
    if isinstance(says, Flagged):
        return flag(payment, says.problem, came=Came.DONE)
    if isinstance(says, RefundThere):
        return record_refund_there(payment, says)
    if isinstance(says, Refunded):
        enqueue(take_over_refunds, payment.pk)
        return WhatCame(Came.DONE, _("The provider is asked what was given back."))
    if news.about.session and payment.session is None:
        Payment.objects.filter(pk=payment.pk).update(session=news.about.session)
    return record_answer(payment, says, at=timezone.now())


def _without_payment(says: object) -> WhatCame:
    """The shop has no such payment. Of money that went back, it may yet hear that it had come."""
    if isinstance(says, RefundThere | Refunded | Flagged):
        return WhatCame(Came.RECEIVED, _("It waits for word of its payment, which is not known here."))
    return WhatCame(Came.REFUSED, _("There is no such payment."))
