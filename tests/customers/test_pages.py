"""A customer's own pages, and users in the admin."""

import pytest
from django import forms
from django.urls import reverse

from shop.models import User
from tests.makers import PASSWORD, make_administrator, make_stock_keeper, make_user

pytestmark = pytest.mark.django_db


def test_the_account_page_shows_who_the_customer_is(client):
    client.force_login(make_user("ada@example.com", name="Ada <b>Reader</b>"))

    page = client.get(reverse("customers:account")).content.decode()

    assert "Ada &lt;b&gt;Reader&lt;/b&gt;" in page
    assert "ada@example.com" in page
    assert reverse("orders:mine") in page


def test_a_customer_changes_the_name(client):
    ada = make_user("ada@example.com")
    client.force_login(ada)

    client.post(
        reverse("customers:details"), {"name": " Ada Reader ", "is_staff": "on", "email": "eve@x.com"}
    )

    ada.refresh_from_db()
    assert (ada.name, ada.is_staff, ada.email) == ("Ada Reader", False, "ada@example.com")


def test_changing_the_name_writes_nothing_that_an_administrator_changes_at_that_moment(client, monkeypatch):
    ada = make_user("ada@example.com")
    client.force_login(ada)

    def is_valid_meanwhile(form):
        User.objects.filter(pk=ada.pk).update(is_active=False)
        return forms.BaseForm.is_valid(form)

    monkeypatch.setattr("shop.customers.forms.DetailsForm.is_valid", is_valid_meanwhile)
    client.post(reverse("customers:details"), {"name": "Ada Reader"})

    ada.refresh_from_db()
    assert (ada.name, ada.is_active) == ("Ada Reader", False)


PAGES = [
    f"/account/{page}"
    for page in (
        "",
        "details/",
        "email/",
        "email/confirm/made-up/",
        "addresses/",
        "addresses/add/",
        "sessions/",
        "data/",
        "data/export/",
        "data/erase/",
        "orders/",
        "reauthenticate/",
        "two-step/",
        "two-step/log-in/",
        "two-step/reauthenticate/",
        "two-step/codes/activate/",
        "two-step/recovery-codes/generate/",
        "passkeys/",
        "passkeys/add/",
        "passkeys/reauthenticate/",
        "passkeys/log-in/",
        "login/",
        "logout/",
        "signup/",
        "inactive/",
        "confirm-email/made-up/",
        "password/change/",
        "password/set/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-made-up/",
        "password/reset/key/done/",
    )
]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_an_account_stays_in_a_browsers_or_a_proxys_cache(client, page):
    assert "no-store" in client.get(page).get("Cache-Control", "")
    client.force_login(make_user())
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert "no-store" in client.get(page).get("Cache-Control", "")


def test_the_admin_asks_guests_to_log_in_on_the_shops_own_page(client):
    asked = client.get("/admin/", follow=True)

    assert asked.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"
    make_stock_keeper()
    keeper = User.objects.get()
    entered = client.post(
        reverse("account_login"),
        {"login": keeper.email, "password": PASSWORD, "next": "/admin/"},
        follow=True,
    )
    assert entered.request["PATH_INFO"] == "/admin/"
    assert entered.status_code == 200


def test_a_customer_at_the_admins_door_is_told_so(client):
    client.force_login(make_user("ada@example.com"))

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403
    assert "You are logged in as ada@example.com" in response.content.decode()


def test_an_administrator_adds_a_user_who_can_log_in(client):
    client.force_login(make_administrator())

    client.post(
        reverse("admin:shop_user_add"),
        {
            "email": "Keeper@Example.com",
            "name": "Kim",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert User.objects.filter(email="keeper@example.com", name="Kim", is_staff=False).exists()
    client.logout()
    logged_in = client.post(reverse("account_login"), {"login": "keeper@example.com", "password": PASSWORD})
    assert logged_in.status_code == 302


def test_an_administrator_cannot_add_a_second_user_with_the_same_address(client):
    client.force_login(make_administrator())
    make_user("ada@example.com")

    response = client.post(
        reverse("admin:shop_user_add"),
        {
            "email": "ADA@example.com",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert "already exists" in response.content.decode()
    assert User.objects.filter(email__iexact="ada@example.com").count() == 1


def test_an_address_changed_in_the_admin_is_the_one_to_log_in_with(client):
    ada = make_user("ada@example.com")
    ada.emailaddress_set.create(email="ada@example.com", primary=True, verified=True)
    client.force_login(make_administrator())
    change = reverse("admin:shop_user_change", args=[ada.pk])
    form = client.get(change).context["adminform"].form

    response = client.post(
        change,
        {
            "email": "Lovelace@example.com",
            "name": form.initial["name"],
            "is_active": "on",
            "addresses-TOTAL_FORMS": 0,
            "addresses-INITIAL_FORMS": 0,
            "authenticator_set-TOTAL_FORMS": 0,
            "authenticator_set-INITIAL_FORMS": 0,
        },
    )

    assert response.status_code == 302
    ada.refresh_from_db()
    assert ada.email == "lovelace@example.com"
    assert list(ada.emailaddress_set.values_list("email", flat=True)) == ["lovelace@example.com"]
    client.logout()
    for email, status in (("ada@example.com", 200), ("lovelace@example.com", 302)):
        answer = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
        assert answer.status_code == status


def test_a_bulk_insert_stores_lower_case_too():
    User.objects.bulk_create([User(email="Ada@Example.com")])
    User.objects.filter(email="ADA@EXAMPLE.COM").update(name="Ada")

    assert list(User.objects.values_list("email", "name")) == [("ada@example.com", "Ada")]
