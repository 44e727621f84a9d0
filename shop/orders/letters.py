"""What the mails about orders tell, each as it is at the moment in which it is sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.addresses import shop_address_lines
from shop.catalogue.cards import DAY
from shop.mail.kinds import NotYet
from shop.mail.letters import Address, Block, Contents, Facts, Item, Items, Link, Paragraph, Sums
from shop.money import written

from .carriers import tracking_page
from .models import Order, OrderLine, Return
from .waiting import hindrances, leaves_from

MOMENT = f"{DAY}, H:i"
WEB_ADDRESS = re.compile(r"://|\w\.[^\W\d_]{2}")  # what mail programs make a link of


def letter_about(order: Order, *blocks: Block, **values: str) -> Contents:
    """The contents of a mail about an order: these blocks, and the way to the order's page."""
    known = {"number": order.number, "name": greeted(order), "total": money(order, "total")}
    return Contents(values=known | values, blocks=[*blocks, page_link(order)], secrets=[order.token])


def greeted(order: Order) -> str:
    """By what name a mail speaks to the customer. Whoever orders as a guest has the shop write to any address: not
    with a link of theirs on top."""
    name = order.recipient
    return name if name and not WEB_ADDRESS.search(name) else _("reader")


def money(order: Order, name: str) -> str:
    """One of the order's sums as people write it."""
    return written(getattr(order, name), order.currency)


def page_link(order: Order) -> Link:
    """The order's page; a guest's is open to whoever has the link."""
    hint = "" if order.customer_id else _("Keep this link to yourself.")
    return Link(_("Your order's page"), settings.SHOP_URL + order.page_address(), hint)


def books_of(order: Order, lines: Iterable[OrderLine], heading: str = "") -> Items:
    """All lines of an order with their prices."""
    return Items(
        heading or _("Your books"),
        [item(line, line.quantity, written(line.total, order.currency)) for line in lines],
    )


def item(line: OrderLine, copies: int, amount: str = "", note: str = "") -> Item:
    """Some copies of a line, the price as people write it."""
    return Item(copies, line.title_and_format, line.byline, amount, note)


def sums_of(order: Order) -> Sums:
    """What the order comes to, with delivery and the tax in it."""
    how = order.get_delivery_method_display()
    if order.shipping_name:
        how = f"{how} ({order.shipping_name})"
    rows = [(_("Books"), money(order, "items_total"))]
    if order.discount:
        rows.append((_("Discount"), f"−{money(order, 'discount')}"))
    rows.append((how, money(order, "shipping")))
    tax = [(_("Includes VAT of"), money(order, "tax"))] if order.tax else []
    return Sums(rows, (_("Total"), money(order, "total")), tax)


def address_of(order: Order) -> list[Block]:
    """Where the order goes, or where it is collected, and when."""
    if order.is_collected:
        where = shop_address_lines()
        when = [settings.SHOP_OPENING_HOURS] if settings.SHOP_OPENING_HOURS else []
        return [Address(_("Collect it at"), where + when)] if where else []
    return [Address(_("Goes to"), order.address_lines)]


def confirmation(order: Order, lines: Sequence[OrderLine]) -> Contents:
    """The order as it was placed, when it can leave, and how long it is held for its payment."""
    books = Items(
        _("Your books"),
        [item(line, line.quantity, written(line.total, order.currency), line.expected) for line in lines],
    )
    said = [Paragraph(text) for text in (_when_it_leaves(order, lines), _until_when(order, lines)) if text]
    return letter_about(order, books, sums_of(order), *address_of(order), *said)


def _when_it_leaves(order: Order, lines: Sequence[OrderLine]) -> str:
    first_day = leaves_from(lines)
    if not first_day:
        return ""
    day = {"day": date_format(first_day, DAY)}
    if order.is_collected:
        return _("You can collect your order once all of it is published and here: not before %(day)s.") % day
    return _("Your order goes out whole, once all of it is published and here: not before %(day)s.") % day


def next_step(order: Order, lines: Sequence[OrderLine]) -> Paragraph:
    """What a customer who has paid may look forward to. Reads what OrderLine.objects.with_books() reads."""
    said = [_when_it_leaves(order, lines)]
    if not order.is_collected:
        said.append(_("We write again when it is on its way."))
    elif hindrances(lines):
        said.append(_("We write again when all of it is here."))
    else:
        said.append(_("All of it is here for you to collect."))
    return Paragraph(" ".join(filter(None, said)))


def _until_when(order: Order, lines: Sequence[OrderLine]) -> str:
    if not order.awaits_payment or not order.expires_at:
        return ""
    said = [
        _("We hold your books until %(until)s. If you have not paid yet, you can do so on your order's page.")
        % {"until": moment(order.expires_at)}
    ]
    if order.is_collected:
        days = {"days": settings.COLLECTION_HELD_DAYS}
        said.append(
            _("There you can also choose to pay when you collect them; then we hold them for %(days)s days.")
            % days
        )
        if leaves_from(lines):
            said.append(_("The days count from when you can."))
    return " ".join(said)


def moment(at: datetime) -> str:
    """A day and a time as customers read it, in the shop's zone."""
    return date_format(timezone.localtime(at), MOMENT)


def has_come(order: Order, lines: Sequence[OrderLine]) -> Contents:
    """All that a customer who pays on collection waited for is there."""
    to_pay = Sums([], (_("To pay when you collect it"), money(order, "total")))
    until = _("We hold it for you until %(until)s.") % {"until": moment(order.expires_at or timezone.now())}
    return letter_about(order, books_of(order, lines), to_pay, Paragraph(until), *address_of(order))


def ready(order: Order, lines: Sequence[OrderLine]) -> Contents:
    """All that a customer who has paid waited for is there to be collected; raises NotYet until it is."""
    if hindrances(lines):
        raise NotYet
    return letter_about(order, books_of(order, lines), sums_of(order), *address_of(order))


def dispatched(
    order: Order, lines: Sequence[OrderLine], copies: Mapping[int, int], *, carrier: str, tracking: str
) -> Contents:
    """What is in the parcel, in copies by line, who brings it, and what of the order is still to come."""
    inside = [item(line, copies[line.pk]) for line in lines if copies.get(line.pk)]
    return letter_about(
        order,
        Items(_("In this parcel"), inside),
        *known_facts((_("Sent by"), carrier), (_("Tracking number"), tracking)),
        *way_to_parcel(carrier, tracking),
        *address_of(order),
        *still_to_come(lines),
        sums_of(order),
        carrier=carrier,
        tracking=tracking,
    )


def way_to_parcel(carrier: str, tracking: str) -> list[Link]:
    """The carrier's page about a parcel, if it is known."""
    page = tracking_page(carrier, tracking)
    return [Link(_("Follow the parcel"), page)] if page else []


def called_off(order: Order, lines: Sequence[OrderLine]) -> Contents:
    """What of the order will not be sent, and what is still to come."""
    off = [item(line, line.cancelled) for line in lines if line.cancelled]
    back = _("What you have paid for them goes back to you; we write again when it is on its way.")
    blocks: list[Block] = [Items(_("Will not be sent"), off), Paragraph(back), *still_to_come(lines)]
    return letter_about(order, *blocks)


def moved(order: Order, lines: Sequence[OrderLine]) -> Contents:
    """On which days the books come that the order waits for, as it is known now."""
    to_come = [line for line in lines if line.outstanding]
    awaited = [item(line, line.outstanding, note=line.expected) for line in to_come if line.expected]
    leaves = _when_it_leaves(order, to_come)
    said = [Paragraph(leaves)] if leaves else []
    if order.can_be_cancelled:
        said.append(Paragraph(_("If you do not want to wait, you can cancel the order on its page.")))
    return letter_about(order, Items(_("What you are waiting for"), awaited), *said)


def still_to_come(lines: Sequence[OrderLine]) -> list[Items]:
    """The copies that have yet to leave, if there are any."""
    later = [item(line, line.outstanding) for line in lines if line.outstanding]
    return [Items(_("Still to come"), later)] if later else []


def ended(order: Order, lines: Sequence[OrderLine]) -> Contents:
    """The order is cancelled, or was not paid in time."""
    blocks: list[Block] = [books_of(order, lines), sums_of(order)]
    if order.paid_at:
        back = _("What you have paid goes back to you; we write again when it is on its way.")
        blocks.append(Paragraph(back))
    return letter_about(order, *blocks)


def returned(part: Return, lines: Sequence[OrderLine], copies: Mapping[int, int]) -> Contents:
    """What comes back, in copies by line, under which number, why, and what the shop has answered; where it goes, as
    long as it is awaited."""
    back = [item(line, copies[line.pk]) for line in lines if copies.get(line.pk)]
    facts = known_facts(
        (_("Number of the return"), part.reference),
        (_("Your reason"), part.reason if part.was_asked_for else ""),
        (_("Our answer"), part.answer),
    )
    where = shop_address_lines() if part.status == Return.Status.ASKED else []
    to = [Address(_("Send or bring them to"), [settings.SHOP_NAME, *where])] if where else []
    return letter_about(part.order, Items(_("Your return"), back), *facts, *to)


def known_facts(*rows: tuple[str, str]) -> list[Facts]:
    """Those of the names and values that there is a value for."""
    known = [(label, value) for label, value in rows if value]
    return [Facts(known)] if known else []
