"""Paying over the counter when the order is collected."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order

from ..models import Payment, Refund
from .base import GivenBack, Later, Outcome


class PayOnCollection:
    """The order is held for the customer, and staff settle the payment at the till."""

    code: str = Payment.AT_THE_TILL
    label: str | Promise = _("Pay when you collect")
    name: str | Promise = _("At the till")
    template: str = "payments/_collection.html"

    def takes(self, order: Order) -> bool:
        return order.is_collected

    def form(self, data: object = None) -> forms.Form:
        return forms.Form(data)  # type: ignore[arg-type]

    def start(self, payment: Payment, data: dict[str, object]) -> Outcome:
        return Later()

    def pay_back(self, refund: Refund) -> GivenBack | None:
        return None
