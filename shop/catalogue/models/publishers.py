"""Publishing houses."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class Publisher(models.Model):
    """A publishing house; its imprint is printed on the book and kept there."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("publisher")
        verbose_name_plural = _("publishers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:publisher", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        return slugify(self.name) or "publisher"
