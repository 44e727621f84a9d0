"""Deliveries that have been booked in, each by its own name."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _contents(quantities: Mapping[int, int]) -> str:
    return _digest(",".join(f"{book_id}:{copies}" for book_id, copies in sorted(quantities.items())))


class DeliveryDiffers(Exception):
    """A delivery of this name is booked in already, with other copies."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"{reference} is booked in already, with other copies.")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def record(
        self, reference: str, quantities: Mapping[int, int], *, actor_id: int | None, at: datetime
    ) -> bool:
        """Write down that so many copies, by book id, came by this name; False if they are written down already.

        Raises DeliveryDiffers if others are.
        """
        contents = _contents(quantities)
        delivery, is_new = self.get_or_create(
            key=_digest(reference),
            defaults={
                "reference": reference,
                "contents": contents,
                "actor_id": actor_id,
                "received_at": at,
            },
        )
        if delivery.contents != contents:
            raise DeliveryDiffers(reference)
        return is_new

    def differs(self, reference: str, quantities: Mapping[int, int]) -> bool:
        """Whether a delivery of this name is booked in with other copies."""
        return self.filter(key=_digest(reference)).exclude(contents=_contents(quantities)).exists()


class Delivery(models.Model):
    """A delivery that has been booked in, by its own name: the same file or form twice receives nothing twice.

    A name is the same if it is so letter by letter: `key` is a digest of it, because what a column's own text is
    equal to differs from database to database. `contents` is a digest of the copies.
    """

    reference = models.CharField(_("reference"), max_length=100)
    key = models.CharField(max_length=64, unique=True, editable=False)
    contents = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.reference
