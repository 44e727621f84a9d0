"""Invoices in the admin: all that have been issued, to be found and printed, and changed by nobody."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shop.money import written

from ..invoicing import NotPaid, issue_invoice
from ..models import Invoice, Order
from ..papers import Paper, read
from .printing import chosen_orders, to_print


class PaperAdmin(admin.ModelAdmin):
    """Papers that have gone out: they are read, and printed again as they were."""

    list_filter = ["issued_at"]
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("number"), ordering="number")
    def written_number(self, row: Any) -> str:
        return str(row)

    @admin.display(description=_("to"))
    def buyer(self, row: Any) -> str:
        return ", ".join(row.contents["buyer"][:1])

    @admin.display(description=_("total"))
    def amount(self, row: Any) -> str:
        return written(read(row.contents).total, row.contents["currency"])

    @admin.display(description=_("VAT within"))
    def tax(self, row: Any) -> str:
        return written(read(row.contents).tax, row.contents["currency"])


@admin.register(Invoice)
class InvoiceAdmin(PaperAdmin):
    """Invoices, the newest first."""

    list_display = ["written_number", "issued_at", "order", "buyer", "amount", "tax"]
    list_select_related = ["order"]
    search_fields = ["=number", "order__number", "order__email", "order__recipient"]
    search_help_text = _("Number without what stands before it, or the order's number, e-mail or name")
    fields = ["written_number", "issued_at", "order", "buyer", "amount", "tax", "credited", "sheet"]
    readonly_fields = ["written_number", "buyer", "amount", "tax", "credited", "sheet"]
    actions = ["print_chosen"]

    @admin.display(description=_("credit notes"), empty_value="")
    def credited(self, invoice: Invoice) -> str:
        return ", ".join(str(note) for note in invoice.credit_notes.order_by("number"))

    @admin.display(description=_("paper"))
    def sheet(self, invoice: Invoice) -> str:
        address = reverse("admin:shop_invoice_print")
        return format_html('<a href="{}?orders={}">{}</a>', address, invoice.order_id, _now("Print"))

    @admin.action(description=_("Print the chosen invoices"), permissions=["view"])
    def print_chosen(self, request: HttpRequest, invoices: QuerySet[Invoice]) -> HttpResponse | None:
        return to_print(request, "admin:shop_invoice_print", Order.objects.filter(invoice__in=invoices))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.print_view)
        return [path("print/", view, name="shop_invoice_print"), *super().get_urls()]

    def print_view(self, request: HttpRequest) -> HttpResponse:
        """The invoices of the orders that the address names, or of all that can go now; those that are missing are
        issued."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        papers, without = invoices_of(chosen_orders(request))
        title = ngettext("%(count)d invoice", "%(count)d invoices", len(papers)) % {"count": len(papers)}
        return papers_page(request, papers, title=title, without=without)


def invoices_of(orders: QuerySet[Order]) -> tuple[list[Paper], list[str]]:
    """The invoices of these orders, issued now where they are missing; and the orders that are not paid."""
    there_are = Invoice.objects.filter(order__in=orders).values_list("order_id", "contents")
    known = dict(there_are)
    papers, without = [], []
    for order in orders:
        try:
            papers.append(read(known.get(order.pk) or issue_invoice(order_id=order.pk).contents))
        except NotPaid:
            without.append(order.number)
    return papers, without


def papers_page(
    request: HttpRequest, papers: list[Paper], *, title: str, without: list[str] | None = None
) -> HttpResponse:
    """A page to be printed, on which each paper begins on a sheet of its own."""
    context = {
        "papers": papers,
        "title": title,
        "without": without,
        "back": reverse("admin:shop_order_changelist"),
        "back_to": _now("Back to the orders"),
    }
    return TemplateResponse(request, "orders/print/papers.html", context)
