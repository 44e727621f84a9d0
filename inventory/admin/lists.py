"""What inventory's lists have in common: they are about books, and searched as people write."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from shop.isbn import hyphenated, isbn13
from shop.long_lists import LongListAdmin


class BookSearch(LongListAdmin):
    """Lists that are searched by title, author, or ISBN as people write it."""

    search_help_text = gettext_lazy("Title, author, or ISBN with or without hyphens")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        try:
            return super().get_object(request, object_id, from_field)
        except OverflowError:  # an address made up, with a number that no database holds
            return None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        isbn = isbn13(search_term)
        if isbn:
            return queryset.filter(book__isbn=isbn), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=gettext_lazy("ISBN"), ordering="book__isbn")
    def isbn(self, row: Any) -> str:
        return hyphenated(row.book.isbn)

    @admin.display(description=gettext_lazy("book"), ordering="book__sort_title")
    def stock_page(self, row: Any) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:inventory_stock_change", args=[row.book_id]), row.book
        )

    def order_page(self, order: Any) -> str:
        """A link to an order."""
        return format_html('<a href="{}">{}</a>', reverse("admin:shop_order_change", args=[order.pk]), order)


def day(moment: datetime) -> str:
    """The day of a moment, in the shop's time zone."""
    return date_format(localtime(moment), "SHORT_DATE_FORMAT")
