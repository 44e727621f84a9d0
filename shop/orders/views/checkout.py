"""Checkout: who and where, all of it once more, and the order."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.addresses import AUTOCOMPLETE, PostalAddress
from shop.cart.baskets import find_cart, lines_of
from shop.cart.models import Cart, CartLine
from shop.signals import InsufficientStock

from ..delivery import shipping_cost
from ..forms import CheckoutForm
from ..models import Order
from ..placing import CartChanged, Details, TotalTooLarge, place_order, review_mark
from ..tax import taxed_in
from ..totals import of_cart
from ..waiting import leaves_from

SESSION_KEY = "checkout"  # the customer's answers, until the order is placed
PLACED_KEY = "placed"  # the link of the order placed last


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Who and where: the first of the checkout's two pages."""
    cart, lines = _basket(request)
    if cart is None or any(line.needs_attention for line in lines):
        return _back_to_cart(request)
    address_book = _address_book(request)
    form = CheckoutForm(request.POST or None, initial=_known_answers(request, address_book))
    if request.method == "POST" and form.is_valid():
        request.session[SESSION_KEY] = form.as_session()
        return redirect("orders:review")
    context = {"form": form, "lines": lines, "address_book": address_book, **_sums(lines)}
    return render(request, "orders/checkout.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """All of it once more, and the button that places the order."""
    if request.method == "POST":
        return _place(request)
    cart, lines = _basket(request)
    if cart is None or any(line.needs_attention for line in lines):
        return _back_to_cart(request)
    details = _agreed_details(request)
    if details is None:
        return redirect("orders:checkout")
    context = {
        "cart": cart,
        "lines": lines,
        "order": Order(email=details.email, delivery_method=details.delivery_method, **details.address),
        "reviewed": review_mark(lines, details),
        **_sums(lines, details),
    }
    return render(request, "orders/review.html", context)


def _place(request: HttpRequest) -> HttpResponse:
    key = _key(request.POST.get("checkout_key", ""))
    # The session before the order: had a twin of this request just ended the checkout there, its order is found.
    cart, details = find_cart(request), _agreed_details(request)
    placed = Order.objects.filter(checkout_key=key, channel=Order.Channel.WEB).first() if key else None
    if placed is None:
        if key is None or cart is None or details is None:
            return _back_to_cart(request)
        try:
            placed = place_order(
                cart=cart,
                customer=request.user if request.user.is_authenticated else None,
                details=details,
                checkout_key=key,
                reviewed=request.POST.get("reviewed", ""),
            )
        except CartChanged:
            return _look_again(request)
        except InsufficientStock:
            return _back_to_cart(request)
        except TotalTooLarge:
            messages.error(request, _("This is more than one order can hold. Please make several of it."))
            return redirect("cart:detail")
        request.session.pop(SESSION_KEY, None)
        request.session[PLACED_KEY] = placed.token
    return redirect("payments:pay", placed.token)


def _basket(request: HttpRequest) -> tuple[Cart | None, list[CartLine]]:
    """The visitor's cart and its lines; no cart where there is nothing in it."""
    lines = list(lines_of(request).with_books())
    return (lines[0].cart, lines) if lines else (None, [])


def _back_to_cart(request: HttpRequest) -> HttpResponse:
    """To the cart, whose page says at each line what is the matter; from an empty one to the order made of it."""
    cart, _lines = _basket(request)
    if cart is None and PLACED_KEY in request.session:
        return redirect("orders:order", request.session[PLACED_KEY])
    messages.warning(request, _("Please look at your cart once more before you order."))
    return redirect("cart:detail")


def _look_again(request: HttpRequest) -> HttpResponse:
    """To the cart where a line has to be looked at, else to the review, which shows what has changed."""
    cart, lines = _basket(request)
    if cart is None or any(line.needs_attention for line in lines):
        return _back_to_cart(request)
    messages.warning(request, _("Your order has changed since you looked at it. Please review it once more."))
    return redirect("orders:review")


def _sums(lines: list[CartLine], details: Details | None = None) -> dict[str, object]:
    """What the cart comes to, with delivery and tax once it is known where it goes."""
    if details is None:
        sums = of_cart(lines)
    else:
        country = taxed_in(details.delivery_method, str(details.address.get("country", "")))
        sums = of_cart(lines, country=country, shipping=shipping_cost(details.delivery_method))
    return {
        "sums": sums,
        "flat_rate": shipping_cost(Order.Delivery.STANDARD),
        "cart_count": sum(line.quantity for line in lines),  # known here: the header need not ask
        "leaves_from": leaves_from(lines),
    }


def _agreed_details(request: HttpRequest) -> Details | None:
    """The answers given at the checkout; None if there are none, or none that would be taken today."""
    answers = request.session.get(SESSION_KEY)
    if not isinstance(answers, dict):
        return None
    form = CheckoutForm(answers)
    return form.details() if form.is_valid() else None


def _address_book(request: HttpRequest) -> list[PostalAddress]:
    """The customer's own addresses, the one to offer first."""
    return list(request.user.addresses.all()) if request.user.is_authenticated else []


def _known_answers(request: HttpRequest, address_book: list[PostalAddress]) -> dict[str, str]:
    """What the form starts with: the address just chosen, the answers given before, what the account knows."""
    answers = request.session.get(SESSION_KEY)
    chosen = [address for address in address_book if str(address.pk) == request.GET.get("address")]
    if isinstance(answers, dict) and not chosen:
        return answers
    known: dict[str, str] = {"delivery_method": Order.Delivery.STANDARD, "country": settings.SHOP_COUNTRY}
    if request.user.is_authenticated:
        known |= {"email": request.user.email, "recipient": request.user.name}
        delivered = request.user.orders.filter(delivery_method=Order.Delivery.STANDARD)
        if address := next(iter(chosen or address_book), None) or delivered.first():
            known |= {name: str(getattr(address, name)) for name in AUTOCOMPLETE}
    return known


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
