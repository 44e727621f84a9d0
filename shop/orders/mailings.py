"""The kinds of mail about orders: when each goes out, how it is worded by default, and what it tells."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from shop.mail.kinds import Kind, Words, register
from shop.mail.letters import Contents

from . import letters
from .examples import example_lines, example_order
from .models import Order, OrderLine, Return, Shipment

Status = Order.Status
Tell = Callable[[Order, Sequence[OrderLine]], Contents]

PLACEHOLDERS: Mapping[str, Words] = {
    "number": _("the order's number"),
    "name": _("the customer's name"),
    "total": _("what the order comes to"),
}
SIGNED = _("{shop}")


def about_order(tell: Tell, *, only: Sequence[str] = tuple(Status)) -> Callable[[int], Contents | None]:
    """What a mail tells about the order with this primary key; nothing once its status is another, or it is nobody's
    any more."""

    def contents(order_id: int) -> Contents | None:
        order = Order.objects.filter(pk=order_id, status__in=only).exclude(email="").first()
        return tell(order, list(order.lines.with_books().order_by("pk"))) if order else None

    return contents


def latest_order(**fields: object) -> Callable[[], int | None]:
    """The latest order with these fields that a mail could be about."""
    orders = Order.objects.exclude(email="").filter(**fields).order_by("-pk")
    return lambda: orders.values_list("pk", flat=True).first()


def example_of(tell: Tell, **fields: object) -> Callable[[], Contents]:
    """What a mail tells about an invented order."""

    def contents() -> Contents:
        order = example_order(**fields)  # type: ignore[arg-type]
        return tell(order, example_lines(order))

    return contents


def _example_ready() -> Contents:
    order = example_order(is_collected=True)
    lines = example_lines(order)
    for line in lines:
        line.book = lines[0].book  # all of them are out
    return letters.ready(order, lines)


def _dispatched(shipment_id: int) -> Contents | None:
    shipment = Shipment.objects.select_related("order").filter(pk=shipment_id).first()
    if shipment is None or not shipment.order.email:
        return None
    lines = list(shipment.order.lines.select_related("book").order_by("pk"))
    copies = dict(shipment.lines.values_list("line_id", "quantity"))
    return letters.dispatched(
        shipment.order, lines, copies, carrier=shipment.carrier, tracking=shipment.tracking
    )


def _example_parcel() -> Contents:
    order = example_order()
    lines = example_lines(order)
    lines[0].dispatched = lines[0].quantity
    return letters.dispatched(
        order, lines, {lines[0].pk: 2}, carrier="Royal Mail", tracking="RM 1234 5678 9GB"
    )


def _example_called_off() -> Contents:
    order = example_order()
    lines = example_lines(order)
    lines[1].cancelled = lines[1].quantity
    return letters.called_off(order, lines)


def _returned(return_id: int) -> Contents | None:
    part = Return.objects.select_related("order").filter(pk=return_id).first()
    if part is None or not part.order.email:
        return None
    copies = dict(part.lines.values_list("line_id", "quantity"))
    lines = list(part.order.lines.select_related("book").order_by("pk"))
    return letters.returned(part, lines, copies)


def _example_return(status: str, answer: str) -> Callable[[], Contents]:
    def contents() -> Contents:
        order = example_order(status=Status.DELIVERED)
        lines = example_lines(order)
        part = Return(
            order=order, number=1, status=status, reason="Given twice for a birthday", answer=answer
        )
        return letters.returned(part, lines, {lines[0].pk: 1})

    return contents


register(
    Kind(
        code="confirmation",
        label=_("Order confirmation"),
        when=_("When an order is placed."),
        subject=_("Your order {number}"),
        opening=_("Dear {name},\n\nThank you for your order {number}."),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=about_order(letters.confirmation),
        example=example_of(letters.confirmation, status=Status.PLACED),
        latest=latest_order(),
    )
)
register(
    Kind(
        code="has_come",
        label=_("Here, to be paid on collection"),
        when=_("When all of an order that is paid on collection, and had to wait, is there."),
        subject=_("Your order {number} is here"),
        opening=_("Dear {name},\n\nAll of your order {number} is here for you to collect."),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=about_order(letters.has_come, only=[Status.PLACED]),
        example=example_of(letters.has_come, status=Status.PLACED, is_collected=True),
        latest=latest_order(status=Status.PLACED, delivery_method=Order.Delivery.COLLECTION),
    )
)
register(
    Kind(
        code="ready",
        label=_("Here, paid, to be collected"),
        when=_("When all of a paid order that is collected, and had to wait, is there."),
        subject=_("Your order {number} is here"),
        opening=_("Dear {name},\n\nAll of your order {number} is here for you to collect. It is paid."),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=about_order(letters.ready, only=[Status.PAID]),
        example=_example_ready,
        latest=latest_order(status=Status.PAID, delivery_method=Order.Delivery.COLLECTION),
    )
)
register(
    Kind(
        code="moved",
        label=_("Another day of publication"),
        when=_("When a book that was ordered in advance comes later, or sooner, than its customer was told."),
        subject=_("Your order {number}: a book comes on another day"),
        opening=_(
            "Dear {name},\n\nA book that you have ordered in advance comes on another day than we said."
        ),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=about_order(letters.moved, only=Order.HOLDING_COPIES),
        example=example_of(letters.moved),
        latest=latest_order(lines__told_from__isnull=False),
        may_be_off=True,
    )
)
register(
    Kind(
        code="dispatched",
        label=_("Parcel on its way"),
        when=_("When a parcel leaves, with the whole of an order or part of it."),
        subject=_("Your order {number} is on its way"),
        opening=_("Dear {name},\n\nThis parcel of your order {number} has left our shop."),
        closing=SIGNED,
        placeholders={
            **PLACEHOLDERS,
            "carrier": _("who brings the parcel, if that is known"),
            "tracking": _("the parcel's tracking number, if it has one"),
        },
        contents=_dispatched,
        example=_example_parcel,
        latest=lambda: Shipment.objects.order_by("-pk").values_list("pk", flat=True).first(),
    )
)
register(
    Kind(
        code="cancelled",
        label=_("Order cancelled"),
        when=_("When an order is cancelled, by its customer or by the shop."),
        subject=_("Your order {number} is cancelled"),
        opening=_("Dear {name},\n\nYour order {number} is cancelled, and nothing of it will be sent."),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=about_order(letters.ended, only=[Status.CANCELLED]),
        example=example_of(letters.ended, status=Status.CANCELLED),
        latest=latest_order(status=Status.CANCELLED),
    )
)
register(
    Kind(
        code="called_off",
        label=_("Part of an order cancelled"),
        when=_("When some copies of a paid order will not be sent."),
        subject=_("Some books of your order {number} will not come"),
        opening=_("Dear {name},\n\nWe are sorry: not all of your order {number} can be sent."),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=about_order(letters.called_off),
        example=_example_called_off,
        latest=latest_order(lines__cancelled__gt=0),
    )
)
register(
    Kind(
        code="expired",
        label=_("Order expired"),
        when=_("When an order has not been paid in time."),
        subject=_("Your order {number} has expired"),
        opening=_(
            "Dear {name},\n\nWe held the books of your order {number} for a while, and no payment has come. "
            "So we have put them back for others, and you owe us nothing.\n\nIf you still want them, order again."
        ),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=about_order(letters.ended, only=[Status.EXPIRED]),
        example=example_of(letters.ended, status=Status.PLACED),
        latest=latest_order(status=Status.EXPIRED),
        may_be_off=True,
    )
)
for _status, _label, _when, _subject, _opening, _answer in [
    (
        Return.Status.ASKED,
        _("Return asked for"),
        _("When a customer asks to give books back."),
        _("Your return of books from order {number}"),
        _(
            "Dear {name},\n\nWe have what you wrote about giving books back. Please send or bring us the books with "
            "the number of the return on them."
        ),
        "",
    ),
    (
        Return.Status.RECEIVED,
        _("Return received"),
        _("When books that a customer gives back have arrived."),
        _("Your return of books from order {number} is here"),
        _("Dear {name},\n\nThe books that you gave back are here. If money is due to you, we write again."),
        "",
    ),
    (
        Return.Status.REFUSED,
        _("Return refused"),
        _("When the shop does not take books back."),
        _("About your return of books from order {number}"),
        _("Dear {name},\n\nWe are sorry: we cannot take these books back."),
        "They were bought more than 30 days ago.",
    ),
]:
    register(
        Kind(
            code=f"return_{_status.value}",
            label=_label,
            when=_when,
            subject=_subject,
            opening=_opening,
            closing=SIGNED,
            placeholders=PLACEHOLDERS,
            contents=_returned,
            example=_example_return(_status, _answer),
            latest=lambda status=_status: (  # type: ignore[misc]
                Return.objects.filter(status=status).order_by("-pk").values_list("pk", flat=True).first()
            ),
        )
    )
