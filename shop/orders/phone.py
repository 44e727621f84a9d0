"""Orders that staff take by telephone: placed for the customer, and held some days for the money."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shop.addresses import AUTOCOMPLETE, PostalAddress
from shop.cart.models import CartLine
from shop.catalogue.models import Book
from shop.catalogue.search import best_keys
from shop.catalogue.search.database import best_first, matching
from shop.catalogue.text import fingerprint
from shop.isbn import isbn13
from shop.signals import order_placed
from shop.transactions import retry_on_conflict

from .access import WITH_A_PAGE
from .delivery import Quote, agreed_quote
from .emails import mail_confirmation
from .models import Order
from .placing import CartChanged, Details, create_order

MOST_FOUND = 10  # books of one search
MOST_KNOWN = 5  # customers of one
MOST_READ = 50  # orders that it looks through: many are of the same few people


@retry_on_conflict
@transaction.atomic(durable=True)
def place_phone_order(
    *, copies: Mapping[int, int], details: Details, key: UUID, seen: str, actor: AbstractBaseUser
) -> Order:
    """Order so many copies of each book, by primary key, for whoever is on the telephone; the same key again gives the
    order that it made.

    Belongs to the account with the customer's confirmed address, if there is one. Held as long as what is paid when it
    is collected, for the customer has yet to pay, by the link in the mail or in the shop. `seen` is what `mark_of`
    said of the sums that were told to the customer. Raises CartChanged when these are others now, NotDelivered,
    InsufficientStock, TotalTooLarge; then nothing has happened.
    """
    if known := Order.objects.filter(checkout_key=key).first():
        if known.channel != Order.Channel.PHONE:
            raise CartChanged
        return known
    asked = lines_for(copies)
    sold = [(line.book, line.quantity, line.unit_price) for line in asked]
    quote = agreed_quote(details.delivery_method, details.country, details.shipping_method, sold)
    if not asked or len(asked) < len(copies) or mark_of(asked, quote) != seen:
        raise CartChanged
    now = timezone.now()
    in_advance = {line.book.pk for line in asked if line.book.is_forthcoming}
    until = now + timedelta(days=settings.COLLECTION_HELD_DAYS)
    waits_for_copies = in_advance and details.delivery_method == Order.Delivery.COLLECTION
    order, lines = create_order(
        sold,
        shipping=quote.price,
        actor=actor,
        checkout_key=key,
        channel=Order.Channel.PHONE,
        customer=account_with(details.email),
        email=details.email,
        telephone=details.telephone,
        delivery_method=details.delivery_method,
        shipping_method_id=quote.method,
        shipping_name=quote.name,
        placed_at=now,
        expires_at=None if waits_for_copies else until,  # then its days begin once all of it is there
        **details.address,
    )
    mail_confirmation(order)
    order_placed.send(sender=Order, order=order, lines=lines, in_advance=in_advance)
    return order


def phone_order_of(key: UUID) -> Order | None:
    """The order that a form of this key has placed."""
    return Order.objects.filter(checkout_key=key, channel=Order.Channel.PHONE).first()


def lines_for(copies: Mapping[int, int]) -> list[CartLine]:
    """These books on sale, by primary key, at their prices of now: as a cart has them, but one that is kept nowhere."""
    books = Book.objects.on_sale().filter(pk__in=copies).select_related("stock", "main_subject")
    return [
        CartLine(book=book, quantity=copies[book.pk], unit_price=book.asking_price)
        for book in books.order_by("pk")
    ]


def mark_of(lines: Iterable[CartLine], quote: Quote) -> str:
    """A short mark of all that the sums were made of: it tells whether something has changed since."""
    books = sorted(f"{line.book_id}:{line.quantity}:{line.unit_price}" for line in lines)
    return fingerprint(*books, f"{quote.method}:{quote.price}")


def books_called(text: str) -> list[Book]:
    """Books on sale with this ISBN or these words, the likeliest first."""
    on_sale = Book.objects.on_sale().select_related("stock")
    if isbn := isbn13(text):
        return list(on_sale.filter(isbn=isbn))
    # The index has books that are not on sale, too; it lacks words half typed, for which the database is asked.
    keys = best_keys(text, 5 * MOST_FOUND) or best_first(matching(Book.objects.on_sale(), text), text)
    books = on_sale.in_bulk(keys[: 5 * MOST_FOUND])
    return [books[key] for key in keys if key in books][:MOST_FOUND]


def account_with(email: str) -> AbstractBaseUser | None:
    """The account whose owner has confirmed that this e-mail address is theirs; compared letter by letter, for to
    MariaDB's collation é is e."""
    confirmed = EmailAddress.objects.filter(email=email, verified=True, user__is_active=True)
    owners = (address.user for address in confirmed.select_related("user") if email)
    return next((owner for owner in owners if owner.email == email), None)


@dataclass(frozen=True)
class Known:
    """Somebody whom the shop knows, with what an order asks of a person."""

    answers: Mapping[str, str]

    def __str__(self) -> str:
        told = (self.answers.get(name, "") for name in ("recipient", "email", "telephone", "postcode"))
        return ", ".join(filter(None, told))


def people_called(text: str) -> list[Known]:
    """Who ordered by this e-mail address, telephone number or name, those who did last first; and the account with just
    this address."""
    orders = Order.objects.filter(
        Q(email=text) | Q(telephone=text) | Q(recipient__icontains=text), channel__in=WITH_A_PAGE
    ).exclude(recipient="")
    found = [
        _known(order, order.email, order.telephone) for order in orders.order_by("-placed_at")[:MOST_READ]
    ]
    for user in get_user_model().objects.filter(email=text, is_active=True):
        addresses = list(user.addresses.all()[:1])
        name = {"recipient": user.name, "email": user.email}
        found.append(_known(addresses[0], user.email) if addresses else Known(name))
    return list({str(known): known for known in found}.values())[:MOST_KNOWN]


def _known(address: PostalAddress, email: str, telephone: str = "") -> Known:
    parts = {part: str(getattr(address, part)) for part in AUTOCOMPLETE}
    return Known({"email": email, "telephone": telephone, **parts})
