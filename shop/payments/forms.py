"""What staff say about money."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.money import MoneyField


class TakenForm(forms.Form):
    """The amount that was taken at the till."""

    amount = MoneyField(label=_("Amount taken"), help_text=_("It must be the order's total."))
