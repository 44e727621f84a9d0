"""What stands below an order in the admin: its lines, parcels, returns, and what happened to it. All of it to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy

from shop.money import written

from ..models import Order, OrderEvent, OrderLine, Return, Shipment
from ..waiting import hindrances


class ReadOnlyInline(admin.TabularInline):
    """Rows to read, for whoever may see the order."""

    template = "admin/shop/rows.html"
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def may_change(request: HttpRequest) -> bool:
    """Whether these rows may offer to do something about the order."""
    return request.user.has_perm("shop.change_order")


def button(address: str, words: str, **fields: Any) -> str:
    """Posts to an address from within the page's own form, which is there with its token already."""
    ((name, value),) = fields.items() or (("", ""),)
    return format_html(
        '<button class="button" formaction="{}" name="{}" value="{}">{}</button>', address, name, value, words
    )


class LineRows(ReadOnlyInline):
    model = OrderLine
    fields = ["isbn", "title", "quantity", "gone", "waits", "price", "sum", "given_back"]
    readonly_fields = ["gone", "waits", "price", "sum", "given_back"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the columns that have nothing to tell of this order."""
        told = {name: getattr(self, name) for name in ("gone", "waits", "given_back")}
        lines = list(self.get_queryset(request).filter(order=obj)) if obj else []
        return [name for name in self.fields if name not in told or any(map(told[name], lines))]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).with_books().select_related("order")  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("of them"), empty_value="")
    def gone(self, line: OrderLine) -> str:
        """How many copies have gone which way, without the ways that none has gone."""
        ways = [
            (line.dispatched, gettext("dispatched")),
            (line.cancelled, gettext("called off")),
            (line.returned, gettext("returned")),
        ]
        return ", ".join(f"{copies} {way}" for copies, way in ways if copies)

    @admin.display(description=gettext_lazy("dispatch"), empty_value="")
    def waits(self, line: OrderLine) -> str:
        """For copies, for a day, or for both."""
        return ", ".join(hindrances([line])) if line.order.status in Order.HOLDING_COPIES else ""

    @admin.display(description=gettext_lazy("unit price"))
    def price(self, line: OrderLine) -> str:
        return written(line.unit_price, line.order.currency)

    @admin.display(description=gettext_lazy("total"))
    def sum(self, line: OrderLine) -> str:
        return written(line.total, line.order.currency)

    @admin.display(description=gettext_lazy("refunded"), empty_value="")
    def given_back(self, line: OrderLine) -> str:
        return written(line.refunded, line.order.currency) if line.refunded else ""


class ParcelRows(ReadOnlyInline):
    model = Shipment
    fields = ["reference", "copies", "carrier", "where", "dispatched_at", "actor", "arrived", "slip"]
    readonly_fields = ["reference", "copies", "where", "arrived", "slip"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            "delivered_at" if name == "arrived" and not may_change(request) else name for name in self.fields
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        parcels = super().get_queryset(request).select_related("order", "actor")
        return parcels.prefetch_related("lines__line")

    @admin.display(description=gettext_lazy("parcel"))
    def reference(self, parcel: Shipment) -> str:
        return parcel.reference

    @admin.display(description=gettext_lazy("copies"))
    def copies(self, parcel: Shipment) -> str:
        return in_rows(parcel)

    @admin.display(description=gettext_lazy("tracking number"), empty_value="")
    def where(self, parcel: Shipment) -> str:
        """The number, leading to the carrier's page where that is known."""
        address = parcel.tracking_url
        return (
            format_html('<a href="{}" rel="noreferrer">{}</a>', address, parcel.tracking)
            if address
            else parcel.tracking
        )

    @admin.display(description=gettext_lazy("delivered"), empty_value="")
    def arrived(self, parcel: Shipment) -> Any:
        """When, or a button for staff to say that it has."""
        on_its_way = parcel.order.status in (Order.Status.PART_DISPATCHED, Order.Status.DISPATCHED)
        if parcel.delivered_at or not on_its_way or parcel.order.is_collected:
            return parcel.delivered_at
        return button(
            reverse("admin:shop_order_deliver", args=[parcel.order_id]),
            gettext("It has arrived"),
            parcel=parcel.number,
        )

    @admin.display(description=gettext_lazy("packing slip"))
    def slip(self, parcel: Shipment) -> str:
        address = reverse("admin:shop_order_packing_slip", args=[parcel.order_id, parcel.number])
        return format_html('<a href="{}">{}</a>', address, gettext("Print"))


class ReturnRows(ReadOnlyInline):
    model = Return
    fields = ["reference", "copies", "reason", "status", "asked_at", "closed_at", "actor", "answer", "todo"]
    readonly_fields = ["reference", "copies", "todo"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields if name != "todo" or may_change(request)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        returns = super().get_queryset(request).select_related("order", "actor")
        return returns.prefetch_related("lines__line").order_by("number")

    @admin.display(description=gettext_lazy("return"))
    def reference(self, asked: Return) -> str:
        return asked.reference

    @admin.display(description=gettext_lazy("copies"))
    def copies(self, asked: Return) -> str:
        return in_rows(asked)

    @admin.display(description=gettext_lazy("to do"), empty_value="")
    def todo(self, asked: Return) -> str:
        """What is left to be done about it: to receive or refuse it."""
        if asked.status != Return.Status.ASKED:
            return ""
        address = reverse("admin:shop_order_answer_return", args=[asked.order_id, asked.number])
        return format_html('<a href="{}">{}</a>', address, gettext("Receive or refuse"))


def in_rows(parts: Shipment | Return) -> str:
    """The copies that left, or came back, together: a row for each book."""
    rows = []
    for part in parts.lines.all():
        lost = part.quantity - part.restocked if is_received(parts) else 0  # type: ignore[union-attr]
        note = gettext(" (%(count)d written off)") % {"count": lost} if lost else ""
        rows.append((part.quantity, part.line.title, note))
    return format_html_join(mark_safe("<br>"), "{} × {}{}", rows)


def is_received(parts: Shipment | Return) -> bool:
    """Whether it is a return, and has come."""
    return isinstance(parts, Return) and parts.status == Return.Status.RECEIVED


class EventRows(ReadOnlyInline):
    model = OrderEvent
    fields = ["at", "what", "actor", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderEvent]:
        return super().get_queryset(request).select_related("actor")
