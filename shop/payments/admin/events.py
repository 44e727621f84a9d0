"""What payment providers told the shop, and what came of it: kept for audit, changed by nobody."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..models import ProviderEvent
from .rows import ReadOnlyAdmin


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    """Every event, the latest first. Those refused, and those with which nothing has been done for long, are for
    people to look at."""

    list_display = ["received_at", "kind", "order", "outcome", "note", "times_received"]
    list_filter = ["outcome", "provider", "received_at"]
    list_select_related = ["payment__order"]
    search_fields = ["event_id", "kind", "reference", "payment__order__number"]
    fields = [
        *("provider", "event_id", "kind", "order", "reference", "outcome", "note"),
        *("made_at", "received_at", "times_received", "contents"),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderEvent]:
        """A list does not read what the events hold."""
        events = super().get_queryset(request)
        is_list = request.resolver_match and request.resolver_match.url_name.endswith("_changelist")  # type: ignore[union-attr]
        return events.defer("payload") if is_list else events

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.fields  # type: ignore[return-value]

    @admin.display(description=_("payment"), ordering="payment__order__number", empty_value="")
    def order(self, event: ProviderEvent) -> SafeString | None:
        """The payment, by its order's number."""
        if event.payment is None:
            return None
        address = reverse("admin:shop_payment_change", args=[event.payment_id])
        return format_html('<a href="{}">{}</a>', address, event.payment.order.number)

    @admin.display(description=_("contents"))
    def contents(self, event: ProviderEvent) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(event.payload, indent=2, ensure_ascii=False))
