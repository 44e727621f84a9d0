"""Where providers deliver their events."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .events import keep_event, take_event
from .gateways.stripe_events import Forged, read_event

logger = logging.getLogger(__name__)

LARGEST = 256 * 1024  # bytes: Stripe's own events have a few thousand


@csrf_exempt  # nobody's browser comes here: the signature says who it is
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Take one of Stripe's events. 2xx tells Stripe not to send it again, whatever it was; so it is only what failed
    here, for reasons that may pass, that answers 5xx."""
    body = _body_of(request)
    if body is None:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    try:
        news = read_event(body, request.headers.get("Stripe-Signature", ""))
    except Forged as refused:
        logger.warning("Refused as Stripe's event: %s", refused)
        return HttpResponse("Not signed by Stripe.", status=400, content_type="text/plain")
    except ValueError:
        logger.warning("What Stripe signed is no event")
        return HttpResponse("Not an event.", status=400, content_type="text/plain")
    try:
        event = take_event(news)
    except Exception:
        keep_event(news)
        raise
    return HttpResponse(event.get_outcome_display(), content_type="text/plain")


def _body_of(request: HttpRequest) -> bytes | None:
    """What was sent; None if it is larger than any event. Anybody can send that: it is no error of the shop's."""
    try:
        return request.body if len(request.body) <= LARGEST else None
    except RequestDataTooBig:  # than whatever the shop reads
        return None
