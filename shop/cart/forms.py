"""What a visitor may ask of a cart, checked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.quantities import QuantityField

from .models import MOST_COPIES


class AddForm(forms.Form):
    """So many copies of one book."""

    quantity = QuantityField(most=MOST_COPIES, error_messages={"required": _("How many copies?")})


class QuantityForm(forms.Form):
    """So many copies of a book in the cart; none takes it out."""

    quantity = QuantityField(least=0, most=MOST_COPIES, error_messages={"required": _("How many copies?")})


class PriceForm(forms.Form):
    """The new price that the customer agrees to."""

    price = forms.DecimalField(max_digits=10, decimal_places=2)
