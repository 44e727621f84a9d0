"""The forms with which staff edit the catalogue."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shop.isbn import isbn13
from shop.money import MoneyField
from shop.prose import clean_html
from shop.quantities import QuantityField

from .covers.uploads import CoverForm
from .formats import format_name
from .models import Book, Contribution, Contributor, Subject
from .text import fingerprint


class ProseField(forms.CharField):
    """Simple HTML; plain text becomes paragraphs."""

    widget = forms.Textarea

    def clean(self, value: Any) -> str:
        return clean_html(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Browsers send line ends of their own: what they send back untouched has not changed."""
        return clean_html(initial or "") != clean_html((data or "").replace("\r\n", "\n"))


class BookForm(CoverForm):
    """A book's own fields."""

    isbn = forms.CharField(
        label=_("ISBN"), max_length=40, help_text=_("ISBN-13 or ISBN-10, with or without hyphens.")
    )
    pages = forms.IntegerField(label=_("Pages"), required=False, min_value=1, max_value=32_767)
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=1, max_value=100_000, help_text=_("Of listening.")
    )
    weight = forms.IntegerField(
        label=_("Weight, grams"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("Of a copy. Empty: what its format usually weighs."),
    )
    first_published = forms.IntegerField(
        label=_("First published"),
        required=False,
        min_value=-4000,
        max_value=9999,
        help_text=_("The year the work first appeared, in any edition; negative before Christ."),
    )

    class Meta:
        model = Book
        field_classes = {"price": MoneyField, "description": ProseField}
        fields = [
            *["isbn", "title", "subtitle", "series", "series_number", "price", "on_sale"],
            *["subjects", "main_subject", "publisher", "imprint", "format", "edition_type"],
            *["pages", "minutes", "weight", "language"],
            *["publication_date", "embargo_date", "first_published", "description", "cover"],
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("format", format_name), ("edition_type", str)):
            code, field = getattr(self.instance, name), self.fields.get(name)
            if isinstance(field, forms.ChoiceField) and code not in dict(field.choices):  # type: ignore[arg-type]
                # A feed may bring a code that the shop has no name for: it stays until somebody chooses another.
                field.choices = [*field.choices, (code, f"{words(code)} ({code})")]  # type: ignore[misc]
        for name in self.instance.staff_fields:
            if name in self.fields:
                told = _("Set by staff: feeds leave it as it is.")
                self.fields[name].help_text = f"{self.fields[name].help_text} {told}".strip()

    def as_seen(self) -> str:
        """What the fields hold as their page is made: their names, each with a mark. The page sends it back."""
        return " ".join(f"{name}:{mark}" for name, mark in self._marks().items())

    def _marks(self) -> dict[str, str]:
        marks = {}
        for name, value in self.initial.items():
            if name in self.fields and name != "cover":  # which is kept apart: see CoverForm
                keys = sorted(each.pk for each in value) if isinstance(value, list) else value
                marks[name] = fingerprint(str(keys))
        return marks

    def _changed_meanwhile(self) -> list[str]:
        """The labels of fields that are not as they were when the page was made: by a feed, or by somebody else."""
        seen = dict(part.split(":", 1) for part in self.data.get("seen", "").split() if ":" in part)
        marks = self._marks()
        changed = [name for name, mark in seen.items() if name in marks and marks[name] != mark]
        return [str(self.fields[name].label) for name in changed]

    def _get_validation_exclusions(self) -> set[str]:
        """Codes that are unknown and unchanged are right."""
        unknown = {name for name in ("format", "edition_type") if name not in self.changed_data}
        return super()._get_validation_exclusions() | unknown  # type: ignore[misc]

    def clean_isbn(self) -> str:
        """The 13 digits."""
        isbn = isbn13(self.cleaned_data["isbn"])
        if isbn is None:
            raise ValidationError(_("This is not a valid ISBN: a digit is wrong, missing or too many."))
        return isbn

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if changed := self._changed_meanwhile():
            text = _(
                "This has changed since you opened the page: %(fields)s. Open the book once more to see what it says "
                "now; or save again, to have all of it as it stands here."
            )
            raise ValidationError(text, params={"fields": ", ".join(changed)})
        if cleaned.get("on_sale") and "price" in cleaned and cleaned["price"] is None:
            self.add_error("price", _("A book needs a price to be on sale."))
        subjects, main = cleaned.get("subjects"), cleaned.get("main_subject")
        if main is None and subjects:
            cleaned["main_subject"] = subjects[0]
        elif main is not None and subjects is not None and main not in subjects:
            cleaned["subjects"] = Subject.objects.filter(pk__in=[main.pk, *(s.pk for s in subjects)])
        return cleaned


class BookInListForm(forms.ModelForm):
    """What is changed of a book in the list of books."""

    class Meta:
        model = Book
        fields = ["on_sale"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The column's heading is not a label.
        self.fields["on_sale"].widget.attrs["aria-label"] = _("“%(title)s” is on sale") % {
            "title": self.instance.title
        }


class NewBookForm(BookForm):
    """A new book, and the copies that are there already."""

    copies = QuantityField(
        label=_("Copies in stock"),
        least=0,
        initial=0,
        help_text=_("How many copies are on the shelf now. Later changes are made in the stock list."),
    )


class ContributorSelect(AutocompleteSelect):
    """Knows the contributor whom its row has, where Django's own asks the database once for each row."""

    chosen: Contributor | None = None

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        if self.chosen and list(value) == [str(self.chosen.pk)]:
            return [(None, [self.create_option(name, value[0], str(self.chosen), True, 0)], 0)]
        return super().optgroups(name, value, attr)


class ContributionForm(forms.ModelForm):
    """One contributor's part in a book."""

    class Meta:
        model = Contribution
        fields = ["position", "contributor", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.contributor_id:
            self.fields["contributor"].widget.widget.chosen = self.instance.contributor


class ContributionFormSet(forms.BaseInlineFormSet):
    """A book's contributors, a row each."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:  # the column's heading is not a label
                field.widget.attrs["aria-label"] = field.label


class SubjectForm(forms.ModelForm):
    class Meta:
        model = Subject
        fields = ["name", "slug", "parent", "colour"]
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}
