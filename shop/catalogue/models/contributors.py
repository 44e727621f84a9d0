"""The people behind the books."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class Contributor(models.Model):
    """A person or body with a part in making books."""

    name = models.CharField(_("name"), max_length=200, db_index=True)
    sort_name = models.CharField(_("name for sorting"), max_length=200, blank=True, db_index=True)
    biography = models.TextField(_("biography"), blank=True)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ["sort_name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalogue:contributor", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        return slugify(self.name) or "author"
