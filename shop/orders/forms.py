"""What the shop asks at the checkout."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.address_forms import PlainInput, PostalAddressForm, country_choices
from shop.addresses import AUTOCOMPLETE

from .delivery import delivered_to
from .models import Order
from .placing import Details

ANSWERS = ("email", "telephone", "delivery_method", *AUTOCOMPLETE)

# As people write them: +44 20 7946 0018, (020) 7946-0018. ITU-T E.164: at most 15 digits; the shortest have 5.
TELEPHONE = re.compile(r"\+?[0-9 ()./-]+")


class CheckoutForm(PostalAddressForm):
    """How to reach the customer, and how and where the books go: only to countries that the shop delivers to."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We write to you about this order only."),
        widget=PlainInput(attrs={"class": "form-control", "autocomplete": "email", "type": "email"}),
    )
    telephone = forms.CharField(
        label=_("Telephone (optional)"),
        max_length=Order._meta.get_field("telephone").max_length,
        required=False,
        help_text=_("For the carrier, should they not find you."),
        widget=PlainInput(attrs={"class": "form-control", "autocomplete": "tel", "type": "tel"}),
    )
    delivery_method = forms.ChoiceField(
        label=_("How would you like your books?"), choices=Order.Delivery.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        every = country_choices()
        reached = delivered_to(code for code, _name in every)
        self.delivers_everywhere = len(reached) == len(every)
        super().__init__(*args, offered=tuple(one for one in every if one[0] in reached), **kwargs)
        for part in AUTOCOMPLETE:
            if part != "recipient":
                self.fields[part].error_messages["required"] = _("We need this to deliver your books.")
        country = self.fields["country"]
        country.required = self.asks_for_address
        country.error_messages["invalid_choice"] = _(
            "We do not deliver there. You can collect your books from us."
        )
        if not reached:
            self.fields["delivery_method"].choices = [  # type: ignore[attr-defined]
                (method.value, method.label) for method in Order.Delivery if method != Order.Delivery.STANDARD
            ]
        self.out_of_reach = self._forget_address(reached)

    @property
    def asks_for_address(self) -> bool:  # type: ignore[override]
        """Whether the answers are to be checked as an address: books that are collected go to none."""
        return self.data.get("delivery_method") != Order.Delivery.COLLECTION

    def _forget_address(self, reached: Collection[str]) -> str:
        """Start without an address to which the shop does not deliver, and give its country's name, if it was one."""
        country = str(self.initial.get("country", ""))
        if not country or country in reached:
            return ""
        for part in AUTOCOMPLETE:
            if part != "recipient":
                self.initial.pop(part, None)
        return dict(country_choices()).get(country, "")  # none of what nobody has heard of

    def clean_telephone(self) -> str:
        telephone = " ".join(str(self.cleaned_data["telephone"]).split())
        if telephone and not (
            TELEPHONE.fullmatch(telephone) and 5 <= sum(sign.isdigit() for sign in telephone) <= 15
        ):
            raise forms.ValidationError(_("This is not a telephone number. One looks like +44 20 7946 0018."))
        return telephone

    def as_session(self) -> dict[str, str]:
        """The cleaned answers as text, to be kept until the order is placed."""
        return {name: str(self.cleaned_data[name]) for name in ANSWERS}


def as_details(answers: object, shipping_method: int | None = None) -> Details | None:
    """What place_order needs, of answers that a CheckoutForm gave; None of anything else. An order that is collected
    keeps no address but a name."""
    if not isinstance(answers, Mapping) or not all(name in answers for name in ANSWERS):
        return None
    if answers["delivery_method"] not in Order.Delivery:
        return None
    collected = answers["delivery_method"] == Order.Delivery.COLLECTION
    return Details(
        email=answers["email"],
        telephone=answers["telephone"],
        delivery_method=answers["delivery_method"],
        address={name: answers[name] for name in (["recipient"] if collected else AUTOCOMPLETE)},
        shipping_method=None if collected else shipping_method,
    )
