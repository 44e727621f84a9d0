"""The orders of whoever asks."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shop.cart.baskets import CartGone, open_cart
from shop.money import written

from .. import story
from ..access import for_its_owner
from ..again import order_again
from ..asking import OrderSearch, ReturnForm
from ..cancelling import cancel_order
from ..copies import SentBefore, TooManyCopies
from ..models import Order, ReturnLine
from ..returning import TooLate, ask_for_return, may_ask_for_return, returnable
from ..transitions import NotPossible
from ..waiting import leaves_from

ORDERS_ON_A_PAGE = 20
MOST_TOLD = 10  # books that cannot be had again, each in a message


@require_safe
@for_its_owner
def order_page(request: HttpRequest, order: Order) -> HttpResponse:
    """One order: what was bought, where it goes, what has happened to it."""
    lines = list(order.lines.with_books().select_related("book__main_subject").order_by("pk"))
    context = {
        "order": order,
        "stands": story.stands(order),
        "under_way": story.payment_under_way(order),
        "lines": lines,
        "leaves_from": leaves_from(line for line in lines if line.outstanding),
        "held_days": settings.COLLECTION_HELD_DAYS,
        "timeline": story.timeline(order),
        "parcels": story.parcels(order, lines),
        "to_come": story.to_come(order, lines),
        "given_back": story.given_back(order, lines),
        "repaid": story.repaid(order),
        "may_return": any(line.dispatched for line in lines) and may_ask_for_return(order),
    }
    return render(request, "orders/order.html", context)


@require_POST
@for_its_owner
def cancel(request: HttpRequest, order: Order) -> HttpResponse:
    """The customer no longer wants it."""
    to_give_back = order.to_give_back
    try:
        cancel_order(order_id=order.pk, actor=_actor(request), note=_("by the customer"))
    except NotPossible as refused:
        messages.error(
            request,
            _("This order can no longer be cancelled: its status is “%(status)s”.")
            % {"status": story.stands(refused.order)},
        )
    else:
        done = _("Your order is cancelled.")
        if to_give_back:
            done = _("Your order is cancelled. %(sum)s of what you paid is given back.") % {
                "sum": written(to_give_back, order.currency)
            }
        messages.success(request, done)
    return redirect(order.page_address())


@require_POST
@for_its_owner
def again(request: HttpRequest, order: Order) -> HttpResponse:
    """The same books into the cart, as far as they can be had."""
    try:
        missing = order_again(order=order, cart=open_cart(request))
    except CartGone:
        messages.error(request, _("Your cart has just changed. Please try again."))
        return redirect(order.page_address())
    for gap in missing[:MOST_TOLD]:
        messages.warning(request, gap.words())
    if len(missing) > MOST_TOLD:
        more = len(missing) - MOST_TOLD
        messages.warning(
            request, _("%(count)d more books of this order are not all there.") % {"count": more}
        )
    if not missing:
        messages.success(request, _("All of order %(number)s is in your cart.") % {"number": order.number})
    return redirect("cart:detail")


@require_http_methods(["GET", "HEAD", "POST"])
@for_its_owner
def ask_return(request: HttpRequest, order: Order) -> HttpResponse:
    """Which books the customer would like to give back, and why."""
    if request.method == "POST":
        kept = {
            line: line.dispatched - line.returned
            for line in order.lines.select_related("book").order_by("pk")
        }
        form = ReturnForm({line: copies for line, copies in kept.items() if copies}, request.POST)
        if form.is_valid() and (answer := _ask_for_return(request, order, form)):
            return answer
    elif may_ask_for_return(order):
        left = returnable(order)
        lines = {
            line: left[line.pk]
            for line in order.lines.select_related("book").order_by("pk")
            if line.pk in left
        }
        form = ReturnForm(lines, initial={"number": order.returns.count() + 1})
    else:
        messages.info(request, _("There is nothing of this order that can be returned now."))
        return redirect(order.page_address())
    return render(request, "orders/ask_return.html", {"order": order, "form": form})


def _ask_for_return(request: HttpRequest, order: Order, form: ReturnForm) -> HttpResponse | None:
    """Where that leads; None, and the form says why, if it can be put right there."""
    number, copies = form.cleaned_data["number"], form.copies()
    try:
        ask_for_return(
            order_id=order.pk,
            copies=copies,
            reason=form.cleaned_data["reason"],
            actor=_actor(request),
            number=number,
        )
    except TooManyCopies as refused:
        form.add_error(None, str(refused))
        return None
    except (NotPossible, TooLate):
        messages.error(
            request, _("This order can no longer be returned here. Please write to us or call us.")
        )
        return redirect(order.page_address())
    except SentBefore:
        known = ReturnLine.objects.filter(part_of__order=order, part_of__number=number)
        if dict(known.values_list("line_id", "quantity")) != copies:
            messages.warning(request, _("Something has changed meanwhile. Please look at it once more."))
            return redirect("orders:ask_return", order.token)
    messages.success(
        request, _("We have your request. Please send or bring us the books, with the return's number.")
    )
    return redirect(order.page_address())


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The customer's own orders, newest first."""
    search = OrderSearch(request.GET)
    orders = search.found(Order.objects.filter(customer_id=request.user.pk)).prefetch_related("lines")
    page = Paginator(orders, ORDERS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "orders": [(order, story.stands(order)) for order in page],
        "search": search,
        "is_search": any(request.GET.get(name) for name in search.fields),
    }
    return render(request, "orders/mine.html", context)


def _actor(request: HttpRequest) -> AbstractBaseUser | None:
    return request.user if request.user.is_authenticated else None
