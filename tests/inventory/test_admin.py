"""Stock in the admin: who may do what, and that what is typed does what it says or nothing."""

import re

import pytest
from django.urls import reverse

from inventory.models import Backorder, RestockAlert, Stock, StockMovement
from inventory.stocking import receive_copies
from shop.isbn import hyphenated
from tests.makers import (
    make_administrator,
    make_book,
    make_forthcoming,
    make_manager,
    make_order,
    make_paid_order,
    make_stock_keeper,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:inventory_stock_changelist")
RECEIVE = reverse("admin:inventory_stock_receive")
MOVEMENTS = reverse("admin:inventory_stockmovement_changelist")
ALERTS = reverse("admin:inventory_restockalert_changelist")

BAD_QUANTITIES = ["-1", "0", "1.5", "1e3", str(10**20), "100001", "NaN", "٣", "1_000", "ten", "0x10"]


def page_of(book):
    return reverse("admin:inventory_stock_change", args=[book.pk])


def levels(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated


def said(response):
    """The messages that the next page shows."""
    return " ".join(str(message) for message in response.context["messages"])


def titles(response):
    """The books of a list, in its order."""
    return [row.book.title for row in response.context["cl"].result_list]


def post(client, book, todo, **typed):
    """Fill in one of the forms on a book's page as its hidden fields have it."""
    form = client.get(page_of(book)).context["forms"].get(todo)
    hidden = {field.name: field.value() for field in form.hidden_fields()} if form else {}
    return client.post(page_of(book), {"todo": todo, **hidden, **typed}, follow=True)


@pytest.fixture
def keeper(client):
    user = make_stock_keeper()
    client.force_login(user)
    return user


# --- who


@pytest.mark.parametrize("make", [make_user, make_manager, lambda: make_user(is_staff=True)])
def test_only_those_who_keep_stock_see_it(client, make):
    book = make_book()
    client.force_login(make())

    for address in (LIST, page_of(book), RECEIVE, MOVEMENTS, ALERTS):
        assert client.get(address).status_code in (302, 403)
    client.post(page_of(book), {"todo": "threshold", "threshold": "3"})
    assert Stock.objects.get().threshold is None


@pytest.mark.parametrize("make", [make_stock_keeper, make_administrator])
def test_stock_keepers_and_administrators_see_all_of_it(client, make):
    book = make_book(stock=3)
    client.force_login(make())

    for address in (LIST, page_of(book), MOVEMENTS, ALERTS):
        assert client.get(address).status_code == 200


def test_those_who_may_only_look_cannot_change_anything(client):
    book = make_book(stock=3)
    looker = make_user(is_staff=True)
    looker.user_permissions.set(permissions("view_stock", "view_restockalert"))
    client.force_login(looker)

    page = client.get(page_of(book))
    assert page.status_code == 200
    assert b'value="receive"' not in page.content
    assert b'value="ordered"' not in page.content
    assert client.get(f"{RECEIVE}?books={book.pk}").status_code == 403
    for todo in ("receive", "adjust", "threshold", "ordered", "resolve"):
        assert client.post(page_of(book), {"todo": todo}).status_code == 403
    actions = {"action": "mark_ordered", "_selected_action": RestockAlert.objects.get().pk}
    client.post(ALERTS, actions)
    assert RestockAlert.objects.get().status == "open"


def test_a_stock_keeper_sees_no_users_and_no_reports(client, keeper):
    assert client.get(reverse("admin:index")).status_code == 200
    names = {
        model["object_name"]
        for app in client.get(reverse("admin:index")).context["app_list"]
        for model in app["models"]
    }
    assert {"Stock", "StockMovement", "RestockAlert", "Order", "Payment"} <= names
    assert names.isdisjoint({"User", "Group"})
    assert not keeper.has_perm("reports.view_reports")


def permissions(*codenames):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=codenames, content_type__app_label="inventory")


# --- the list


def test_the_list_shows_each_books_figures_and_state(client, keeper):
    plenty, low = make_book("Middlemarch", stock=30), make_book("Emma", stock=12)
    make_book("Solaris", stock=0)
    make_order((low, 4))

    response = client.get(LIST)

    assert titles(response) == ["Emma", "Middlemarch", "Solaris"]
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in rows_of(response)]
    assert rows[0][-5:] == ["12", "4", "8", "10", "Low"]
    assert rows[1][-5:] == ["30", "0", "30", "10", "-"]
    assert rows[2][-5:] == ["0", "0", "0", "10", "Out"]
    assert hyphenated(plenty.isbn) in rows[1]


def rows_of(response):
    return re.findall(r"<tr>(?:(?!</tr>).)*field-title.*?</tr>", response.content.decode(), re.DOTALL)


def test_the_list_sorts_titles_as_a_shelf_does(client, keeper):
    for title in ("Zorba", "The Anthologist", "Émile"):
        make_book(title)

    assert titles(client.get(LIST)) == ["The Anthologist", "Émile", "Zorba"]


def test_the_filters_show_what_is_low_and_what_is_out(client, keeper):
    make_book("Middlemarch", stock=30)
    make_book("Emma", stock=4)
    promised = make_book("Solaris", stock=2)
    make_order((promised, 2))

    assert titles(client.get(f"{LIST}?level=low")) == ["Emma", "Solaris"]
    assert titles(client.get(f"{LIST}?level=out")) == ["Solaris"]


@pytest.mark.parametrize("write", [str, hyphenated, lambda isbn: f" {hyphenated(isbn)} ".replace("-", " ")])
def test_a_book_is_found_by_its_isbn_however_it_is_written(client, keeper, write):
    book = make_book("Middlemarch")
    make_book("Emma")

    assert titles(client.get(LIST, {"q": write(book.isbn)})) == ["Middlemarch"]


def test_a_book_is_found_by_a_part_of_its_title(client, keeper):
    make_book("Middlemarch")
    make_book("Emma")

    assert titles(client.get(LIST, {"q": "MARCH"})) == ["Middlemarch"]


@pytest.mark.parametrize("address", [LIST, f"{LIST}?level=low", MOVEMENTS, ALERTS])
def test_the_lists_ask_as_many_queries_for_50_rows_as_for_5(client, address, django_assert_num_queries):
    client.force_login(make_stock_keeper())
    for _ in range(5):
        make_order((make_book(stock=4), 1))
    counts = [count_queries(client, address)]
    for _ in range(45):
        make_order((make_book(stock=4), 1))
    counts.append(count_queries(client, address))

    assert counts[0] == counts[1] <= 8


def test_a_books_page_asks_as_many_queries_for_many_movements_as_for_few(client, keeper):
    book = make_book(stock=50)
    receive_copies(quantities={book.pk: 1}, actor=keeper)
    few = count_queries(client, page_of(book))
    for _ in range(15):
        receive_copies(quantities={book.pk: 1}, actor=keeper)

    assert count_queries(client, page_of(book)) == few <= 10


def count_queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- a book's page


@pytest.mark.parametrize("number", ["0", "999", "99999999999999999999999", "x", "1%2F2"])
def test_a_book_that_is_not_there_is_told_so(client, keeper, number):
    response = client.get(f"{LIST}{number}/change/", follow=True)

    assert response.redirect_chain[-1][0] == reverse("admin:index")
    assert "exist" in said(response)


def test_received_copies_are_counted_and_signed_for(client, keeper):
    book = make_book(stock=3)

    response = post(
        client, book, "receive", **{f"copies_{book.pk}": "5", "reference": "DN-7", "reason": "Autumn"}
    )

    assert "5 copies are received" in said(response)
    assert levels(book) == (8, 0)
    movement = StockMovement.objects.filter(kind="received").get()
    assert (movement.actor, movement.reference, movement.reason) == (keeper, "DN-7", "Autumn")
    assert b"DN-7" in response.content


def test_the_same_form_sent_twice_receives_once(client, keeper):
    book = make_book(stock=3)
    key = client.get(page_of(book)).context["forms"]["receive"]["key"].value()
    typed = {"todo": "receive", f"copies_{book.pk}": "5", "key": key}

    client.post(page_of(book), typed)
    response = client.post(page_of(book), typed, follow=True)

    assert "already" in said(response)
    assert levels(book) == (8, 0)


def test_the_same_form_with_other_numbers_is_refused_in_words(client, keeper):
    book = make_book(stock=3)
    key = client.get(page_of(book)).context["forms"]["receive"]["key"].value()
    typed = {"todo": "receive", f"copies_{book.pk}": "5", "key": key}

    client.post(page_of(book), typed)
    response = client.post(page_of(book), {**typed, f"copies_{book.pk}": "50"}, follow=True)

    assert "with other numbers: these are not counted" in said(response)
    assert levels(book) == (8, 0)


@pytest.mark.parametrize("typed", [*BAD_QUANTITIES, ""])
def test_a_quantity_that_is_none_is_refused_on_the_form(client, keeper, typed):
    book = make_book(stock=3)

    response = post(client, book, "receive", **{f"copies_{book.pk}": typed})

    assert response.status_code == 200
    errors = response.context["forms"]["receive"].errors[f"copies_{book.pk}"]
    assert errors == (
        ["Write a whole number from 1 to 100,000, in the digits 0 to 9."]
        if typed
        else ["This field is required."]
    )
    assert levels(book) == (3, 0)
    assert StockMovement.objects.count() == 1


def test_a_count_is_typed_in_and_the_difference_is_reckoned(client, keeper):
    book = make_book(stock=14)
    make_order((book, 2))

    response = post(client, book, "adjust", counted="11", reason="Stocktaking")

    assert "-3" in said(response)
    assert levels(book) == (11, 2)
    movement = StockMovement.objects.filter(kind="adjusted").get()
    assert (movement.quantity, movement.reason, movement.actor) == (-3, "Stocktaking", keeper)


def test_a_difference_is_typed_in(client, keeper):
    book = make_book(stock=14)

    post(client, book, "adjust", difference="-2", reason="Damp")

    assert levels(book) == (12, 0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"difference": "-2"}, "reason"),
        ({"difference": "-2", "reason": "  "}, "reason"),
        ({"reason": "Why not"}, "__all__"),
        ({"counted": "3", "difference": "-2", "reason": "Both"}, "__all__"),
        ({"counted": "14", "reason": "It agrees"}, "__all__"),
        ({"difference": "0", "reason": "Nothing"}, "__all__"),
        ({"counted": "-1", "reason": "Less than none"}, "counted"),
        ({"counted": "٣", "reason": "Stocktaking"}, "counted"),
        ({"counted": "1.5", "reason": "Half a book"}, "counted"),
        ({"counted": str(10**20), "reason": "Dream"}, "counted"),
        ({"difference": "NaN", "reason": "Machine"}, "difference"),
        ({"difference": "-100001", "reason": "Fire"}, "difference"),
        ({"difference": "-9", "reason": "More than are free"}, "__all__"),
        ({"difference": "-2", "reason": "x" * 201}, "reason"),
        ({"difference": "-2", "reason": "Forged", "seen": "-1"}, "seen"),
        ({"difference": "-2", "reason": "Forged", "seen": ""}, "seen"),
    ],
)
def test_an_adjustment_that_makes_no_sense_changes_nothing(client, keeper, typed, field):
    book = make_book(stock=14)
    make_order((book, 6))

    response = post(client, book, "adjust", **typed)

    assert field in response.context["forms"]["adjust"].errors
    assert levels(book) == (14, 6)
    assert StockMovement.objects.count() == 1


def test_a_count_is_refused_when_copies_moved_meanwhile(client, keeper):
    book = make_book(stock=14)
    page = client.get(page_of(book))
    seen = page.context["forms"]["adjust"]["seen"].value()
    receive_copies(quantities={book.pk: 10}, actor=None)

    response = client.post(
        page_of(book), {"todo": "adjust", "counted": "13", "reason": "Count", "seen": seen}, follow=True
    )

    assert "24 are on hand now" in said(response)
    assert levels(book) == (24, 0)


def test_a_threshold_is_set_and_taken_back_and_the_alert_follows(client, keeper):
    book = make_book(stock=14)

    post(client, book, "threshold", threshold="15")
    assert RestockAlert.objects.open().get().book == book

    post(client, book, "threshold", threshold="")
    assert not RestockAlert.objects.open().exists()
    assert Stock.objects.get().threshold is None


@pytest.mark.parametrize("typed", ["-1", "1.5", str(10**20), "NaN", "٣"])
def test_a_threshold_that_is_no_number_is_refused(client, keeper, typed):
    book = make_book(stock=14)

    response = post(client, book, "threshold", threshold=typed)

    assert response.context["forms"]["threshold"].errors
    assert Stock.objects.get().threshold is None


def test_the_figures_cannot_be_typed_over(client, keeper):
    book = make_book(stock=14)

    for todo in ("receive", "adjust", "threshold", "", "save"):
        client.post(page_of(book), {"todo": todo, "on_hand": "99", "allocated": "9", "_save": "Save"})

    assert levels(book) == (14, 0)
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{book.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_movements_of_orders_lead_to_them(client, keeper):
    from shop.orders.dispatching import dispatch_order

    book = make_book(stock=14)
    order = make_paid_order((book, 2))
    dispatch_order(order_id=order.pk, actor=keeper)

    for address in (page_of(book), MOVEMENTS):
        page = client.get(address).content.decode()
        assert reverse("admin:shop_order_change", args=[order.pk]) in page
        assert "-2" in page
        assert keeper.email in page


def test_movements_can_be_read_and_nothing_else(client, keeper):
    make_book(stock=14)
    movement = StockMovement.objects.get()
    address = f"{MOVEMENTS}{movement.pk}/"

    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}change/", {"quantity": "99"}).status_code == 403
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{MOVEMENTS}add/").status_code == 403
    assert StockMovement.objects.get().quantity == 14


def test_movements_are_found_by_kind_book_and_reason(client, keeper):
    book = make_book("Middlemarch", stock=14)
    make_book("Emma", stock=14)
    receive_copies(quantities={book.pk: 1}, actor=keeper, reason="A gift")

    assert len(titles(client.get(MOVEMENTS))) == 3
    assert titles(client.get(f"{MOVEMENTS}?kind__exact=received")) == ["Middlemarch"]
    assert titles(client.get(MOVEMENTS, {"q": "gift"})) == ["Middlemarch"]
    assert len(titles(client.get(MOVEMENTS, {"q": hyphenated(book.isbn)}))) == 2
    assert len(titles(client.get(f"{MOVEMENTS}?book__id__exact={book.pk}"))) == 2


# --- many books at once


def test_a_delivery_of_many_books_is_received_together(client, keeper):
    one, two, three = (make_book(title, stock=3) for title in ("One", "Two", "Three"))
    chosen = client.post(LIST, {"action": "receive_chosen", "_selected_action": [one.pk, two.pk, three.pk]})
    page = client.get(chosen.url)
    key = page.context["form"]["key"].value()

    response = client.post(
        chosen.url,
        {f"copies_{one.pk}": "5", f"copies_{two.pk}": "", f"copies_{three.pk}": "7", "key": key},
        follow=True,
    )

    assert "12 copies are received" in said(response)
    assert [levels(book) for book in (one, two, three)] == [(8, 0), (3, 0), (10, 0)]
    assert {m.actor for m in StockMovement.objects.filter(kind="received")} == {keeper}


@pytest.mark.parametrize("typed", BAD_QUANTITIES)
def test_one_bad_quantity_stops_the_whole_delivery(client, keeper, typed):
    one, two = make_book(stock=3), make_book(stock=3)
    address = f"{RECEIVE}?books={one.pk},{two.pk}"
    key = client.get(address).context["form"]["key"].value()

    response = client.post(address, {f"copies_{one.pk}": "5", f"copies_{two.pk}": typed, "key": key})

    assert response.context["form"].errors.keys() == {f"copies_{two.pk}"}
    assert [levels(book) for book in (one, two)] == [(3, 0), (3, 0)]


def test_a_delivery_without_any_copies_is_refused(client, keeper):
    book = make_book(stock=3)
    address = f"{RECEIVE}?books={book.pk},{make_book().pk}"
    key = client.get(address).context["form"]["key"].value()

    assert client.post(address, {"key": key}).context["form"].non_field_errors()


@pytest.mark.parametrize("books", ["", "0", "x,y", "9" * 40, "1;2", "-1", "٣"])
def test_receiving_nothing_that_exists_leads_back_to_the_list(client, keeper, books):
    response = client.get(RECEIVE, {"books": books}, follow=True)

    assert response.redirect_chain[-1][0] == LIST
    assert "Choose the books" in said(response)


# --- alerts


def test_the_list_of_alerts_shows_what_is_open_unless_asked_for_more(client, keeper):
    make_book("Emma", stock=4)
    healed = make_book("Middlemarch", stock=4)
    receive_copies(quantities={healed.pk: 20}, actor=None)

    assert titles(client.get(ALERTS)) == ["Emma"]
    assert titles(client.get(f"{ALERTS}?status=resolved")) == ["Middlemarch"]
    assert len(titles(client.get(f"{ALERTS}?status=all"))) == 2


def test_alerts_are_marked_as_ordered_and_resolved_from_the_list(client, keeper):
    one, two = make_book(stock=4), make_book(stock=5)
    first, second = (RestockAlert.objects.get(book=book) for book in (one, two))

    response = client.post(
        ALERTS, {"action": "mark_ordered", "_selected_action": [first.pk, second.pk]}, follow=True
    )
    assert "2 alerts are marked as ordered" in said(response)

    response = client.post(ALERTS, {"action": "resolve", "_selected_action": [second.pk]}, follow=True)
    assert "1 alert is resolved" in said(response)
    assert list(RestockAlert.objects.order_by("pk").values_list("status", flat=True)) == [
        "ordered",
        "resolved",
    ]
    assert [levels(book) for book in (one, two)] == [(4, 0), (5, 0)]


def test_an_alert_is_marked_as_ordered_and_resolved_from_the_books_page(client, keeper):
    book = make_book(stock=4)

    assert "marked as ordered" in said(post(client, book, "ordered"))
    assert "0 alerts" in said(post(client, book, "ordered"))
    assert "resolved" in said(post(client, book, "resolve"))
    assert RestockAlert.objects.get().status == "resolved"


def test_a_low_book_with_what_will_do_is_still_listed_as_low(client, keeper):
    book = make_book("Emma", stock=4)
    post(client, book, "resolve")

    response = client.get(f"{LIST}?level=low")

    assert titles(response) == ["Emma"]
    assert "Low, accepted" in response.content.decode()
    assert titles(client.get(ALERTS)) == []


def test_alerts_cannot_be_edited_or_deleted(client, keeper):
    make_book(stock=4)
    address = f"{ALERTS}{RestockAlert.objects.get().pk}/"

    assert client.post(f"{address}change/", {"status": "resolved"}).status_code == 403
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{ALERTS}add/").status_code == 403


# --- the first page


def test_the_first_page_tells_what_is_to_be_done_today(client, keeper):
    low, plenty = make_book("Emma", stock=4), make_book("Middlemarch", stock=40)
    make_book("Solaris", stock=0)
    make_paid_order((plenty, 1))
    make_order((plenty, 1))

    page = client.get(reverse("admin:index")).content.decode()

    today = re.sub(r"<[^>]+>|\s+", " ", page[page.index('class="today"') : page.index("</section>")])
    today = " ".join(today.split())
    assert "1 order to send or hand over" in today
    assert "2 books to restock" in today
    assert "1 book with no copy left" in today
    assert "Emma 4 10 Open" in today
    assert "Solaris 0 10 Open" in today
    assert page_of(low) in page
    assert "Middlemarch" not in today


def test_the_first_page_tells_only_what_one_may_see(client):
    make_book("Emma", stock=4)
    client.force_login(make_user(is_staff=True))
    assert b'class="today"' not in client.get(reverse("admin:index")).content

    looker = make_user(is_staff=True)
    looker.user_permissions.set(permissions("view_restockalert"))
    client.force_login(looker)
    page = client.get(reverse("admin:index")).content
    assert b"Emma" in page
    assert b"no copy left" not in page.split(b'class="today"')[1].split(b"<table>")[0]


def test_books_that_a_feed_only_lists_are_neither_low_nor_out_until_somebody_waits_for_them(client, keeper):
    make_book("Listed", stock=0, is_stocked=False)
    awaited = make_forthcoming("Awaited", is_stocked=False)
    make_book("Emma", stock=0)

    def to_do():
        page = client.get(reverse("admin:index")).content.decode()
        return re.findall(r"<strong>(\d+)</strong> books? (to restock|with no copy left)", page)

    assert to_do() == [("1", "to restock"), ("1", "with no copy left")]
    for level in ("low", "out"):
        assert titles(client.get(f"{LIST}?level={level}")) == ["Emma"]

    make_order(awaited)
    assert to_do() == [("2", "to restock"), ("2", "with no copy left")]
    for level in ("low", "out"):
        assert titles(client.get(f"{LIST}?level={level}")) == ["Awaited", "Emma"]


def test_the_admin_has_no_inline_script_or_style(client, keeper):
    book = make_book(stock=4)

    for address in (
        reverse("admin:index"),
        LIST,
        page_of(book),
        f"{RECEIVE}?books={book.pk}",
        MOVEMENTS,
        ALERTS,
    ):
        page = client.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page), address


def test_the_group_of_stock_keepers_is_there_with_its_permissions():
    from django.contrib.auth.models import Group

    group = Group.objects.get(name="Stock keepers")
    may = {
        f"{app}.{code}" for app, code in group.permissions.values_list("content_type__app_label", "codename")
    }
    assert {
        "inventory.view_stock",
        "inventory.change_stock",
        "inventory.view_stockmovement",
        "inventory.change_restockalert",
        "shop.add_book",
        "shop.change_book",
        "shop.change_order",
        "shop.change_payment",
    } <= may
    assert not {
        code for code in may if code.endswith(("_user", "_group", "reports", "delete_book", "delete_order"))
    }


# --- who waits for copies

BACKORDERS = reverse("admin:inventory_backorder_changelist")


def test_the_list_shows_how_many_copies_customers_wait_for(client, keeper):
    make_book("Emma", stock=0)
    coming = make_forthcoming("Orbital", stock=2)
    make_order((coming, 5))

    response = client.get(LIST)
    rows = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in rows_of(response)]
    assert rows[0][-5:] == ["0", "0", "0", "10", "Out"]
    assert rows[1][-6:] == ["2", "2", "0", "3", "10", "Out"]
    assert titles(client.get(f"{LIST}?level=awaited")) == ["Orbital"]


def test_a_books_page_shows_who_waits_in_their_order(client, keeper):
    book = make_forthcoming("Orbital")
    assert b"Who waits" not in client.get(page_of(book)).content
    orders = [make_order((book, n)) for n in (2, 3)]

    html = client.get(page_of(book)).content.decode()

    first, second = (html.index(reverse("admin:shop_order_change", args=[order.pk])) for order in orders)
    assert html.index("Who waits for copies") < first < second


def test_those_who_wait_are_listed_with_their_orders_longest_first(client, keeper):
    book, other = make_forthcoming("Orbital"), make_forthcoming("Emma")
    first, second, third = make_order((book, 2)), make_paid_order((other, 3)), make_order(book)

    response = client.get(BACKORDERS)
    lines = [row.order_line.order for row in response.context["cl"].result_list]
    assert lines == [first, second, third]
    assert reverse("admin:shop_order_change", args=[second.pk]) in response.content.decode()
    assert titles(client.get(f"{BACKORDERS}?book__id__exact={other.pk}")) == ["Emma"]
    assert titles(client.get(BACKORDERS, {"q": third.number})) == ["Orbital"]
    assert titles(client.get(BACKORDERS, {"q": hyphenated(other.isbn)})) == ["Emma"]


def test_those_who_wait_can_be_read_and_nothing_else(client, keeper):
    make_order(make_forthcoming())
    address = f"{BACKORDERS}{Backorder.objects.get().pk}/"

    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}change/", {"quantity": "9"}).status_code == 403
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{BACKORDERS}add/").status_code == 403


@pytest.mark.parametrize("address", [LIST, BACKORDERS])
def test_the_lists_ask_as_many_queries_for_50_who_wait_as_for_5(client, keeper, address):
    for _ in range(5):
        make_order(make_forthcoming())
    few = count_queries(client, address)
    for _ in range(45):
        make_order(make_forthcoming())

    assert count_queries(client, address) == few <= 8


def test_a_books_page_asks_as_many_queries_for_many_who_wait_as_for_few(client, keeper):
    book = make_forthcoming()
    make_order(book)
    few = count_queries(client, page_of(book))
    for _ in range(15):
        make_order(book)

    assert count_queries(client, page_of(book)) == few <= 11


def test_staff_cannot_be_content_with_what_is_left_while_customers_wait(client, keeper):
    book = make_forthcoming()
    make_order(book)

    assert b'value="resolve"' not in client.get(page_of(book)).content
    response = client.post(page_of(book), {"todo": "resolve"}, follow=True)

    assert "1 alert stays open: customers wait for copies." in said(response)
    assert RestockAlert.objects.open().get().book == book
