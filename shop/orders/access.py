"""Who may see an order."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from .models import Order

# The ways in which orders come that have a page for their customer; what was sold elsewhere has none here.
WITH_A_PAGE = (Order.Channel.WEB, Order.Channel.PHONE)


class LogInFirst(Exception):
    """The order belongs to an account, and nobody is logged in."""


def order_for(request: HttpRequest, token: str) -> Order:
    """The order that a visitor asks for by its link, or Http404. A sale made elsewhere has no page here.

    A guest's order is for whoever holds its unguessable link. A customer's order is for that customer
    alone, link or not; raises LogInFirst where that may be who asks.
    """
    order = get_object_or_404(Order, token=token, channel__in=WITH_A_PAGE)
    if order.customer_id is None or order.customer_id == request.user.pk:
        return order
    if not request.user.is_authenticated:
        raise LogInFirst
    raise Http404


def for_its_owner(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the order that its address names, if it is the visitor's to see."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, token: str, **kwargs: object) -> HttpResponse:
        try:
            order = order_for(request, token)
        except LogInFirst:
            is_read = request.method in ("GET", "HEAD")
            return redirect_to_login(
                request.get_full_path() if is_read else reverse("orders:order", args=[token])
            )
        return view(request, order, **kwargs)

    return guarded
