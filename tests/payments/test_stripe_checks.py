"""What must be set before a shop takes cards."""

import pytest
from django.core.checks import run_checks


def test_a_shop_that_takes_cards_needs_a_key_and_a_secret(settings):
    settings.PAYMENT_GATEWAYS = ["stripe"]
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "", []

    (error,) = (found for found in run_checks() if found.id == "shop.E009")
    assert "STRIPE_SECRET_KEY and no STRIPE_WEBHOOK_SECRETS" in error.msg


@pytest.mark.parametrize(
    ("key", "base", "warned"),
    [("sk_test_1", "", True), ("sk_live_1", "", False), ("rk_live_1", "http://localhost:1", True)],
)
def test_test_mode_in_production_is_warned_of(settings, key, base, warned):
    settings.PAYMENT_GATEWAYS = ["stripe"]
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = key, base

    found = [each for each in run_checks(include_deployment_checks=True) if each.id == "shop.W005"]

    assert bool(found) == warned
