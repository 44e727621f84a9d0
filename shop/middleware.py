"""What stands around every request."""

import sys
from collections.abc import Callable
from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import bad_request

# MySQL and MariaDB: too many connections, shutting down, connection killed, cannot connect, connection lost; then
# what is left after a use case's own tries: lock wait timeout, deadlock, record changed since last read
AWAY = {1040, 1053, 1927, 2002, 2003, 2006, 2013, 2055}
BUSY = {1205, 1213, 1020}
SQLITE_AWAY = ("unable to open database file", "database is locked", "disk I/O error")


def is_away(error: BaseException | None) -> bool:
    """Whether the database cannot be reached, or is too busy; no mistake in a query is that."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    reason = error.args[0] if error.args else None
    return reason in AWAY | BUSY if isinstance(reason, int) else str(error).startswith(SQLITE_AWAY)


@receiver(got_request_exception, dispatch_uid="shop.note_database_away")
def note_database_away(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Mark the request whose exception says that the database did not answer."""
    if request is not None and is_away(sys.exc_info()[1]):
        request.database_away = True  # type: ignore[attr-defined]


class DatabaseAwayMiddleware:
    """Answers 503 with a plain page, instead of a traceback, when the database cannot be reached.

    Stands first, so that it also covers what sessions and logins ask of the database: by the time it
    sees their exception, Django has made a 500 of it, and only the mark on the request is left. The
    page itself needs no database; it keeps the security headers that the 500 was given on its way.
    CONN_HEALTH_CHECKS makes the next request connect anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(request, "database_away", False):
            return response
        page = HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
        for name, value in response.headers.items():
            if name != "Content-Length":
                page.headers.setdefault(name, value)
        return page


class OutOfRangeMiddleware:
    """Answers 400 where an address or a form of the admin names a number or a year beyond all measure.

    Django's admin asks the database for it, or makes a date of it, and meets an error that it does not expect.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer, or None for whatever else is wrong."""
        match = request.resolver_match
        if match is None or match.app_name != "admin":
            return None
        too_large = isinstance(error, OverflowError)
        no_such_year = isinstance(error, ValueError) and "out of range" in str(error)
        return bad_request(request, error) if too_large or no_such_year else None
