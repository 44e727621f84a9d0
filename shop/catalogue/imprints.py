"""Under which names a house publishes."""

from django.core.cache import cache

from .models import Book, Publisher

MOST = 30  # names that a page shows
KEPT_FOR = 60 * 60  # seconds


def imprints(publisher: Publisher) -> list[str]:
    """The imprints on the house's books on sale, in alphabetical order, as they were within the last hour.

    Kept, because a house may have tens of thousands of books, each of which says its imprint.
    """
    key = f"imprints-{publisher.pk}"
    names: list[str] | None = cache.get(key)
    if names is None:
        names = _imprints(publisher)
        cache.set(key, names, KEPT_FOR)
    return names


def _imprints(publisher: Publisher) -> list[str]:
    on_books = Book.objects.on_sale().filter(publisher=publisher).exclude(imprint__in=["", publisher.name])
    return list(on_books.order_by("imprint").values_list("imprint", flat=True).distinct()[:MOST])
