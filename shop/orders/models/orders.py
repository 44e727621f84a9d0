"""Orders: what was sold, to whom, for how much, and all that happened to it."""

import secrets
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Round
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.addresses import PostalAddress
from shop.catalogue.cards import expected
from shop.catalogue.models import Book
from shop.email_field import LowerCaseEmailField

# Crockford's base 32: no letter that is read as a digit
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """An order number that tells nothing about how many orders there are."""
    code = "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(10))
    return f"{code[:5]}-{code[5:]}"


def new_token() -> str:
    """The secret part of an order's address: 192 random bits."""
    return secrets.token_urlsafe(24)


class OrderQuerySet(models.QuerySet["Order"]):
    def awaiting_dispatch(self) -> Self:
        """Orders that staff must send or hand over."""
        return self.filter(status__in=Order.TO_DISPATCH)

    def hindered(self) -> Self:
        """Orders with a line that cannot leave the shop yet: it waits for copies, or for a day."""
        return self.filter(Exists(_hindered_lines()))

    def unhindered(self) -> Self:
        """Orders of which everything is there and may leave the shop."""
        return self.filter(~Exists(_hindered_lines()))

    def overdue(self) -> Self:
        """Unpaid orders that have held their copies long enough."""
        return self.filter(status=Order.Status.PLACED, expires_at__lte=timezone.now())


def _hindered_lines() -> "OrderLineQuerySet":
    return OrderLine.objects.filter(order=OuterRef("pk")).hindered()


class Order(PostalAddress):
    """One customer's order: what was sold, so that later edits of a book change nothing here.

    Its address is where it goes; all empty when it is collected.
    """

    class Status(models.TextChoices):
        PLACED = "placed", _("Awaiting payment")
        PAID = "paid", _("Paid")
        PART_DISPATCHED = "part_dispatched", _("Partly dispatched")
        DISPATCHED = "dispatched", _("Dispatched")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    TO_DISPATCH = (Status.PAID, Status.PART_DISPATCHED)  # staff must send them, or hand them over
    HOLDING_COPIES = (Status.PLACED, *TO_DISPATCH)  # copies are promised to them that have not left
    # What counts as bought, in the reports too: paid for, and not called off.
    BOUGHT = (*TO_DISPATCH, Status.DISPATCHED, Status.DELIVERED, Status.RETURNED)

    class Delivery(models.TextChoices):
        STANDARD = "standard", _("Delivery")
        COLLECTION = "collection", _("Collect from the shop")

    class Channel(models.TextChoices):
        WEB = "web", _("Web shop")
        PHONE = "phone", _("By telephone")
        EXTERNAL = "external", _("Till or marketplace")

    number = models.CharField(_("number"), max_length=11, unique=True, default=new_number, editable=False)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    checkout_key = models.UUIDField(unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WEB)
    reference = models.CharField(_("reference elsewhere"), max_length=100, blank=True)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
    )
    email = LowerCaseEmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=30, blank=True)
    delivery_method = models.CharField(_("delivery"), max_length=10, choices=Delivery)
    shipping_method = models.ForeignKey(
        "shop.ShippingMethod",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shipping method"),
    )
    shipping_name = models.CharField(
        _("shipping"), max_length=100, blank=True
    )  # the method's, as it was then
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PLACED)

    currency = models.CharField(_("currency"), max_length=3)
    items_total = models.DecimalField(_("items"), max_digits=10, decimal_places=2)
    discount = models.DecimalField(_("discount"), max_digits=10, decimal_places=2, default=0)
    shipping = models.DecimalField(_("delivery charge"), max_digits=10, decimal_places=2)
    shipping_tax = models.DecimalField(
        _("tax within the delivery charge"), max_digits=10, decimal_places=2, default=0
    )
    total = models.DecimalField(_("total"), max_digits=10, decimal_places=2)
    tax = models.DecimalField(_("tax within the total"), max_digits=10, decimal_places=2, default=0)
    shipping_refunded = models.DecimalField(
        _("delivery refunded"), max_digits=10, decimal_places=2, default=0
    )

    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "placed_at"], name="shop_order_by_status"),
            models.Index(fields=["status", "expires_at"], name="shop_order_by_expiry"),
            models.Index(fields=["status", "paid_at"], name="shop_order_by_paid"),
            models.Index(fields=["placed_at"], name="shop_order_by_placed"),
            models.Index(fields=["email"], name="shop_order_by_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=Round(F("items_total") - F("discount") + F("shipping"), 2)),
                name="shop_order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(items_total__gte=0, shipping__gte=0, discount__gte=0, total__gte=0),
                name="shop_order_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    shipping_tax__gte=0, shipping_tax__lte=F("shipping"), tax__gte=0, tax__lte=F("total")
                ),
                name="shop_order_tax_within",
            ),
            models.CheckConstraint(
                condition=Q(shipping_refunded__gte=0, shipping_refunded__lte=F("shipping")),
                name="shop_order_shipping_refunded",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def page_address(self) -> str:
        """The order's page for whoever holds its link.

        Not get_absolute_url: the admin would lead anybody on the staff to it, whatever they may see.
        """
        return reverse("orders:order", args=[self.token])

    @property
    def is_paid(self) -> bool:
        return self.status in self.BOUGHT

    @property
    def awaits_payment(self) -> bool:
        return self.status == self.Status.PLACED

    @property
    def can_be_cancelled(self) -> bool:
        """Until it is dispatched."""
        return self.status in (self.Status.PLACED, self.Status.PAID)

    @property
    def to_give_back(self) -> Decimal:
        """What goes back if the order is cancelled now: what was paid, without what has gone back before."""
        if not self.is_paid:
            return Decimal("0.00")
        return self.total - self.shipping_refunded - sum(line.refunded for line in self.lines.all())

    @property
    def is_collected(self) -> bool:
        """Whether the customer comes for it."""
        return self.delivery_method == self.Delivery.COLLECTION


class OrderLineQuerySet(models.QuerySet["OrderLine"]):
    def outstanding(self) -> Self:
        """Lines with copies that have neither left nor been called off."""
        return self.filter(quantity__gt=F("dispatched") + F("cancelled"))

    def hindered(self) -> Self:
        """Lines with copies to send that are awaited, or must not leave the shop before a day that lies ahead."""
        forthcoming = Book.objects.forthcoming().filter(pk=OuterRef("book_id"))
        return self.outstanding().filter(Q(backorder__isnull=False) | Exists(forthcoming))

    def with_books(self) -> Self:
        """With what tells when each can leave the shop."""
        return self.select_related("book", "backorder")


class OrderLine(models.Model):
    """Some copies of one book as sold."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    book = models.ForeignKey("shop.Book", on_delete=models.PROTECT, related_name="order_lines")
    isbn = models.CharField(_("ISBN"), max_length=13)
    title = models.CharField(_("title"), max_length=300)
    byline = models.CharField(_("by"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = models.DecimalField(_("price"), max_digits=10, decimal_places=2)
    total = models.DecimalField(_("total"), max_digits=10, decimal_places=2)
    discount = models.DecimalField(_("discount"), max_digits=10, decimal_places=2, default=0)
    tax_rate = models.DecimalField(_("tax, percent"), max_digits=5, decimal_places=2, default=0)
    tax = models.DecimalField(_("tax within"), max_digits=10, decimal_places=2, default=0)
    # The day before which it could not leave, as its customer was last told; none, if it could at once.
    told_from = models.DateField(null=True, editable=False)

    # How many of the copies have gone which way, and what of their price went back.
    dispatched = models.PositiveIntegerField(_("dispatched"), default=0)
    cancelled = models.PositiveIntegerField(_("called off"), default=0)
    returned = models.PositiveIntegerField(_("returned"), default=0)
    refunded = models.DecimalField(_("refunded"), max_digits=10, decimal_places=2, default=0)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["book_id"]
        indexes = [models.Index(fields=["told_from"], name="shop_orderline_by_told")]
        constraints = [
            models.UniqueConstraint(fields=["order", "book"], name="shop_orderline_one_per_book"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shop_orderline_quantity"),
            models.CheckConstraint(
                condition=Q(total=Round(F("quantity") * F("unit_price"), 2)), name="shop_orderline_total"
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("total"), tax__gte=0, tax__lte=F("total")),
                name="shop_orderline_within_total",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("dispatched") + F("cancelled"), dispatched__gte=F("returned")),
                name="shop_orderline_copies",
            ),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, total__gte=Round(F("refunded") + F("discount"), 2)),
                name="shop_orderline_refunded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def title_and_format(self) -> str:
        """What tells it from the title's other editions in the same order."""
        return f"{self.title} ({self.book.format_name})"

    @property
    def charged(self) -> Decimal:
        """What its copies cost the customer: its total without its share of the discount, tax included."""
        return self.total - self.discount

    @property
    def outstanding(self) -> int:
        """Copies that have neither left nor been called off."""
        return self.quantity - self.dispatched - self.cancelled

    @property
    def awaited(self) -> int:
        """Copies of the line that have yet to come in."""
        backorder = getattr(self, "backorder", None)
        return backorder.quantity if backorder else 0

    @property
    def expected(self) -> str:
        """When a book that is ordered in advance will be had, in words; empty for any other."""
        return expected(self.book)


class LineCredit(models.Model):
    """What one contributor's share of a line comes to; the credits of a line sum to what was charged for it, and
    what was refunded of them to what was refunded of the line."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="credits")
    contributor = models.ForeignKey(
        "shop.Contributor", on_delete=models.SET_NULL, null=True, related_name="line_credits"
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    refunded = models.DecimalField(_("refunded"), max_digits=10, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("line credit")
        verbose_name_plural = _("line credits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.amount}"


class OrderEvent(models.Model):
    """Something that happened to an order: what, when, and who did it."""

    class What(models.TextChoices):
        """First the moves of its status, by the status's own name; then what leaves the status as it is."""

        PLACED = "placed", _("Placed")
        PAID = "paid", _("Paid")
        PART_DISPATCHED = "part_dispatched", _("Partly dispatched")
        DISPATCHED = "dispatched", _("Dispatched")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        REVIVED = "revived", _("Taken up again")
        CALLED_OFF = "called_off", _("Copies called off")
        REFUNDED = "refunded", _("Refunded")
        RETURN_ASKED = "return_asked", _("Return asked for")
        RETURN_REFUSED = "return_refused", _("Return refused")
        PART_RETURNED = "part_returned", _("Partly returned")
        NOTE = "note", _("Note")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(_("what"), max_length=20, choices=What)
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
