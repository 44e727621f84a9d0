"""A series' own page."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..cards import cards
from ..models import Book, Series

PER_PAGE = 48


@require_safe
def series(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The books of a series in their order, one card for a work; those without a number come last."""
    found = get_object_or_404(Series, pk=pk)
    if slug != found.slug:
        return redirect(found, permanent=True)
    in_order = Book.objects.listed().filter(series=found).for_cards("series_number")
    in_order = in_order.order_by(
        F("series_position").asc(nulls_last=True), "series_number", "publication_date", "pk"
    )
    page = Paginator(in_order, PER_PAGE).get_page(request.GET.get("page"))
    books = list(page.object_list)
    for book in books:
        book.note = _number(book.series_number)  # type: ignore[attr-defined]
    context = {"series": found, "page": page, "cards": cards(books)}
    return render(request, "catalogue/series.html", context)


def _number(printed: str) -> str:
    """The number as printed on the book, with a word where it is but a figure."""
    return _("Book %(number)s") % {"number": printed} if printed[:1].isdigit() else printed
