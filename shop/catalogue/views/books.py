"""A book's own page, and the cover that the shop draws for it."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from shop.isbn import hyphenated, isbn13
from shop.money import written
from shop.prose import plain_text

from .. import covers
from ..cards import DAY, availability
from ..credits import credited
from ..languages import language_name
from ..looked_at import looked_at, remember
from ..machines.structured import book_page
from ..models import Book, BookText, Subject
from ..related import Related

A_YEAR = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"
# A cover is a picture, also when its address is opened by itself: it runs and fetches nothing.
COVER_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"

# Texts that have a place of their own on the page, by their types in ONIX code list 153.
CONTENTS = {"04": _("Contents")}
PRAISE = {"06": _("Reviews"), "07": _("Reviews"), "08": _("Reviews"), "09": _("Endorsements")}
EXTRACTS = {"12": _("About the author"), "14": _("An extract")}
HEADINGS = PRAISE | CONTENTS | EXTRACTS


@require_safe
def book(request: HttpRequest, isbn: str) -> HttpResponse:
    """All about a book and its other editions, and a way to buy it: a work's page, with one edition chosen."""
    digits = isbn13(isbn)
    if digits is None:
        raise Http404
    if digits != isbn:
        return redirect("catalogue:book", isbn=digits, permanent=True)
    found = get_object_or_404(
        Book.objects.select_related("publisher", "main_subject", "series", "stock"), isbn=isbn
    )
    contributions = list(found.contributions.select_related("contributor"))
    author = next((c.contributor for c in credited(contributions)), None)
    related = Related.to(found, author=author, looked_at=looked_at(request))
    if not found.on_sale and not _may_edit(request):
        if related.editions:
            return redirect(related.lead)  # another edition of what they look for is better than none
        raise Http404
    subjects, trail = _subjects(found, related.subjects)
    text = plain_text(found.description)
    context = {
        "book": found,
        "contributions": contributions,
        "subjects": subjects,
        "trail": trail,
        "isbn_written": hyphenated(found.isbn),
        "language": language_name(found.language) if found.language else "",
        "author": author,
        "availability": availability(found),
        "editions": [_edition(each, found) for each in related.editions],
        "lead": related.lead,
        "previous": related.previous,
        "following": related.following,
        "replacement": related.replacement,
        "texts": _texts(related.texts),
        "more": related.by_author,
        "companions": related.bought_with,
        "recently": related.recently,
        "text": text,
        "structured": book_page(
            found, contributions=contributions, editions=related.editions, trail=trail, text=text
        ),
    }
    response = render(request, "catalogue/book.html", context)
    if found.on_sale:
        remember(request, response, found)
    return response


@require_safe
def cover(request: HttpRequest, isbn: str) -> HttpResponse:
    """The cover that the shop draws; where staff have uploaded one, the way to that."""
    books = Book.objects.select_related("main_subject").only(
        "isbn", "title", "subtitle", "byline", "cover", "main_subject__colour"
    )
    found = get_object_or_404(books, isbn=isbn13(isbn) or "")
    if found.cover:
        return redirect(found.cover_url)
    version = found.cover_version
    etag = f'"{version}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        drawing = covers.draw_cover(
            title=found.title,
            subtitle=found.subtitle,
            byline=found.byline,
            colour=found.cover_colour,
            seed=found.isbn,
        )
        response = HttpResponse(drawing, content_type="image/svg+xml")
    response["ETag"] = etag
    response["Cache-Control"] = A_YEAR if request.GET.get("v") == version else FIVE_MINUTES
    response["Content-Security-Policy"] = COVER_CSP
    return response


def _subjects(book: Book, keys: list[int]) -> tuple[list[Subject], list[Subject]]:
    """What the book is about, by the subjects' keys, and the way from the top of the tree to its main subject.

    What is on that way is not named again among the subjects. One query for both.
    """
    main = book.main_subject
    above = main.ancestor_paths if main else []
    found = Subject.objects.filter(Q(pk__in=keys) | Q(path__in=above)).order_by("path")
    subjects: list[Subject] = []
    trail: list[Subject] = []
    for subject in found:
        (trail if subject.path in above else subjects).append(subject)
    return subjects, [*trail, main] if main else []


def _edition(edition: Book, chosen: Book) -> dict[str, Any]:
    """What the chooser shows of an edition, as plain values."""
    published = edition.publication_date
    return {
        "address": edition.get_absolute_url(),
        "isbn": hyphenated(edition.isbn),
        "format": edition.format_name,
        "date": date_format(published, DAY) if published and not edition.is_forthcoming else "",
        "price": written(edition.price),
        "is_chosen": edition.pk == chosen.pk,
        **availability(edition),
    }


def _texts(keys: list[int]) -> dict[str, list[BookText]]:
    """Of a book's texts those that the page shows, under their headings."""
    texts = list(BookText.objects.filter(pk__in=keys, text_type__in=HEADINGS)) if keys else []
    shown: dict[str, list[BookText]] = {}
    for kind, heading in HEADINGS.items():
        shown.setdefault(str(heading), []).extend(text for text in texts if text.text_type == kind)
    return {heading: found for heading, found in shown.items() if found}


def _may_edit(request: HttpRequest) -> bool:
    """Staff see books that are not on sale; nobody else does."""
    return request.user.is_staff and request.user.has_perm("shop.view_book")
