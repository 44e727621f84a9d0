"""What a manager may ask of each report, checked; pages, exports and the command line all ask through these."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from . import queries
from .periods import Period, last_twelve_months

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)  # what every database can reckon with
OUT_OF_RANGE = _("Choose a day between 1900 and 2999.")


class PlainDigits:
    """Takes digits as keyboards write them: Python would take those of any script."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")  # type: ignore[attr-defined]
        return super().to_python(value)  # type: ignore[misc]


class DayField(PlainDigits, forms.DateField):
    """A day, as YYYY-MM-DD."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d"]
    default_error_messages = {
        "invalid": _("Enter a day of the calendar as YYYY-MM-DD, such as 2026-01-31."),
    }
    default_validators = [MinValueValidator(EARLIEST, OUT_OF_RANGE), MaxValueValidator(LATEST, OUT_OF_RANGE)]


class WholeNumberField(PlainDigits, forms.IntegerField):
    default_error_messages = {"invalid": _("Enter a whole number, in the digits 0 to 9.")}


class PeriodForm(forms.Form):
    """The period of a report; what is missing or left empty has its default. `period` is there once it is valid."""

    defaults: Mapping[str, str] = {}

    def __init__(self, asked: Mapping[str, str], *, today: date) -> None:
        usual = last_twelve_months(today)
        period = {"from": usual.first.isoformat(), "to": usual.last.isoformat()}
        given = {name: value for name, value in asked.items() if value.strip()}
        super().__init__({**period, **self.defaults, **given})
        self.fields = {
            "from": DayField(label=_("From"), required=False),
            "to": DayField(label=_("To"), required=False),
            **self.fields,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last:
            if first > last:
                raise ValidationError(_("The period ends before it begins."))
            self.period = Period(first, last)
        return cleaned

    @property
    def parameters(self) -> dict[str, Any]:
        """The values for the query's parameters."""
        return {**self.cleaned_data, **self.period.bounds}

    @property
    def query(self) -> str:
        """The part of an address after its question mark that asks for the same again."""
        return urlencode({field.name: field.value() for field in self.visible_fields()})

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is laid out: all in one row where there is room."""
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        button = StrictButton(_("Show"), type="submit", css_class="btn-primary mb-3")
        fields = [Column(field.name, css_class="col-6 col-md-auto") for field in self.visible_fields()]
        fields.append(Column(button, css_class="col-12 col-md-auto"))
        # Messages stand below their fields: only without any are all of one height.
        helper.layout = Layout(Row(*fields, css_class=f"align-items-{'start' if self.errors else 'end'}"))
        return helper


class RankingForm(PeriodForm):
    """A report that starts with the most: by what, and how many at a time."""

    sort = forms.ChoiceField()
    show = forms.TypedChoiceField(
        label=_("Rows per page"), required=False, choices=[(n, n) for n in (5, 20, 100)], coerce=int
    )


class CustomersForm(RankingForm):
    defaults = {"sort": "copies", "show": "5"}
    sort = forms.ChoiceField(
        label=_("Ranked by"), required=False, choices=[("copies", _("copies")), ("spent", _("spent"))]
    )


class AuthorsForm(RankingForm):
    defaults = {"sort": "revenue", "show": "20"}
    sort = forms.ChoiceField(
        label=_("Ranked by"), required=False, choices=[("revenue", _("revenue")), ("copies", _("copies"))]
    )


class BooksForm(RankingForm):
    defaults = {"more_than": "10", "sort": "orders", "show": "20"}
    more_than = WholeNumberField(
        label=_("Ordered more than"), required=False, min_value=0, max_value=1_000_000
    )
    sort = forms.ChoiceField(
        label=_("Counted in"), required=False, choices=[("orders", _("orders")), ("copies", _("copies"))]
    )
    field_order = ["more_than", "sort", "show"]


class CustomerOrdersForm(PeriodForm):
    """One customer, named by the number of any of their orders; `person` tells who it is, once valid."""

    customer = forms.RegexField(
        r"\A[0-9A-Z]{5}-[0-9A-Z]{5}\Z",
        widget=forms.HiddenInput,
        error_messages={"invalid": _("That is not an order number, such as 7K3Q9-X2M4B.")},
    )

    def clean_customer(self) -> str:
        number = self.cleaned_data["customer"]
        found = queries.run("customer", customer=number).rows
        if not found:
            raise ValidationError(_("No customer has an order with this number."))
        self.person = found[0]
        return number
