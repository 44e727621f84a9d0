"""The fields of an address as a form asks for them: those of its country, in its order, by its names."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from .address_formats import format_for
from .addresses import AUTOCOMPLETE, PostalAddress

Choices = tuple[tuple[str, str], ...]
BY_SCRIPT = "by-script"  # as templates/_address_fields.html says it


def wants_other_fields(post: Mapping[str, str]) -> bool:
    """Whether a form was sent only for another country's fields.

    The button beside the country is also the one that a browser presses when somebody presses Enter in any field: then
    the country is the same. A script asks for nothing else, also where it is the same again by then: its page has no
    use for what a form that was sent off is answered with.
    """
    if post.get("change_country") == BY_SCRIPT:
        return True
    return "change_country" in post and post.get("country") != post.get("asked_country")


def country_choices() -> Choices:
    """All countries by name, in the reader's language."""
    return _country_choices(get_language())


@cache
def _country_choices(language: str | None) -> Choices:
    return tuple((code, str(name)) for code, name in countries)


class PlainInput(forms.TextInput):
    """A line to type in, written without a template: a form has many."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        written = {"type": self.input_type, "name": name, **self.build_attrs(self.attrs, attrs)}
        if value:
            written["value"] = str(value)
        return format_html("<input{}>", forms.utils.flatatt(written))


class PlainSelect(forms.Widget):
    """A list to choose from, without a template for each of its entries: there are 250 countries."""

    choices: Choices = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        written = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        chosen = format_html('<option value="{}"', value or "")
        return format_html(
            "<select{}>{}</select>",
            forms.utils.flatatt(written),
            SafeString(_options(self.choices).replace(chosen, f"{chosen} selected", 1)),
        )


@cache
def _options(choices: Choices) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', choices)


class CountryField(forms.CharField):
    """One of the countries that are offered, by its two letters. What a ChoiceField does with each of 250 choices, each
    time a form is made, takes longer than all else of the form."""

    default_error_messages = {"invalid_choice": _("Choose a country of the list.")}
    widget = PlainSelect
    choices: Choices = ()

    def offer(self, choices: Choices) -> None:
        self.choices = self.widget.choices = choices

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and all(value != code for code, _name in self.choices):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


def _text(part: str) -> forms.CharField:
    return forms.CharField(
        max_length=getattr(PostalAddress._meta.get_field(part), "max_length", None),
        widget=PlainInput(attrs={"class": "form-control", "autocomplete": AUTOCOMPLETE[part]}),
    )


class PostalAddressForm(forms.Form):
    """An address in the way of its country: the one typed, else the one to start with, else the shop's own.

    The parts that a country does not use stay in the page, out of sight: who changes the country twice has lost
    nothing. They are left out of the answers.
    """

    recipient = _text("recipient")
    line1 = _text("line1")
    line2 = _text("line2")
    city = _text("city")
    region = _text("region")
    postcode = _text("postcode")
    country = CountryField(widget=PlainSelect(attrs={"class": "form-select", "autocomplete": "country"}))

    asks_for_address = True

    def __init__(self, *args: Any, offered: Choices | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = country_choices() if offered is None else offered
        self.fields["country"].offer(choices)  # type: ignore[attr-defined]
        self.format = format_for(self._country([code for code, _name in choices]))
        for part in AUTOCOMPLETE:
            self._fit(part, self.fields[part])
        if self.format.regions and "region" in self.format.parts:
            self._offer_regions()

    def _country(self, codes: Sequence[str]) -> str:
        typed = self.data.get(self.add_prefix("country"))
        wanted = (str(typed), str(self.initial.get("country")), settings.SHOP_COUNTRY, *codes[:1])
        return next((code for code in wanted if code in codes), "")

    def _fit(self, part: str, field: forms.Field) -> None:
        label = str(self.format.labels[part])
        needed = part == "country" or part in self.format.required
        field.required = needed and (self.asks_for_address or part == "recipient")
        if part not in self.format.parts and part != "country":
            field.widget = PlainInput(attrs={"type": "hidden"})
        elif not needed:
            label = _("%(part)s (optional)") % {"part": label}
        field.label = label
        if part == "postcode" and self.format.postcode_example:
            field.help_text = _("For example %(example)s") % {"example": self.format.postcode_example}

    def _offer_regions(self) -> None:
        """Those of the country's list; what was typed before there was a list is found in it, if it can be."""
        field = self.fields["region"]
        field.widget = PlainSelect(attrs={"class": "form-select", "autocomplete": AUTOCOMPLETE["region"]})
        field.widget.choices = (("", "—"), *self.format.regions)
        if known := self.initial.get("region"):
            self.initial["region"] = self.format.region(str(known)) or ""

    @property
    def country_name(self) -> str:
        """The country whose fields are asked for."""
        return str(countries.name(self.format.country))

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields below name and country, as the country's addresses are laid out."""
        return [[self[part] for part in row] for row in self.format.rows]

    @property
    def unused(self) -> list[forms.BoundField]:
        """What was typed for parts that this country has not."""
        return [self[part] for part in AUTOCOMPLETE if self.fields[part].widget.is_hidden]

    def clean_postcode(self) -> str:
        typed = str(self.cleaned_data["postcode"])
        if not typed or not self._is_asked("postcode"):
            return typed
        postcode = self.format.postcode(typed)
        if postcode is None:
            raise forms.ValidationError(
                _("This is not a postcode of %(country)s. One looks like %(example)s.")
                % {"country": self.country_name, "example": self.format.postcode_example}
            )
        return postcode

    def clean_region(self) -> str:
        typed = str(self.cleaned_data["region"])
        if not typed or not self._is_asked("region"):
            return typed
        region = self.format.region(typed)
        if region is None:
            raise forms.ValidationError(_("Choose one of the list."))
        return region

    def _is_asked(self, part: str) -> bool:
        return self.asks_for_address and part in self.format.parts

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for part in AUTOCOMPLETE:
            if part != "country" and part not in self.format.parts and part in cleaned:
                cleaned[part] = ""
        return cleaned
