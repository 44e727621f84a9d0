"""Periods of whole days in the shop's zone, and the instants where they begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first instant of the period, in UTC."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after the period, in UTC."""
        return midnight(self.last + DAY)

    @property
    def bounds(self) -> dict[str, datetime]:
        """The two as the queries call them."""
        return {"from": self.start, "until": self.end}

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """The same number of days right before this period."""
        return Period(self.first - timedelta(days=self.days), self.first - DAY)


def midnight(day: date) -> datetime:
    """The instant in UTC at which a day begins in the shop's zone, whatever its clocks did that night."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def last_twelve_months(today: date) -> Period:
    """The year that ends today."""
    try:
        year_ago = today.replace(year=today.year - 1)
    except ValueError:  # today is 29 February
        year_ago = today.replace(year=today.year - 1, day=28)
    return Period(year_ago + DAY, today)


def usual_periods(today: date) -> Iterator[tuple[Promise, Period]]:
    """The periods that managers ask for most, each with its name."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    yield _("Last week"), Period(monday - timedelta(days=7), monday - DAY)
    yield _("Last 30 days"), Period(today - timedelta(days=29), today)
    yield _("Last month"), Period((month - DAY).replace(day=1), month - DAY)
    yield _("Last 12 months"), last_twelve_months(today)
    yield _("This year"), Period(year, today)
    yield _("Last year"), Period(date(year.year - 1, 1, 1), year - DAY)
