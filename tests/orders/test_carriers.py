"""A parcel's page at its carrier."""

import pytest

from shop.orders.carriers import NAMES, tracking_page


@pytest.mark.parametrize("carrier", NAMES)
def test_every_carrier_that_is_offered_has_a_page_over_https(carrier):
    assert tracking_page(carrier, "AB123").startswith("https://") and "AB123" in tracking_page(
        carrier, "AB123"
    )


@pytest.mark.parametrize("carrier", ["Royal Mail Tracked 24", "ROYAL  MAIL", "royal mail"])
def test_a_carriers_service_leads_to_its_page_too(carrier):
    assert tracking_page(carrier, "AB 1234 5678 5GB").endswith("/tracking-results/AB123456785GB")


@pytest.mark.parametrize(("carrier", "tracking"), [("Bike", "7"), ("", "7"), ("DPD", " "), ("Upstairs", "7")])
def test_without_a_known_carrier_or_a_number_there_is_no_page(carrier, tracking):
    assert tracking_page(carrier, tracking) == ""


def test_nothing_that_is_typed_leads_elsewhere():
    assert (
        tracking_page("DPD", '"><script>&x=/../{0}#')
        == "https://track.dpd.co.uk/search?reference=%22%3E%3Cscript%3E%26x%3D%2F..%2F%7B0%7D%23"
    )
