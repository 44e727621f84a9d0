"""What the book trade's feeds have brought: each sender's records, and each import of a file."""

import hashlib

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .books import Book


class FeedRecord(models.Model):
    """A sender's record of a book: the sender's RecordReference never means another book, and a book has one record.

    `data` is what the feed says now, block by block (`catalogue/onix/product.py`), `digest` tells an unchanged
    record at once: it is empty after the sender has withdrawn the book, so that any later record brings it back.
    """

    # Of sender and reference, letter by letter: what a column's own text is equal to differs between databases.
    key = models.CharField(max_length=32, unique=True, editable=False)
    sender = models.CharField(_("sender"), max_length=200)
    reference = models.CharField(_("record reference"), max_length=100, db_index=True)
    book = models.OneToOneField(
        Book, on_delete=models.CASCADE, related_name="feed_record", verbose_name=_("book")
    )
    digest = models.CharField(max_length=32, blank=True, editable=False)
    data = models.JSONField(_("as last received"), default=dict)
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("feed record")
        verbose_name_plural = _("feed records")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.sender}: {self.reference}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether its sender has deleted it, and sent nothing of the book since."""
        return not self.digest

    @staticmethod
    def key_of(sender: str, reference: str) -> str:
        return hashlib.blake2b(f"{sender}\0{reference}".encode(), digest_size=16).hexdigest()


class FeedImport(models.Model):
    """One run of an import: how far it has come, what it has done. An interrupted one goes on where it stopped."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    source = models.CharField(_("file"), max_length=200)
    # Tells whether it is the same file again: a digest of all of it.
    fingerprint = models.CharField(max_length=32, editable=False, db_index=True)
    sender = models.CharField(_("sender"), max_length=200, blank=True)
    is_dry_run = models.BooleanField(
        _("only look"), default=False, help_text=_("Say what would change and change nothing.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    problem = models.TextField(_("problem"), blank=True)
    # Of one that was uploaded: its name in the intake's folder, when it was last set going, whether it is to stop.
    upload = models.CharField(max_length=60, blank=True, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    stop_asked = models.BooleanField(default=False, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(_("last batch"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    bytes_total = models.BigIntegerField(_("size in bytes"), default=0)
    bytes_read = models.BigIntegerField(_("bytes read"), default=0)

    # Records: those dealt with, and what became of them.
    position = models.PositiveIntegerField(_("records"), default=0)
    added = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    withdrawn = models.PositiveIntegerField(_("withdrawn"), default=0)
    skipped = models.PositiveIntegerField(_("passed over"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    # How often: by reason off sale, by reason rejected or passed over, by value not understood.
    figures = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("feed import")
        verbose_name_plural = _("feed imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.source

    @property
    def share_done(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(self.bytes_read / self.bytes_total, 1.0) if self.bytes_total else 0.0


class FeedNote(models.Model):
    """What an import has to say of one record: why it was rejected; in a dry run, what would become of it."""

    class Kind(models.TextChoices):
        REJECTED = "rejected", _("Rejected")
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    run = models.ForeignKey(FeedImport, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    line = models.PositiveIntegerField(_("line"))
    reference = models.CharField(_("record reference"), max_length=100, blank=True)
    text = models.TextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("note of an import")
        verbose_name_plural = _("notes of imports")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reference} {self.text}"
