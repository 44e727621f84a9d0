"""What an operator may write into the environment: good values are applied, bad ones stop the shop at once."""

import runpy

import pytest
from django.conf import settings as the_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from shop.checks import check_production, check_trade, check_vat_number


def settings_with(monkeypatch, **environment):
    """The shop's settings as they come out with these variables."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(the_settings.BASE_DIR / "shop/settings.py"))


@pytest.mark.parametrize("minutes", ["0", "-5"])
def test_orders_are_held_for_a_while(monkeypatch, minutes):
    with pytest.raises(ImproperlyConfigured, match="ORDER_HELD_MINUTES"):
        settings_with(monkeypatch, ORDER_HELD_MINUTES=minutes)


def test_a_mail_server_that_does_not_answer_is_given_up(monkeypatch):
    assert settings_with(monkeypatch)["EMAIL_TIMEOUT"] == 10


@pytest.mark.parametrize(
    ("gateways", "leads_to"),
    [("collection", ["'self'"]), ("stripe,collection", ["'self'", "https://checkout.stripe.com"])],
)
def test_forms_lead_to_stripe_only_where_cards_are_taken(monkeypatch, gateways, leads_to):
    policy = settings_with(monkeypatch, PAYMENT_GATEWAYS=gateways)["CONTENT_SECURITY_POLICY"]

    assert policy["DIRECTIVES"]["form-action"] == leads_to


def test_two_secrets_count_while_one_replaces_the_other(monkeypatch):
    read = settings_with(monkeypatch, STRIPE_WEBHOOK_SECRETS="whsec_new,whsec_old")

    assert read["STRIPE_WEBHOOK_SECRETS"] == ["whsec_new", "whsec_old"]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SHOP_CURRENCY", "POUNDS", "shop.E006"),
        ("SHOP_LOCALE", "en-Narnia", "shop.E007"),
        ("SHOP_COUNTRY", "UK", "shop.E008"),
    ],
)
def test_what_no_price_can_be_written_with_is_an_error(settings, name, value, problem):
    assert check_trade() == []
    setattr(settings, name, value)
    assert [message.id for message in check_trade()] == [problem]


@pytest.mark.parametrize(
    "number", ["GB980780684", "980 7806 84", "IE6433435F", "EL094259216", "CHE-107.787.577 MWST"]
)
def test_a_vat_number_of_any_country_will_do(settings, number):
    settings.SHOP_VAT_NUMBER = number
    assert check_vat_number() == []


@pytest.mark.parametrize("number", ["GB980780685", "IE6433435E", "12", "none yet"])
def test_a_vat_number_that_is_none_is_an_error(settings, number):
    settings.SHOP_VAT_NUMBER = number
    assert [message.id for message in check_vat_number()] == ["shop.E011"]


def test_a_server_whose_invoices_do_not_say_who_sells_is_warned_of(settings):
    settings.SHOP_ADDRESS = settings.SHOP_VAT_NUMBER = ""
    assert {"shop.W007", "shop.W008"} <= {message.id for message in check_production()}
    settings.SHOP_ADDRESS, settings.SHOP_VAT_NUMBER = "1 High Street | London", "GB980780684"
    assert not {"shop.W007", "shop.W008"} & {message.id for message in check_production()}


def test_a_shop_that_nobody_can_write_to_is_warned(settings):
    settings.SHOP_EMAIL = ""
    assert "shop.W009" in [message.id for message in check_production()]
    settings.SHOP_EMAIL = "hello@books.example"
    assert "shop.W009" not in [message.id for message in check_production()]


@pytest.mark.django_db
def test_every_page_says_how_to_reach_the_shop(client, settings):
    settings.SHOP_EMAIL, settings.SHOP_TELEPHONE = "hello@books.example", "020 7946 0123"
    html = client.get("/").content.decode()
    assert 'href="mailto:hello@books.example"' in html and 'href="tel:02079460123"' in html
    settings.SHOP_EMAIL = settings.SHOP_TELEPHONE = ""
    html = client.get("/").content.decode()
    assert "mailto:" not in html and "tel:" not in html


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost", "books.example"])
def test_a_server_that_sends_people_to_their_own_machine_is_warned_of(settings, address):
    settings.SHOP_URL = address
    assert "shop.W004" in [message.id for message in check_production()]
    settings.SHOP_URL = "https://books.example"
    assert "shop.W004" not in [message.id for message in check_production()]


def test_a_shop_that_writes_from_nowhere_is_warned(settings):
    settings.DEFAULT_FROM_EMAIL = "Endpaper <books@localhost>"
    assert "shop.W006" in [message.id for message in check_production()]
    settings.DEFAULT_FROM_EMAIL = "Endpaper <orders@books.example>"
    assert "shop.W006" not in [message.id for message in check_production()]


@pytest.mark.mariadb
@pytest.mark.django_db
def test_a_lock_is_waited_for_no_longer_than_a_visitor_would():
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@innodb_lock_wait_timeout")
        assert cursor.fetchone() == (5,)
