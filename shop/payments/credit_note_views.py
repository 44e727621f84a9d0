"""The credit notes of an order, for the customer to print or keep."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from shop.orders.access import for_its_owner
from shop.orders.models import Order
from shop.orders.papers import read

from .credit_notes import credit_notes_of


@require_safe
@for_its_owner
def credit_notes(request: HttpRequest, order: Order) -> HttpResponse:
    """All of them, each on a sheet of its own."""
    papers = [read(note.contents) for note in credit_notes_of(order)]
    if not papers:
        messages.info(request, _("There is no credit note for this order."))
        return redirect(order.page_address())
    title = ngettext("Credit note for order %(number)s", "Credit notes for order %(number)s", len(papers))
    context = {
        "papers": papers,
        "title": title % {"number": order.number},
        "back": order.page_address(),
        "back_to": _("Back to the order"),
    }
    return render(request, "orders/print/papers.html", context)
