"""Block 1 of a product record: title, series, contributors, form, extents, subjects."""

import re
from decimal import Decimal

from shop.catalogue.languages import bibliographic
from shop.catalogue.names import sort_name

from . import codes
from .oddities import Oddities
from .own import PROPRIETARY, with_owner
from .product import Code, Descriptive, Person
from .tags import Composite, as_code, first, line_of_text
from .texts import plain

TITLE, NAME, WORDS = 300, 200, 1000  # characters that the shop keeps
A_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
HEAVIEST = 100_000  # grams of one copy: more is a mistake
MOST_PEOPLE, MOST_CODES = 200, 60  # of one record
MOST_OWN = 255  # characters of a code in a scheme of somebody's own, with its owner
SEQUENCES = ("02", "03", "04", "05", "01", "")  # list 197: by title, publication, story ...


def read_descriptive(node: Composite, odd: Oddities) -> Descriptive:
    """The block's `<DescriptiveDetail>`."""
    title, subtitle, series, number = _titles(node)
    form = odd.code(150, first(node, "ProductForm"))
    if len(form) != 2:
        odd.note("ProductForm", form)
        form = "00"
    editions = [odd.code(21, code) for code in node.get("EditionType", []) if len(code) <= 3]
    return Descriptive(
        title=title,
        subtitle=subtitle,
        series=series,
        series_number=number,
        form=form,
        is_trade_only=first(node, "ProductComposition") in codes.TRADE_ONLY,
        edition_type="LTE" if "LTE" in editions else "".join(editions[:1]),
        language=_language(node, odd),
        pages=_pages(node, odd),
        minutes=_minutes(node, odd),
        weight=_weight(node, odd),
        keywords=_keywords(node),
        audiences=tuple(
            first(audience, "AudienceCodeValue")[:10]
            for audience in node.get("Audience", [])
            if first(audience, "AudienceCodeType") == "01"
        ),
        people=_people(node, odd),
        codes=_codes(node, odd),
    )


# --- Titles and series


def _titles(node: Composite) -> tuple[str, str, str, str]:
    """Title, subtitle, series and number in it; each "" if there is none."""
    of_product = _distinctive(node)
    series, number = _series(node)
    levels = {first(element, "TitleElementLevel"): element for element in reversed(of_product)}
    product = levels.get("01") or (of_product[0] if of_product else {})
    title = _title(product)
    if collection := levels.get("02"):
        series, number = series or _title(collection), number or _part(collection) or _part(product)
        if not title:  # named only by its place: Granta 59
            title = " ".join(filter(None, (_title(collection), _part(product))))
    return title[:TITLE], line_of_text(first(product, "Subtitle"), TITLE), series[:NAME], number[:20]


def _distinctive(node: Composite) -> list[Composite]:
    """The elements of the title as the product bears it (list 15, 01), else of the first title there is."""
    details = node.get("TitleDetail", [])
    details = [d for d in details if first(d, "TitleType") == "01"] or details
    return list(details[0].get("TitleElement", [])) if details else []


def _title(element: Composite) -> str:
    prefix, rest = first(element, "TitlePrefix"), first(element, "TitleWithoutPrefix")
    if not rest:
        return line_of_text(first(element, "TitleText") or prefix, TITLE)
    joint = "" if prefix.endswith(("'", "’")) else " "
    return line_of_text(f"{prefix}{joint}{rest}", TITLE)


def _part(element: Composite) -> str:
    return line_of_text(first(element, "PartNumber") or first(element, "YearOfAnnual"), 20)


def _series(node: Composite) -> tuple[str, str]:
    """The first collection that the publisher itself names (list 148, 10), or else the first of all."""
    collections = node.get("Collection", [])
    for collection in sorted(collections, key=lambda c: first(c, "CollectionType") != "10"):
        elements = _distinctive(collection)
        named = [e for e in elements if first(e, "TitleElementLevel") in ("02", "03", "")] or elements
        if name := next(filter(None, map(_title, named)), ""):
            sequences = {
                first(s, "CollectionSequenceType"): first(s, "CollectionSequenceNumber")
                for s in reversed(collection.get("CollectionSequence", []))
            }
            number = next(filter(None, map(_part, elements)), "")
            number = number or next(filter(None, (sequences.get(kind) for kind in SEQUENCES)), "")
            return name, number
    return "", ""


# --- Contributors


def _people(node: Composite, odd: Oddities) -> tuple[Person, ...]:
    """In the order of their sequence numbers; somebody named twice is one person with several roles."""
    contributors = node.get("Contributor", [])
    people: dict[str, Person] = {}
    for contributor in sorted(contributors, key=_sequence)[:MOST_PEOPLE]:
        name, sorted_as = _names(contributor)
        if not name:
            continue
        roles = [odd.code(17, role) for role in map(as_code, contributor.get("ContributorRole", []))]
        roles = [role for role in roles if 0 < len(role) <= 3]
        known = people.get(name)
        biography = known.biography if known else ""
        if not biography and (notes := contributor.get("BiographicalNote")):
            biography = plain(notes[0])
        together = dict.fromkeys([*(known.roles if known else ()), *(roles or ["A01"])])
        people[name] = Person(name, sorted_as, tuple(together), biography)
    return tuple(people.values())


def _sequence(contributor: Composite) -> int:
    number = first(contributor, "SequenceNumber")
    return int(number) if number.isdecimal() and len(number) < 6 else 99_999


def _names(contributor: Composite) -> tuple[str, str]:
    """The name as it is read and as it is sorted."""
    name = first(contributor, "PersonName")
    inverted = first(contributor, "PersonNameInverted")
    before, prefix = first(contributor, "NamesBeforeKey"), first(contributor, "PrefixToKey")
    key, suffix = first(contributor, "KeyNames"), first(contributor, "SuffixToKey")
    if not name:
        parts = (before, prefix, key, first(contributor, "NamesAfterKey"), suffix)
        name = " ".join(filter(None, parts)) or _turned(inverted)
    if not inverted and key:
        inverted = ", ".join(filter(None, (key, " ".join(filter(None, (before, prefix))), suffix)))
    if not name:
        name = inverted = first(contributor, "CorporateName")
    if not name and (unnamed := first(contributor, "UnnamedPersons")) in codes.UNNAMED:
        name = inverted = str(codes.UNNAMED[unnamed])
    name = line_of_text(name, NAME)
    return name, line_of_text(inverted, NAME) or sort_name(name)


def _turned(inverted: str) -> str:
    """Le Guin, Ursula K.: Ursula K. Le Guin."""
    surname, _, rest = inverted.partition(",")
    given, comma, suffix = rest.partition(",")
    return " ".join(filter(None, (given.strip(), surname.strip()))) + (f",{suffix}" if comma else "")


# --- Language, extents and measures


def _language(node: Composite, odd: Oddities) -> str:
    """The language of the text (list 22, 01), else that of the recording."""
    languages = {
        first(n, "LanguageRole"): first(n, "LanguageCode") for n in reversed(node.get("Language", []))
    }
    written = languages.get("01") or languages.get("08") or ""
    known = bibliographic(written)
    if written and not known:
        odd.note("LanguageCode", written)
        return written.lower() if len(written) == 3 and written.isascii() and written.isalpha() else ""
    return known


def _pages(node: Composite, odd: Oddities) -> int | None:
    found: dict[str, int] = {}
    for extent in node.get("Extent", []):
        kind, unit = odd.code(23, first(extent, "ExtentType")), first(extent, "ExtentUnit")
        if kind in codes.PAGE_COUNTS and unit == codes.PAGES:
            value = first(extent, "ExtentValue")
            if value.isdecimal() and value.isascii() and len(value) < 6 and 0 < int(value) <= 32_767:
                found.setdefault(kind, int(value))
            elif value.strip("0"):
                odd.note("ExtentValue", value)
    return next((found[kind] for kind in codes.PAGE_COUNTS if kind in found), None)


def _minutes(node: Composite, odd: Oddities) -> int | None:
    for kind in codes.DURATIONS:
        for extent in node.get("Extent", []):
            if first(extent, "ExtentType") == kind:
                minutes = _duration(first(extent, "ExtentValue"), first(extent, "ExtentUnit"))
                if minutes:
                    return minutes
                odd.note("ExtentValue", first(extent, "ExtentValue"))
    return None


def _duration(value: str, unit: str) -> int | None:
    """Minutes, rounded: list 24 counts hours, minutes or seconds, or writes them HHH, HHHMM, HHHMMSS."""
    if not A_NUMBER.fullmatch(value):
        return None
    if unit in ("04", "05", "06"):
        seconds = Decimal(value) * {"04": 3600, "05": 60, "06": 1}[unit]
    elif unit in ("14", "15", "16") and value.isdecimal():
        digits = value.zfill(7) if unit == "16" else value.zfill(5) + "00" if unit == "15" else value + "0000"
        seconds = Decimal(digits[:-4]) * 3600 + Decimal(digits[-4:-2]) * 60 + Decimal(digits[-2:])
    else:
        return None
    minutes = round(seconds / 60)
    return minutes if 0 < minutes < 1_000_000 else None


def _weight(node: Composite, odd: Oddities) -> int | None:
    """Grams, rounded."""
    for measure in node.get("Measure", []):
        if first(measure, "MeasureType") == codes.UNIT_WEIGHT:
            value, unit = first(measure, "Measurement"), first(measure, "MeasureUnitCode")
            if A_NUMBER.fullmatch(value) and unit in codes.GRAMS:
                grams = round(Decimal(value) * codes.GRAMS[unit])
                if 0 < grams <= HEAVIEST:
                    return grams
            odd.note("Measurement", f"{value} {unit}")
    return None


# --- Subjects


def _codes(node: Composite, odd: Oddities) -> tuple[Code, ...]:
    found: dict[tuple[str, str], Code] = {}
    for subject in node.get("Subject", []):
        scheme, code = first(subject, "SubjectSchemeIdentifier"), first(subject, "SubjectCode")
        if not code or scheme in codes.KEYWORDS or scheme in codes.PRIVATE_SCHEMES:
            continue
        if scheme != PROPRIETARY:
            code = code.upper()
        elif owner := first(subject, "SubjectSchemeName"):
            code = with_owner(owner, code)
        else:
            continue  # nobody can tell what it means
        if len(scheme) != 2 or len(code) > (MOST_OWN if scheme == PROPRIETARY else 30):
            odd.note("SubjectCode", f"{scheme} {code}")
            continue
        heading = line_of_text(first(subject, "SubjectHeadingText"), NAME)
        is_main = "MainSubject" in subject
        known = found.get((scheme, code))
        if known is None or (is_main and not known.is_main):
            found[scheme, code] = Code(scheme, code, heading, is_main)
        if len(found) == MOST_CODES:
            break
    return tuple(found.values())


def _keywords(node: Composite) -> str:
    """Words to be found by, parted by semicolons."""
    written = [
        first(subject, "SubjectHeadingText") or first(subject, "SubjectCode")
        for subject in node.get("Subject", [])
        if first(subject, "SubjectSchemeIdentifier") in codes.KEYWORDS
    ]
    if not written:
        return ""
    words = ";".join(written).replace(",", ";").split(";")
    return line_of_text("; ".join(dict.fromkeys(filter(None, (word.strip() for word in words)))), WORDS)
