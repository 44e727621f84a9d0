"""Who may see an order."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from .models import Order


class LogInFirst(Exception):
    """The order belongs to an account, and nobody is logged in."""


def order_for(request: HttpRequest, token: str) -> Order:
    """The order that a visitor asks for by its link, or Http404. A sale made elsewhere has no page here.

    A guest's order is for whoever holds its unguessable link. A customer's order is for that customer
    alone, link or not; raises LogInFirst where that may be who asks.
    """
    order = get_object_or_404(Order, token=token, channel=Order.Channel.WEB)
    if order.customer_id is None or order.customer_id == request.user.pk:
        return order
    if not request.user.is_authenticated:
        raise LogInFirst
    raise Http404
