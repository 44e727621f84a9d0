"""The orders of whoever asks."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.money import written

from ..access import for_its_owner
from ..cancelling import cancel_order
from ..models import Order
from ..transitions import NotPossible
from ..waiting import leaves_from

ORDERS_ON_A_PAGE = 20


@require_safe
@for_its_owner
def order_page(request: HttpRequest, order: Order) -> HttpResponse:
    """One order: what was bought, where it goes, what has happened to it."""
    lines = list(order.lines.with_books().select_related("book__main_subject").order_by("pk"))
    context = {
        "order": order,
        "lines": lines,
        "leaves_from": leaves_from(lines),
        "held_days": settings.COLLECTION_HELD_DAYS,
        "events": order.events.all(),
    }
    return render(request, "orders/order.html", context)


@require_POST
@for_its_owner
def cancel(request: HttpRequest, order: Order) -> HttpResponse:
    """The customer no longer wants it."""
    was_paid = order.is_paid
    try:
        cancel_order(
            order_id=order.pk,
            actor=request.user if request.user.is_authenticated else None,
            note=_("by the customer"),
        )
    except NotPossible as refused:
        messages.error(
            request,
            _("This order can no longer be cancelled: its status is “%(status)s”.")
            % {"status": refused.order.get_status_display()},
        )
    else:
        given_back = _("What you paid, %(total)s, is given back.") % {
            "total": written(order.total, order.currency)
        }
        messages.success(request, _("Your order is cancelled.") + (f" {given_back}" if was_paid else ""))
    return redirect(order.page_address())


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The customer's own orders, newest first."""
    orders = Order.objects.filter(customer_id=request.user.pk).prefetch_related("lines")
    page = Paginator(orders, ORDERS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/mine.html", {"page_obj": page})
