"""Orders in the admin: staff read them, send them off and cancel them; nobody types over what was sold."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shop.money import written

from ..cancelling import cancel_order
from ..dispatching import NotYet, dispatch_order
from ..models import Order, OrderEvent, OrderLine
from ..transitions import NotPossible
from ..waiting import hindrances

MOST_NAMED = 10  # orders in one message


class ReadOnlyInline(admin.TabularInline):
    """Rows to read."""

    template = "admin/shop/rows.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = ["isbn", "title", "byline", "quantity", "unit_price", "total", "waits"]
    readonly_fields = ["waits"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).with_books().select_related("order")  # type: ignore[attr-defined]

    @admin.display(description=_("dispatch"), empty_value="")
    def waits(self, line: OrderLine) -> str:
        """For copies, for a day, or for both."""
        return ", ".join(hindrances([line])) if line.order.can_be_cancelled else ""


class OrderEventInline(ReadOnlyInline):
    model = OrderEvent
    fields = ["at", "what", "actor", "note"]


class ReadyFilter(admin.SimpleListFilter):
    """Of the orders that staff must send or hand over: those that can go, and those that cannot yet."""

    title = _("dispatch")
    parameter_name = "dispatch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ready", _("Can go now")), ("waiting", _("Cannot go yet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "ready":
            return queryset.awaiting_dispatch().unhindered()
        return queryset.awaiting_dispatch().hindered() if self.value() == "waiting" else queryset


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """What must go out, first of all; and every order there was."""

    change_form_template = "admin/shop/order/change_form.html"
    list_display = ["number", "placed_at", "progress", "who", "delivery_method", "amount"]
    list_filter = [ReadyFilter, "status", "delivery_method", "channel", "placed_at"]
    list_select_related = ["customer"]
    search_fields = ["number", "email", "recipient", "reference", "lines__isbn", "lines__title"]
    search_help_text = _("Number, e-mail, name, reference, ISBN or title")
    show_full_result_count = False
    list_per_page = 50
    inlines = [OrderLineInline, OrderEventInline]
    actions = ["dispatch_chosen"]
    fieldsets = [
        (None, {"fields": ["number", "status", "waits", "channel", "reference", "page"]}),
        (_("Customer"), {"fields": ["customer", "email"]}),
        (
            _("Delivery"),
            {
                "fields": [
                    "delivery_method",
                    *("recipient", "line1", "line2", "city", "region", "postcode", "country"),
                ]
            },
        ),
        (_("Money"), {"fields": ["items_total", "shipping", "total", "currency"]}),
        (_("Times"), {"fields": ["placed_at", "expires_at", "paid_at", "dispatched_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for _, options in self.fieldsets for name in options["fields"]]  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        lines = Prefetch("lines", OrderLine.objects.with_books())
        return super().get_queryset(request).prefetch_related(lines)

    @admin.display(description=_("status"), ordering="status")
    def progress(self, order: Order) -> str:
        """The status, and what the order waits for."""
        waits = self.waits(order)
        return (
            format_html("{}<br>{}", order.get_status_display(), waits)
            if waits
            else order.get_status_display()
        )

    @admin.display(description=_("dispatch"), empty_value="")
    def waits(self, order: Order) -> str:
        """For copies, for a day, or for both."""
        return ", ".join(hindrances(order.lines.all())) if order.can_be_cancelled else ""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        waits = {"waits": self.waits(context["original"])}
        return super().render_change_form(request, context | waits, *args, **kwargs)

    @admin.display(description=_("customer"), ordering="email")
    def who(self, order: Order) -> str:
        return order.recipient or order.email or order.reference

    @admin.display(description=_("total"), ordering="total")
    def amount(self, order: Order) -> str:
        return written(order.total, order.currency)

    @admin.display(description=_("payments"))
    def page(self, order: Order) -> str:
        address = reverse("admin:shop_payment_changelist")
        return format_html(
            '<a href="{}?order__id__exact={}">{}</a>', address, order.pk, _("See the payments")
        )

    @admin.action(description=_("Dispatch, or hand over, the chosen orders"), permissions=["change"])
    def dispatch_chosen(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        """Send each off in a transaction of its own, and tell which could not go."""
        sent, left = 0, []
        for order_id in orders.prefetch_related(None).order_by("pk").values_list("pk", flat=True):
            try:
                dispatch_order(order_id=order_id, actor=request.user)  # type: ignore[arg-type]
                sent += 1
            except NotPossible as refused:
                left.append(f"{refused.order.number} ({refused.order.get_status_display()})")
            except NotYet as refused:
                left.append(f"{refused.order.number} ({'; '.join(refused.reasons)})")
        if sent:
            messages.success(request, _("Dispatched: %(count)d.") % {"count": sent})
        if left:
            some = ", ".join(left[:MOST_NAMED]) + (" …" if len(left) > MOST_NAMED else "")
            messages.error(
                request, _("Left as they are: %(count)d. %(orders)s") % {"count": len(left), "orders": some}
            )

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:pk>/dispatch/",
                self.admin_site.admin_view(require_POST(self.dispatch_view)),
                name="shop_order_dispatch",
            ),
            path("<int:pk>/cancel/", self.admin_site.admin_view(self.cancel_view), name="shop_order_cancel"),
            *super().get_urls(),
        ]

    def dispatch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The button on the order's page."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        self.dispatch_chosen(request, Order.objects.filter(pk=pk))
        return redirect("admin:shop_order_change", pk)

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks once more, for it cannot be undone: copies are free again, and what was paid goes back."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        order = get_object_or_404(Order, pk=pk)
        if request.method != "POST":
            context = self.admin_site.each_context(request) | {
                "title": _("Cancel order %(number)s") % {"number": order.number},
                "opts": self.opts,
                "order": order,
            }
            return render(request, "admin/shop/order/cancel.html", context)
        try:
            cancel_order(order_id=pk, actor=request.user, note=_("by the shop"))  # type: ignore[arg-type]
        except NotPossible as refused:
            status = refused.order.get_status_display()
            messages.error(
                request, _("It cannot be cancelled: its status is “%(status)s”.") % {"status": status}
            )
        else:
            messages.success(request, _("The order is cancelled."))
        return redirect("admin:shop_order_change", pk)
