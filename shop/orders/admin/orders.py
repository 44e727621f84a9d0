"""Orders in the admin: staff read them, send them off, take them back and cancel them; nobody edits what was sold."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shop.money import written

from ..calling_off import cancel_rest
from ..cancelling import cancel_order
from ..delivering import ON_ITS_WAY
from ..dispatching import may_go
from ..models import Order, OrderLine
from ..transitions import NotPossible
from ..waiting import hindrances
from . import dispatch, printing, returns
from .filters import OPEN_RETURNS, ToDoFilter
from .pages import page
from .phone import take_by_phone
from .rows import EventRows, LineRows, ParcelRows, ReturnRows


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """What must go out, first of all; and every order there was."""

    change_form_template = "admin/shop/order/change_form.html"
    list_display = ["number", "placed_at", "progress", "who", "delivery_method", "amount"]
    list_filter = [ToDoFilter, "status", "delivery_method", "channel", "placed_at"]
    list_select_related = ["customer"]
    search_fields = ["number", "email", "recipient", "reference", "lines__isbn", "lines__title"]
    search_help_text = _("Number, e-mail, name, reference, ISBN or title")
    show_full_result_count = False
    list_per_page = 50
    inlines = [LineRows, ParcelRows, ReturnRows, EventRows]
    actions = [
        *("print_picking_list", "print_packing_slips", "print_invoices"),
        *("dispatch_chosen", "deliver_chosen"),
    ]
    facts = [
        *("status", "waits", "placed_at", "expires_at", "channel", "reference", "customer", "email"),
        *("telephone", "delivery_method", "shipping_name", "goes_to", "comes_to", "paid_by"),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What there is to know of the order, without what it does not have."""
        known = [name for name in self.facts if getattr(obj, name, None) or self._told(name, obj)]
        return [(None, {"fields": known})]

    def _told(self, name: str, order: Order) -> str:
        return getattr(self, name)(order) if hasattr(self, name) else ""

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Parcels and returns, where there are any."""
        empty = [
            rows
            for rows, numbered in ((ParcelRows, obj.shipments), (ReturnRows, obj.returns))
            if not numbered.exists()
        ]
        return [rows for rows in self.inlines if rows not in empty]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.facts

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        lines = Prefetch("lines", OrderLine.objects.with_books())
        orders = super().get_queryset(request).prefetch_related(lines)
        return orders.annotate(return_asked=Exists(OPEN_RETURNS))

    @admin.display(description=_("status"), ordering="status")
    def progress(self, order: Order) -> str:
        """The status, what the order waits for, and whether somebody waits for an answer."""
        told: list[Any] = [order.get_status_display(), self.waits(order)]
        told += [_("Return asked for")] if order.return_asked else []  # type: ignore[attr-defined]
        return format_html_join(mark_safe("<br>"), "{}", ((each,) for each in told if each))

    @admin.display(description=_("dispatch"), empty_value="")
    def waits(self, order: Order) -> str:
        """For copies, for a day, or for both."""
        return ", ".join(hindrances(order.lines.all())) if order.status in Order.HOLDING_COPIES else ""

    @admin.display(description=_("customer"), ordering="email")
    def who(self, order: Order) -> str:
        return order.recipient or order.email or order.reference

    @admin.display(description=_("total"), ordering="total")
    def amount(self, order: Order) -> str:
        return written(order.total, order.currency)

    @admin.display(description=_("address"))
    def goes_to(self, order: Order) -> str:
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in order.address_lines))

    @admin.display(description=_("total"))
    def comes_to(self, order: Order) -> str:
        """The total, and what it is made of beside the lines below."""
        parts = [
            (order.discount, _("discount")),
            (order.shipping, _("delivery charge")),
            (order.tax, _("tax within the total")),
        ]
        told = "; ".join(f"{what} {written(sum_, order.currency)}" for sum_, what in parts if sum_)
        return f"{self.amount(order)} ({told})" if told else self.amount(order)

    @admin.display(description=_("payments"), empty_value="")
    def paid_by(self, order: Order) -> str:
        """Its payments, as payments publish them, each leading to its own page."""
        return format_html_join(
            mark_safe("<br>"),
            '<a href="{}">{}</a>: {}{}',
            (
                (
                    reverse("admin:shop_payment_change", args=[payment.pk]),
                    written(payment.amount, payment.currency),
                    payment.get_status_display(),
                    _(", %(sum)s given back") % {"sum": written(payment.refunded, payment.currency)}
                    if payment.refunded
                    else "",
                )
                for payment in order.payments.order_by("pk")
            ),
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        title = _("Order %(number)s") % {"number": context["original"].number}
        order = context["original"]
        context |= {"may": may(order), "to_take": to_take(order), "title": title, "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=_("Picking list"), permissions=["view"])
    def print_picking_list(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        return printing.to_print(request, "admin:shop_order_picking_list", orders)

    @admin.action(description=_("Packing slips"), permissions=["view"])
    def print_packing_slips(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        return printing.to_print(request, "admin:shop_order_packing_slips", orders)

    @admin.action(description=_("Invoices"), permissions=["view"])
    def print_invoices(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        return printing.to_print(request, "admin:shop_invoice_print", orders)

    @admin.action(description=_("Dispatch, or hand over, the chosen orders"), permissions=["change"])
    def dispatch_chosen(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
        return dispatch.dispatch_whole(self, request, orders)

    @admin.action(description=_("The chosen orders have been delivered"), permissions=["change"])
    def deliver_chosen(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        dispatch.mark_delivered(request, orders)

    def get_urls(self) -> list[URLPattern]:
        return [
            self._path("phone/", "phone", partial(take_by_phone, self)),
            self._path("picking-list/", "picking_list", partial(printing.picking_page, self)),
            self._path("packing-slips/", "packing_slips", partial(printing.slips_page, self)),
            self._path("<int:pk>/parcels/<int:number>/", "packing_slip", partial(printing.slip_page, self)),
            self._path("<int:pk>/dispatch/", "dispatch", partial(dispatch.dispatch_page, self)),
            self._path("<int:pk>/deliver/", "deliver", require_POST(partial(dispatch.deliver, self))),
            self._path("<int:pk>/return/", "take_return", partial(returns.take_page, self)),
            self._path("<int:pk>/returns/<int:number>/", "answer_return", partial(returns.answer_page, self)),
            self._path("<int:pk>/cancel/", "cancel", self.cancel_view),
            *super().get_urls(),
        ]

    def _path(self, route: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
        return path(route, self.admin_site.admin_view(view), name=f"shop_order_{name}")

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks once more, for it cannot be undone: copies are free again, and what was paid for them goes back."""
        order = get_object_or_404(Order, pk=pk)
        if not self.has_change_permission(request, order):
            raise PermissionDenied
        is_rest = order.status == Order.Status.PART_DISPATCHED
        if request.method != "POST":
            title = _("Cancel the rest of order %(number)s") if is_rest else _("Cancel order %(number)s")
            context = {"title": title % {"number": order.number}, "order": order, "is_rest": is_rest}
            return page(self, request, "admin/shop/order/cancel.html", context)
        try:
            # What the page that asked said, not what has become of the order since.
            if request.POST.get("rest"):
                cancel_rest(order_id=pk, actor=request.user)  # type: ignore[arg-type]
                done = _("What had not left is cancelled.")
            else:
                cancel_order(order_id=pk, actor=request.user, note=_("by the shop"))  # type: ignore[arg-type]
                done = _("The order is cancelled.")
        except NotPossible as refused:
            status = refused.order.get_status_display()
            messages.error(
                request, _("It cannot be cancelled: its status is “%(status)s”.") % {"status": status}
            )
        else:
            messages.success(request, done)
        return redirect("admin:shop_order_change", pk)


def to_take(order: Order) -> Any:
    """The order's payment that staff take at the till, as payments publish it; None if there is none to take."""
    begun = order.payments.order_by("-pk") if order.awaits_payment else ()
    return next((payment for payment in begun if payment.is_taken_at_the_till), None)


def may(order: Order) -> dict[str, bool]:
    """What can be done about the order now: the buttons that its page shows."""
    lines = list(order.lines.all())
    to_send = order.status in Order.TO_DISPATCH
    return {
        "dispatch": to_send and any(may_go(line) for line in lines),
        "deliver": order.status in ON_ITS_WAY
        and not order.is_collected
        and order.shipments.filter(delivered_at=None).exists(),
        "take_back": any(line.dispatched > line.returned for line in lines),
        "cancel": order.can_be_cancelled,
        "cancel_rest": order.status == Order.Status.PART_DISPATCHED,
    }
