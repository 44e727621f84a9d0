"""Staff give money back in the admin: written, checked, agreed to; nothing lost on the way."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.isbn import hyphenated
from shop.models import Order, Payment, Refund
from shop.orders.cancelling import cancel_order
from shop.orders.returning import take_return
from shop.payments.paying_back import mark_given_by_hand, mark_refund_failed
from shop.payments.refunding import owe_rest
from shop.payments.settling import settle, start_payment
from tests.makers import (
    make_book,
    make_dispatched_order,
    make_order,
    make_paid_order,
    make_stock_keeper,
)
from tests.payments.refunds import refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_stock_keeper()


@pytest.fixture
def staff(keeper) -> Client:
    client = Client()
    client.force_login(keeper)
    return client


def page_of(order):
    return f"/admin/shop/refund/order/{order.pk}/"


def text_of(answer):
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def fields_of(answer):
    """What the page's last form holds, as a browser would send it back."""
    form = answer.content.decode().rpartition("<form")[2]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes["type"] != "checkbox":
            found[attributes["name"]] = attributes.get("value", "")
        elif "checked" in tag:
            found[attributes["name"]] = "on"
    for name, choices in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="(\w+)" selected', choices) or re.search(r'value="(\w+)"', choices)
        found[name] = chosen[1]
    return found


def fill(staff, order, **values):
    """The form as it is first shown, with these values for its fields; a line's are named by its place."""
    lines = list(order.lines.order_by("pk"))
    named = {
        re.sub(r"_(\d)$", lambda found: f"_{lines[int(found[1])].pk}", name): value
        for name, value in values.items()
    }
    return fields_of(staff.get(page_of(order))) | {"reason": "Torn cover"} | named


def agree(staff, order, checked):
    return staff.post(page_of(order), fields_of(checked) | {"todo": "confirm"}, follow=True)


def test_an_orders_page_leads_to_giving_money_back_once_it_is_paid(staff):
    unpaid, paid = make_order(), make_paid_order()

    assert page_of(paid) in staff.get(f"/admin/shop/order/{paid.pk}/change/").content.decode()
    assert page_of(unpaid) not in staff.get(f"/admin/shop/order/{unpaid.pk}/change/").content.decode()


def test_copies_are_written_checked_and_then_given_back_at_their_price(staff, keeper):
    order = make_paid_order((make_book("Emma", price="9.99"), 3))

    checked = staff.post(page_of(order), fill(staff, order, copies_0="2", way_0="free") | {"todo": "check"})

    isbn = hyphenated(order.lines.get().isbn)
    assert f"2 × Emma {isbn} Not sent: free for others £19.98" in text_of(checked)
    assert "Give back £19.98" in text_of(checked)
    assert not Refund.objects.exists()
    done = agree(staff, order, checked)
    assert "£19.98 goes back to the customer." in text_of(done)
    made = Refund.objects.get()
    assert (made.amount, made.shipping, made.reason, made.actor) == (
        Decimal("19.98"),
        0,
        "Torn cover",
        keeper,
    )
    line = order.lines.get()
    assert (line.cancelled, line.refunded) == (2, Decimal("19.98"))


def test_an_amount_can_be_less_for_goodwill_and_delivery_can_go_back_in_part(staff):
    order = make_dispatched_order((make_book("Emma", price="9.99"), 1))
    written = fill(staff, order, copies_0="1", amount_0="2.50", way_0="keep", delivery_amount="1.00")

    agree(staff, order, staff.post(page_of(order), written | {"todo": "check"}))

    made = Refund.objects.get()
    assert (made.amount, made.shipping) == (Decimal("3.50"), Decimal("1.00"))
    assert order.lines.get().returned == 0


def test_everything_that_is_left_is_filled_in_and_nothing_is_given_yet(staff):
    order = make_dispatched_order((make_book(price="9.99"), 2))

    filled = staff.post(page_of(order), fill(staff, order) | {"todo": "everything"})

    assert not Refund.objects.exists()
    checked = staff.post(page_of(order), fields_of(filled) | {"todo": "check"})
    assert "Give back £23.48" in text_of(checked)
    agree(staff, order, checked)
    assert Payment.objects.get().refunded == order.total


def test_copies_that_a_return_brought_back_are_filled_in_until_their_money_went_back(staff):
    order = make_dispatched_order((make_book(price="9.99"), 3))
    line = order.lines.get().pk
    take_return(order_id=order.pk, copies={line: 2}, restocked={line: 2}, reason="", actor=None)

    filled = fields_of(staff.get(page_of(order)))

    assert (filled[f"copies_{line}"], filled[f"way_{line}"]) == ("2", "keep")
    checked = staff.post(page_of(order), filled | {"reason": "Sent back", "todo": "check"})
    assert "Give back £19.98" in text_of(checked)
    agree(staff, order, checked)
    assert fields_of(staff.get(page_of(order)))[f"copies_{line}"] == ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"copies_0": "4"}, "Write a whole number from 0 to 3"),
        ({"copies_0": "3", "way_0": "free"}, "There are only 1 such copies."),
        ({"copies_0": "3", "way_0": "back"}, "There are only 2 such copies."),
        ({"copies_0": "1", "amount_0": "29.98", "way_0": "keep"}, "No more than £29.97 is left."),
        ({"amount_0": "1.00"}, "For how many copies?"),
        ({"copies_0": "1", "amount_0": "1,00 €", "way_0": "keep"}, "Write an amount such as 9.99"),
        ({"copies_0": "1", "amount_0": "-1", "way_0": "keep"}, "greater than or equal to 0"),
        ({"copies_0": "1", "way_0": "burn"}, "burn is not one of the available choices"),
        ({"delivery_amount": "3.51"}, "No more than £3.50 is left."),
        ({"copies_0": "0"}, "That comes to nothing"),
        ({"copies_0": "1", "reason": " "}, "This field is required."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_written_is_still_there(staff, values, said):
    order = make_paid_order((make_book("Emma", price="9.99"), 3))
    order.lines.update(dispatched=2)
    Order.objects.filter(pk=order.pk).update(status=Order.Status.PART_DISPATCHED)
    written = fill(staff, order, **values)

    for todo in ("check", "confirm"):
        answer = staff.post(page_of(order), written | {"todo": todo})
        assert said in text_of(answer).replace("&#x27;", "'")
        again = fields_of(answer)
        ignored = {"csrfmiddlewaretoken", f"way_{order.lines.get().pk}"}
        assert {name: again[name] for name in again if name not in ignored} == {
            name: written[name] for name in again if name not in ignored
        }
    assert not Refund.objects.exists()


def test_calling_off_the_whole_of_it_for_less_than_was_paid_is_refused(staff):
    order = make_paid_order((make_book(price="9.99"), 1))

    answer = staff.post(page_of(order), fill(staff, order, copies_0="1", way_0="free") | {"todo": "check"})

    assert "then all of the £13.49 that are left go back" in text_of(answer)


def test_what_somebody_else_gave_back_meanwhile_is_not_given_again(staff):
    order = make_paid_order((make_book(price="9.99"), 2))
    written = fill(staff, order, copies_0="1", way_0="keep")
    checked = staff.post(page_of(order), written | {"todo": "check"})
    other = fill(staff, order, copies_0="2", amount_0="15.00", way_0="keep")
    agree(staff, order, staff.post(page_of(order), other | {"todo": "check"}))

    answer = agree(staff, order, checked)

    assert "No more than £4.98 is left." in text_of(answer)
    assert Refund.objects.count() == 1


def test_the_same_agreement_sent_twice_gives_back_once(staff):
    order = make_paid_order((make_book(price="9.99"), 2))
    written = fill(staff, order, copies_0="2", way_0="keep")
    checked = staff.post(page_of(order), written | {"todo": "check"})

    answers = [agree(staff, order, checked) for _ in range(2)]

    assert all("£19.98 goes back to the customer." in text_of(answer) for answer in answers)
    assert Refund.objects.count() == 1


def test_what_was_agreed_to_can_be_changed_and_keeps_what_was_written(staff):
    order = make_paid_order((make_book(price="9.99"), 2))
    written = fill(staff, order, copies_0="2", way_0="keep")
    checked = staff.post(page_of(order), written | {"todo": "check"})

    back = staff.post(page_of(order), fields_of(checked) | {"todo": "change"})

    line = order.lines.get().pk
    again = fields_of(back)
    assert (again[f"copies_{line}"], again[f"amount_{line}"], again["reason"]) == ("2", "19.98", "Torn cover")
    assert not Refund.objects.exists()


@pytest.mark.parametrize("ended", [True, False])
def test_of_an_order_that_is_not_paid_or_is_cancelled_nothing_is_given_back(staff, ended):
    order = make_paid_order() if ended else make_order()
    if ended:
        cancel_order(order_id=order.pk, actor=None)

    answer = staff.get(page_of(order), follow=True)

    assert "There is no money of this order to give back." in text_of(answer)


def test_staff_without_the_right_give_nothing_back(staff, keeper):
    order = make_paid_order()
    keeper.groups.get().permissions.remove(*keeper.groups.get().permissions.filter(codename="add_refund"))

    assert staff.get(page_of(order)).status_code == 403
    assert staff.post(page_of(order)).status_code == 403
    assert page_of(order) not in staff.get(f"/admin/shop/order/{order.pk}/change/").content.decode()


def test_what_was_paid_at_the_till_is_given_back_by_hand(staff):
    order = make_order((make_book(price="9.99"), 2), delivery_method=Order.Delivery.COLLECTION)
    payment = start_payment(order_id=order.pk, gateway="collection")
    settle(payment_id=payment.pk, amount=order.total, currency="GBP")
    order.refresh_from_db()
    written = fill(staff, order, copies_0="1", way_0="keep")

    done = agree(staff, order, staff.post(page_of(order), written | {"todo": "check"}))

    assert "Give the customer £9.99, and then say here that it is done." in text_of(done)
    made = Refund.objects.get()
    assert made.status == Refund.Status.DUE
    staff.post(f"/admin/shop/refund/{made.pk}/see-to/", {"todo": "by_hand"})
    made.refresh_from_db()
    assert made.status == Refund.Status.DONE


def failed_refund():
    order = make_paid_order((make_book(price="9.99"), 2))
    owe_rest(order.payments.get(), reason="Lost in the post")
    made = Refund.objects.get(payment__order=order)
    mark_refund_failed(refund_id=made.pk, problem="The card is closed")
    return made


def test_a_failed_refund_is_found_and_tried_again(staff, django_capture_on_commit_callbacks):
    made = failed_refund()
    make_paid_order()

    found = staff.get("/admin/shop/refund/?status__exact=failed")
    assert made.payment.order.number in text_of(found)
    page = staff.get(f"/admin/shop/refund/{made.pk}/change/")
    assert "The card is closed" in text_of(page) and "Try again" in text_of(page)
    with django_capture_on_commit_callbacks(execute=True):
        staff.post("/admin/shop/refund/", {"action": "try_chosen_again", "_selected_action": [made.pk]})

    made.refresh_from_db()
    assert (made.status, made.problem, made.tries) == (Refund.Status.DONE, "", 2)


def test_the_first_page_leads_to_money_that_has_yet_to_go_back(staff):
    failed_refund()
    done = failed_refund()
    mark_given_by_hand(refund_id=done.pk, actor=None)

    first = staff.get("/admin/")

    assert "1 refund that has yet to go back" in text_of(first)
    found = staff.get(re.search(r'href="(/admin/shop/refund/\?[^"]*)"', first.content.decode())[1])
    assert found.context["cl"].result_count == 1


def test_a_refund_on_its_way_through_the_gateway_is_not_marked_as_given_by_hand(staff):
    order = make_paid_order((make_book(price="9.99"), 2))
    owe_rest(order.payments.get(), reason="Lost in the post")
    made = Refund.objects.get()

    answer = staff.post(f"/admin/shop/refund/{made.pk}/see-to/", {"todo": "by_hand"}, follow=True)

    assert "Left as they are: 1" in text_of(answer)
    made.refresh_from_db()
    assert made.status == Refund.Status.DUE


@pytest.mark.parametrize("count", [5, 50])
def test_the_page_asks_as_many_queries_for_50_lines_as_for_5(staff, count):
    order = make_paid_order(*[make_book(f"Book {number}", stock=3) for number in range(count)])
    staff.get(page_of(order))  # what is asked once for all pages

    with CaptureQueriesContext(
        connection,
    ) as queries:
        staff.get(page_of(order))

    assert len(queries) == 9


@pytest.mark.parametrize("count", [5, 50])
def test_the_list_asks_as_many_queries_for_50_refunds_as_for_5(staff, count):
    for _ in range(count):
        failed_refund()
    staff.get("/admin/shop/refund/")

    with CaptureQueriesContext(connection) as queries:
        staff.get("/admin/shop/refund/")

    assert len(queries) == 6


def test_who_cancels_an_order_is_told_what_is_left_to_give_back(staff):
    order = make_paid_order((make_book(price="9.99"), 2))
    refund(order, (order.lines.get(), 1, "4.00"), shipping=Decimal("1.00"))
    free = make_paid_order(make_book(price="0.00"), shipping=Decimal("0.00"))

    asked = text_of(staff.get(f"/admin/shop/order/{order.pk}/cancel/"))
    told = text_of(Client().post(f"/orders/{order.token}/cancel/", follow=True))

    assert "the customer gets £18.48 back" in asked
    assert "£18.48 of what you paid is given back" in told
    assert "no money to give back" in text_of(staff.get(f"/admin/shop/order/{free.pk}/cancel/"))
    assert "Your order is cancelled. " in text_of(Client().post(f"/orders/{free.token}/cancel/", follow=True))


def test_no_more_copies_are_refunded_than_were_sold(staff):
    order = make_dispatched_order((make_book("Matilda", price="9.99"), 3))
    refund(order, (order.lines.get(), 1, "9.99"))

    written = fill(staff, order, copies_0="3", way_0="keep")
    assert "Only 2 copies are left to refund." in text_of(
        staff.post(page_of(order), written | {"todo": "check"})
    )

    everything = fields_of(staff.post(page_of(order), written | {"todo": "everything"}))
    checked = staff.post(page_of(order), everything | {"todo": "check"})
    assert "2 × Matilda" in text_of(checked)


def test_a_copy_of_whose_price_a_part_went_back_can_be_paid_back_later(staff):
    order = make_dispatched_order((make_book("Matilda", price="9.99"), 1))
    refund(order, (order.lines.get(), 1, "2.00"))

    written = fill(staff, order, copies_0="1", way_0="back")
    checked = staff.post(page_of(order), written | {"todo": "check"})

    isbn = hyphenated(order.lines.get().isbn)
    assert f"1 × Matilda {isbn} Came back: to stock £7.99" in text_of(checked)


def test_an_orders_page_says_how_much_of_its_payment_and_of_each_line_was_given_back(staff):
    order = make_dispatched_order((make_book("Matilda", price="9.99"), 3))
    refund(order, (order.lines.get(), 1, "9.99"))

    page = staff.get(f"/admin/shop/order/{order.pk}/change/").content.decode()

    assert f"£{order.total}</a>: Succeeded, £9.99 given back" in page
    assert re.search(r'field-given_back">\s*(<p>)?£9.99', page)
