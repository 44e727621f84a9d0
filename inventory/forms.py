"""What staff type about stock. Numbers are read by the one rule of `shop.quantities`."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from shop.quantities import MOST_COPIES, QuantityField

from .models import Stock


class ReceiveForm(forms.Form):
    """Copies that came in, of one book or of many, by one delivery."""

    reference = forms.CharField(
        label=_("Delivery reference"),
        max_length=100,
        required=False,
        help_text=_("The number on the delivery note, if there is one."),
    )
    reason = forms.CharField(label=_("Remark"), max_length=200, required=False)
    # Names the form itself, so that sending it twice receives once.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, stocks: Sequence[Stock], data: Any = None) -> None:
        super().__init__(data, auto_id="receive_%s")
        self.stocks = stocks
        for stock in stocks:
            self.fields[f"copies_{stock.pk}"] = QuantityField(
                label=_("Copies received") if len(stocks) == 1 else stock.book.title,
                required=len(stocks) == 1,
            )

    def rows(self) -> Iterator[tuple[Stock, BoundField]]:
        """Each book's stock with the field for its copies."""
        for stock in self.stocks:
            yield stock, self[f"copies_{stock.pk}"]

    def quantities(self) -> dict[int, int]:
        """Copies by book id, of the books that any were typed for."""
        typed = {stock.pk: self.cleaned_data.get(f"copies_{stock.pk}") for stock in self.stocks}
        return {book_id: copies for book_id, copies in typed.items() if copies}

    def clean(self) -> None:
        if not self.errors and not self.quantities():
            raise forms.ValidationError(_("Write of at least one book how many copies came."))


class AdjustForm(forms.Form):
    """What was counted on the shelf, or by how many copies the figure is wrong; and why."""

    counted = QuantityField(
        label=_("Counted"),
        least=0,
        required=False,
        help_text=_("All copies in the building, those promised to orders included."),
    )
    difference = QuantityField(
        label=_("Or the difference"),
        least=-MOST_COPIES,
        required=False,
        help_text=_("Fewer copies with a minus: -2 for two damaged ones."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Stays in the ledger: stocktaking, damaged, stolen, found ..."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, stock: Stock, data: Any = None) -> None:
        super().__init__(data, auto_id="adjust_%s", initial={"seen": stock.on_hand})

    def clean(self) -> dict[str, Any]:
        """Reckon the difference from a count, against the number that whoever counted had before them."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return found
        counted, difference = found.get("counted"), found.get("difference")
        if (counted is None) == (difference is None):
            raise forms.ValidationError(_("Fill in either what was counted or the difference."))
        if difference is None:
            found["difference"] = difference = counted - found["seen"]
        if difference == 0:
            raise forms.ValidationError(_("The count agrees: there is nothing to put right."))
        return found


class ShelfForm(forms.Form):
    """Where a book stands."""

    shelf = forms.CharField(
        label=_("Shelf"),
        max_length=50,
        required=False,
        help_text=_("As it is written there: the picking list is sorted by it."),
    )

    def __init__(self, shelf: str, data: Any = None) -> None:
        super().__init__(data, auto_id="shelf_%s", initial={"shelf": shelf})


class ThresholdForm(forms.Form):
    """When to restock a book."""

    threshold = QuantityField(label=_("Restock below"), least=0, required=False)

    def __init__(self, stock: Stock, data: Any = None) -> None:
        super().__init__(data, auto_id="threshold_%s", initial={"threshold": stock.threshold})
        self.fields["threshold"].help_text = _(
            "Copies available; empty for the shop's own threshold of %(number)d, 0 to be left in peace."
        ) % {"number": settings.RESTOCK_THRESHOLD}
