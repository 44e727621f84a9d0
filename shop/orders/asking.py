"""What customers ask of their orders: which of them to see, and to take books back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from shop.quantities import QuantityField

from .models import OrderLine, OrderQuerySet
from .story import STANDS


class OrderSearch(forms.Form):
    """Which of one's own orders to see."""

    q = forms.CharField(
        label=_("Title, ISBN or number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *STANDS.items()], required=False)

    def found(self, orders: OrderQuerySet) -> OrderQuerySet:
        """Those of the orders that are sought; all of them where the question makes no sense."""
        if not self.is_valid():
            return orders
        if status := self.cleaned_data["status"]:
            orders = orders.filter(status=status)
        if sought := self.cleaned_data["q"]:
            named = OrderLine.objects.filter(order=OuterRef("pk")).filter(
                Q(title__icontains=sought) | Q(isbn=sought.replace("-", ""))
            )
            orders = orders.filter(Q(number__icontains=sought) | Exists(named))
        return orders


class ReturnForm(forms.Form):
    """How many copies of which books are to go back, and why."""

    reason = forms.CharField(
        label=_("Why, if you like to tell us"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    # The number that the return is to have within its order: the form sent twice asks once.
    number = forms.IntegerField(min_value=1, max_value=32_000, widget=forms.HiddenInput)

    def __init__(self, returnable: Mapping[OrderLine, int], *args: Any, **kwargs: Any) -> None:
        """`returnable` says how many copies of each line may go back."""
        super().__init__(*args, **kwargs)
        self.returnable = returnable
        for line, most in returnable.items():
            self.fields[self._name(line)] = QuantityField(
                least=0, most=most, required=False, label=line.title_and_format
            )

    def rows(self) -> Iterable[tuple[OrderLine, int, forms.BoundField]]:
        """Each line with the copies that may go back and the field that asks how many do."""
        return [(line, most, self[self._name(line)]) for line, most in self.returnable.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.copies(cleaned):
            raise forms.ValidationError(
                _("Please say how many copies of which book you would like to return.")
            )
        return cleaned

    def copies(self, cleaned: Mapping[str, Any] | None = None) -> dict[int, int]:
        """The copies that are to go back, by their line's primary key."""
        answers = self.cleaned_data if cleaned is None else cleaned
        asked = {line.pk: answers.get(self._name(line)) for line in self.returnable}
        return {line: number for line, number in asked.items() if number}

    def _name(self, line: OrderLine) -> str:
        return f"copies-{line.pk}"
