"""A card gateway for trying the shop: it takes no card number and no money."""

from uuid import uuid4

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order

from ..models import Payment, Refund
from .base import Accepted, Declined, Elsewhere, GivenBack, Outcome


class TestCardForm(forms.Form):
    """Which card to pretend to have."""

    card = forms.ChoiceField(
        label=_("Test card"),
        widget=forms.RadioSelect,
        initial="accepted",
        choices=[
            ("accepted", _("A card that is accepted")),
            ("declined", _("A card that is declined")),
            ("confirm", _("A card whose bank asks for confirmation")),
        ],
    )


class TestCard:
    """Accepts, declines or asks for confirmation, as the customer chooses."""

    __test__ = False  # not a test class, whatever its name

    code: str = "test_card"
    label: str | Promise = _("Pay by card")
    name: str | Promise = _("Card")
    template: str = "payments/_test_card.html"

    def takes(self, order: Order) -> bool:
        return True

    def form(self, data: object = None) -> forms.Form:
        return TestCardForm(data)  # type: ignore[arg-type]

    def start(self, payment: Payment, data: dict[str, object]) -> Outcome:
        if data["card"] == "declined":
            return Declined(gettext("The card was declined."))
        if data["card"] == "confirm":
            return Elsewhere(reverse("payments:confirm", args=[payment.order.token, payment.pk]))
        return self.confirm(payment)

    def confirm(self, payment: Payment) -> Accepted:
        """The bank says yes."""
        return Accepted(f"test-{uuid4()}", payment.amount, payment.currency)

    def pay_back(self, refund: Refund) -> GivenBack | None:
        return GivenBack(f"test-refund-{refund.pk}")
