"""Shipping zones and methods in the admin."""

import re

import pytest
from django.urls import reverse

from shop.models import ShippingMethod, ShippingZone
from tests.makers import make_administrator, make_stock_keeper

pytestmark = pytest.mark.django_db

ADD = reverse("admin:shop_shippingzone_add")
TRY = reverse("admin:shop_shippingzone_try")
NO_METHODS = {"methods-TOTAL_FORMS": "0", "methods-INITIAL_FORMS": "0"}


@pytest.fixture
def staff(client):
    client.force_login(make_administrator())
    return client


def zone_of(code):
    return ShippingZone.objects.get(countries__country=code)


def method_of(name):
    return ShippingMethod.objects.get(name=name).pk


def saved(client, zone, **changes):
    """The answer to saving a zone's page as it stands but for the changes."""
    codes = [str(code) for code in zone.countries.values_list("country", flat=True)]
    return client.post(
        reverse("admin:shop_shippingzone_change", args=[zone.pk]),
        {
            "name": zone.name,
            "codes": codes,
            **({"is_everywhere_else": "on"} if zone.is_everywhere_else else {}),
            **NO_METHODS,
            **changes,
        },
    )


def test_a_zone_is_added_with_its_countries_and_methods(staff):
    ShippingZone.objects.filter(countries__country="CH").get().countries.filter(
        country__in=["CH", "LI"]
    ).delete()
    method = {"name": "Post", "promise": "3 days", "free_over": "", "is_offered": "on", "position": "0"}

    staff.post(
        ADD,
        {"name": "The Alps", "codes": ["CH", "LI"], "methods-TOTAL_FORMS": "1", "methods-INITIAL_FORMS": "0"}
        | {f"methods-0-{name}": value for name, value in method.items()},
    )

    alps = zone_of("CH")
    assert (alps.name, alps.is_everywhere_else, alps.countries.count()) == ("The Alps", None, 2)
    assert alps.methods.get().promise == "3 days"


def test_countries_go_in_and_out_of_a_zone(staff):
    britain = zone_of("GB")

    assert saved(staff, britain, codes=["GB", "GI"]).status_code == 302

    assert {str(row.country) for row in britain.countries.all()} == {"GB", "GI"}


def test_a_country_of_another_zone_is_told_and_nothing_changes(staff):
    britain = zone_of("GB")

    html = saved(staff, britain, codes=["GB", "IE"]).content.decode()

    assert "Ireland is in the zone “Ireland and Europe”: take it out there first." in html
    assert zone_of("IE").name == "Ireland and Europe" and britain.countries.count() == 4


def test_one_zone_is_everywhere_else(staff):
    britain, rest = zone_of("GB"), ShippingZone.objects.get(is_everywhere_else=True)

    html = saved(staff, britain, is_everywhere_else="on").content.decode()
    assert "The zone “Everywhere else” is everywhere else already." in html

    assert saved(staff, rest).status_code == 302
    rest.refresh_from_db()
    assert rest.is_everywhere_else
    # Two zones that are not are no trouble: a database that held them for equal would say so.
    assert saved(staff, britain).status_code == saved(staff, zone_of("IE")).status_code == 302


@pytest.mark.parametrize("price", ["-1", "NaN", "1e3", "1.234", "lots", ""])
def test_a_price_that_is_none_is_refused(staff, price):
    method = ShippingMethod.objects.get(name="Next day")

    response = staff.post(
        reverse("admin:shop_shippingmethod_change", args=[method.pk]),
        {"zone": method.zone_id, "name": "Next day", "position": "1", "is_offered": "on"}
        | {"bands-TOTAL_FORMS": "1", "bands-INITIAL_FORMS": "0"}
        | {"bands-0-up_to_grams": "500", "bands-0-from_value": "0", "bands-0-price": price},
    )

    assert response.status_code == 200 and method.bands.count() == 3


def test_every_field_of_a_row_says_what_it_is(staff):
    zone = staff.get(reverse("admin:shop_shippingzone_change", args=[zone_of("GB").pk])).content.decode()
    method = staff.get(reverse("admin:shop_shippingmethod_change", args=[method_of("Next day")]))

    for name, html in (("methods", zone), ("bands", method.content.decode())):
        fields = re.findall(rf'<input[^>]*name="{name}-0-(?!id|zone|method)[^>]*>', html)
        assert len(fields) > 3 and all("aria-label=" in field for field in fields)


def test_the_lists_say_where_how_and_for_how_much(staff):
    zones = staff.get(reverse("admin:shop_shippingzone_changelist")).content.decode()
    methods = staff.get(reverse("admin:shop_shippingmethod_changelist")).content.decode()

    assert "Andorra, Austria, Belgium, Bulgaria, 31 more" in zones and "Standard, Next day" in zones
    assert "£6.95 – £14.95, up to 20 kg" in methods
    britain = staff.get(reverse("admin:shop_shippingzone_change", args=[zone_of("GB").pk])).content.decode()
    next_day = reverse("admin:shop_shippingmethod_change", args=[method_of("Next day")])
    assert f'<a href="{next_day}">£6.95 – £14.95, up to 20 kg</a>' in britain


def test_a_parcel_is_tried_by_the_table_as_it_is(staff):
    def tried(**parcel):
        return staff.get(TRY, {"country": "DE", "grams": "1200", "value": "20", **parcel}).content.decode()

    assert "£12.50" in tried() and "£16.50" in tried()
    assert "No method takes such a parcel" in tried(grams="20001")
    ShippingZone.objects.filter(is_everywhere_else=True).delete()
    assert "The shop does not deliver there." in tried(country="NZ")


@pytest.mark.parametrize(
    "query", [{}, {"country": "XX"}, {"country": "DE", "grams": "9" * 40, "value": "NaN"}]
)
def test_a_parcel_that_is_none_is_no_error(staff, query):
    response = staff.get(TRY, query)

    assert response.status_code == 200 and "How long it takes" not in response.content.decode()


def test_stock_keepers_read_all_countries_and_change_nothing(client):
    client.force_login(make_stock_keeper())
    europe = zone_of("IE")

    html = client.get(reverse("admin:shop_shippingzone_change", args=[europe.pk])).content.decode()

    assert "Switzerland" in html and "<select" not in html.partition('id="shippingzone_form"')[2]
    assert saved(client, europe, codes=[]).status_code == 403 and europe.countries.exists()


@pytest.mark.parametrize("zones", [5, 50])
def test_the_list_of_zones_takes_as_many_queries_for_few_as_for_many(staff, django_assert_num_queries, zones):
    for number in range(zones):
        ShippingZone.objects.create(name=f"Zone {number}").methods.create(name="Post")

    with django_assert_num_queries(7):
        staff.get(reverse("admin:shop_shippingzone_changelist"))
