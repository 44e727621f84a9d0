"""What must be restocked, in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import alerts
from ..models import RestockAlert
from .lists import BookSearch, day


class AttentionFilter(admin.SimpleListFilter):
    """Shows what is open unless something else is asked for."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((status.value, str(status.label)) for status in RestockAlert.Status), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("Open and ordered")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset.open()
        return queryset if self.value() == "all" else queryset.filter(status=self.value())


@admin.register(RestockAlert)
class RestockAlertAdmin(BookSearch):
    """What must be restocked, longest waiting first."""

    list_display = ["stock_page", "isbn", "left", "threshold", "raised", "progress"]
    list_display_links = None
    list_filter = [AttentionFilter, "raised_at"]
    list_select_related = ["book__stock"]
    search_fields = ["book__title", "book__search_text", "book__isbn"]
    actions = ["mark_ordered", "resolve"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # nothing is typed here

    def has_restock_permission(self, request: HttpRequest) -> bool:
        """Asked for by the actions."""
        return may_restock(request)

    @admin.display(description=gettext_lazy("available"))
    def left(self, alert: RestockAlert) -> int:
        return alert.book.stock.available

    @admin.display(description=gettext_lazy("threshold"))
    def threshold(self, alert: RestockAlert) -> int:
        return alert.book.stock.restock_below

    @admin.display(description=gettext_lazy("raised"), ordering="raised_at")
    def raised(self, alert: RestockAlert) -> str:
        return day(alert.raised_at)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def progress(self, alert: RestockAlert) -> str:
        since = alert.resolved_at or alert.ordered_at
        return f"{alert.get_status_display()}, {day(since)}" if since else alert.get_status_display()

    @admin.action(description=gettext_lazy("Copies are ordered"), permissions=["restock"])
    def mark_ordered(self, request: HttpRequest, chosen: QuerySet[RestockAlert]) -> None:
        act_on_alerts(request, "ordered", chosen)

    @admin.action(
        description=gettext_lazy("Resolve: what is left will do, until another copy goes"),
        permissions=["restock"],
    )
    def resolve(self, request: HttpRequest, chosen: QuerySet[RestockAlert]) -> None:
        act_on_alerts(request, "resolve", chosen)


def may_restock(request: HttpRequest) -> bool:
    """Whether this person decides about restock alerts."""
    return request.user.has_perm("inventory.change_restockalert")


def act_on_alerts(request: HttpRequest, todo: str, chosen: QuerySet[RestockAlert]) -> None:
    """Mark the chosen alerts as ordered, or resolve them, and tell how many that concerned."""
    if not may_restock(request):
        raise PermissionDenied
    alert_ids = list(chosen.values_list("pk", flat=True))
    if todo == "ordered":
        count = alerts.mark_ordered(alert_ids=alert_ids)
        done = ngettext(
            "%(count)d alert is marked as ordered.", "%(count)d alerts are marked as ordered.", count
        )
    else:
        count = alerts.resolve(alert_ids=alert_ids)
        done = ngettext(
            "%(count)d alert is resolved: what is left will do, until another copy goes.",
            "%(count)d alerts are resolved: what is left will do, until another copy goes.",
            count,
        )
        waited_for = RestockAlert.objects.open().filter(pk__in=alert_ids, book__stock__awaited__gt=0).count()
        if waited_for:
            left = ngettext(
                "%(count)d alert stays open: customers wait for copies.",
                "%(count)d alerts stay open: customers wait for copies.",
                waited_for,
            )
            messages.warning(request, left % {"count": waited_for})
    (messages.success if count else messages.info)(request, done % {"count": count})
