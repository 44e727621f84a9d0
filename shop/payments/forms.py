"""What staff say about money."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TakenForm(forms.Form):
    """The amount that was taken at the till."""

    amount = forms.DecimalField(
        label=_("Amount taken"),
        max_digits=10,
        decimal_places=2,
        min_value=0,
        help_text=_("It must be the order's total."),
    )
