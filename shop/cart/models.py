"""The cart: books a visitor means to buy, with the price that was shown."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from shop.catalogue.cards import expected
from shop.catalogue.models import Book

MOST_COPIES = 99  # of one book in one cart; who wants more is asked to write to the shop


class Cart(models.Model):
    """One visitor's cart: a customer's own, or a guest's, known by the guest's session."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="cart"
    )
    # Names the checkout that this cart goes through now: an order is placed once per key.
    checkout_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")

    def __str__(self) -> str:
        return f"Cart {self.pk}"


def most_copies(book: Book) -> int:
    """How many copies of a book one cart may hold: no more than are available, unless it is not published yet."""
    if not book.on_sale:
        return 0
    return MOST_COPIES if book.is_forthcoming else min(MOST_COPIES, book.available)


class CartLineQuerySet(models.QuerySet["CartLine"]):
    def copies(self) -> int:
        """How many copies the lines hold together."""
        return self.aggregate(copies=Sum("quantity"))["copies"] or 0

    def with_books(self) -> Self:
        """The lines in the order they were added, with just what a page reads of their cart and books."""
        return (
            self.select_related("cart", "book__stock", "book__main_subject")
            .only(
                *("quantity", "unit_price", "cart__checkout_key"),
                *(f"book__{name}" for name in ("isbn", "title", "subtitle", "byline", "price", "on_sale")),
                *(f"book__{name}" for name in ("format", "edition_type", "cover", "weight")),
                *("book__publication_date", "book__embargo_date", "book__main_subject__colour"),
                *("book__stock__on_hand", "book__stock__allocated"),
            )
            .order_by("pk")
        )

    def as_ordered(self) -> Self:
        """The lines by their books' primary keys, with just what an order takes from cart and book."""
        return (
            self.select_related("book", "cart")
            .only(
                "quantity",
                "unit_price",
                "cart__checkout_key",
                *(f"book__{name}" for name in ("isbn", "title", "byline", "price", "on_sale")),
                *("book__publication_date", "book__embargo_date", "book__format", "book__weight"),
            )
            .order_by("book_id")
        )


class CartLine(models.Model):
    """Some copies of one book; `unit_price` is the price that the customer has seen and accepted."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    book = models.ForeignKey("shop.Book", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField(
        _("quantity"), validators=[MinValueValidator(1), MaxValueValidator(MOST_COPIES)]
    )
    unit_price = models.DecimalField(_("price"), max_digits=10, decimal_places=2)

    objects = CartLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        constraints = [
            models.UniqueConstraint(fields=["cart", "book"], name="shop_cartline_one_per_book"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_COPIES), name="shop_cartline_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.book}"

    @property
    def total(self) -> Any:
        """At the price the customer has seen."""
        return self.unit_price * self.quantity

    @property
    def available(self) -> int:
        """Copies that can still be ordered."""
        return most_copies(self.book)

    @property
    def expected(self) -> str:
        """When a book that is ordered in advance will be had, in words; empty for any other."""
        return expected(self.book)

    @property
    def is_short(self) -> bool:
        """Whether fewer copies are left than the line asks for."""
        return self.quantity > self.available

    @property
    def price_changed(self) -> bool:
        """Whether the price is no longer the one that was shown."""
        return self.unit_price != self.book.price

    @property
    def is_as_shown(self) -> bool:
        """Whether the book can be ordered at the price that the customer has seen."""
        return self.book.on_sale and not self.price_changed

    @property
    def needs_attention(self) -> bool:
        """Whether the customer has to look at the line before it can be ordered."""
        return self.is_short or self.price_changed
