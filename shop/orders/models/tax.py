"""Tax: what part of a price the state takes, by country, by kind of product, and since when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from shop.catalogue.formats import ProductClass


class TaxRate(models.Model):
    """The rate for one kind of product, sold to one country, from one day on until a later one takes over.

    Without a country: for all countries that have no rate of their own for that kind.
    """

    country = CountryField(
        _("country"), blank=True, help_text=_("Empty: every country without a rate of its own.")
    )
    product_class = models.CharField(_("product class"), max_length=10, choices=ProductClass)
    rate = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)
    valid_from = models.DateField(_("from"))

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["country", "product_class", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "product_class", "valid_from"], name="shop_taxrate_one_a_day"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=100), name="shop_taxrate_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.country or '*'} {self.product_class} {self.rate} %"
