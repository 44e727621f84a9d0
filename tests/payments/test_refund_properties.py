"""Whatever is refunded, in whatever order: never more than was paid, and the parts sum to the whole."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.models import Order, OrderLine, Payment, Refund
from shop.orders.cancelling import cancel_order
from shop.orders.copies import TooManyCopies
from shop.orders.transitions import NotPossible
from shop.payments.apportioning import Fate, Left, LineLeft, Part, left_of
from shop.payments.owing import CannotRefund
from shop.payments.refunding import refund_payment, take_over_refund
from shop.reckoning import shared_by
from tests.makers import make_book, make_paid_order

pennies = st.integers(0, 5000).map(lambda number: Decimal(number) / 100)


@st.composite
def sold_lines(draw):
    """A line of an order, with its share of a discount, and nothing given back of it."""
    price, quantity = draw(st.integers(0, 3000)), draw(st.integers(1, 9))
    discount = draw(st.integers(0, price * quantity))
    return OrderLine(
        pk=draw(st.integers(1, 10**6)),
        quantity=quantity,
        unit_price=Decimal(price) / 100,
        total=Decimal(price * quantity) / 100,
        discount=Decimal(discount) / 100,
    )


def part_of(amount: Decimal, share: Fraction) -> Decimal:
    """Some whole pennies of an amount."""
    return Decimal(int(int(amount * 100) * share)) / 100


@given(line=sold_lines(), steps=st.lists(st.integers(1, 9), max_size=9))
def test_copies_given_back_a_few_at_a_time_come_to_what_was_charged_for_the_line(line, steps):
    refunded = 0
    for copies in [*steps, *[1] * line.quantity]:
        copies = min(copies, line.quantity - refunded)
        if copies:
            line.refunded += LineLeft(line, refunded).price_of(copies)
            refunded += copies

    assert line.refunded == line.charged


@given(line=sold_lines(), before=st.integers(0, 20), copies=st.integers(1, 9), share=st.fractions(0, 1))
def test_the_price_of_copies_lies_between_nothing_and_what_is_left(line, before, copies, share):
    line.refunded = part_of(line.charged, share)

    price = LineLeft(line, before).price_of(min(copies, line.quantity))

    assert 0 <= price <= line.charged - line.refunded


@given(
    lines=st.lists(sold_lines(), max_size=5, unique_by=lambda line: line.pk),
    shipping=pennies,
    share=st.fractions(0, 1),
)
def test_a_sum_for_no_copies_in_particular_is_shared_out_whole_and_takes_from_nothing_more_than_is_left(
    lines, shipping, share
):
    left = Left(tuple(LineLeft(line) for line in lines), shipping)
    amount = part_of(left.total, share)

    parts, of_shipping = left.spread(amount)

    assert sum(part.amount for part in parts) + of_shipping == amount
    assert 0 <= of_shipping <= shipping
    charged = {line.pk: line.charged for line in lines}
    assert all(0 < part.amount <= charged[part.line_id] for part in parts)


@given(weights=st.lists(pennies, min_size=1, max_size=6), share=st.fractions(0, 1))
def test_no_credit_is_refunded_by_more_than_it_got(weights, share):
    amount = part_of(sum(weights), share)

    shares = shared_by(amount, weights)

    assert sum(shares) == amount
    assert all(0 <= part <= weight for part, weight in zip(shares, weights, strict=True))


asked = st.one_of(
    st.tuples(
        st.just("staff"),
        st.lists(
            st.tuples(st.integers(0, 1), st.integers(0, 4), pennies, st.sampled_from(Fate), st.booleans()),
            max_size=2,
        ),
        st.decimals(0, 5, places=2),
    ),
    st.tuples(st.just("provider"), pennies),
    st.tuples(st.just("rest")),
)


@pytest.mark.django_db
@settings(max_examples=25)
@given(attempts=st.lists(asked, min_size=1, max_size=6), cancelled=st.booleans())
def test_whatever_sequence_of_refunds_is_tried_gives_back_no_more_than_was_paid(attempts, cancelled):
    order = make_paid_order(
        (make_book(price="3.33", authors=("Ann A", "Ben B", "Cas C")), 3), (make_book(price="10.00"), 2)
    )
    payment = Payment.objects.get(order=order)
    for attempt in attempts:
        try_it(order, payment, *attempt)
        adds_up(order, payment)
    if cancelled:
        try:
            cancel_order(order_id=order.pk, actor=None)
        except NotPossible:
            assert Order.objects.get(pk=order.pk).status != Order.Status.PAID
        else:
            assert adds_up(order, payment) == order.total


def try_it(order, payment, kind, *told):
    """One attempt, which may be refused."""
    lines = list(order.lines.order_by("pk"))
    if kind == "provider":
        if told[0]:
            take_over_refund(payment, reference=uuid4().hex, amount=told[0], reason="")
        return
    if kind == "rest":
        parts, shipping = left_of(Order.objects.get(pk=order.pk)).spread(Decimal(100))
    else:
        wanted, shipping = told
        parts = [Part(lines[place].pk, *rest) for place, *rest in wanted]
    with suppress(CannotRefund, NotPossible, TooManyCopies):
        refund_payment(
            payment_id=payment.pk,
            parts=parts,
            shipping=shipping,
            reason="Because",
            key=uuid4().hex,
            actor=None,
        )


def adds_up(order, payment):
    """Whether all sums tell the same; give it back."""
    order.refresh_from_db()
    payment.refresh_from_db()
    refunds = Refund.objects.filter(payment=payment)
    told = sum(refund.amount for refund in refunds)
    lines = list(order.lines.all())
    assert told == payment.refunded == sum(line.refunded for line in lines) + order.shipping_refunded
    assert told <= payment.amount
    for line in lines:
        assert line.refunded <= line.charged
        assert sum(part.amount for part in line.refund_lines.all()) == line.refunded
        credits = list(line.credits.all())
        assert sum(credit.refunded for credit in credits) == line.refunded
        assert all(0 <= credit.refunded <= credit.amount for credit in credits)
        assert line.dispatched + line.cancelled <= line.quantity and line.returned <= line.dispatched
    return told
