"""The visitor's own cart: every view finds it by the visitor, so nobody reaches another's."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.catalogue.models import Book
from shop.isbn import isbn13
from shop.reckoning import Item, reckon

from .baskets import (
    CartGone,
    TooManyCopies,
    accept_price,
    add_copies,
    find_cart,
    find_lines,
    open_cart,
    set_copies,
)
from .forms import AddForm, PriceForm, QuantityForm


@never_cache
@require_safe
def detail(request: HttpRequest) -> HttpResponse:
    """What is in the cart, and what has changed since it was put there."""
    return _show(request, "cart/detail.html")


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put copies of a book into the cart."""
    form = AddForm(request.POST)
    isbn = isbn13(str(request.POST.get("isbn", "")))
    book = Book.objects.on_sale().select_related("stock").filter(isbn=isbn).first() if isbn else None
    if book is None:
        messages.error(request, _("We do not have this book."))
        return redirect("cart:detail")
    if not form.is_valid():
        _tell(request, form)
        return redirect(book)
    try:
        add_copies(cart=open_cart(request), book=book, quantity=form.cleaned_data["quantity"])
    except TooManyCopies as refused:
        messages.error(request, _sorry(book, refused.most))
        return redirect(book)
    except (
        CartGone
    ):  # mostly by logging in in another tab: that ended this session, which cannot name a new cart
        messages.error(request, _("Your cart has just changed. Please add the book again."))
        return redirect(book)
    messages.success(request, _("“%(title)s” is in your cart.") % {"title": book.title})
    return redirect("cart:detail")


@require_POST
def change(request: HttpRequest, isbn: str) -> HttpResponse:
    """Have another number of copies of a book in the cart, or none."""
    form = QuantityForm({"quantity": "0"} if "remove" in request.POST else request.POST)
    book = get_object_or_404(Book.objects.select_related("stock"), isbn=isbn)
    cart = find_cart(request)
    if not form.is_valid():
        _tell(request, form)
    elif cart is not None:
        try:
            set_copies(cart=cart, book=book, quantity=form.cleaned_data["quantity"])
        except TooManyCopies as refused:
            messages.error(request, _sorry(book, refused.most))
        else:
            messages.success(request, _("Your cart is up to date."))
    return _answer(request)


@require_POST
def accept(request: HttpRequest, isbn: str) -> HttpResponse:
    """Agree to the new price of a book in the cart."""
    form = PriceForm(request.POST)
    book = get_object_or_404(Book, isbn=isbn)
    cart = find_cart(request)
    if cart is not None and not (
        form.is_valid() and accept_price(cart=cart, book=book, price=form.cleaned_data["price"])
    ):
        messages.error(request, _("The price has changed once more. Please look at it again."))
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    """The cart as it is now: in place for htmx, as a page of its own otherwise."""
    if request.htmx:  # type: ignore[attr-defined]
        return _show(request, "cart/detail.html#cart")
    return redirect("cart:detail")


def _show(request: HttpRequest, template: str) -> HttpResponse:
    lines = find_lines(request)
    copies = sum(line.quantity for line in lines)
    context = {
        "lines": lines,
        "sums": reckon([Item(line.unit_price, line.quantity) for line in lines]),
        "copies": copies,
        "cart_count": copies,  # known here: the header need not ask
        "in_advance": len(lines) > 1 and any(line.expected for line in lines),
        "needs_attention": any(line.needs_attention for line in lines),
    }
    return render(request, template, context)


def _tell(request: HttpRequest, form: forms.Form) -> None:
    for problem in {str(problem) for problems in form.errors.values() for problem in problems}:
        messages.error(request, problem)


def _sorry(book: Book, most: int) -> str:
    if most == 0:
        return _("“%(title)s” is out of stock.") % {"title": book.title}
    return ngettext(
        "Only %(most)d copy of “%(title)s” can be ordered.",
        "Only %(most)d copies of “%(title)s” can be ordered.",
        most,
    ) % {"most": most, "title": book.title}
