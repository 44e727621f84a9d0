"""The outbox: every mail that the shop owes somebody, and what became of it; and how staff word them."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.email_field import LowerCaseEmailField

from .kinds import label_of

# Longer than writing and handing over one mail takes (EMAIL_TIMEOUT), even where the mail server answers slowly.
TAKEN_FOR = timedelta(minutes=5)


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> Self:
        """Mails that are to be sent now; not those that somebody is sending at this moment."""
        return self.filter(status=Mail.Status.QUEUED, due_at__lte=timezone.now())

    def claim(self) -> bool:
        """Take the one mail chosen, if it is due, so that nobody else sends it meanwhile; False if somebody did.

        Whoever took it and died is forgotten after some minutes: the mail is due again.
        """
        now = timezone.now()
        return bool(self.due().update(due_at=now + TAKEN_FOR, tried_at=now, tries=F("tries") + 1))

    def at_rest(self) -> Self:
        """Mails that have not been sent, and that nobody can be sending at this moment."""
        untouched = Q(tried_at=None) | Q(tried_at__lt=timezone.now() - TAKEN_FOR)
        waiting = Q(status=Mail.Status.QUEUED) & untouched
        return self.filter(waiting | Q(status__in=[Mail.Status.FAILED, Mail.Status.DROPPED]))


class Mail(models.Model):
    """One mail. The row is written in the transaction of what the mail tells, its text once it is sent."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("To be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not needed any more")

    kind = models.CharField(_("kind"), max_length=30)
    # What the mail tells, as one word: the same thing is told once. Sent again by staff it gets another.
    key = models.CharField(max_length=80, unique=True, editable=False)
    # The primary key of what it is about, for the room that writes it.
    about = models.BigIntegerField(null=True, editable=False)
    reference = models.CharField(_("order"), max_length=40, blank=True)
    to = LowerCaseEmailField(_("to"), blank=True, help_text=_("Empty for a mail to the staff."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    tried_at = models.DateTimeField(_("last try"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    # As sent, without what lets its reader in.
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status", "due_at"], name="shop_mail_by_due")]

    def __str__(self) -> str:
        # Not its subject: that may name somebody, and the admin's history keeps what things are called.
        return f"{label_of(self.kind)} {self.reference}".strip()


class Wording(models.Model):
    """How staff word one kind of mail. Empty fields, and kinds without a row, have the shop's own words."""

    kind = models.CharField(_("kind"), max_length=30, primary_key=True)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    opening = models.TextField(_("opening"), max_length=2000, blank=True)
    closing = models.TextField(_("closing"), max_length=2000, blank=True)
    is_off = models.BooleanField(_("do not send this mail"), default=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("wording of mails")
        verbose_name_plural = _("wording of mails")
        ordering = ["kind"]

    def __str__(self) -> str:
        return label_of(self.kind)
