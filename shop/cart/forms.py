"""What a visitor may ask of a cart, checked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import MOST_COPIES


class QuantityField(forms.IntegerField):
    """A number of copies in ASCII digits; Python's own `int` reads every script's."""

    def __init__(self, *, least: int = 1) -> None:
        wrong = _("Write the number of copies in digits, from %(least)s to %(most)s.") % {
            "least": least,
            "most": MOST_COPIES,
        }
        super().__init__(
            label=_("Copies"),
            min_value=least,
            max_value=MOST_COPIES,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
        )

    def to_python(self, value: Any) -> int | None:
        if value not in self.empty_values and not str(value).strip().isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class AddForm(forms.Form):
    """So many copies of one book."""

    isbn = forms.CharField(max_length=20, error_messages={"required": _("Which book?")})
    quantity = QuantityField()


class QuantityForm(forms.Form):
    """So many copies of a book in the cart; none takes it out."""

    quantity = QuantityField(least=0)


class PriceForm(forms.Form):
    """The new price that the customer agrees to."""

    price = forms.DecimalField(max_digits=10, decimal_places=2)
