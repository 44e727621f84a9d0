"""Delivery: which methods take a parcel, what they cost, and that the server alone decides."""

import re
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shop.models import Book, Order, ShippingBand, ShippingMethod, ShippingZone
from shop.orders.delivery import NotDelivered, Parcel, delivered_to, methods_for, quotes_for
from shop.orders.first_zones import lay_out_zones
from shop.orders.placing import CartChanged, Details, place_order
from tests.makers import ADDRESS, make_book, make_cart

from .test_checkout import ANSWERS, agreement_on, answer, fill_cart, go_to_review, said

pytestmark = pytest.mark.django_db

BERLIN = ADDRESS | {"line1": "Unter den Linden 1", "city": "Berlin", "postcode": "10117", "country": "DE"}


@pytest.fixture
def no_zones(db):
    """A shop whose staff have yet to say where it delivers to."""
    ShippingZone.objects.all().delete()


def make_method(*bands, zone="Home", countries=("GB",), name="Standard", **fields):
    """A method with bands: prices, or (heaviest in grams, from a value of, price)."""
    found, is_new = ShippingZone.objects.get_or_create(name=zone)
    if is_new:
        for code in countries:
            found.countries.create(country=code)
    method = ShippingMethod.objects.create(zone=found, name=name, **fields)
    for band in bands:
        up_to, value, price = band if isinstance(band, tuple) else (None, "0", band)
        method.bands.create(up_to_grams=up_to, from_value=Decimal(value), price=Decimal(price))
    return method


def offers(country="GB", grams=500, value="20.00"):
    return [(quote.name, str(quote.price)) for quote in quotes_for(country, Parcel(grams, Decimal(value)))]


# --- Methods, bands, free delivery


def test_the_cheapest_band_that_takes_weight_and_value_counts(no_zones):
    make_method((500, "0", "3.00"), (2000, "0", "5.00"), (2000, "30", "2.00"))

    assert offers(grams=500) == [("Standard", "3.00")]
    assert offers(grams=501) == [("Standard", "5.00")]
    assert offers(grams=500, value="30.00") == [("Standard", "2.00")]
    assert offers(grams=500, value="29.99") == [("Standard", "3.00")]
    assert offers(grams=2001, value="30.00") == []


def test_from_a_value_on_a_method_is_free_for_what_it_takes(no_zones):
    make_method((1000, "0", "3.00"), free_over=Decimal("25.00"))

    assert offers(value="24.99") == [("Standard", "3.00")]
    assert offers(value="25.00") == [("Standard", "0.00")]
    assert offers(value="25.00", grams=1001) == []


def test_methods_come_cheapest_first_and_then_by_position(no_zones):
    make_method("7.00", name="Courier", position=0)
    make_method("3.00", name="Slow", position=2)
    make_method("3.00", name="Green", position=1)
    make_method("1.00", name="Retired", is_offered=False)
    make_method(name="Without a price")

    assert offers() == [("Green", "3.00"), ("Slow", "3.00"), ("Courier", "7.00")]


def test_a_country_has_its_own_zone_or_that_of_everywhere_else(no_zones):
    make_method("3.00")
    rest = make_method("20.00", zone="World", countries=(), name="Airmail").zone
    assert offers("NZ") == []
    ShippingZone.objects.filter(pk=rest.pk).update(is_everywhere_else=True)

    assert offers("GB") == [("Standard", "3.00")]
    assert offers("NZ") == [("Airmail", "20.00")]
    # A zone that offers nothing is one that the shop does not deliver to.
    make_method("1.00", zone="Never", countries=("AQ",), is_offered=False)
    assert offers("AQ") == []
    assert delivered_to(["GB", "NZ", "AQ"]) == {"GB", "NZ"}


def test_a_parcel_weighs_what_its_copies_do_each_its_own_weight_or_that_of_its_format(no_zones):
    heavy = make_book("Atlas", weight=2500)
    usual = make_book("Paperback", format="BC")
    file = make_book("File", format="EA")
    make_method((2500 + 2 * 320, "0", "4.00"))

    assert Parcel.of([(heavy, 1, heavy.price), (usual, 2, usual.price), (file, 9, file.price)]).grams == 3140
    assert methods_for("GB", [(heavy, 1, heavy.price), (usual, 2, usual.price)])
    assert not methods_for("GB", [(heavy, 1, heavy.price), (usual, 3, usual.price)])


def test_what_a_parcel_costs_is_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(quotes_for("DE", Parcel(400, Decimal("10.00")))) == 2
    with django_assert_num_queries(1):
        assert delivered_to(["DE"])


PRICES = st.decimals("0.00", "99.99", places=2)
BANDS = st.lists(st.tuples(st.none() | st.integers(0, 5000), PRICES, PRICES), max_size=6)


class AnyBands(TestCase):
    @given(bands=BANDS, free_over=st.none() | PRICES, grams=st.integers(0, 6000), value=PRICES)
    def test_no_parcel_is_cheaper_or_dearer_than_the_bands_that_hold_it(self, bands, free_over, grams, value):
        ShippingZone.objects.all().delete()
        make_method(*bands, free_over=free_over)
        holding = [
            price
            for up_to, from_value, price in bands
            if (up_to is None or grams <= up_to) and value >= from_value
        ]

        quotes = quotes_for("GB", Parcel(grams, value))

        if not holding:
            assert quotes == []
        elif free_over is not None and value >= free_over:
            assert [quote.price for quote in quotes] == [0]
        else:
            assert [quote.price for quote in quotes] == [min(holding)]


# --- The zones that a shop starts with


def test_a_british_shop_starts_with_the_price_that_the_setting_had(no_zones):
    lay_out_zones(apps, home="GB", standard_price=Decimal("4.25"))

    assert offers("GB", grams=320)[0] == ("Standard", "4.25") and offers("JE", grams=19_999)
    assert offers("IE", grams=320)[0] == ("Standard", "5.95")
    assert offers("NZ", grams=320) == [("Tracked", "11.50")]


@pytest.mark.parametrize(("home", "zones"), [("DE", 3), ("US", 2)])
def test_a_shop_elsewhere_starts_at_home(no_zones, home, zones):
    lay_out_zones(apps, home=home, standard_price=Decimal("4.25"))

    assert offers(home)[0] == ("Standard", "4.25")
    assert ShippingZone.objects.count() == zones and offers("GB") and offers("NZ")


def test_zones_that_there_are_stay_as_they_are(no_zones):
    make_method("1.00")

    lay_out_zones(apps, home="GB", standard_price=Decimal("4.25"))

    assert offers() == [("Standard", "1.00")] and ShippingZone.objects.count() == 1


@pytest.mark.parametrize(
    ("setting", "price"),
    [("4.25", "4.25"), ("0", "0.00"), (None, "3.50"), ("free", "3.50"), ("-1", "3.50"), ("٣", "3.50")],
)
def test_the_migration_takes_over_the_price_of_the_setting_that_goes(no_zones, monkeypatch, setting, price):
    monkeypatch.delenv("SHIPPING_FLAT_RATE", raising=False)
    if setting is not None:
        monkeypatch.setenv("SHIPPING_FLAT_RATE", setting)
    migration = import_module("shop.migrations.0017_first_zones")

    migration.open_zones(apps, SimpleNamespace(connection=connection))

    assert offers("GB")[0] == ("Standard", price)


# --- Placing an order


def place(cart, method=None, address=ADDRESS, **fields):
    details = Details("ada@example.com", "standard", address, shipping_method=method and method.pk)
    return place_order(cart=cart, customer=None, details=details, checkout_key=cart.checkout_key, **fields)


def test_an_order_keeps_the_method_its_name_and_its_price(no_zones):
    make_method("3.00")
    courier = make_method("7.00", name="Courier")

    order = place(make_cart(make_book(price="10.00")), courier)
    courier.delete()

    order.refresh_from_db()
    assert (order.shipping, order.total) == (Decimal("7.00"), Decimal("17.00"))
    assert (order.shipping_name, order.shipping_method) == ("Courier", None)


def test_a_method_of_another_zone_or_withdrawn_or_too_weak_places_nothing(no_zones):
    abroad = make_method("1.00", zone="Abroad", countries=("DE",))
    make_method("3.00")
    retired = make_method("1.00", name="Retired", is_offered=False)
    letter = make_method((100, "0", "1.00"), name="Letter")
    cart = make_cart(make_book())

    for method in (abroad, retired, letter):
        with pytest.raises(NotDelivered):
            place(cart, method)

    assert not Order.objects.exists() and cart.lines.exists()


def test_an_order_to_a_country_without_delivery_is_not_placed_but_collected_it_is(no_zones):
    cart = make_cart(make_book(price="10.00"))

    with pytest.raises(NotDelivered):
        place(cart)
    details = Details("ada@example.com", "collection", {"recipient": "Ada"})
    order = place_order(cart=cart, customer=None, details=details, checkout_key=cart.checkout_key)

    assert (order.shipping, order.shipping_name, order.total) == (0, "", Decimal("10.00"))


def test_a_way_of_delivery_that_there_is_not_is_not_sent_for_nothing(no_zones):
    cart = make_cart(make_book())
    details = Details("ada@example.com", "teleport", ADDRESS)

    with pytest.raises(NotDelivered):
        place_order(cart=cart, customer=None, details=details, checkout_key=cart.checkout_key)


# --- The checkout's pages


def review(client, **query):
    return client.get("/checkout/review/", query)


def method_named(name, country="GB"):
    return ShippingMethod.objects.get(name=name, zone__countries__country=country)


def test_the_cheapest_is_chosen_until_another_is(client):
    go_to_review(client, make_book(price="9.99"))
    next_day = method_named("Next day")

    first, chosen = review(client), review(client, method=next_day.pk)

    assert "Place the order: £13.49" in first.content.decode()
    assert "Place the order: £16.94" in chosen.content.decode()
    client.post("/checkout/review/", agreement_on(chosen) | {"method": next_day.pk})
    order = Order.objects.get()
    assert (order.shipping_method, order.shipping, order.total) == (
        next_day,
        Decimal("6.95"),
        Decimal("16.94"),
    )


def test_another_choice_on_the_page_is_shown_before_it_is_ordered(client):
    agreement = go_to_review(client, make_book())
    next_day = method_named("Next day")

    asked = client.post("/checkout/review/", agreement | {"method": next_day.pk, "reckon": "1"})
    placed = client.post("/checkout/review/", agreement | {"method": next_day.pk})

    assert asked.url == placed.url == f"/checkout/review/?method={next_day.pk}"
    assert not Order.objects.exists()


@pytest.mark.parametrize("method", ["0", "-1", "x", "9" * 18, "9" * 40, "\x00", "٣", ""])
def test_a_made_up_method_is_no_error_and_never_cheaper(client, method):
    agreement = go_to_review(client, make_book(price="9.99"))

    assert "£13.49" in review(client, method=method).content.decode()
    client.post("/checkout/review/", agreement | {"method": method})

    assert {order.shipping for order in Order.objects.all()} <= {Decimal("3.50")}


def test_the_method_of_a_cheaper_zone_is_not_taken(client):
    fill_cart(client, make_book())
    client.post("/checkout/", ANSWERS | BERLIN)
    agreement = agreement_on(review(client))

    response = client.post("/checkout/review/", agreement | {"method": method_named("Standard").pk})

    assert "no longer offered" in said(response)[-1]
    assert not Order.objects.exists()


def test_a_price_of_delivery_changed_meanwhile_is_reviewed_first(client):
    agreement = go_to_review(client, make_book(price="9.99"))
    ShippingBand.objects.filter(method=method_named("Standard")).update(price="5.00")

    response = client.post("/checkout/review/", agreement, follow=True)

    assert "Please review it once more" in response.content.decode()
    assert "£14.99" in response.content.decode() and not Order.objects.exists()


def test_a_method_withdrawn_meanwhile_is_told_and_the_others_are_shown(client):
    agreement = go_to_review(client, make_book(price="9.99"))
    standard = method_named("Standard")
    ShippingMethod.objects.filter(pk=standard.pk).update(is_offered=False)

    response = client.post("/checkout/review/", agreement | {"method": standard.pk}, follow=True)

    html = response.content.decode()
    assert "no longer offered for these books" in html and "£16.94" in html
    assert not Order.objects.exists()


def test_a_country_no_longer_delivered_to_is_told_at_the_form(client):
    agreement = go_to_review(client, make_book())
    ShippingZone.objects.filter(countries__country="GB").delete()
    ShippingZone.objects.filter(is_everywhere_else=True).delete()

    response = client.post("/checkout/review/", agreement, follow=True)

    assert response.redirect_chain[-1][0] == "/checkout/"
    assert "We do not deliver to United Kingdom." in response.content.decode()
    assert not Order.objects.exists()


def test_books_too_heavy_for_every_method_can_be_collected(client):
    fill_cart(client, make_book(weight=30_000))

    response = answer(client)

    assert "Your books weigh about 30.0 kg together" in response.content.decode()
    assert answer(client, delivery_method="collection").url == "/checkout/review/"


def test_a_shop_that_delivers_nowhere_says_so_and_lets_books_be_collected(client, no_zones):
    fill_cart(client, make_book())

    html = client.get("/checkout/").content.decode()

    assert "We do not deliver at present" in html and 'value="standard"' not in html
    assert answer(client).status_code == 200
    collected = {"email": "ada@example.com", "recipient": "Ada", "delivery_method": "collection"}
    assert client.post("/checkout/", collected).url == "/checkout/review/"


def test_only_countries_that_the_shop_delivers_to_can_be_chosen(client, no_zones):
    make_method("3.00", countries=("GB", "IE"))
    fill_cart(client, make_book())

    html = client.get("/checkout/").content.decode()

    countries = re.search(r'<select[^>]* name="country".*?</select>', html, re.DOTALL)[0]
    assert re.findall('value="([A-Z]{2})"', countries) == ["IE", "GB"]
    assert "not in the list" in html
    assert "We do not deliver there." in answer(client, **BERLIN).content.decode()


def test_the_summary_says_from_what_price_delivery_is(client, no_zones):
    method = make_method("3.00")
    fill_cart(client, make_book())

    assert "from £3.00" in client.get("/checkout/").content.decode()
    ShippingMethod.objects.filter(pk=method.pk).update(free_over=1)
    assert "is free for these books" in client.get("/checkout/").content.decode()


@pytest.mark.parametrize("books", [5, 50])
def test_the_checkouts_pages_ask_as_many_questions_for_many_books_as_for_few(
    client, django_assert_num_queries, books
):
    cart = make_cart(*[make_book(f"Book {n}", weight=100) for n in range(books)])
    session = client.session
    session["cart_id"] = cart.pk
    session.save()
    answer(client)

    with django_assert_num_queries(4):
        client.get("/checkout/")
    with django_assert_num_queries(4):
        assert client.get("/checkout/review/").status_code == 200


def test_a_placed_order_can_be_weighed_by_books_that_have_changed_since():
    book = make_book(weight=100)
    order = place(make_cart(book))
    Book.objects.update(weight=20_000)

    order.refresh_from_db()
    assert order.shipping == Decimal("3.50")


def test_what_is_reviewed_includes_the_telephone(client):
    agreement = go_to_review(client, make_book())
    answer(client, telephone="+44 20 7946 0018")

    client.post("/checkout/review/", agreement)
    assert not Order.objects.exists()
    client.post("/checkout/review/", agreement_on(review(client)))

    assert Order.objects.get().telephone == "+44 20 7946 0018"


def test_a_mark_of_another_review_places_nothing():
    cart = make_cart(make_book())

    with pytest.raises(CartChanged):
        place(cart, reviewed="made up")
