"""The shipping zones that a new shop starts with, for its staff to change: the home country, the rest of Europe, and
everywhere else. The prices are those of a small shop's parcels in Great Britain, tax included."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django_countries import countries

BRITISH_ISLES = ("GB", "GG", "IM", "JE")  # one postal area
EUROPE = (
    *(
        "AD",
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
    ),
    *("IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "SM", "VA"),
    *BRITISH_ISLES,
)

Bands = dict[int, str]  # price by the heaviest parcel, in grams

NEXT_DAY: Bands = {2_000: "6.95", 10_000: "9.95", 20_000: "14.95"}
TO_EUROPE: Bands = {500: "5.95", 1_000: "8.50", 2_000: "12.50", 5_000: "19.50", 20_000: "39.00"}
TO_EUROPE_TRACKED: Bands = {500: "9.50", 1_000: "12.50", 2_000: "16.50", 5_000: "24.50", 20_000: "46.00"}
TO_THE_WORLD: Bands = {500: "11.50", 1_000: "17.50", 2_000: "26.50", 5_000: "49.00", 20_000: "125.00"}


def lay_out_zones(apps: Any, *, home: str, standard_price: Decimal, using: str = "default") -> None:
    """Make the zones of a shop that has none, inside the caller's transaction. `home` is the shop's country (ISO
    3166-1, two letters); a parcel of up to 20 kg costs the standard price there. `apps` has the models, as in a
    migration."""
    zones, countries_of, methods, bands = (
        apps.get_model("shop", name).objects.using(using)
        for name in ("ShippingZone", "ZoneCountry", "ShippingMethod", "ShippingBand")
    )
    if zones.exists():
        return

    def lay_out(name: str, codes: Iterable[str], *offered: tuple[str, str, Bands], **fields: object) -> None:
        zone = zones.create(name=name, **fields)
        countries_of.bulk_create(countries_of.model(zone=zone, country=code) for code in codes)
        for position, (method_name, promise, prices) in enumerate(offered):
            method = methods.create(zone=zone, name=method_name, promise=promise, position=position)
            bands.bulk_create(
                bands.model(method=method, up_to_grams=grams, price=Decimal(price))
                for grams, price in prices.items()
            )

    is_british = home in BRITISH_ISLES
    at_home = BRITISH_ISLES if is_british else (home,)
    lay_out(
        _("United Kingdom") if is_british else str(countries.name(home)),
        at_home,
        (_("Standard"), _("2 to 4 working days"), {20_000: str(standard_price)}),
        (_("Next day"), _("The next working day"), NEXT_DAY),
    )
    if home in EUROPE:
        lay_out(
            _("Ireland and Europe") if is_british else _("Europe"),
            [code for code in EUROPE if code not in at_home],
            (_("Standard"), _("5 to 10 working days"), TO_EUROPE),
            (_("Tracked"), _("3 to 6 working days"), TO_EUROPE_TRACKED),
        )
    tracked = (_("Tracked"), _("7 to 20 working days"), TO_THE_WORLD)
    lay_out(_("Everywhere else"), [], tracked, is_everywhere_else=True)
