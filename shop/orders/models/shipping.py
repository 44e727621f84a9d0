"""Shipping: where the shop delivers to, by which ways, and what each costs."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class ShippingZone(models.Model):
    """Countries that parcels go to on the same terms. To a country in no zone the shop does not deliver, unless a
    zone takes everywhere else."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    # True or NULL, never False: with it the unique constraint allows one such zone on every database.
    is_everywhere_else = models.BooleanField(
        _("everywhere else"),
        null=True,
        default=None,
        unique=True,
        help_text=_("All countries in no other zone."),
    )

    class Meta:
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ZoneCountry(models.Model):
    """A country's zone: it has one at most."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="countries")
    country = CountryField(_("country"), unique=True)

    class Meta:
        verbose_name = _("country of a zone")
        verbose_name_plural = _("countries of a zone")
        ordering = ["country"]

    def __str__(self) -> str:
        return str(self.country)


class ShippingMethod(models.Model):
    """A way to send a parcel to a zone, such as second class or tracked."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods")
    name = models.CharField(_("name"), max_length=100)
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    promise = models.CharField(
        _("how long it takes"),
        max_length=100,
        blank=True,
        help_text=_("As customers read it: 2 to 3 working days"),
    )
    free_over = models.DecimalField(
        _("free from"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Orders of books for so much or more are sent for nothing; empty: none are."),
    )
    is_offered = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("shipping method")
        verbose_name_plural = _("shipping methods")
        ordering = ["zone", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "name"], name="shop_shippingmethod_name"),
            models.CheckConstraint(
                condition=Q(free_over__isnull=True) | Q(free_over__gte=0),
                name="shop_shippingmethod_free_over",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShippingBand(models.Model):
    """What a method costs up to a weight and from a value on. Of all bands that hold, the cheapest counts; where none
    does, the method does not take the parcel."""

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="bands")
    up_to_grams = models.PositiveIntegerField(
        _("up to, grams"), null=True, blank=True, help_text=_("Empty: any weight.")
    )
    from_value = models.DecimalField(
        _("from a value of"), max_digits=10, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    price = models.DecimalField(
        _("price"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("Tax included."),
    )

    class Meta:
        verbose_name = _("shipping band")
        verbose_name_plural = _("shipping bands")
        ordering = ["method", "up_to_grams", "from_value", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0, from_value__gte=0), name="shop_shippingband_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method}: {self.price}"
