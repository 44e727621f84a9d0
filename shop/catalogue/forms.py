"""What visitors ask of a list of books."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shop.money import MoneyField

from .bands import YEAR_BANDS
from .formats import KINDS, Format
from .models import Book
from .search import Sort
from .tree import SubjectTree

LONGEST_QUERY = 200


class ListingForm(forms.Form):
    """The address of a list: which books, in which order. What cannot be read is named, and left out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": _("Please search for fewer words: 200 characters at most.")},
    )
    subject = forms.CharField(label=_("Subject"), required=False)
    format = forms.CharField(label=_("Format"), required=False)
    language = forms.RegexField(
        r"^[a-z]{3}\Z",
        label=_("Language"),
        required=False,
        error_messages={"invalid": _("There is no such language.")},
    )
    min = MoneyField(label=_("Price from"), required=False)
    max = MoneyField(label=_("Price to"), required=False)
    years = forms.ChoiceField(
        label=_("First published"),
        required=False,
        choices=[(band.name, band.label) for band in YEAR_BANDS],
        error_messages={"invalid_choice": _("There are no such years to choose.")},
    )
    in_stock = forms.BooleanField(label=_("In stock"), required=False)
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=Sort.choices,
        error_messages={"invalid_choice": _("Books cannot be sorted like that.")},
    )

    def __init__(self, *args: Any, tree: SubjectTree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = tree
        for bound in ("min", "max"):
            self.fields[bound].error_messages |= dict.fromkeys(
                ("invalid", "max_digits", "max_decimal_places", "max_whole_digits", "min_value"),
                _("Write the price as a number such as 9.99."),
            )

    def clean_q(self) -> str:
        """On one line, as it is shown."""
        return " ".join(self.cleaned_data["q"].split())

    def clean_subject(self) -> Any:
        """The subject of that path."""
        path = self.cleaned_data["subject"]
        subject = self.tree.get(path)
        if path and subject is None:
            raise ValidationError(_("There is no such subject."))
        return subject

    def clean_format(self) -> str:
        """A code of ONIX list 150, also one that the shop has no name for; or large print, of list 21."""
        code: str = self.cleaned_data["format"]
        if not code or code in Format.values or code == Book.EditionType.LARGE_PRINT:
            return code
        if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() and code[0] in KINDS:
            return code
        raise ValidationError(_("There is no such format."))

    def clean_years(self) -> Any:
        """The band of years of that name."""
        name = self.cleaned_data["years"]
        return next((band for band in YEAR_BANDS if band.name == name), None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("min"), cleaned.get("max")
        if low is not None and high is not None and low > high:
            self.add_error("max", _("This is less than the lowest price."))
        return cleaned
