"""The code lists of ONIX 3 that the shop goes by, by the number that their makers (EDItEUR) give them.

What the shop does with a code is said here, in sets named for it; words for those that staff see. A code that is
in no list here may be newer than the shop: it is kept as it is, and the report of the import names it.
"""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def _range(prefix: str, first: int, last: int) -> str:
    return " ".join(f"{prefix}{number:02}" for number in range(first, last + 1))


def _letters(first: str, seconds: str) -> str:
    return " ".join(f"{first}{second}" for second in seconds)


KNOWN: dict[int, frozenset[str]] = {
    number: frozenset(" ".join(codes).split())
    for number, codes in {
        1: ("01 02 03 04 05 08 09 12 13 14 88 89",),
        17: (
            *(
                _range("A", 1, 48),
                "A51 A99",
                _range("B", 1, 34),
                "B99 C01 C02 C03 C04 C99 D01 D02 D03 D04 D99",
            ),
            *(_range("E", 1, 14), "E99 F01 F02 F99 Z01 Z02 Z03 Z04 Z05 Z06 Z98 Z99"),
        ),
        21: (
            "ABR ACT ADP ALT ANN BLL BLP BRL CMB CRI CSP DGO ENH ENL ETR EXP FAC FST HRE ILL INT LTE MCP MDT MLL",
            "NED NUM PBO PRB REV SCH SIG SMP SPE SPR STU TCH UBR ULP UNN UXP VAR VOR",
        ),
        23: (_range("", 0, 24),),
        51: (_range("", 0, 13), _range("", 16, 48)),
        55: (_range("", 0, 14), "20 21 25 32"),
        58: ("01 02 03 04 05 06 07 08 09 11 12 13 14 15 17 21 22 23 24 25 27 31 32 33 34 35 36 37 41 42",),
        64: (_range("", 0, 18),),
        65: ("01 09 10 11 12 20 21 22 23 30 31 32 33 34", _range("", 40, 52), "97 98 99"),
        150: (
            *(
                "00",
                _letters("A", "ABCDEFGHIJKLMNOZ"),
                _letters("B", "ABCDEFGHIJKLMNOPZ"),
                _letters("C", "ABCDEZ"),
            ),
            *(
                _letters("D", "ABCDEFIJKLMNOZ"),
                _letters("E", "ABCDZ"),
                _letters("F", "ACDEFZ"),
                "LA LB LC MA MB MC MZ",
            ),
            *(
                _letters("P", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                _letters("S", "ABCDEFGZ"),
                _letters("V", "AFIJKLMNOPQZ"),
            ),
            *(_letters("X", "ABCDEFGHIJKLMNOPYZ"), _letters("Z", "ABCDEFGHIJKLMNOPQRSTUVXYZ")),
        ),
        153: (_range("", 1, 40),),
        163: ("01 02 09 10 11 12 13 16 19 20 21 22 23 25 26 27 28 29 30 31 32 33 34 35",),
        164: (_range("", 1, 5),),
    }.items()
}


# --- List 1, notification or update type

COMPLETE = frozenset({"01", "02", "03"})  # the record as a whole, before publication or after
UPDATE = "04"  # replaces the blocks that it has
DELETE = "05"

# --- List 5, product identifier type

ISBN_10, GTIN_13, ISBN_13 = "02", "03", "15"

# --- List 23 and 24, extents; the first that a record has counts

PAGE_COUNTS = ("00", "11", "05", "07", "06", "08", "10")
DURATIONS = ("09", "14", "16")
PAGES = "03"

# --- List 48 and 50, measures

UNIT_WEIGHT = "08"
GRAM = "gr"
GRAMS = {GRAM: Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "oz": Decimal("28.349523125")}

# --- List 27, subject schemes

SUBJECT_SCHEMES: dict[str, Promise] = {
    "93": _("Thema"),
    "94": _("Thema, place"),
    "95": _("Thema, language"),
    "96": _("Thema, time"),
    "97": _("Thema, education"),
    "98": _("Thema, interest and age"),
    "99": _("Thema, style"),
    "10": _("BISAC"),
    "11": _("BISAC, region"),
    "22": _("BISAC, merchandising theme"),
    "12": _("BIC"),
    "13": _("BIC, place"),
    "14": _("BIC, language"),
    "15": _("BIC, time"),
    "16": _("BIC, education"),
    "17": _("BIC, reading level and interest"),
    "01": _("Dewey"),
    "24": _("A sender's own"),
}
KEYWORDS = frozenset({"20", "B2"})  # words, not codes; B2 is not for customers' eyes, but for their searches
PRIVATE_SCHEMES = frozenset({"23"})  # means something else with every publisher, and does not say with whom

# --- List 51, what one product is to another

OTHER_EDITIONS = frozenset({"06", "13", "27"})  # the same text in another form: editions of one work

# --- List 58, price types; consumers' prices in the order in which the shop would take them for its own

WITH_TAX = ("04", "02", "42", "34", "24", "22", "14", "12")
WITHOUT_TAX = ("03", "01", "41", "33", "23", "21", "13", "11")
BEFORE_PUBLICATION = frozenset({"21", "22", "23", "24"})
# List 59, for whom a price is: everybody, consumers
FOR_EVERYBODY = frozenset({"", "00", "05"})

# --- List 64 (publishing status), 68 (the same in one market) and 65 (availability): see `selling`

PUBLISHING_STATUSES: dict[str, Promise] = {
    "00": _("Unspecified"),
    "01": _("Cancelled"),
    "02": _("Forthcoming"),
    "03": _("Postponed indefinitely"),
    "04": _("Active"),
    "05": _("No longer this publisher's"),
    "06": _("Out of stock indefinitely"),
    "07": _("Out of print"),
    "08": _("Inactive"),
    "09": _("Unknown"),
    "10": _("Remaindered"),
    "11": _("Withdrawn from sale"),
    "12": _("Recalled"),
    "13": _("Not sold separately"),
    "15": _("Recalled"),
    "16": _("Temporarily withdrawn from sale"),
    "17": _("Permanently withdrawn from sale"),
    "18": _("Not sold as a set"),
}
AVAILABILITIES: dict[str, Promise] = {
    "01": _("Cancelled"),
    "09": _("Postponed indefinitely"),
    "10": _("Not yet available"),
    "11": _("Not yet available, stock awaited"),
    "12": _("Not yet available, to be printed on demand"),
    "20": _("Available"),
    "21": _("In stock at the supplier"),
    "22": _("Available to order"),
    "23": _("Printed on demand"),
    "30": _("Temporarily unavailable"),
    "31": _("Out of stock at the supplier"),
    "32": _("Reprinting"),
    "33": _("Awaiting reissue"),
    "34": _("Temporarily withdrawn from sale"),
    "40": _("Not available"),
    "41": _("Not available, replaced by another product"),
    "42": _("Not available, to be had in another format"),
    "43": _("No longer supplied by this supplier"),
    "44": _("To be ordered from the publisher"),
    "45": _("Not sold separately"),
    "46": _("Withdrawn from sale"),
    "47": _("Remaindered"),
    "48": _("Not available, printed on demand instead"),
    "49": _("Recalled"),
    "50": _("Not sold as a set"),
    "51": _("Not available, out of print"),
    "52": _("Not available, no longer sold in this market"),
    "97": _("No recent news from the supplier"),
    "98": _("No news from the supplier any more"),
    "99": _("Ask the supplier"),
}

# --- List 153, texts

DESCRIPTIONS = ("03", "30", "02", "05")  # the first that a record has is the book's description
SHORT_DESCRIPTION = "02"
ABOUT_COLLECTION = frozenset({"16", "17"})  # says nothing of the book
FOR_CUSTOMERS = frozenset({"", "00", "03"})  # list 154, for whom a text is

# --- List 163, publishing dates (01 and 02 mean the same in lists 67 and 166, of markets and suppliers)

PUBLICATION, EMBARGO = "01", "02"
FIRST_PUBLICATION = ("11", "20")

# --- List 19, contributors without a name; of others than these nothing can be said

UNNAMED: dict[str, Promise] = {
    "02": _("Anonymous"),
    "04": _("Various"),
    "05": _("Synthesised voice"),
    "06": _("Synthesised voice"),
    "07": _("Synthesised voice"),
    "08": _("Synthesised voice"),
    "09": _("Artificial intelligence"),
}

# --- List 2, product composition

TRADE_ONLY = frozenset({"20", "30", "31"})  # for booksellers: display stands and the like

# --- List 46, sales rights

SOLD, NOT_SOLD = frozenset({"01", "02", "07", "08"}), frozenset({"03", "04", "05", "06"})

# --- List 164, what a product is to a work

MANIFESTATION_OF = "01"
