"""The books that a visitor looked at last: a cookie of their keys, and nothing about anybody in the shop's database."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from .models import Book

COOKIE = "looked_at"
MOST = 9  # books in the cookie; a page shows fewer, for one may be its own, and some off sale by then
KEPT = 60 * 60 * 24 * 30  # seconds
KEYS = re.compile(rf"[1-9][0-9]{{0,17}}(?:\.[1-9][0-9]{{0,17}}){{0,{MOST - 1}}}", re.ASCII)


def looked_at(request: HttpRequest) -> list[int]:
    """The keys of the books looked at, the last one first; none where the cookie says anything else than such keys."""
    written = request.COOKIES.get(COOKIE, "")
    if not KEYS.fullmatch(written):
        return []
    return list(dict.fromkeys(map(int, written.split("."))))


def remember(request: HttpRequest, response: HttpResponse, book: Book) -> None:
    """Have the visitor's browser remember that this book was looked at, in the response that shows it."""
    before = looked_at(request)
    now = [book.pk, *(key for key in before if key != book.pk)][:MOST]
    if now != before:
        response.set_cookie(
            COOKIE,
            ".".join(map(str, now)),
            max_age=KEPT,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    keep_private(response)


def keep_private(response: HttpResponse) -> None:
    """No cache on the way may show another visitor a page that tells what this one looked at."""
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True)


def forget(response: HttpResponse) -> None:
    """Have the visitor's browser remember no book any more."""
    response.delete_cookie(COOKIE, samesite="Lax")
