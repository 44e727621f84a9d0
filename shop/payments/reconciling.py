"""Providers are asked about what they did not tell: payments left open, refunds left due, events that wait.

Safe beside webhooks, and beside itself: it does nothing that an event would not.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from .answers import Came
from .events import ask_provider, take_event
from .gateways import PROVIDERS
from .gateways.base import ProviderAway
from .models import Payment, ProviderEvent, Refund
from .paying_back import pay_back
from .settling import GRACE, close_page, fail

logger = logging.getLogger(__name__)

LEFT_ALONE = timedelta(minutes=5)  # as long as the word of it may well be on its way
WAITS_AT_MOST = timedelta(hours=1)  # for an event whose payment the shop has not heard of


@dataclass(frozen=True)
class Finding:
    """What was found out about one payment, refund or event; people must look at what `is_trouble`."""

    about: str
    what: str
    is_trouble: bool = False


def reconcile_payments(*, older_than: timedelta = LEFT_ALONE) -> Iterator[Finding]:
    """Settle, fail or leave each payment that was begun at a provider so long ago and is open, see refunds through, and
    look again at events that wait. One that fails stops no other."""
    before = timezone.now() - older_than
    begun = Payment.objects.filter(
        gateway__in=PROVIDERS, status=Payment.Status.STARTED, started_at__lte=before
    )
    for payment in begun.select_related("order").order_by("pk"):
        yield _asked(payment.order.number, partial(_reconcile, payment))
    due = Refund.objects.filter(
        payment__gateway__in=PROVIDERS, status=Refund.Status.DUE, created_at__lte=before
    )
    for refund in due.select_related("payment__order").order_by("pk"):
        yield _asked(refund.payment.order.number, partial(_see_through, refund))
    waiting = ProviderEvent.objects.filter(outcome=Came.RECEIVED, received_at__lte=before)
    for event in waiting.filter(provider__in=PROVIDERS).order_by("made_at", "pk"):
        yield _asked(event.event_id, partial(_look_again, event))


def _asked(about: str, ask: Callable[[], tuple[str, bool]]) -> Finding:
    try:
        return Finding(about, *ask())
    except ProviderAway:
        return Finding(about, _("the provider does not answer"), is_trouble=True)
    except Exception:
        logger.exception("%s could not be reconciled", about)
        return Finding(about, _("could not be reconciled (see the log)"), is_trouble=True)


def _reconcile(payment: Payment) -> tuple[str, bool]:
    """What became of an open payment, and whether people must look at it."""
    provider = PROVIDERS[payment.gateway]
    if payment.session is None:
        if payment.started_at + provider.page_open_for + GRACE > timezone.now():
            return _("left open: its page was not made yet"), False
        fail(payment_id=payment.pk, problem=_("Its page was never shown."))
        return _("failed: its page was never shown"), False
    if not payment.order.awaits_payment:
        close_page(payment.pk)
    came = ask_provider(payment)
    payment.refresh_from_db()
    if payment.is_open:
        return _("left open: %(note)s") % {"note": came.note}, False
    return f"{payment.get_status_display()}: {came.note}", payment.needs_attention


def _see_through(refund: Refund) -> tuple[str, bool]:
    pay_back(refund.pk)
    refund.refresh_from_db()
    what = _("refund %(status)s") % {"status": refund.get_status_display().lower()}
    return what, refund.status == Refund.Status.FAILED


def _look_again(event: ProviderEvent) -> tuple[str, bool]:
    """Act on an event that had to wait, or failed here; of one that waits too long, the payment is nobody's here."""
    taken = take_event(PROVIDERS[event.provider].read(event.payload), again=True)
    if taken.outcome == Came.RECEIVED and event.received_at <= timezone.now() - WAITS_AT_MOST:
        ProviderEvent.objects.filter(pk=event.pk, outcome=Came.RECEIVED).update(outcome=Came.REFUSED)
        return _("%(kind)s: nothing came of it") % {"kind": event.kind}, True
    return f"{event.kind}: {taken.get_outcome_display()}", taken.outcome == Came.REFUSED
