"""Dates as ONIX writes them: code list 55."""

import re
from datetime import date, timedelta

from .oddities import Oddities
from .tags import Composite, Dated, first

# Without a format the standard says YYYYMMDD; senders leave it out for shorter dates too.
BY_LENGTH = {8: "00", 6: "01", 4: "05"}
RANGES = {
    "06": ("00", 8),
    "07": ("01", 6),
    "08": ("02", 6),
    "09": ("03", 5),
    "10": ("04", 5),
    "11": ("05", 4),
}
NO_DAY = {"12", "20", "21", "25", "32"}  # free text, and years counted from the Hijra


def day(written: str, form: str = "", *, last: bool = False) -> date | None:
    """The first day that the date may mean, or the last one; None if it names no day of our calendar.

    `form` is a code of list 55. Seasons are those of the northern half of the world.
    """
    digits = re.sub(r"T.*|[^0-9]", "", written)
    form = form or BY_LENGTH.get(len(digits), "")
    if form in NO_DAY:
        return None
    if form in RANGES:
        form, length = RANGES[form]
        digits = digits[length:] if last else digits[:length]
    try:
        return _day(digits, form, last)
    except (ValueError, OverflowError):
        return None


def _day(digits: str, form: str, last: bool) -> date | None:
    year, rest = int(digits[:4]), digits[4:]
    if form in ("00", "13", "14"):
        return date(year, int(rest[:2]), int(rest[2:4]))
    if form == "01":
        return _within(date(year, int(rest), 1), 1, last)
    if form == "02":
        return date.fromisocalendar(year, int(rest), 7 if last else 1)
    if form == "03" and rest in ("1", "2", "3", "4"):
        return _within(date(year, int(rest) * 3 - 2, 1), 3, last)
    if form == "04" and rest in ("1", "2", "3", "4"):  # spring begins in March
        return _within(date(year, int(rest) * 3, 1), 3, last)
    if form == "05" and not rest:
        return _within(date(year, 1, 1), 12, last)
    return None


def _within(start: date, months: int, last: bool) -> date:
    """The first or the last day of so many months."""
    if not last:
        return start
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def dates(nodes: list[Composite], role: str, odd: Oddities, *, last_for: str = "") -> dict[str, str]:
    """By role, the dates of these composites in ISO's form; `role` is the name of the element that holds it.

    Of what may be several days it is the first, for the role `last_for` the last.
    """
    found: dict[str, str] = {}
    for node in nodes:
        code = first(node, role)
        written = node.get("Date")
        if not code or not written or code in found:
            continue
        dated: Dated = written[0]
        form = dated.format or first(node, "DateFormat")
        if found_day := day(dated.written, form, last=code == last_for):
            found[code] = found_day.isoformat()
        elif dated.written:
            odd.note("Date", dated.written)
    return found
