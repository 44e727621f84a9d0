"""The page on which staff take an order by telephone.

All of it is one form, which holds what has been typed so far: whatever button is pressed, nothing of it is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.addresses import AUTOCOMPLETE
from shop.catalogue.cards import availability
from shop.catalogue.models import Book
from shop.isbn import isbn13
from shop.money import written
from shop.quantities import parse_quantity
from shop.signals import InsufficientStock

from .. import phone
from ..delivery import NotDelivered, ways_for
from ..forms import CheckoutForm, as_details
from ..models import Order
from ..placing import CartChanged, TotalTooLarge
from ..tax import taxed_in
from ..totals import of_cart
from .pages import page

COPIES = "copies-"  # and an ISBN: the name of a field
MOST_COPIES = 999  # of one book by telephone: what is more is a slip of the finger


class PhoneForm(CheckoutForm):
    """Who is on the telephone, and how and where the books go."""

    method = forms.IntegerField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email, telephone = self.fields["email"], self.fields["telephone"]
        email.required = False
        email.help_text = gettext_lazy("The confirmation goes there, with the link to pay by.")
        telephone.label, telephone.help_text = gettext_lazy("Telephone"), ""
        for asked in self.fields.values():
            asked.widget.attrs["autocomplete"] = "off"  # not what the browser knows of whoever sits here

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(str(self.data.get(name, "")).strip() for name in ("email", "telephone")):
            self.add_error("telephone", _("Write a telephone number, or an e-mail address, or both."))
        return cleaned


@dataclass
class Row:
    """A book of the order, with the copies as they were typed and what is the matter with it."""

    book: Book
    typed: str
    copies: int | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        return f"{COPIES}{self.book.isbn}"

    @property
    def total(self) -> Decimal | None:
        return None if self.copies is None else self.book.asking_price * self.copies

    @property
    def stock(self) -> Mapping[str, str]:
        """Whether it can be had, in words."""
        return availability(self.book)


@dataclass
class Draft:
    """The books of the form: copies as they were typed, by ISBN, in the order in which they were added."""

    typed: dict[str, str]
    gone: list[str] = field(default_factory=list)  # what is not on sale any more

    @classmethod
    def of(cls, post: Mapping[str, str]) -> "Draft":
        """What the form holds, and what its buttons for single books ask for."""
        copies = {name[len(COPIES) :]: text for name, text in post.items() if name.startswith(COPIES)}
        draft = cls({isbn: text for isbn, text in copies.items() if isbn13(isbn) == isbn})
        draft.typed.pop(post.get("remove", ""), None)
        if (isbn := isbn13(post.get("add", ""))) is not None:
            draft.add(isbn)
        return draft

    def add(self, isbn: str) -> None:
        """One copy, or one more."""
        try:
            self.typed[isbn] = str(
                1 + parse_quantity(self.typed.get(isbn, "0"), least=0, most=MOST_COPIES - 1)
            )
        except ValidationError:
            return  # what is typed there is not for the button to judge

    def rows(self) -> list[Row]:
        """Its books as they are now; those not on sale any more are dropped, and said to be `gone`."""
        books = Book.objects.on_sale().select_related("stock").in_bulk(list(self.typed), field_name="isbn")
        self.gone = [isbn for isbn in self.typed if isbn not in books]
        return [self._row(books[isbn], text) for isbn, text in self.typed.items() if isbn in books]

    def _row(self, book: Book, text: str) -> Row:
        try:
            copies = parse_quantity(text, most=MOST_COPIES)
        except ValidationError as wrong:
            return Row(book, text, problem=wrong.messages[0])
        if copies > book.available and not book.is_forthcoming:
            left = ngettext("Only %(left)d copy is there.", "Only %(left)d copies are there.", book.available)
            return Row(book, text, copies, left % {"left": book.available})
        return Row(book, text, copies)


def take_by_phone(pages: Any, request: HttpRequest) -> HttpResponse:
    """Books, customer and delivery in any order, with what it comes to; the last button places the order."""
    if not pages.has_change_permission(request):
        raise PermissionDenied
    post = {name: str(text) for name, text in request.POST.items()}
    key = _uuid(post.get("key", "")) or uuid4()
    if "place" in post and (placed := phone.phone_order_of(key)):  # by the same form, a moment ago
        return _placed(request, placed)
    draft = Draft.of(post)
    found = _look_up(post, draft)
    form = PhoneForm(post) if "place" in post else PhoneForm(initial=_known_answers(post, found["people"]))
    if "place" in post and (answer := _place(request, form, draft.rows(), key)):
        return answer
    rows = draft.rows()
    account = phone.account_with(str(form["email"].value() or "").strip().lower())
    if "use" in post:
        found |= {"who": "", "people": []}
    context = {"form": form, "rows": rows, "key": key, "account": account, **found, **_sums(form, rows)}
    for isbn in draft.gone:
        messages.warning(request, _("%(isbn)s is not on sale.") % {"isbn": isbn})
    more = {"title": _("Take an order by telephone"), "held_days": settings.COLLECTION_HELD_DAYS}
    return page(pages, request, "admin/shop/order/phone.html", context | more)


def _look_up(post: Mapping[str, str], draft: Draft) -> dict[str, Any]:
    """The books and the people that were asked for. A book whose ISBN was typed, or scanned, is added at once."""
    sought, who = (post.get(name, "").replace("\0", "").strip()[:150] for name in ("find", "who"))
    if "add" in post:  # found what was sought
        sought = ""
    books = phone.books_called(sought) if sought else []
    if len(books) == 1 and isbn13(sought):
        draft.add(books[0].isbn)
        sought, books = "", []
    people = phone.people_called(who) if who else []
    return {"find": sought, "books": books, "who": who, "people": people}


def _known_answers(post: Mapping[str, str], people: list[phone.Known]) -> dict[str, str]:
    """What the form starts with: what was typed, and of a known customer who was just chosen what the shop knows."""
    start = {"delivery_method": Order.Delivery.STANDARD.value, "country": settings.SHOP_COUNTRY}
    answers = {**start, **post}
    for person in people:
        if str(person) == post.get("use"):
            answers |= {name: text for name, text in person.answers.items() if text or name in AUTOCOMPLETE}
    return answers


def _sums(form: PhoneForm, rows: list[Row]) -> dict[str, Any]:
    """What the books come to with the delivery that is chosen, or the cheapest; no `sums` where there is none."""
    lines = phone.lines_for({row.book.pk: row.copies for row in rows if row.copies})
    how = str(form["delivery_method"].value())
    country = "" if how == Order.Delivery.COLLECTION else form.format.country
    sold = [(line.book, line.quantity, line.unit_price) for line in lines]
    ways = ways_for(how, country, sold) if lines else []
    chosen = next((way for way in ways if str(way.method) == str(form["method"].value())), None)
    chosen = chosen or next(iter(ways), None)
    if chosen is None:
        return {"ways": ways}
    sums = of_cart(lines, country=taxed_in(how, country), shipping=chosen.price)
    return {"ways": ways, "chosen": chosen, "sums": sums, "seen": phone.mark_of(lines, chosen)}


def _place(request: HttpRequest, form: PhoneForm, rows: list[Row], key: UUID) -> HttpResponse | None:
    """Where the placed order is; None where the form has to be shown again, and says why."""
    is_valid = form.is_valid()
    if not rows:
        messages.error(request, _("Add a book first."))
    if not is_valid or not rows or any(row.problem for row in rows):
        return None
    details = as_details(form.as_session(), form.cleaned_data["method"])
    assert details is not None
    try:
        order = phone.place_phone_order(
            copies={row.book.pk: row.copies or 0 for row in rows},
            details=details,
            key=key,
            seen=request.POST.get("seen", ""),
            actor=request.user,  # type: ignore[arg-type]
        )
    except CartChanged:
        messages.warning(
            request, _("The sum has changed. Please tell it to the customer, and place the order then.")
        )
    except NotDelivered:
        messages.error(
            request, _("These books cannot be sent there in this way. Please choose another delivery.")
        )
    except InsufficientStock:
        messages.error(
            request, _("Some of these copies have just been sold. Please look at the books once more.")
        )
    except TotalTooLarge:
        messages.error(request, _("This is more than one order can hold. Please make several of it."))
    else:
        return _placed(request, order)
    return None


def _placed(request: HttpRequest, order: Order) -> HttpResponse:
    """To the order, with what the customer is to be told."""
    until = date_format(order.expires_at, "j F, H:i") if order.expires_at else _("it can be collected")
    said = _(
        "Order {number} is placed: {total}, held until {until}. The customer can pay at {link}, or in the shop."
    )
    link = settings.SHOP_URL + order.page_address()
    messages.success(
        request,
        format_html(
            said,
            number=order.number,
            total=written(order.total, order.currency),
            until=until,
            link=format_html('<a href="{}">{}</a>', link, link),
        ),
    )
    return redirect(reverse("admin:shop_order_change", args=[order.pk]))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
