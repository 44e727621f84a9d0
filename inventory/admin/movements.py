"""The ledger in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from ..models import StockMovement
from .lists import BookSearch


@admin.register(StockMovement)
class StockMovementAdmin(BookSearch):
    """The ledger, to read."""

    list_display = ["at", "stock_page", "kind", "copies", "reason", "source", "actor"]
    list_display_links = None
    list_filter = ["kind", "at"]
    list_select_related = ["book", "actor", "order_line__order"]
    search_fields = ["book__title", "book__search_text", "book__isbn", "reason", "reference", "actor__email"]
    search_help_text = gettext_lazy("Title, author, ISBN, reason, reference, or who")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("copies"), ordering="quantity")
    def copies(self, movement: StockMovement) -> str:
        return movement.signed

    @admin.display(description=gettext_lazy("reference"), ordering="reference")
    def source(self, movement: StockMovement) -> str:
        if movement.order_line is None:
            return movement.reference
        return self.order_page(movement.order_line.order)
