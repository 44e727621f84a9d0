"""What the book trade's feeds say about a book, beside what the shop makes of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .books import Book


class Supplier(models.Model):
    """A distributor or wholesaler from whom books can be had."""

    name = models.CharField(_("name"), max_length=200)
    scheme = models.CharField(
        _("scheme"), max_length=100, blank=True, help_text=_("ONIX code list 92, with its name if private.")
    )
    identifier = models.CharField(_("identifier"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "identifier", "name"], name="shop_supplier_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SupplierPrice(models.Model):
    """A price that a supplier states; the shop's own price is on the book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="supplier_prices")
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("supplier")
    )
    price_type = models.CharField(_("type"), max_length=2, blank=True, help_text=_("ONIX code list 58."))
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    tax_rate = models.DecimalField(_("tax, per cent"), max_digits=5, decimal_places=2, null=True, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=1, blank=True, help_text=_("ONIX code list 62."))
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("supplier's price")
        verbose_name_plural = _("suppliers' prices")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class BookText(models.Model):
    """A text about a book that has a place of its own on its page: contents, a review ..."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="texts")
    text_type = models.CharField(_("type"), max_length=2, help_text=_("ONIX code list 153."))
    html = models.TextField(_("text"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["text_type", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.book}: {self.text_type}"


class ProductRelation(models.Model):
    """What a book is to another product of the trade, whether the shop has that or not."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="relations")
    code = models.CharField(_("relation"), max_length=2, help_text=_("ONIX code list 51."))
    isbn = models.CharField(_("ISBN"), max_length=13, db_index=True)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["book", "code", "isbn"], name="shop_product_relation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.code} {self.isbn}"
