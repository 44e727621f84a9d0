"""Address forms that fit their country, at the checkout and in the address book."""

import json
import re

import pytest
from django.urls import reverse

from shop.models import Address, Order, ShippingZone
from tests.makers import ADDRESS, make_book, make_user

from .test_checkout import ANSWERS, agreement_on, answer, fill_cart

pytestmark = pytest.mark.django_db

BOSTON = {"line1": "1 Main St", "city": "Boston", "region": "MA", "postcode": "02101", "country": "US"}
ADD = reverse("customers:add_address")


@pytest.fixture(params=["/checkout/", ADD])
def form_at(request, client):
    """Each page that asks for an address, with what else it asks for."""
    client.force_login(make_user())
    fill_cart(client, make_book())
    return request.param


def labels(html):
    form = re.search(r'<div id="address-fields">.*?</form>', html, re.DOTALL)[0]
    return [
        label.removesuffix(" (optional)")
        for label in re.findall(r'<label class="form-label" for="[^"]+">([^<]+)<', form)
    ]


def test_a_form_starts_with_the_shops_country(client, form_at):
    html = client.get(form_at).content.decode()

    assert labels(html) == ["Country", "Address", "Second line of the address", "Town or city", "Postcode"]


def test_another_country_brings_its_own_fields_and_nothing_typed_is_lost(client, form_at):
    typed = ANSWERS | {"country": "US", "asked_country": "GB", "change_country": "1"}

    html = client.post(form_at, typed).content.decode()

    assert labels(html)[3:] == ["Town or city", "State", "ZIP code"]
    assert '<option value="MA">Massachusetts</option>' in html
    assert "invalid-feedback" not in html and not Address.objects.exists()
    for kept in ("1 Paternoster Row", "London", "EC4M 7DX"):
        assert f'value="{kept}"' in html


def test_what_one_country_does_not_ask_for_is_there_again_for_the_next(client, form_at):
    to_britain = ADDRESS | {"region": "MA", "asked_country": "US", "change_country": "1"}

    html = client.post(form_at, ANSWERS | to_britain).content.decode()
    assert re.search('<input [^>]*name="region" type="hidden" value="MA"', html)

    back = to_britain | {"country": "US", "asked_country": "GB"}
    assert '<option value="MA" selected>' in client.post(form_at, ANSWERS | back).content.decode()


def test_the_enter_key_goes_on_where_the_country_is_the_one_asked_for(client, form_at):
    """A browser presses the form's first button, which is the one beside the country."""
    response = client.post(form_at, ANSWERS | {"asked_country": "GB", "change_country": "1"})

    assert response.status_code == 302


def test_a_script_that_asks_for_fields_sends_nothing_off_though_the_country_is_the_one_asked_for(
    client, form_at
):
    """There and back again faster than the first answer came: the form is not to be taken, and its page not left."""
    typed = {
        "country": "GB",
        "asked_country": "GB",
        "change_country": by_script(client.get(form_at).content.decode()),
    }

    html = client.post(form_at, ANSWERS | typed).content.decode()

    assert labels(html)[-1] == "Postcode" and 'value="1 Paternoster Row"' in html
    assert not Address.objects.exists() and "checkout" not in client.session


def by_script(html):
    """What a script says when it asks for another country's fields."""
    return json.loads(re.search(r"hx-vals='([^']+)'", html)[1])["change_country"]


def test_an_address_of_another_country_is_checked_by_its_own_rules(client, form_at):
    html = client.post(form_at, ANSWERS | {"country": "US"}).content.decode()

    assert "This is not a postcode of United States of America. One looks like 95014." in html
    assert '<option value="MA">' in html  # with its own fields, now
    assert client.post(form_at, ANSWERS | BOSTON).status_code == 302


@pytest.mark.parametrize(
    "changes", [{"region": ""}, {"region": "Bavaria"}, {"postcode": "021"}, {"city": ""}]
)
def test_an_american_address_needs_state_zip_code_and_city(client, form_at, changes):
    response = client.post(form_at, ANSWERS | BOSTON | changes)

    assert response.status_code == 200 and "invalid-feedback" in response.content.decode()


def test_an_order_keeps_the_postcode_as_its_country_writes_it_and_no_part_that_it_has_not(client):
    fill_cart(client, make_book())
    answer(client, postcode="ec4m7dx", region="Essex")
    client.post("/checkout/review/", agreement_on(client.get("/checkout/review/")))

    order = Order.objects.get()
    assert (order.postcode, order.region) == ("EC4M 7DX", "")
    assert order.address_lines[-2:] == ["EC4M 7DX", "United Kingdom"]


def test_an_irish_address_needs_neither_county_nor_eircode(client, form_at):
    dublin = ADDRESS | {"country": "IE", "city": "Dublin", "postcode": ""}

    assert client.post(form_at, ANSWERS | dublin).status_code == 302


def test_an_address_of_the_book_where_the_shop_does_not_deliver_is_told_and_not_taken_for_another(client):
    ada = make_user()
    Address.objects.create(user=ada, recipient="Ada", **BOSTON)
    ShippingZone.objects.filter(is_everywhere_else=True).delete()
    client.force_login(ada)
    fill_cart(client, make_book())

    html = client.get("/checkout/").content.decode()

    assert "We do not deliver to United States of America." in html
    assert 'value="02101"' not in html and 'value="1 Main St"' not in html


def test_an_address_changed_to_a_country_without_cities_forgets_the_city(client):
    ada = make_user()
    address = Address.objects.create(user=ada, **ADDRESS)
    client.force_login(ada)

    client.post(
        reverse("customers:change_address", args=[address.pk]),
        ADDRESS | {"country": "SG", "postcode": "018956"},
    )

    address.refresh_from_db()
    assert (address.country.code, address.city, address.postcode) == ("SG", "", "018956")


def test_a_region_typed_before_there_was_a_list_is_found_in_it(client):
    ada = make_user()
    address = Address.objects.create(user=ada, recipient="Ada", **BOSTON | {"region": "massachusetts"})
    client.force_login(ada)

    html = client.get(reverse("customers:change_address", args=[address.pk])).content.decode()

    assert '<option value="MA" selected>' in html


@pytest.mark.parametrize(
    "tampered",
    [
        {"country": "all"},
        {"country": "gb"},
        {"country": "\x00"},
        {"country": "9" * 5000},
        {"country": "XX", "change_country": "1", "asked_country": "GB"},
        {"country": "²", "change_country": "1", "asked_country": "GB"},
        {"region": "x" * 101, "country": "FR"},
    ],
)
def test_a_form_tampered_with_is_no_error_of_the_shops(client, form_at, tampered):
    response = client.post(form_at, ANSWERS | tampered)

    assert response.status_code == 200
    assert not Address.objects.exists() and "checkout" not in client.session
