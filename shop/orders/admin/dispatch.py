"""Staff send orders off, whole or in parts, and say that they arrived; one by one and many at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from ..copies import SentBefore, TooManyCopies
from ..delivering import deliver_order
from ..dispatching import NotYet, dispatch_order, why_it_stays
from ..models import Order
from ..transitions import NotPossible
from .forms import DispatchForm
from .pages import page
from .printing import MOST

MOST_NAMED = 10  # orders in one message


def dispatch_page(pages: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """What goes into the next parcel: all that can go, unless staff type less."""
    order = get_object_or_404(Order, pk=pk)
    if not pages.has_change_permission(request, order):
        raise PermissionDenied
    if order.status not in Order.TO_DISPATCH:
        messages.error(request, left_as_it_is(order))
        return redirect("admin:shop_order_change", pk)
    lines = [line for line in order.lines.with_books() if line.outstanding]
    initial = {"number": order.shipments.count() + 1, "carrier": usual_carrier(order)}
    form = DispatchForm(lines, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _dispatched(request, order, form):
        return redirect("admin:shop_order_change", pk)
    title = _("Hand over order %(number)s") if order.is_collected else _("Dispatch order %(number)s")
    return page(
        pages,
        request,
        "admin/shop/order/dispatch.html",
        {"title": title % {"number": order.number}, "order": order, "form": form},
    )


def usual_carrier(order: Order) -> str:
    """The carrier of the order's last parcel, else that of the way which its customer chose."""
    if last := order.shipments.last():
        return last.carrier
    return order.shipping_method.carrier if order.shipping_method else ""


def _dispatched(request: HttpRequest, order: Order, form: DispatchForm) -> bool:
    """Send off what the form says; False if it must be shown again."""
    try:
        sent = dispatch_order(
            order_id=order.pk,
            actor=request.user,  # type: ignore[arg-type]
            copies=form.typed("copies"),
            carrier=form.cleaned_data["carrier"],
            tracking=form.cleaned_data["tracking"],
            number=form.cleaned_data["number"],
        )
    except SentBefore:
        messages.info(request, _("A parcel has left since this form was opened: nothing is sent twice."))
    except NotPossible as refused:
        messages.error(request, left_as_it_is(refused.order))
    except (TooManyCopies, NotYet) as refused:
        form.add_error(None, "; ".join(refused.reasons) if isinstance(refused, NotYet) else str(refused))
        return False
    else:
        done = _("All that was outstanding has left.")
        if sent.status == Order.Status.PART_DISPATCHED:
            done = _("A part of the order has left; the rest is still to go.")
        messages.success(request, done)
    return True


def left_as_it_is(order: Order) -> str:
    """Why nothing is done about an order, to staff."""
    return _("Nothing to do: the order's status is “%(status)s”.") % {"status": order.get_status_display()}


def deliver(pages: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """All parcels of an order have arrived, or the one that the button is of."""
    order = get_object_or_404(Order, pk=pk)
    if not pages.has_change_permission(request, order):
        raise PermissionDenied
    number = request.POST.get("parcel", "")
    parcel = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else None
    try:
        deliver_order(order_id=pk, actor=request.user, parcel=parcel)  # type: ignore[arg-type]
    except NotPossible:
        messages.error(request, _("Nothing was on its way."))
    else:
        messages.success(request, _("It has arrived."))
    return redirect("admin:shop_order_change", pk)


def dispatch_whole(pages: Any, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse | None:
    """Send each of them off, whole or what is left of it; before that, ask once more, for it cannot be undone."""
    if request.POST.get("confirmed"):
        each(request, orders, dispatch_order, _("Dispatched: %(count)d."))
        return None
    chosen = list(orders.order_by("pk")[: MOST + 1])
    if len(chosen) > MOST:
        messages.error(request, _("Choose %(most)d orders at most.") % {"most": MOST})
        return None
    stay = [(order, why) for order in chosen if (why := why_it_stays(order))]
    go = [order for order in chosen if order not in dict(stay)]
    context = {
        "title": _("Dispatch, or hand over, the chosen orders"),
        "sent": [order for order in go if not order.is_collected],
        "handed_over": [order for order in go if order.is_collected],
        "stay": stay,
        "go": go,
        "back": request.get_full_path(),
    }
    return page(pages, request, "admin/shop/order/dispatch_chosen.html", context)


def mark_delivered(request: HttpRequest, orders: QuerySet[Order]) -> None:
    """All parcels of each have arrived."""
    each(request, orders, deliver_order, _("Delivered: %(count)d."))


def each(request: HttpRequest, orders: QuerySet[Order], use_case: Callable[..., Order], said: str) -> None:
    """Do it for each in a transaction of its own, and tell how many that was and which were left as they are."""
    done, left = 0, []
    for order_id in orders.prefetch_related(None).order_by("pk").values_list("pk", flat=True):
        try:
            use_case(order_id=order_id, actor=request.user)
            done += 1
        except NotPossible as refused:
            left.append(f"{refused.order.number} ({refused.order.get_status_display()})")
        except NotYet as refused:
            left.append(f"{refused.order.number} ({'; '.join(refused.reasons)})")
    if done:
        messages.success(request, said % {"count": done})
    if left:
        some = ", ".join(left[:MOST_NAMED]) + (" …" if len(left) > MOST_NAMED else "")
        messages.error(
            request, _("Left as they are: %(count)d. %(orders)s") % {"count": len(left), "orders": some}
        )
