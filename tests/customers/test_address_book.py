"""A customer's address book, and choosing from it at checkout."""

import pytest
from django.urls import reverse

from shop.customers.models import MOST_ADDRESSES
from shop.models import Address, CartLine
from tests.makers import ADDRESS, make_book, make_cart, make_user

pytestmark = pytest.mark.django_db

BOOK = reverse("customers:address_book")
ADD = reverse("customers:add_address")
PARIS = ADDRESS | {"line1": "8 rue de l'Odéon", "city": "Paris", "postcode": "75006", "country": "FR"}


@pytest.fixture
def ada(client):
    ada = make_user("ada@example.com")
    client.force_login(ada)
    return ada


def cities(user):
    return [address.city for address in user.addresses.all()]


def to(name, address):
    return reverse(f"customers:{name}", args=[address.pk])


def test_a_customer_saves_an_address_changes_it_and_removes_it(client, ada):
    client.post(ADD, ADDRESS)
    address = ada.addresses.get()
    client.post(to("change_address", address), PARIS)

    address.refresh_from_db()
    assert (address.city, address.country.code) == ("Paris", "FR")
    assert "Paris" in client.get(reverse("customers:account")).content.decode()
    client.post(to("remove_address", address))
    assert not Address.objects.exists()


def test_a_new_address_starts_in_the_shops_country(client, ada):
    assert client.get(ADD).context["form"]["country"].value() == "GB"


def test_the_address_preferred_last_comes_first_and_the_next_one_after_it_is_gone(client, ada):
    for city in ("London", "Leeds", "Bath"):
        client.post(ADD, ADDRESS | {"city": city})
    assert cities(ada) == ["London", "Leeds", "Bath"]

    client.post(to("prefer_address", ada.addresses.get(city="Leeds")))
    client.post(
        to("change_address", ada.addresses.get(city="Bath")), ADDRESS | {"city": "Bath", "is_preferred": "on"}
    )

    assert cities(ada) == ["Bath", "Leeds", "London"]
    client.post(to("remove_address", ada.addresses.get(city="Bath")))
    assert cities(ada) == ["Leeds", "London"]


def test_somebody_elses_address_is_not_to_be_found(client, ada):
    eves = Address.objects.create(user=make_user(), **ADDRESS)

    assert client.get(to("change_address", eves)).status_code == 404
    for name in ("change_address", "prefer_address", "remove_address"):
        assert client.post(to(name, eves), PARIS).status_code == 404
    eves.refresh_from_db()
    assert (eves.city, eves.preferred_at) == ("London", None)
    assert "London" not in client.get(BOOK).content.decode()


@pytest.mark.parametrize("pk", ["999999", "9" * 40])
def test_an_address_that_nobody_has_is_not_to_be_found(client, ada, pk):
    assert client.get(f"{BOOK}{pk}/").status_code == 404


@pytest.mark.parametrize(
    "fields", [{"postcode": ""}, {"country": "XX"}, {"line1": "x" * 151}, {"city": "a\x00"}]
)
def test_a_wrong_address_is_refused_and_the_saved_one_stays(client, ada, fields):
    saved = Address.objects.create(user=ada, **ADDRESS)

    response = client.post(to("change_address", saved), PARIS | fields)

    assert response.status_code == 200
    assert "invalid-feedback" in response.content.decode()
    assert cities(ada) == ["London"]


def test_an_address_with_letters_beyond_latin_is_kept_as_written(client, ada):
    client.post(ADD, ADDRESS | {"recipient": "Анна 😀 مريم"})

    assert ada.addresses.get().recipient == "Анна 😀 مريم"


def test_an_address_book_fills_up(client, ada):
    Address.objects.bulk_create(Address(user=ada, **ADDRESS) for _ in range(MOST_ADDRESSES))

    response = client.post(ADD, ADDRESS, follow=True)

    assert "Your address book is full" in response.content.decode()
    assert ada.addresses.count() == MOST_ADDRESSES


@pytest.mark.parametrize("size", [5, MOST_ADDRESSES, 50])
def test_the_address_book_takes_as_many_queries_for_few_as_for_many(
    client, ada, django_assert_num_queries, size
):
    Address.objects.bulk_create(Address(user=ada, **ADDRESS) for _ in range(size))

    with django_assert_num_queries(6):  # session, user, rights (2), addresses, the cart's count
        assert client.get(BOOK).content.decode().count("1 Paternoster Row<br>") == size


def test_checkout_starts_with_the_address_preferred_and_offers_the_others(client, ada):
    make_cart(make_book(), user=ada)
    Address.objects.create(user=ada, **ADDRESS)
    paris = Address.objects.create(user=ada, **PARIS)

    page = client.get(reverse("orders:checkout"))
    assert page.context["form"].initial["city"] == "London"
    assert f'href="?address={paris.pk}"' in page.content.decode()
    chosen = client.get(reverse("orders:checkout"), {"address": paris.pk})
    initial = chosen.context["form"].initial
    assert (initial["city"], initial["country"], initial["email"]) == ("Paris", "FR", "ada@example.com")


def test_an_address_chosen_takes_the_place_of_the_one_given_before(client, ada):
    make_cart(make_book(), user=ada)
    paris = Address.objects.create(user=ada, **PARIS)
    client.post(
        reverse("orders:checkout"), ADDRESS | {"email": "ada@example.com", "delivery_method": "standard"}
    )

    assert client.get(reverse("orders:checkout")).context["form"].initial["city"] == "London"
    chosen = client.get(reverse("orders:checkout"), {"address": paris.pk})
    assert chosen.context["form"].initial["city"] == "Paris"


@pytest.mark.parametrize("number", ["eves", "nonsense", "9" * 40])
def test_checkout_takes_no_address_out_of_somebody_elses_book(client, ada, number):
    eves = Address.objects.create(user=make_user(), **PARIS)
    make_cart(make_book(), user=ada)

    page = client.get(reverse("orders:checkout"), {"address": eves.pk if number == "eves" else number})

    assert page.context["form"].initial.get("city") is None
    assert "Odéon" not in page.content.decode()
    assert CartLine.objects.count() == 1
