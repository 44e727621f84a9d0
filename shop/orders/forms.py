"""What the shop asks at the checkout."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from shop.addresses import AUTOCOMPLETE

from .models import Order
from .placing import Details


class CheckoutForm(forms.ModelForm):
    """How to reach the customer, and how and where the books go."""

    NEEDED_FOR_DELIVERY = ("line1", "city", "postcode", "country")

    class Meta:
        model = Order
        fields = ["email", "delivery_method", *AUTOCOMPLETE]
        widgets = {"delivery_method": forms.RadioSelect}
        labels = {"delivery_method": _("How would you like your books?")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = self.fields["recipient"].required = True
        self.fields["email"].help_text = _("We write to you about this order only.")
        self.fields["delivery_method"].choices = Order.Delivery.choices  # type: ignore[attr-defined]
        for name in self.NEEDED_FOR_DELIVERY:
            self.fields[name].required = False  # said in clean(): it depends on the delivery
        for name, token in ({"email": "email"} | AUTOCOMPLETE).items():
            self.fields[name].widget.attrs["autocomplete"] = token
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            Fieldset(_("You"), "email", "recipient"),
            Fieldset(_("Delivery"), "delivery_method"),
            Fieldset(
                _("Address, if we deliver"),
                "line1",
                "line2",
                Div(
                    Div("city", css_class="col-sm-7"), Div("postcode", css_class="col-sm-5"), css_class="row"
                ),
                "region",
                "country",
            ),
            Submit("go_on", _("Review your order"), css_class="btn-lg"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("delivery_method") == Order.Delivery.STANDARD:
            for name in self.NEEDED_FOR_DELIVERY:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("We need this to deliver your books."))
        return cleaned

    def _post_clean(self) -> None:
        """Nothing is an order yet: `Details` is all that comes out of this form."""

    def as_session(self) -> dict[str, str]:
        """The cleaned answers as text, to be kept until the order is placed."""
        return {name: str(value) for name, value in self.cleaned_data.items()}

    def details(self) -> Details:
        """What place_order needs; an order that is collected keeps no address but a name."""
        answers = self.as_session()
        collected = answers["delivery_method"] == Order.Delivery.COLLECTION
        kept = ["recipient"] if collected else [*AUTOCOMPLETE]
        return Details(
            email=answers["email"],
            delivery_method=answers["delivery_method"],
            address={name: answers[name] for name in kept},
        )
