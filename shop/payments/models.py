"""Payments for orders, and what is paid back."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Payment(models.Model):
    """One attempt to pay an order through one gateway."""

    AT_THE_TILL = "collection"  # the code of the gateway at which people take the money

    class Status(models.TextChoices):
        STARTED = "started", _("Started")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    order = models.ForeignKey("shop.Order", on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(_("gateway"), max_length=20)
    # The gateway's own name for the payment: never used twice, NULL until the gateway has named it.
    reference = models.CharField(_("reference"), max_length=100, null=True, blank=True, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    # The provider's name for the page on which the customer pays, and its address while that is open.
    session = models.CharField(max_length=100, null=True, blank=True, unique=True, editable=False)
    url = models.URLField(max_length=2000, blank=True, editable=False)
    refunded = models.DecimalField(_("refunded"), max_digits=10, decimal_places=2, default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.STARTED)
    needs_attention = models.BooleanField(_("needs attention"), default=False)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["status", "started_at"], name="shop_payment_by_status")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="shop_payment_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=F("amount")), name="shop_payment_refunded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.amount} {self.currency}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.STARTED

    @property
    def is_taken_at_the_till(self) -> bool:
        """Whether staff take this payment from who collects the books, and have not done so yet."""
        return self.gateway == self.AT_THE_TILL and self.is_open and self.order.awaits_payment

    @property
    def is_under_way(self) -> bool:
        """Whether the customer has done their part, on a page that is closed since, and the bank takes its time."""
        return self.is_open and self.session is not None and not self.url


class Refund(models.Model):
    """Money to give back, and whether that has been done: the whole of a payment, or some of it."""

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    class Origin(models.TextChoices):
        SHOP = "shop", _("Here")
        PROVIDER = "provider", _("At the provider")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    shipping = models.DecimalField(_("of it delivery"), max_digits=10, decimal_places=2, default=0)
    reason = models.CharField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DUE)
    origin = models.CharField(_("begun"), max_length=10, choices=Origin, default=Origin.SHOP)
    # Names the asking for it: the same form sent twice gives back once.
    key = models.CharField(max_length=64, unique=True, default=uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=100, null=True, blank=True, unique=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    # Done by people, after the gateway failed to: what the provider says of its own try is old news since.
    by_hand = models.BooleanField(_("given by hand"), default=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["created_at"], name="shop_refund_by_created"),
            models.Index(fields=["status", "created_at"], name="shop_refund_by_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="shop_refund_positive"),
            models.CheckConstraint(
                condition=Q(shipping__gte=0, shipping__lte=F("amount")), name="shop_refund_shipping"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment.order}: {self.amount}"

    @property
    def provider_key(self) -> str:
        """What the provider knows this try by: asked for under it again, it gives back nothing more.

        A try that failed for good keeps its name, or the provider would only repeat its refusal.
        """
        return f"refund-{self.pk}" if self.tries == 1 else f"refund-{self.pk}-{self.tries}"

    @property
    def is_open(self) -> bool:
        """Whether the money has yet to go back."""
        return self.status != self.Status.DONE


class RefundLine(models.Model):
    """What of a refund is for one line of the order, and what becomes of the copies."""

    class Fate(models.TextChoices):
        KEEP = "keep", _("The customer keeps, or still gets, them")
        RESTOCK = "restock", _("Back to stock")
        WRITE_OFF = "write_off", _("Written off")

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey("shop.OrderLine", on_delete=models.PROTECT, related_name="refund_lines")
    quantity = models.PositiveIntegerField(_("copies"))
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    fate = models.CharField(_("copies"), max_length=10, choices=Fate, default=Fate.KEEP)

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="shop_refundline_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, amount__gte=0), name="shop_refundline_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}: {self.amount}"


class ProviderEvent(models.Model):
    """Something that a payment provider told the shop, once and for all, and what came of it. Kept for audit."""

    class Outcome(models.TextChoices):
        RECEIVED = "received", _("Received")  # and nothing done about it yet
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Nothing to do")
        REFUSED = "refused", _("Refused")

    provider = models.CharField(_("provider"), max_length=20)
    event_id = models.CharField(_("event"), max_length=100)
    kind = models.CharField(_("kind"), max_length=100)
    payload = models.JSONField(_("contents"))
    payment = models.ForeignKey(
        Payment, on_delete=models.SET_NULL, null=True, blank=True, related_name="provider_events"
    )
    # The provider's own name for the money: of one that came before its payment this is all that is known.
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.RECEIVED)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    times_received = models.PositiveIntegerField(_("times received"), default=1)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="shop_providerevent_once"),
        ]
        indexes = [
            models.Index(fields=["outcome", "received_at"], name="shop_event_by_outcome"),
            models.Index(fields=["received_at"], name="shop_event_by_received"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}: {self.kind}"
