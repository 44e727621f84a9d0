"""What stands around every request."""

import sys
from collections.abc import Callable
from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


@receiver(got_request_exception, dispatch_uid="shop.note_database_away")
def note_database_away(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Mark the request whose exception says that the database did not answer."""
    if request is not None and isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        request.database_away = True  # type: ignore[attr-defined]


class DatabaseAwayMiddleware:
    """Answers 503 with a plain page, instead of a traceback, when the database cannot be reached.

    Stands first, so that it also covers what sessions and logins ask of the database: by the time it
    sees their exception, Django has made a 500 of it, and only the mark on the request is left. The
    page itself needs no database. CONN_HEALTH_CHECKS makes the next request connect anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "database_away", False):
            return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
        return response
