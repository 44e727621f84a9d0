"""What staff type when copies of an order leave, or come back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from shop.quantities import QuantityField

from ..carriers import NAMES
from ..dispatching import may_go
from ..models import OrderLine
from ..waiting import hindrances


class CopiesForm(forms.Form):
    """Copies of some lines of an order; with the number of the parcel or return that is to be made, so that the form
    sent twice makes one."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32767)

    def __init__(self, lines: Sequence[OrderLine], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lines = lines

    def add(self, name: str, line: OrderLine, label: str, initial: int, most: int) -> None:
        """A field for so many copies of a line."""
        field = QuantityField(label=label, least=0, most=most, initial=initial, required=False)
        # Else a browser that goes back fills in the copies of the parcel before.
        field.widget.attrs["autocomplete"] = "off"
        self.fields[f"{name}_{line.pk}"] = field

    def typed(self, name: str) -> dict[int, int]:
        """Copies by the lines' primary keys, of the lines that any were typed for."""
        found = {line.pk: self.cleaned_data.get(f"{name}_{line.pk}") for line in self.lines}
        return {pk: copies for pk, copies in found.items() if copies}


class DispatchForm(CopiesForm):
    """What goes into a parcel, and by whom it goes. Of copies that cannot go now none can be typed."""

    carrier = forms.CharField(
        label=_("Carrier"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "carriers", "autocomplete": "off"}),
    )
    tracking = forms.CharField(
        label=_("Tracking number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The customer gets it by mail, with a link where the carrier is known."),
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9 -]*\Z",
                _("A tracking number has only the letters A to Z, digits, spaces and hyphens."),
            )
        ],
    )
    carriers = NAMES

    def __init__(self, lines: Sequence[OrderLine], data: Any = None, **kwargs: Any) -> None:
        super().__init__(lines, data, **kwargs)
        for line in lines:
            if most := may_go(line):
                self.add("copies", line, line.title, most, most)

    def rows(self) -> Iterator[tuple[OrderLine, BoundField | None, str]]:
        """Each line with the field for its copies, where any can go, and with why others cannot."""
        for line in self.lines:
            name = f"copies_{line.pk}"
            yield line, self[name] if name in self.fields else None, ", ".join(hindrances([line]))

    def clean(self) -> None:
        if not self.errors and not self.typed("copies"):
            raise forms.ValidationError(_("Write of at least one book how many copies go."))


class ReturnForm(CopiesForm):
    """What came back, and what of it can be sold again."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(
        self,
        lines: Sequence[OrderLine],
        data: Any = None,
        *,
        asked: Mapping[int, int] | None = None,
        **kwargs: Any,
    ) -> None:
        """`asked` are the copies that the customer asked to return: the form begins with these."""
        super().__init__(lines, data, **kwargs)
        self.asked = asked
        if asked is not None:
            del self.fields["reason"], self.fields["number"]
        for line in lines:
            wanted, most = (asked or {}).get(line.pk, 0), line.dispatched - line.returned
            self.add("copies", line, line.title, min(wanted, most), most)
            label = _("Of %(title)s, back to stock") % {"title": line.title}
            self.add("restocked", line, label, min(wanted, most), most)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each line with the copies asked for, the field for those that came, and for those back to stock."""
        for line in self.lines:
            yield {
                "line": line,
                "asked": (self.asked or {}).get(line.pk, 0),
                "came": self[f"copies_{line.pk}"],
                "restocked": self[f"restocked_{line.pk}"],
                "with_customer": line.dispatched - line.returned,
            }

    def clean(self) -> None:
        if self.errors:
            return
        came, restocked = self.typed("copies"), self.typed("restocked")
        if not came:
            raise forms.ValidationError(_("Write of at least one book how many copies came."))
        for pk, copies in restocked.items():
            if copies > came.get(pk, 0):
                self.add_error(f"restocked_{pk}", _("No more than came."))


class RefuseForm(forms.Form):
    """Why the shop does not take books back."""

    answer = forms.CharField(
        label=_("Why not"),
        max_length=200,
        help_text=_("The customer reads it."),
    )
