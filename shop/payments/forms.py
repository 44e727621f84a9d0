"""What staff say about money."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from shop.money import MoneyField, written
from shop.quantities import QuantityField
from shop.reckoning import ZERO

from .apportioning import Fate, Left, LineLeft, Part
from .owing import CannotRefund
from .refunding import check_rest


class TakenForm(forms.Form):
    """The amount that was taken at the till."""

    amount = MoneyField(label=_("Amount taken"), help_text=_("It must be the order's total."))


class Way(TextChoices):
    """What becomes of the copies that money goes back for."""

    KEEP = "keep", _("Money only: no copy moves")
    FREE = "free", _("Not sent: free for others")
    LOST = "lost", _("Not sent: written off")
    BACK = "back", _("Came back: to stock")
    SPOILT = "spoilt", _("Came back: written off")


FATES: Mapping[str, tuple[Fate, bool]] = {
    Way.KEEP: (Fate.KEEP, False),
    Way.FREE: (Fate.RESTOCK, False),
    Way.LOST: (Fate.WRITE_OFF, False),
    Way.BACK: (Fate.RESTOCK, True),
    Way.SPOILT: (Fate.WRITE_OFF, True),
}


def ways_for(line: LineLeft) -> list[Way]:
    """What can become of some copies of a line; the first is the likeliest."""
    unsent = [Way.FREE, Way.LOST] if line.line.outstanding else []
    sent = [Way.BACK, Way.SPOILT] if line.with_customer else []
    return [*unsent, Way.KEEP] if not sent else [Way.KEEP, *sent, *unsent]


class RefundForm(forms.Form):
    """What goes back of what was paid for an order: copies of its lines, the delivery charge. An amount that is left
    empty is the price of the copies. Once valid, `parts` and `shipping` are what to refund."""

    delivery = forms.BooleanField(label=_("Give the delivery charge back, too"), required=False)
    delivery_amount = MoneyField(label=_("Or only so much of it"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The customer reads it."))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, left: Left, currency: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.left, self.currency = left, currency
        self.parts: list[Part] = []
        self.shipping = ZERO
        if not left.shipping:
            del self.fields["delivery"], self.fields["delivery_amount"]
        for line in self.lines:
            pk, ways = line.line.pk, ways_for(line)
            self.fields |= {
                f"copies_{pk}": QuantityField(
                    label=_("Copies"), least=0, most=line.line.quantity, required=False
                ),
                f"amount_{pk}": MoneyField(
                    label=_("Amount"), required=False, help_text=_("Empty: their price.")
                ),
                f"way_{pk}": forms.ChoiceField(
                    label=_("What becomes of them"),
                    choices=[(way, way.label) for way in ways],
                    initial=ways[0],
                ),
            }
            # Else a browser that goes back fills in the copies and sums of the refund before.
            for name in ("copies", "amount"):
                self.fields[f"{name}_{pk}"].widget.attrs["autocomplete"] = "off"

    @property
    def lines(self) -> list[LineLeft]:
        """The lines of which there is something to give back, or to take back."""
        return [line for line in self.left.lines if line.amount or line.copies]

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """Each line with its three fields."""
        for line in self.lines:
            names = ("copies", "amount", "way")
            yield {"line": line} | {name: self[f"{name}_{line.line.pk}"] for name in names}

    @property
    def total(self) -> Decimal:
        """What goes back, once the form is valid."""
        return sum((part.amount for part in self.parts), ZERO) + self.shipping

    @property
    def told(self) -> Iterator[dict[str, Any]]:
        """What goes back for which copies, and what becomes of them, once the form is valid."""
        for part in self.parts:
            way = Way(self.cleaned_data[f"way_{part.line_id}"])
            yield {"part": part, "line": self.left.of(part.line_id), "way": way.label}

    def clean(self) -> None:
        self.parts = [part for line in self.lines if (part := self._part(line))]
        self.shipping = self._shipping()
        if self.errors:
            return
        if not self.total:
            raise forms.ValidationError(_("That comes to nothing: write copies, or choose the delivery."))
        try:
            check_rest(self.left, self.parts, self.total, self.currency)
        except CannotRefund as refused:
            raise forms.ValidationError(str(refused)) from refused

    def _part(self, left: LineLeft) -> Part | None:
        """What goes back for copies of one line; None for nothing. Complains where that cannot be."""
        line = left.line
        copies, amount, way = (
            self.cleaned_data.get(f"{name}_{line.pk}") for name in ("copies", "amount", "way")
        )
        if not copies:
            if amount:
                self.add_error(f"copies_{line.pk}", _("For how many copies?"))
            return None
        if amount is None:
            amount = left.price_of(copies)
        if amount > left.amount:
            most = written(left.amount, self.currency)
            self.add_error(f"amount_{line.pk}", _("No more than %(most)s is left.") % {"most": most})
        fate, came_back = FATES[way or Way.KEEP]
        there_are = (
            line.quantity if fate == Fate.KEEP else left.with_customer if came_back else line.outstanding
        )
        if copies > there_are:
            self.add_error(
                f"copies_{line.pk}", _("There are only %(count)d such copies.") % {"count": there_are}
            )
        elif amount and copies > left.copies_to_pay_back:
            self.add_error(f"copies_{line.pk}", left.copies_to_pay_back_in_words)
        return Part(line.pk, copies, amount, fate, came_back)

    def _shipping(self) -> Decimal:
        amount = self.cleaned_data.get("delivery_amount")
        if amount is None:
            return self.left.shipping if self.cleaned_data.get("delivery") else ZERO
        if amount > self.left.shipping:
            most = written(self.left.shipping, self.currency)
            self.add_error("delivery_amount", _("No more than %(most)s is left.") % {"most": most})
        return amount

    def explicit(self) -> dict[str, Any]:
        """The valid form's data with every amount written out, so that what was agreed to is what is done."""
        data = {name: value for name, value in self.data.items() if name in self.fields}
        for part in self.parts:
            data[f"amount_{part.line_id}"] = str(part.amount)
        if "delivery" in self.fields:
            data["delivery_amount"] = str(self.shipping)
        return data


def what_came_back(left: Left) -> dict[str, Any]:
    """The form's contents at first: the copies that came back, or were called off, and no money went back for. They
    have moved already."""
    gone = {line.line.pk: line.gone for line in left.lines if line.gone}
    return {f"copies_{pk}": copies for pk, copies in gone.items()} | {f"way_{pk}": Way.KEEP for pk in gone}


def everything(left: Left) -> dict[str, Any]:
    """The form's contents for all that is left: copies not yet sent are not sent; of others nobody knows yet."""
    filled: dict[str, Any] = {"delivery": bool(left.shipping)}
    for line in left.lines:
        if line.amount or line.line.outstanding:
            most = line.copies_to_pay_back if line.amount else line.copies
            filled[f"copies_{line.line.pk}"] = min(max(line.copies, 1), most)
            filled[f"amount_{line.line.pk}"] = line.amount
    return filled
