"""What visitors ask of a list of books."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.money import MoneyField

from .models import Book
from .tree import SubjectTree

LONGEST_QUERY = 200


class Sort(models.TextChoices):
    """The orders a list can be in."""

    BEST = "best", _("Best match")
    TITLE = "title", _("Title")
    NEWEST = "newest", _("New in the shop")
    RECENT = "recent", _("Latest published")
    PRICE = "price", _("Price, low to high")
    PRICE_DOWN = "-price", _("Price, high to low")


class ListingForm(forms.Form):
    """The address of a list: which books, in which order. What cannot be read is named, and left out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": _("Please search for fewer words: 200 characters at most.")},
    )
    subject = forms.CharField(label=_("Subject"), required=False)
    format = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=Book.Format.choices,
        error_messages={"invalid_choice": _("There is no such format.")},
    )
    min = MoneyField(label=_("Price from"), required=False)
    max = MoneyField(label=_("Price to"), required=False)
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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("min"), cleaned.get("max")
        if low is not None and high is not None and low > high:
            self.add_error("max", _("This is less than the lowest price."))
        return cleaned
