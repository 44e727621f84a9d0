"""What several books have in common: the work they are editions of, the series they belong to."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class Work(models.Model):
    """What two or more editions have in common: the same text as hardback, paperback, audio ...

    A book that is the only edition known needs none.
    """

    title = models.CharField(_("title"), max_length=300)

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class WorkIdentifier(models.Model):
    """What the trade calls a work: a scheme of ONIX code list 16 (with the owner's name, if it is a private one)."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(_("scheme"), max_length=100)
    value = models.CharField(_("value"), max_length=100)

    class Meta:
        verbose_name = _("work identifier")
        verbose_name_plural = _("work identifiers")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="shop_work_identifier_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Series(models.Model):
    """Books that are published, and read, one after another."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:series", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        return slugify(self.name) or "series"
