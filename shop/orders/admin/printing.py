"""Pages to be printed for those who pack: what to take from the shelves, and what to put into each parcel."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Order, Shipment
from ..picking import picking_list, slip_of, slips

MOST = 200  # orders on one page to be printed


def to_print(request: HttpRequest, name: str, orders: QuerySet[Order]) -> HttpResponse | None:
    """Lead to the page that prints this for these orders, unless they are too many for one."""
    chosen = list(
        orders.prefetch_related(None).order_by("placed_at", "pk").values_list("pk", flat=True)[: MOST + 1]
    )
    if len(chosen) > MOST:
        messages.error(request, _("Choose %(most)d orders at most.") % {"most": MOST})
        return None
    return redirect(f"{reverse(name)}?orders={','.join(map(str, chosen))}")


def chosen_orders(request: HttpRequest) -> QuerySet[Order]:
    """The orders that the address names, or all that can go now; the oldest first."""
    if "orders" in request.GET:
        named = request.GET["orders"].split(",")[:MOST]
        numbers = [int(n) for n in named if n.isascii() and n.isdigit() and len(n) < 19]
        orders = Order.objects.filter(pk__in=numbers)
    else:
        ready = Order.objects.awaiting_dispatch().unhindered().order_by("placed_at", "pk")
        orders = Order.objects.filter(pk__in=list(ready.values_list("pk", flat=True)[:MOST]))
    return orders.order_by("placed_at", "pk")


def picking_page(pages: Any, request: HttpRequest) -> HttpResponse:
    """Copies per book, by shelf, and for which orders they are."""
    if not pages.has_view_permission(request):
        raise PermissionDenied
    orders = list(chosen_orders(request))
    picks = picking_list(orders)
    packed = {order.pk for pick in picks for order, _copies in pick.orders}
    context = {
        "picks": picks,
        "orders": [order for order in orders if order.pk in packed],
        "left_out": [order for order in orders if order.pk not in packed],
        "copies": sum(pick.copies for pick in picks),
    }
    return TemplateResponse(request, "orders/print/picking_list.html", context)


def slips_page(pages: Any, request: HttpRequest) -> HttpResponse:
    """A sheet for each parcel of these orders."""
    if not pages.has_view_permission(request):
        raise PermissionDenied
    orders = chosen_orders(request)
    found = slips(orders)
    with_slip = {slip.order.pk for slip in found}
    left_out = [order for order in orders if order.pk not in with_slip]
    context = {"slips": found, "left_out": left_out}
    return TemplateResponse(request, "orders/print/packing_slips.html", context)


def slip_page(pages: Any, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The sheet of one parcel that has left."""
    parcel = get_object_or_404(Shipment.objects.select_related("order"), order=pk, number=number)
    if not pages.has_view_permission(request, parcel.order):
        raise PermissionDenied
    context = {"slips": [slip_of(parcel)], "left_out": []}
    return TemplateResponse(request, "orders/print/packing_slips.html", context)
