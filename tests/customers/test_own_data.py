"""A customer's own data: taken along, and erased but for what the books need."""

from datetime import timedelta
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.models import Stock, StockMovement
from reports.queries import run
from shop.customers.leaving import data_of, erase_account
from shop.models import Address, Cart, Order, Refund, User
from shop.orders.cancelling import cancel_order
from shop.orders.dispatching import dispatch_order
from shop.orders.personal_data import FORGOTTEN, forget_customer
from shop.orders.returning import ask_for_return, refuse_return
from tests.makers import (
    ADDRESS,
    PASSWORD,
    make_administrator,
    make_book,
    make_cancelled_order,
    make_cart,
    make_dispatched_order,
    make_manager,
    make_order,
    make_paid_order,
    make_stock_keeper,
    make_user,
)

from .factors import give_app, give_passkey, give_recovery_codes, reauthenticate

pytestmark = pytest.mark.django_db

DATA, EXPORT, ERASE = (reverse(f"customers:{name}") for name in ("data", "export", "erase"))


@pytest.fixture
def emma():
    return make_book("Emma", price="9.99")


@pytest.fixture
def ada(client):
    ada = make_user("ada@example.com", name="Ada Reader")
    client.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    reauthenticate(client)
    return ada


def everything_of(ada, book):
    """Something in every room."""
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True)
    Address.objects.create(user=ada, **ADDRESS)
    make_cart((book, 3), user=ada)
    give_app(ada)
    give_recovery_codes(ada)
    give_passkey(ada)
    return make_dispatched_order((book, 2), customer=ada)


def test_all_that_the_shop_knows_is_in_one_file(client, ada, emma):
    order = everything_of(ada, emma)
    make_order(emma, customer=make_user("eve@example.com"))

    response = client.get(EXPORT)

    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in response["Cache-Control"]
    known = response.json()
    assert known["profile"]["name"] == "Ada Reader"
    assert known["email_addresses"] == [{"email": "ada@example.com", "verified": True}]
    assert known["addresses"] == [ADDRESS | {"line2": "", "region": ""}]
    assert [factor["type"] for factor in known["second_factors"]] == ["totp", "recovery_codes", "webauthn"]
    assert len(known["sessions"]) == 1
    assert known["cart"] == [
        {"book__isbn": emma.isbn, "book__title": "Emma", "quantity": 3, "unit_price": "9.99"}
    ]
    (told,) = known["orders"]
    assert (told["number"], told["total"], told["address"]["city"]) == (
        order.number,
        str(order.total),
        "London",
    )
    assert [line["title"] for line in told["lines"]] == ["Emma"]
    assert [event["what"] for event in told["events"]] == ["placed", "paid", "dispatched"]
    (payment,) = known["payments"]
    assert (payment["order"], payment["amount"]) == (order.number, str(order.total))
    assert "eve@example.com" not in response.content.decode()


def test_parcels_and_returns_are_in_the_file_and_what_was_written_about_them_goes(client, ada, emma):
    order = make_paid_order((emma, 3), customer=ada)
    dispatch_order(order_id=order.pk, actor=None, carrier="DPD", tracking="15501234")
    line = order.lines.get().pk
    asked = ask_for_return(order_id=order.pk, copies={line: 1}, reason="For my aunt Vera", actor=ada)
    refuse_return(return_id=asked.pk, answer="Tell your aunt Vera no", actor=None)

    (told,) = client.get(EXPORT).json()["orders"]
    (parcel,), (given,) = told["parcels"], told["returns"]
    assert (parcel["tracking"], parcel["copies"]) == ("15501234", {emma.isbn: 3})
    assert (given["reason"], given["copies"]) == ("For my aunt Vera", {emma.isbn: 1})

    forget_customer(ada, at=timezone.now())
    assert order.shipments.get().tracking == ""
    assert (order.returns.get().reason, order.returns.get().answer) == ("", "")
    assert not order.events.filter(note__contains="Vera").exists()


def test_money_given_back_is_in_the_file_with_its_reason(client, ada, emma):
    order = make_paid_order((emma, 2), customer=ada)
    cancel_order(order_id=order.pk, actor=None)

    (payment,) = client.get(EXPORT).json()["payments"]
    (refund,) = payment["refunds"]
    kept = Refund.objects.get()
    assert (refund["amount"], refund["reason"]) == (str(order.total), kept.reason) and kept.reason


def test_no_secret_is_in_the_file(client, ada, emma):
    order = everything_of(ada, emma)
    told = client.get(EXPORT).content.decode()

    assert ada.password not in told
    assert order.token not in told
    assert UserSession.objects.get().session_key not in told
    for factor in ada.authenticator_set.exclude(type="webauthn"):
        assert not any(str(secret) in told for secret in factor.data.values() if len(str(secret)) > 8)


@pytest.mark.parametrize("count", [5, 50])
def test_the_file_takes_as_many_queries_for_few_orders_as_for_many(
    ada, emma, django_assert_num_queries, count
):
    Stock.objects.filter(pk=emma.pk).update(on_hand=1000)
    for _ in range(count):
        make_paid_order(emma, customer=ada)

    with django_assert_num_queries(15):
        assert len(data_of(ada)["orders"]) == count


def erase(client, **fields):
    return client.post(ERASE, {"is_sure": "on"} | fields, follow=True)


def test_an_erased_account_leaves_what_was_sold_and_not_to_whom(
    client, ada, emma, mailoutbox, django_capture_on_commit_callbacks
):
    order = everything_of(ada, emma)
    make_cancelled_order(emma, customer=ada)
    link, kept = (
        order.page_address(),
        Order.objects.values("total", "placed_at", "country", "number").get(pk=order.pk),
    )
    lines = list(order.lines.values("isbn", "quantity", "unit_price", "total"))
    stock = (Stock.objects.get(pk=emma.pk).on_hand, StockMovement.objects.count())

    with django_capture_on_commit_callbacks(execute=True):
        response = erase(client)

    assert "Your account is erased" in response.content.decode()
    assert not User.objects.exists()
    for model in (Address, Cart, EmailAddress, UserSession):
        assert not model.objects.exists()
    assert Order.objects.values("total", "placed_at", "country", "number").get(pk=order.pk) == kept
    assert list(order.lines.values("isbn", "quantity", "unit_price", "total")) == lines
    assert (Stock.objects.get(pk=emma.pk).on_hand, StockMovement.objects.count()) == stock
    for left in Order.objects.all():
        assert left.customer is None
        assert not any(getattr(left, part) for part in FORGOTTEN)
        assert left.events.last().note == "The customer's details were erased"
    assert Client().get(link).status_code == 404
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["ada@example.com"], "[Endpaper] Your account is erased")
    ]


def test_every_text_of_an_order_is_either_forgotten_or_known_to_name_nobody():
    """A field added later has to be put on one side or the other."""
    names_nobody = {
        "number",
        "channel",
        "reference",
        "delivery_method",
        "shipping_name",
        "status",
        "currency",
        "country",
    }
    texts = {
        field.name
        for field in Order._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
    }

    assert texts - names_nobody - {"token"} == set(FORGOTTEN)


def test_reports_add_up_as_before_and_name_nobody():
    ada, emma = make_user("ada@example.com"), make_book("Emma", price="9.99")
    make_dispatched_order((emma, 2), customer=ada)
    make_dispatched_order((emma, 3), customer=make_user("eve@example.com"))
    now = timezone.now()
    period = {"from": now - timedelta(days=1), "until": now + timedelta(days=1), "sort": "copies"}

    def sold():
        (row,) = run("period_figures", **period).rows
        return row.orders, row.copies, row.books, row.delivery

    def to_customers():
        return {row.email: row.copies for row in run("customer_purchases", **period).rows}

    assert sold() == (2, 5, Decimal("49.95"), Decimal("7.00"))
    assert to_customers() == {"ada@example.com": 2, "eve@example.com": 3}

    erase_account(user_id=ada.pk)

    assert sold() == (2, 5, Decimal("49.95"), Decimal("7.00"))
    assert to_customers() == {"eve@example.com": 3}
    (row,) = run("period_figures", **period).rows
    assert (row.unnamed_orders, row.unnamed_copies, row.unnamed_books) == (1, 2, Decimal("19.98"))


@pytest.mark.parametrize("make", [make_order, make_paid_order])
def test_an_order_that_is_not_with_its_customer_yet_keeps_the_account(client, ada, emma, make):
    make_dispatched_order(emma, customer=ada)
    order = make(emma, customer=ada)

    page = erase(client).content.decode()

    assert f"Your order {order.number} is not with you yet" in page
    assert client.get(DATA).status_code == 200
    assert set(Order.objects.values_list("customer", "email")) == {(ada.pk, ada.email)}


@pytest.mark.parametrize("status", [Refund.Status.DUE, Refund.Status.FAILED])
def test_money_on_its_way_back_keeps_the_account_whole(client, ada, emma, status):
    order = make_paid_order(emma, customer=ada)
    cancel_order(order_id=order.pk, actor=ada)
    Refund.objects.update(status=status)

    assert "We still have money to give back" in erase(client).content.decode()

    order.refresh_from_db()
    assert (order.customer, order.email) == (ada, ada.email)


@pytest.mark.parametrize("make", [make_stock_keeper, make_administrator, make_manager])
def test_whoever_works_here_cannot_erase_themselves_by_accident(client, make):
    user = make()
    client.force_login(user)
    reauthenticate(client)

    assert "You work here" in erase(client).content.decode()
    assert User.objects.filter(pk=user.pk).exists()


def test_an_account_goes_only_when_its_owner_says_so(client, ada):
    response = client.post(ERASE, {"is_sure": ""})

    assert response.status_code == 200
    assert "is-invalid" in response.content.decode()
    assert User.objects.filter(pk=ada.pk).exists()


def test_other_devices_are_logged_out_when_the_account_is_erased(client, ada):
    phone = Client()
    phone.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    assert phone.get(reverse("customers:account")).status_code == 200

    erase(client)

    assert phone.get(reverse("customers:account")).status_code == 302


def test_an_administrator_cannot_close_the_door_behind_themselves(client):
    boss = make_administrator()
    client.force_login(boss)

    assert client.get(reverse("admin:shop_user_delete", args=[boss.pk])).status_code == 403
    client.post(
        reverse("admin:shop_user_changelist"),
        {"action": "delete_selected", "_selected_action": boss.pk, "post": "yes"},
    )
    page = client.get(reverse("admin:shop_user_change", args=[boss.pk]))
    assert not {"is_active", "is_staff", "is_superuser"} & set(page.context["adminform"].form.fields)
    assert User.objects.filter(pk=boss.pk, is_active=True, is_superuser=True).exists()


def test_an_administrator_erases_a_customer_who_asks_by_letter(client):
    boss, ada, emma = make_administrator(), make_user("ada@example.com"), make_book("Emma")
    order = make_paid_order(emma, customer=ada)
    client.force_login(boss)
    erase_page = reverse("admin:shop_user_erase", args=[ada.pk])

    assert erase_page in client.get(reverse("admin:shop_user_change", args=[ada.pk])).content.decode()
    assert "ada@example.com is told by mail" in client.get(erase_page).content.decode()
    assert (
        f"Your order {order.number} is not with you yet"
        in client.post(erase_page, follow=True).content.decode()
    )
    dispatch_order(order_id=order.pk, actor=boss)
    client.post(erase_page)

    assert list(User.objects.all()) == [boss]
    order.refresh_from_db()
    assert (order.customer, order.email, order.recipient) == (None, "", "")


def test_an_administrator_erases_no_colleague(client):
    client.force_login(make_administrator())
    keeper = make_stock_keeper()

    response = client.post(reverse("admin:shop_user_erase", args=[keeper.pk]), follow=True)

    assert "You work here" in response.content.decode()
    assert User.objects.filter(pk=keeper.pk).exists()
