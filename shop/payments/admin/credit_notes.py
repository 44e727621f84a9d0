"""Credit notes in the admin: all that have been issued, to be found and printed, and changed by nobody."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shop.orders.admin.invoices import PaperAdmin, papers_page
from shop.orders.admin.printing import chosen_orders, to_print
from shop.orders.models import CreditNote, Order
from shop.orders.papers import read

from ..credit_notes import credit_notes_of


@admin.register(CreditNote)
class CreditNoteAdmin(PaperAdmin):
    """Credit notes, the newest first."""

    list_display = ["written_number", "issued_at", "invoice", "order", "buyer", "amount", "tax"]
    list_select_related = ["invoice__order"]
    search_fields = ["=number", "=invoice__number", "invoice__order__number", "invoice__order__email"]
    search_help_text = _(
        "Number without what stands before it, its invoice's, or the order's number or e-mail"
    )
    fields = ["written_number", "issued_at", "invoice", "order", "refund", "buyer", "amount", "tax", "sheet"]
    readonly_fields = ["written_number", "order", "buyer", "amount", "tax", "sheet"]
    actions = ["print_chosen"]

    @admin.display(description=_("order"))
    def order(self, note: CreditNote) -> str:
        return note.invoice.order.number

    @admin.display(description=_("paper"))
    def sheet(self, note: CreditNote) -> str:
        address = reverse("admin:shop_creditnote_print")
        return format_html('<a href="{}?orders={}">{}</a>', address, note.invoice.order_id, _now("Print"))

    @admin.action(description=_("Print the credit notes of the orders chosen"), permissions=["view"])
    def print_chosen(self, request: HttpRequest, notes: QuerySet[CreditNote]) -> HttpResponse | None:
        orders = Order.objects.filter(invoice__credit_notes__in=notes).distinct()
        return to_print(request, "admin:shop_creditnote_print", orders)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.print_view)
        return [path("print/", view, name="shop_creditnote_print"), *super().get_urls()]

    def print_view(self, request: HttpRequest) -> HttpResponse:
        """The credit notes of the orders that the address names; those that are missing are issued."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        papers = [read(note.contents) for order in chosen_orders(request) for note in credit_notes_of(order)]
        title = ngettext("%(count)d credit note", "%(count)d credit notes", len(papers)) % {
            "count": len(papers)
        }
        return papers_page(request, papers, title=title)
