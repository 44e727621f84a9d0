"""The names of everything that has a number: always the same, so that a run that was interrupted knows its own."""

from stdnum import ean

from . import vocabulary as words


def isbn_of(number: int) -> str:
    """The ISBN of a book: of the group 979-9, which nobody gives out, so that it is no real book's."""
    digits = f"9799{number:08d}"
    return digits + ean.calc_check_digit(digits)


def number_of(isbn: str) -> int:
    """The number of the book with this ISBN."""
    return int(isbn[4:12])


def person_name(number: int) -> str:
    """The name of a contributor; there are a few namesakes, as there are."""
    mixed = number * 0x9E3779B97F4A7C15 % 2**64 >> 16
    mixed, first = divmod(mixed, len(words.FIRST_NAMES))
    mixed, last = divmod(mixed, 2 * len(words.SURNAMES))
    if last < len(words.SURNAMES):
        surname = words.SURNAMES[last]
    else:
        mixed, head = divmod(mixed, len(words.FIRST_PARTS))
        mixed, tail = divmod(mixed, len(words.LAST_PARTS))
        surname = words.FIRST_PARTS[head] + words.LAST_PARTS[tail]
    initial = "ABCDEFGHJKLMNPRSTVW"[mixed % 19] + ". " if mixed % 3 == 0 else ""
    return f"{words.FIRST_NAMES[first]} {initial}{surname}"


def publisher_name(number: int) -> str:
    """The name of a publisher; no two have the same."""
    number, kind = divmod(number, len(words.PRESSES))
    number, head = divmod(number, len(words.FIRST_PARTS))
    again, tail = divmod(number, len(words.LAST_PARTS))
    name = words.FIRST_PARTS[head] + words.LAST_PARTS[(tail + 7 * head) % len(words.LAST_PARTS)]
    return f"{name} {words.PRESSES[kind]}" + (f" {again + 1}" if again else "")


def series_name(number: int) -> str:
    """The name of a series; no two have the same."""
    total = len(words.SERIES_KINDS) * len(words.ADJECTIVES) * len(words.NOUNS)
    again, number = divmod(number, total)
    mixed, kind = divmod(number * 7_368_787 % total, len(words.SERIES_KINDS))
    noun, adjective = divmod(mixed, len(words.ADJECTIVES))
    name = f"The {words.ADJECTIVES[adjective].title()} {words.NOUNS[noun].title()} {words.SERIES_KINDS[kind]}"
    return f"{name} {again + 1}" if again else name
