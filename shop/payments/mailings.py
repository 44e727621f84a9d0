"""The kinds of mail about money: when each goes out, how it is worded by default, and what it tells."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.mail.kinds import Kind, register
from shop.mail.letters import Contents, Items, Paragraph, Sums
from shop.money import written
from shop.orders.examples import example_lines, example_order
from shop.orders.letters import (
    address_of,
    books_of,
    item,
    known_facts,
    letter_about,
    moment,
    money,
    next_step,
    sums_of,
)
from shop.orders.mailings import PLACEHOLDERS, SIGNED
from shop.orders.models import Order

from .gateways.collection import PayOnCollection
from .models import Payment, Refund, RefundLine


def _payment(payment_id: int) -> Payment | None:
    """The payment, if there is somebody to tell about it."""
    found = Payment.objects.select_related("order").filter(pk=payment_id)
    return found.exclude(order__email="").first()


def _paid(payment_id: int) -> Contents | None:
    payment = _payment(payment_id)
    if payment is None or not payment.order.is_paid:
        return None
    return _tell_paid(payment)


def _tell_paid(payment: Payment) -> Contents:
    order = payment.order
    lines = list(order.lines.with_books().order_by("pk")) if order.pk else example_lines(order)
    where = address_of(order) if order.is_collected else []
    return letter_about(order, books_of(order, lines), sums_of(order), next_step(order, lines), *where)


def _payment_failed(payment_id: int) -> Contents | None:
    """Nothing once the order is paid some other way, or has ended."""
    payment = _payment(payment_id)
    return _tell_failed(payment.order) if payment and payment.order.awaits_payment else None


def _tell_failed(order: Order) -> Contents:
    lines = list(order.lines.select_related("book").order_by("pk")) if order.pk else example_lines(order)
    to_pay = Sums([], (_("To pay"), money(order, "total")))
    how = _("Nothing was taken. You can pay on your order's page, by the same way or another.")
    if order.expires_at:
        how += " " + _("We hold your books until %(until)s.") % {"until": moment(order.expires_at)}
    return letter_about(order, books_of(order, lines), to_pay, Paragraph(how))


def _refunded(refund_id: int) -> Contents | None:
    refund = Refund.objects.select_related("payment__order").filter(pk=refund_id).first()
    if refund is None or not refund.payment.order.email:
        return None
    return _tell_refunded(refund, list(refund.lines.select_related("line__book").order_by("pk")))


def _tell_refunded(refund: Refund, parts: list[RefundLine]) -> Contents:
    """The sum, what it is for, and the way it went."""
    payment = refund.payment
    currency = payment.currency
    books = [item(part.line, part.quantity, written(part.amount, currency)) for part in parts if part.amount]
    amount = written(refund.amount, currency)
    rows = [(_("Delivery"), written(refund.shipping, currency))] if refund.shipping else []
    return letter_about(
        payment.order,
        *([Items(_("For these books"), books)] if books else []),
        Sums(rows, (_("Given back"), amount)),
        *known_facts((_("Reason"), refund.reason)),
        *([] if payment.gateway == PayOnCollection.code else [Paragraph(_back_the_way_it_came())]),
        amount=amount,
    )


def _back_the_way_it_came() -> str:
    return _("It goes back the way it came; a bank may take some days to show it.")


def _example_payment(status: str = Order.Status.PAID) -> Payment:
    order = example_order(status=status)
    return Payment(order=order, gateway="test_card", amount=order.total, currency=order.currency)


def _example_refund() -> Contents:
    payment = _example_payment(Order.Status.DELIVERED)
    line = example_lines(payment.order)[0]
    refund = Refund(payment=payment, amount=line.unit_price, reason=_("A copy came damaged."))
    return _tell_refunded(refund, [RefundLine(refund=refund, line=line, quantity=1, amount=line.unit_price)])


register(
    Kind(
        code="paid",
        label=gettext_lazy("Payment received"),
        when=gettext_lazy("When an order is paid, unless it is paid at the till."),
        subject=gettext_lazy("Your order {number} is paid"),
        opening=gettext_lazy("Dear {name},\n\nThank you: your payment of {total} has come in."),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=_paid,
        example=lambda: _tell_paid(_example_payment()),
        latest=lambda: _latest(Payment.Status.SUCCEEDED),
        may_be_off=True,
    )
)
register(
    Kind(
        code="payment_failed",
        label=gettext_lazy("Payment failed"),
        when=gettext_lazy(
            "When a bank says later that it does not pay; not when a card is declined at once."
        ),
        subject=gettext_lazy("Your payment for order {number} has not worked"),
        opening=gettext_lazy("Dear {name},\n\nYour payment for order {number} has not worked."),
        closing=SIGNED,
        placeholders=PLACEHOLDERS,
        contents=_payment_failed,
        example=lambda: _tell_failed(_example_payment(Order.Status.PLACED).order),
        latest=lambda: _latest(Payment.Status.FAILED),
    )
)
register(
    Kind(
        code="refunded",
        label=gettext_lazy("Money given back"),
        when=gettext_lazy("When money for an order, all or part of it, has gone back."),
        subject=gettext_lazy("We have given {amount} back for your order {number}"),
        opening=gettext_lazy("Dear {name},\n\nWe have given {amount} back to you for your order {number}."),
        closing=SIGNED,
        placeholders={**PLACEHOLDERS, "amount": gettext_lazy("what was given back")},
        contents=_refunded,
        example=_example_refund,
        latest=lambda: (
            Refund.objects.filter(status=Refund.Status.DONE)
            .order_by("-pk")
            .values_list("pk", flat=True)
            .first()
        ),
    )
)


def _latest(status: str) -> int | None:
    payments = Payment.objects.filter(status=status).exclude(order__email="")
    return payments.order_by("-pk").values_list("pk", flat=True).first()
