"""The table of tax rates: what it begins with, which rate holds where and when, and how staff keep it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from shop.catalogue.formats import ProductClass, product_class
from shop.models import TaxRate
from shop.orders.tax import rates_for, taxed_in
from tests.makers import make_administrator, make_book, make_order, make_stock_keeper

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def rates(country: str, on: date = TODAY) -> dict[str, Decimal]:
    return {str(kind): rate for kind, rate in rates_for(country, on).items()}


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("GB", {"print": 0, "digital": 0, "audio": 20, "other": 20}),
        ("IM", {"print": 0, "digital": 0, "audio": 20, "other": 20}),
        ("IE", {"print": 0, "digital": 0, "audio": 0, "other": 23}),
        ("US", {"print": 0, "digital": 0, "audio": 0, "other": 0}),
    ],
)
def test_the_table_begins_with_the_rates_of_both_islands_and_nothing_on_exports(country, expected):
    assert rates(country) == expected


@pytest.mark.parametrize(
    ("on", "rate"), [(date(2020, 4, 30), 20), (date(2020, 5, 1), 0), (date(2010, 1, 1), 0)]
)
def test_a_rate_holds_from_its_day_on(on, rate):
    """Before the first of its own, a country's rate is that for everywhere."""
    assert rates("GB", on)["digital"] == rate


def test_a_country_without_a_rate_for_one_kind_has_that_of_everywhere():
    TaxRate.objects.create(country="CH", product_class="print", rate="2.6", valid_from=TODAY)
    TaxRate.objects.create(country="", product_class="other", rate="15", valid_from=TODAY)

    assert rates("CH") == {"print": Decimal("2.6"), "digital": 0, "audio": 0, "other": 15}


def test_reading_the_rates_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        rates("GB")


@pytest.mark.parametrize(
    ("delivery", "country", "where"),
    [("standard", "IE", "IE"), ("collection", "", "GB"), ("collection", "IE", "GB"), ("standard", "", "GB")],
)
def test_tax_is_owed_where_the_parcel_goes_or_where_the_shop_is(delivery, country, where):
    assert taxed_in(delivery, country) == where


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("BC", ProductClass.PRINT),
        ("CB", ProductClass.PRINT),
        ("SA", ProductClass.PRINT),
        ("EA", ProductClass.DIGITAL),
        ("AC", ProductClass.AUDIO),
        ("AJ", ProductClass.AUDIO),
        ("DB", ProductClass.OTHER),
        ("PC", ProductClass.OTHER),
        ("", ProductClass.OTHER),
    ],
)
def test_the_product_form_tells_the_class(code, kind):
    assert product_class(code) == kind


def test_an_order_keeps_the_rates_of_its_day():
    audio = make_book(price="12.00", format="AC", stock=5)
    order = make_order(audio)
    TaxRate.objects.create(
        country="GB", product_class="audio", rate="25", valid_from=timezone.localdate() + timedelta(days=1)
    )
    TaxRate.objects.filter(country="GB", product_class="audio").update(rate="25")

    line = order.lines.get()
    assert (line.tax_rate, line.tax) == (Decimal("20.00"), Decimal("2.00"))
    assert make_order(audio).lines.get().tax == Decimal("2.40")


def test_there_is_one_rate_a_day():
    with pytest.raises(IntegrityError):
        TaxRate.objects.create(country="GB", product_class="print", rate="5", valid_from="2000-01-01")


@pytest.mark.parametrize("rate", ["-1", "100"])
def test_no_rate_is_below_nothing_or_all(rate):
    with pytest.raises(IntegrityError):
        TaxRate.objects.create(country="FR", product_class="print", rate=rate, valid_from=TODAY)


# --- In the admin

CHANGELIST = reverse("admin:shop_taxrate_changelist")
ADD = reverse("admin:shop_taxrate_add")


def answers(
    *, country: str = "FR", kind: str = "print", rate: str = "5.5", in_days: int = 0
) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=in_days)
    return {"country": country, "product_class": kind, "rate": rate, "valid_from": day.isoformat()}


@pytest.fixture
def boss(client):
    client.force_login(make_administrator())
    return client


def test_staff_add_a_rate_that_takes_over(boss):
    boss.post(ADD, answers(country="GB", kind="audio", rate="0", in_days=10))

    page = boss.get(CHANGELIST + "?in_force=later").content.decode()
    assert "United Kingdom" in page
    assert rates("GB", timezone.localdate() + timedelta(days=9))["audio"] == 20
    assert rates("GB", timezone.localdate() + timedelta(days=10))["audio"] == 0


def test_staff_add_a_rate_for_every_other_country(boss):
    boss.post(ADD, answers(country="", kind="other", rate="15"))

    assert rates("US", timezone.localdate())["other"] == 15


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"in_days": -1}, "Choose today or a later day"),
        ({"rate": "100"}, "less than or equal to 99.99"),
        ({"rate": "-5"}, "greater than or equal to 0"),
        ({"rate": "many"}, "Enter a number"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_with_a_word(boss, wrong, message):
    page = boss.post(ADD, answers(**wrong)).content.decode()

    assert message in page
    assert not TaxRate.objects.filter(country="FR").exists()


def test_two_rates_from_the_same_day_are_refused(boss):
    boss.post(ADD, answers())

    assert "already exists" in boss.post(ADD, answers(rate="10")).content.decode()
    assert TaxRate.objects.get(country="FR").rate == Decimal("5.50")


def test_a_rate_that_has_begun_is_not_changed_any_more(boss):
    rate = TaxRate.objects.get(country="GB", product_class="audio")
    change = reverse("admin:shop_taxrate_change", args=[rate.pk])

    assert boss.get(change).status_code == 200
    assert boss.post(change, answers(country="GB", kind="audio", rate="0")).status_code == 403
    assert boss.post(reverse("admin:shop_taxrate_delete", args=[rate.pk]), {"post": "yes"}).status_code == 403
    boss.post(
        CHANGELIST, {"action": "delete_selected", "_selected_action": [rate.pk], "post": "yes"}, follow=True
    )
    rate.refresh_from_db()
    assert rate.rate == 20


def test_a_rate_of_today_or_later_can_be_put_right(boss):
    boss.post(ADD, answers(rate="55"))
    rate = TaxRate.objects.get(country="FR")

    boss.post(reverse("admin:shop_taxrate_change", args=[rate.pk]), answers(rate="5.5"))

    rate.refresh_from_db()
    assert rate.rate == Decimal("5.50")


def test_the_list_tells_until_when_each_holds(boss):
    page = boss.get(CHANGELIST + "?in_force=ended").content.decode()

    assert "1 May 2020" in page  # British e-books
    assert "Every other country" not in page


@pytest.mark.parametrize(("when", "how_many"), [("now", 16), ("later", 1), ("ended", 6)])
def test_the_list_shows_what_is_in_force(boss, when, how_many):
    """Four kinds each for everywhere, the United Kingdom, the Isle of Man and Ireland; British, Manx and Irish e-books
    and Irish audiobooks have had one other rate since 2000, other things in Ireland two."""
    boss.post(ADD, answers(country="GB", kind="audio", rate="0", in_days=10))

    assert f"{how_many} tax rate" in boss.get(f"{CHANGELIST}?in_force={when}").content.decode()


def test_the_list_costs_no_query_per_rate(boss, django_assert_num_queries):
    call_command("add_eu_tax_rates", "DE")
    with django_assert_num_queries(5):
        boss.get(CHANGELIST)
    call_command("add_eu_tax_rates")
    with django_assert_num_queries(5):
        boss.get(CHANGELIST)


def test_stock_keepers_read_the_rates_and_change_none(client):
    client.force_login(make_stock_keeper())

    assert client.get(CHANGELIST).status_code == 200
    assert client.post(ADD, answers()).status_code == 403


# --- The member states of the EU


def test_a_shop_that_owes_tax_in_the_union_adds_its_rates(capsys):
    call_command("add_eu_tax_rates", "DE", "--from", "2026-01-01")

    assert rates("DE") == {"print": 7, "digital": 7, "audio": 19, "other": 19}
    assert rates("DE", date(2025, 12, 31))["print"] == 0
    assert "DE" in capsys.readouterr().out


def test_adding_them_again_changes_nothing():
    TaxRate.objects.create(country="FR", product_class="print", rate="6", valid_from=TODAY)
    call_command("add_eu_tax_rates")
    before = TaxRate.objects.count()

    call_command("add_eu_tax_rates")

    assert TaxRate.objects.count() == before
    assert rates("FR")["print"] == 6


def test_a_country_that_is_no_member_is_refused():
    with pytest.raises(CommandError, match="US"):
        call_command("add_eu_tax_rates", "DE", "US")
    assert not TaxRate.objects.filter(country="DE").exists()
