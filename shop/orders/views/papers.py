"""What customers print or keep of their orders."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..access import for_its_owner
from ..invoicing import NotPaid, issue_invoice
from ..models import Order
from ..papers import read


@require_safe
@for_its_owner
def invoice(request: HttpRequest, order: Order) -> HttpResponse:
    """The order's invoice, to be printed. It is there as soon as the order is paid; if not, it is issued now."""
    try:
        paper = read(issue_invoice(order_id=order.pk).contents)
    except NotPaid:
        messages.info(request, _("There is no invoice yet: the order has not been paid."))
        return redirect(order.page_address())
    context = {
        "papers": [paper],
        "title": _("Invoice %(number)s") % {"number": paper.number},
        "back": order.page_address(),
        "back_to": _("Back to the order"),
    }
    return render(request, "orders/print/papers.html", context)
