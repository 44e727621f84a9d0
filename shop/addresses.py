"""What an address consists of, for customers and orders alike."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

from .address_formats import format_for

# The parts of an address as a form asks for them, with what a browser or a phone may fill in by itself.
AUTOCOMPLETE = {
    "recipient": "name",
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
    "country": "country",
}


def shop_address_lines() -> list[str]:
    """The shop's own address, line by line; none if it is not set."""
    return [line.strip() for line in settings.SHOP_ADDRESS.split("|") if line.strip()]


class PostalAddress(models.Model):
    """The fields of an address, for whatever has one."""

    recipient = models.CharField(_("full name"), max_length=150)
    line1 = models.CharField(_("address"), max_length=150)
    line2 = models.CharField(_("address, second line"), max_length=150, blank=True)
    city = models.CharField(_("town or city"), max_length=100)
    region = models.CharField(_("county or region"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20)
    country = CountryField(_("country"))

    class Meta:
        abstract = True

    @property
    def address_lines(self) -> list[str]:
        """The address as its country writes it, line by line, name first and the country's own name last. What was
        never given, or was taken out of it since, has no line."""
        parts = {part: str(getattr(self, part)) for part in AUTOCOMPLETE}
        return format_for(parts["country"]).written(parts, countries.name(parts["country"]))
