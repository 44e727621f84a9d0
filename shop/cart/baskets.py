"""Filling, changing and finding a visitor's cart."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from shop.catalogue.models import Book
from shop.transactions import retry_on_conflict

from .models import MOST_COPIES, Cart, CartLine, CartLineQuerySet, most_copies

SESSION_KEY = "cart_id"


class TooManyCopies(Exception):
    """More copies of one book than a cart takes, or than can be ordered; `most` says how many would do."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"at most {most}")


class CartGone(Exception):
    """The cart was joined to another, or cleared away, at this moment."""


def guest_cart_id(request: HttpRequest) -> int | None:
    """The cart named in a guest's session; None if there is none, or something else stands there."""
    cart_id = request.session.get(SESSION_KEY)
    return cart_id if isinstance(cart_id, int) else None


def find_cart(request: HttpRequest) -> Cart | None:
    """The visitor's cart, if there is one yet: the customer's own, or the one named in a guest's session."""
    if request.user.is_authenticated:
        return Cart.objects.filter(user_id=request.user.pk).first()
    cart_id = guest_cart_id(request)
    return Cart.objects.filter(pk=cart_id, user=None).first() if cart_id else None


def open_cart(request: HttpRequest) -> Cart:
    """The visitor's cart, made on first need."""
    cart = find_cart(request)
    if cart is None:
        if request.user.is_authenticated:
            cart, _ = Cart.objects.get_or_create(user_id=request.user.pk)
        else:
            cart = Cart.objects.create()
            request.session[SESSION_KEY] = cart.pk
    return cart


def find_lines(request: HttpRequest) -> list[CartLine]:
    """What is in the visitor's cart, with the cart, in one query; in none for a visitor without one."""
    lines = _lines_of(request)
    return [] if lines is None else list(lines.with_books())


def count_copies(request: HttpRequest) -> int:
    """How many copies the visitor's cart holds, in one query; in none for a visitor without one."""
    lines = _lines_of(request)
    return 0 if lines is None else lines.copies()


def _lines_of(request: HttpRequest) -> CartLineQuerySet | None:
    if request.user.is_authenticated:
        return CartLine.objects.filter(cart__user_id=request.user.pk)
    cart_id = guest_cart_id(request)
    return CartLine.objects.filter(cart_id=cart_id, cart__user=None) if cart_id else None


@retry_on_conflict
@transaction.atomic(durable=True)
def add_copies(*, cart: Cart, book: Book, quantity: int) -> None:
    """Put copies of a book into the cart, on top of those it holds; raises TooManyCopies, CartGone.

    The price noted on the line is the one shown now, also for copies put in before.
    """
    most = most_copies(book)
    if quantity > most:
        raise TooManyCopies(most)
    if not _touch(cart):
        raise CartGone
    lines = CartLine.objects.filter(cart=cart, book=book)
    if not lines.exists():
        lines.create(cart=cart, book=book, quantity=quantity, unit_price=book.asking_price)
    elif not lines.filter(quantity__lte=most - quantity).update(
        quantity=F("quantity") + quantity, unit_price=book.price
    ):
        raise TooManyCopies(most)


@retry_on_conflict
@transaction.atomic(durable=True)
def fill_cart(*, cart: Cart, copies: Mapping[int, int]) -> dict[int, int]:
    """Have at least so many copies of each book (by primary key) in the cart, as far as they can be ordered, and give
    how many of each it holds now. Done twice it is as done once. Raises CartGone."""
    if not _touch(cart):
        raise CartGone
    held = {line.book_id: line for line in cart.lines.filter(book_id__in=copies)}
    holds = {}
    for book in Book.objects.filter(pk__in=copies).select_related("stock").order_by("pk"):
        line, wanted = held.get(book.pk), min(copies[book.pk], most_copies(book))
        if line is None and wanted:
            cart.lines.create(book=book, quantity=wanted, unit_price=book.asking_price)
        elif line is not None and line.quantity < wanted:
            cart.lines.filter(pk=line.pk).update(quantity=wanted, unit_price=book.price)
        holds[book.pk] = max(line.quantity if line else 0, wanted)
    return holds


@retry_on_conflict
@transaction.atomic(durable=True)
def set_copies(*, cart: Cart, book: Book, quantity: int) -> None:
    """Have so many copies of a book in the cart, none to take it out; raises TooManyCopies."""
    lines = CartLine.objects.filter(cart=cart, book=book)
    _touch(cart)
    if quantity == 0:
        lines.delete()
    else:
        if quantity > (most := most_copies(book)):
            raise TooManyCopies(most)
        lines.update(quantity=quantity)


def accept_price(*, cart: Cart, book: Book, price: Decimal) -> bool:
    """The customer agrees to the new price shown; False if it is not, or no longer, the book's price."""
    if price != book.price:
        return False
    _touch(cart)
    return bool(CartLine.objects.filter(cart=cart, book=book).update(unit_price=book.price))


@retry_on_conflict
@transaction.atomic(durable=True)
def merge_carts(*, guest_cart_id: int, user_id: int) -> None:
    """Move what a guest put into a cart to the customer who turned out to be that guest."""
    guest = Cart.objects.select_for_update().filter(pk=guest_cart_id, user=None).first()
    if guest is None:
        return
    own, _ = Cart.objects.get_or_create(user_id=user_id)
    _touch(own)
    held = {line.book_id: line for line in own.lines.all()}
    for line in guest.lines.order_by("book_id"):
        if line.book_id in held:
            both = min(held[line.book_id].quantity + line.quantity, MOST_COPIES)
            own.lines.filter(book_id=line.book_id).update(quantity=both, unit_price=line.unit_price)
        else:
            own.lines.create(book_id=line.book_id, quantity=line.quantity, unit_price=line.unit_price)
    guest.delete()


def _touch(cart: Cart) -> bool:
    """Note that the cart is in use; False if it is gone. Nobody joins or clears it before this transaction ends."""
    return bool(Cart.objects.filter(pk=cart.pk).update(updated_at=timezone.now()))
