"""Signing up, logging in and out, over HTTP."""

import pytest
from django.urls import reverse

from shop.models import CartLine, User
from tests.makers import PASSWORD, make_book, make_cart, make_user

pytestmark = pytest.mark.django_db

LOGIN = reverse("account_login")
SIGNUP = reverse("account_signup")


def sign_up(client, email, **fields):
    return client.post(SIGNUP, {"email": email, "password1": PASSWORD, "password2": PASSWORD} | fields)


def log_in(client, email, password=PASSWORD, **fields):
    return client.post(LOGIN, {"login": email, "password": password} | fields)


def who(client):
    """The e-mail address of whoever is logged in, as the account page shows it; None for a guest."""
    response = client.get(reverse("customers:account"))
    return response.wsgi_request.user.email if response.status_code == 200 else None


def test_signing_up_makes_an_account_in_lower_case_and_logs_in(client):
    response = sign_up(client, "Ada@Example.COM", name="Ada Reader")

    assert response.status_code == 302
    user = User.objects.get()
    assert (user.email, user.name) == ("ada@example.com", "Ada Reader")
    assert not user.is_staff
    assert [(row.email, row.primary) for row in user.emailaddress_set.all()] == [("ada@example.com", True)]
    assert who(client) == "ada@example.com"


def test_the_same_address_in_another_case_makes_no_second_account(client):
    sign_up(client, "ada@example.com")
    client.logout()

    response = sign_up(client, "ADA@example.com")

    assert "already registered" in response.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"password2": "something else"},
        {"email": "no address"},
        {"email": f"{'a' * 250}@example.com"},
        {"email": "ada\x00@example.com"},
        {"password1": ""},
        {"name": "x" * 151},
    ],
)
def test_a_sign_up_with_a_mistake_makes_nothing(client, fields):
    response = sign_up(client, **({"email": "ada@example.com"} | fields))

    assert response.status_code == 200
    assert "is-invalid" in response.content.decode()
    assert not User.objects.exists()


def test_two_sign_ups_at_the_same_moment_make_one_account(client, monkeypatch):
    make_user("ada@example.com")
    # The check before the insert sees nothing yet, as it does for the faster of two.
    monkeypatch.setattr("shop.customers.forms.SignupForm.validate_unique_email", lambda form, email: email)

    response = sign_up(client, "ada@example.com")

    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert User.objects.count() == 1
    assert who(client) is None


@pytest.mark.parametrize("typed", ["ada@example.com", "ADA@Example.com", "  ada@example.com "])
def test_a_customer_logs_in_with_the_address_in_any_case(client, typed):
    make_user("Ada@example.com")

    assert log_in(client, typed).status_code == 302
    assert who(client) == "ada@example.com"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    make_user("ada@example.com")

    def answer(email):
        page = log_in(client, email, "not the password").content.decode()
        return page[page.index("<form method") :].replace(email, "").split("csrfmiddlewaretoken")[1][80:]

    wrong, unknown = answer("ada@example.com"), answer("eve@example.com")
    assert "are not correct" in wrong
    assert wrong == unknown
    assert who(client) is None


def test_after_five_wrong_passwords_even_the_right_one_waits(client):
    make_user("ada@example.com")
    for _ in range(5):
        log_in(client, "ada@example.com", "not the password")

    response = log_in(client, "Ada@example.com")

    assert "Too many failed login attempts" in response.content.decode()
    assert who(client) is None


def test_too_many_sign_ups_from_one_place_get_a_page_that_says_so(client):
    responses = [sign_up(client, "no address") for _ in range(21)]

    assert responses[19].status_code == 200
    assert responses[20].status_code == 429
    assert "too many tries" in responses[20].content.decode()


def test_a_closed_account_cannot_log_in(client):
    make_user("ada@example.com", is_active=False)

    response = log_in(client, "ada@example.com")

    assert response["Location"] == reverse("account_inactive")
    assert who(client) is None


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site_after_logging_in(client, target):
    make_user("ada@example.com")

    assert log_in(client, "ada@example.com", next=target)["Location"] == "/"


def test_logging_in_leads_back_to_where_it_was_asked_for(client):
    make_user("ada@example.com")
    asked = client.get(reverse("customers:address_book"))
    assert asked["Location"] == f"{LOGIN}?next={reverse('customers:address_book')}"
    assert 'name="next" value="/account/addresses/"' in client.get(asked["Location"]).content.decode()

    assert log_in(client, "ada@example.com", next="/account/addresses/")["Location"] == "/account/addresses/"


def test_logging_out_takes_a_post(client):
    client.force_login(make_user("ada@example.com"))

    assert client.get(reverse("account_logout")).status_code == 200
    assert who(client) == "ada@example.com"
    client.post(reverse("account_logout"))
    assert who(client) is None


def test_a_guests_cart_comes_along_at_log_in_and_joins_the_customers_own(client):
    ada = make_user("ada@example.com")
    emma, ulysses = make_book("Emma"), make_book("Ulysses")
    make_cart((emma, 2), user=ada)
    client.post(reverse("cart:add"), {"isbn": emma.isbn, "quantity": 1})
    client.post(reverse("cart:add"), {"isbn": ulysses.isbn, "quantity": 3})

    log_in(client, "ada@example.com")

    lines = dict(ada.cart.lines.values_list("book__title", "quantity"))
    assert lines == {"Emma": 3, "Ulysses": 3}


def test_a_guests_cart_comes_along_at_sign_up(client):
    emma = make_book("Emma")
    client.post(reverse("cart:add"), {"isbn": emma.isbn, "quantity": 2})

    sign_up(client, "ada@example.com")

    assert list(User.objects.get().cart.lines.values_list("book__title", "quantity")) == [("Emma", 2)]


def test_the_next_customer_at_the_same_computer_finds_an_empty_cart(client):
    make_user("ada@example.com")
    emma = make_book("Emma")
    log_in(client, "ada@example.com")
    client.post(reverse("cart:add"), {"isbn": emma.isbn, "quantity": 2})

    client.post(reverse("account_logout"))
    sign_up(client, "eve@example.com")

    assert not CartLine.objects.filter(cart__user__email="eve@example.com").exists()
    assert CartLine.objects.filter(cart__user__email="ada@example.com").exists()
