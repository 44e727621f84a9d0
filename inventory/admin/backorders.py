"""Who waits for copies, in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from ..models import Backorder
from .lists import BookSearch, day


@admin.register(Backorder)
class BackorderAdmin(BookSearch):
    """Who waits for copies, to read: of each book, the first gets those that come in."""

    list_display = ["stock_page", "isbn", "quantity", "order", "placed", "status", "not_before"]
    list_display_links = None
    list_select_related = ["book", "order_line__order"]
    search_fields = ["book__title", "book__search_text", "book__isbn", "order_line__order__number"]
    search_help_text = gettext_lazy("Title, author, ISBN or order number")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("order"), ordering="order_line__order__number")
    def order(self, backorder: Backorder) -> str:
        return self.order_page(backorder.order_line.order)

    @admin.display(description=gettext_lazy("placed"), ordering="pk")
    def placed(self, backorder: Backorder) -> str:
        return day(backorder.order_line.order.placed_at)

    @admin.display(description=gettext_lazy("status"), ordering="order_line__order__status")
    def status(self, backorder: Backorder) -> str:
        return backorder.order_line.order.get_status_display()

    @admin.display(description=gettext_lazy("not before"), empty_value="")
    def not_before(self, backorder: Backorder) -> str:
        """The day on which the book may leave the shop, while that lies ahead."""
        from_day = backorder.book.may_be_dispatched_from
        return date_format(from_day, "SHORT_DATE_FORMAT") if from_day else ""
