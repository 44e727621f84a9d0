"""What becomes of money that is to go back: through the gateway, by hand, or begun at the provider."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.models import LineCredit, Refund
from shop.payments.paying_back import mark_given_by_hand, mark_refund_failed, pay_back, try_again
from shop.payments.refunding import take_over_refund
from tests.makers import make_book, make_paid_order, make_user

from .refunds import KEEP, adds_up, payment_of, refund

pytestmark = pytest.mark.django_db


def made_due(**fields):
    order = make_paid_order((make_book(price="9.99"), 2))
    return order, refund(order, (order.lines.get(), 1, "9.99"), **fields)


def test_a_refund_that_failed_is_still_owed_and_can_be_tried_again(django_capture_on_commit_callbacks):
    order, made = made_due()

    assert mark_refund_failed(refund_id=made.pk, problem="The card is closed")
    pay_back(made.pk)

    made.refresh_from_db()
    assert (made.status, made.problem) == (Refund.Status.FAILED, "The card is closed")
    assert adds_up(order) == Decimal("9.99")
    before = made.provider_key
    with django_capture_on_commit_callbacks(execute=True):
        assert try_again(refund_id=made.pk)
    made.refresh_from_db()
    assert made.status == Refund.Status.DONE
    assert made.provider_key != before


def test_a_refund_without_an_answer_is_asked_for_again_under_the_same_name():
    _, made = made_due()
    before = made.provider_key

    assert try_again(refund_id=made.pk)

    made.refresh_from_db()
    assert made.provider_key == before


def test_staff_give_back_by_hand_what_the_gateway_could_not_and_no_more_is_given():
    order, made = made_due()
    keeper = make_user(is_staff=True)
    mark_refund_failed(refund_id=made.pk, problem="The card is closed")

    assert mark_given_by_hand(refund_id=made.pk, actor=keeper)

    assert not mark_given_by_hand(refund_id=made.pk, actor=keeper)
    assert not try_again(refund_id=made.pk)
    made.refresh_from_db()
    assert (made.status, made.problem) == (Refund.Status.DONE, "")
    assert order.events.last().note == "£9.99 given back by hand"


# --- Begun at the provider


def take_over(order, amount, reference="re_1", **given):
    return take_over_refund(
        payment_of(order),
        reference=reference,
        amount=Decimal(amount),
        reason="requested_by_customer",
        **given,
    )


def test_a_refund_begun_at_the_provider_is_shared_among_all_that_is_left():
    order = make_paid_order((make_book(price="10.00"), 2), make_book(price="6.50"))  # and 3.50 for delivery

    made = take_over(order, "15.00")

    assert (made.origin, made.status, made.reference) == (Refund.Origin.PROVIDER, Refund.Status.DONE, "re_1")
    assert made.shipping == Decimal("1.75")
    assert sorted(made.lines.values_list("amount", "fate")) == [
        (Decimal("3.25"), KEEP),
        (Decimal("10.00"), KEEP),
    ]
    assert adds_up(order) == Decimal("15.00")
    assert order.events.last().what == "refunded"


def test_a_refund_of_the_provider_is_taken_over_once():
    order = make_paid_order()

    assert take_over(order, "5.00") == take_over(order, "5.00")

    assert adds_up(order) == Decimal("5.00")


def test_more_than_is_left_is_not_taken_over():
    order = make_paid_order()

    assert take_over(order, order.total + Decimal("0.01")) is None

    assert adds_up(order) == 0


def test_a_refund_that_failed_here_and_was_done_at_the_provider_is_one():
    order, made = made_due()
    mark_refund_failed(refund_id=made.pk, problem="The card is closed")

    assert take_over(order, "9.99") == made

    made.refresh_from_db()
    assert (made.status, made.reference, made.problem) == (Refund.Status.DONE, "re_1", "")
    assert adds_up(order) == Decimal("9.99")


def test_staff_are_told_when_all_was_given_back_at_the_provider_and_copies_are_to_be_sent():
    order = make_paid_order()

    take_over(order, order.total)

    assert payment_of(order).needs_attention
    assert adds_up(order) == order.total


def test_old_credits_and_lines_are_as_they_were_where_nothing_went_back():
    other = make_paid_order(placed_at=timezone.now() - timedelta(days=400))

    made_due()

    assert not LineCredit.objects.filter(line__order=other).exclude(refunded=0).exists()
    assert adds_up(other) == 0
