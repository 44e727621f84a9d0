"""Checkout: who and where, all of it once more, and the order."""

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_countries import countries

from shop.address_forms import wants_other_fields
from shop.addresses import AUTOCOMPLETE, PostalAddress
from shop.cart.baskets import find_cart, find_lines
from shop.cart.models import Cart, CartLine
from shop.signals import InsufficientStock

from ..delivery import NotDelivered, Parcel, Sold, delivered_to, methods_for, ways_for
from ..forms import CheckoutForm, as_details
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
    if wants_other_fields(request.POST):
        form = CheckoutForm(initial=request.POST.dict())
    else:
        form = CheckoutForm(request.POST or None, initial=_known_answers(request, address_book))
    if form.is_bound and form.is_valid():
        answers = form.as_session()
        if problem := _why_not_sent(lines, as_details(answers)):
            form.add_error("country", problem)
        else:
            request.session[SESSION_KEY] = answers
            return redirect("orders:review")
    context = {
        "form": form,
        "address_book": address_book,
        "cheapest": next(iter(methods_for(form.format.country, _sold(lines))), None),
        **_basket_context(lines),
        "sums": of_cart(lines),
    }
    return render(request, "orders/checkout.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """All of it once more, the ways of delivery that there are, and the button that places the order."""
    if request.method == "POST":
        return _look_again(request) if "reckon" in request.POST else _place(request)
    cart, lines = _basket(request)
    if cart is None or any(line.needs_attention for line in lines):
        return _back_to_cart(request)
    details = as_details(request.session.get(SESSION_KEY), _number(request.GET.get("method", "")))
    if details is None:
        return redirect("orders:checkout")
    quotes = ways_for(details.delivery_method, details.country, _sold(lines))
    if not quotes:
        messages.error(request, _why_not_sent(lines, details))
        return redirect("orders:checkout")
    chosen = next((quote for quote in quotes if quote.method == details.shipping_method), quotes[0])
    country = taxed_in(details.delivery_method, details.country)
    context = {
        "cart": cart,
        "order": Order(
            email=details.email,
            telephone=details.telephone,
            delivery_method=details.delivery_method,
            shipping_name=chosen.name,
            **details.address,
        ),
        "quotes": quotes,
        "chosen": chosen,
        "reviewed": review_mark(lines, details, chosen),
        **_basket_context(lines),
        "sums": of_cart(lines, country=country, shipping=chosen.price),
    }
    return render(request, "orders/review.html", context)


def _place(request: HttpRequest) -> HttpResponse:
    key = _key(request.POST.get("checkout_key", ""))
    cart = find_cart(request)
    details = as_details(request.session.get(SESSION_KEY), _number(request.POST.get("method", "")))
    if key is None or cart is None or details is None:
        # A twin of this request may have ended the checkout just now: then there is its order.
        placed = Order.objects.filter(checkout_key=key, channel=Order.Channel.WEB).first() if key else None
        return redirect("payments:pay", placed.token) if placed else _back_to_cart(request)
    try:
        placed = place_order(
            cart=cart,
            customer=request.user if request.user.is_authenticated else None,
            details=details,
            checkout_key=key,
            reviewed=request.POST.get("reviewed", ""),
        )
    except CartChanged:
        changed = _("Your order has changed since you looked at it. Please review it once more.")
        return _look_again(request, changed)
    except NotDelivered:
        gone = _("The delivery that you chose is no longer offered for these books. Please choose once more.")
        return _look_again(request, gone)
    except InsufficientStock:
        return _back_to_cart(request)
    except TotalTooLarge:
        messages.error(request, _("This is more than one order can hold. Please make several of it."))
        return redirect("cart:detail")
    if request.session.get(PLACED_KEY) != placed.token:  # else it is a page of before, sent once more
        request.session.pop(SESSION_KEY, None)
        request.session[PLACED_KEY] = placed.token
    return redirect("payments:pay", placed.token)


def _basket(request: HttpRequest) -> tuple[Cart | None, list[CartLine]]:
    """The visitor's cart and its lines; no cart where there is nothing in it."""
    lines = find_lines(request)
    return (lines[0].cart, lines) if lines else (None, [])


def _back_to_cart(request: HttpRequest) -> HttpResponse:
    """To the cart, whose page says at each line what is the matter; from an empty one to the order made of it."""
    cart, _lines = _basket(request)
    if cart is None and PLACED_KEY in request.session:
        return redirect("orders:order", request.session[PLACED_KEY])
    messages.warning(request, _("Please look at your cart once more before you order."))
    return redirect("cart:detail")


def _look_again(request: HttpRequest, why: str = "") -> HttpResponse:
    """To the cart where a line has to be looked at, else to the review of what is chosen now."""
    cart, lines = _basket(request)
    if cart is None or any(line.needs_attention for line in lines):
        return _back_to_cart(request)
    if why:
        messages.warning(request, why)
    chosen = _number(request.POST.get("method", ""))
    return redirect(reverse("orders:review") + (f"?{urlencode({'method': chosen})}" if chosen else ""))


def _basket_context(lines: list[CartLine]) -> dict[str, object]:
    return {
        "lines": lines,
        "cart_count": sum(line.quantity for line in lines),  # known here: the header need not ask
        "leaves_from": leaves_from(lines),
    }


def _sold(lines: list[CartLine]) -> Sold:
    return [(line.book, line.quantity, line.unit_price) for line in lines]


def _why_not_sent(lines: list[CartLine], details: Details | None) -> str:
    """Why the books cannot come as asked for, for the customer; empty if they can."""
    if details is None or ways_for(details.delivery_method, details.country, _sold(lines)):
        return ""
    kilograms = round(Parcel.of(_sold(lines)).grams / 1000, 1)
    told = {"country": countries.name(details.country), "weight": localize(kilograms)}
    if not delivered_to([details.country]):
        return _("We do not deliver to %(country)s. You can collect your books from the shop.") % told
    return (
        _(
            "Your books weigh about %(weight)s kg together: too much for one parcel to %(country)s. "
            "Order them in parts, or collect them from the shop."
        )
        % told
    )


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


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
