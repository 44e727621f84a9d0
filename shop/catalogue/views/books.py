"""A book's own page, and the cover that the shop draws for it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from shop.isbn import hyphenated, isbn13

from .. import covers
from ..cards import availability, cards
from ..credits import credited
from ..languages import language_name
from ..models import Book, BookQuerySet, Contributor, Subject

MORE_BY_AUTHOR = 6
A_YEAR = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"
# A cover is a picture, also when its address is opened by itself: it runs and fetches nothing.
COVER_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def book(request: HttpRequest, isbn: str) -> HttpResponse:
    """All about a book, and a way to buy it."""
    digits = isbn13(isbn)
    if digits is None:
        raise Http404
    if digits != isbn:
        return redirect("catalogue:book", isbn=digits, permanent=True)
    found = get_object_or_404(
        Book.objects.select_related("publisher", "main_subject", "series", "stock"), isbn=isbn
    )
    if not found.on_sale and not _may_edit(request):
        raise Http404
    contributions = list(found.contributions.select_related("contributor"))
    author = next((c.contributor for c in credited(contributions)), None)
    context = {
        "book": found,
        "contributions": contributions,
        "subjects": list(found.subjects.all()),
        "trail": _trail(found.main_subject),
        "isbn_written": hyphenated(found.isbn),
        "language": language_name(found.language) if found.language else "",
        "author": author,
        "availability": availability(found),
        "more": cards(_others_by(author, found)) if author else [],
    }
    return render(request, "catalogue/book.html", context)


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


def _trail(subject: Subject | None) -> list[Subject]:
    """From the top of the tree down to the subject."""
    return [*Subject.objects.filter(path__in=subject.ancestor_paths), subject] if subject else []


def _others_by(author: Contributor, book: Book) -> BookQuerySet:
    others = Book.objects.listed().by(author).exclude(pk=book.pk)
    return others.for_cards().order_by("-first_published", "-pk")[:MORE_BY_AUTHOR]


def _may_edit(request: HttpRequest) -> bool:
    """Staff see books that are not on sale; nobody else does."""
    return request.user.is_staff and request.user.has_perm("shop.view_book")
