"""Days are days in the shop's zone, Europe/London."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports.periods import Period, last_twelve_months, usual_periods


def test_a_summer_day_begins_an_hour_before_it_does_in_utc():
    day = Period(date(2026, 7, 1), date(2026, 7, 1))

    assert day.start == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert day.end == datetime(2026, 7, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 6, 1), 24), (date(2026, 10, 25), 25)]
)
def test_the_days_on_which_the_clocks_change_are_whole_days(day, hours):
    period = Period(day, day)

    assert period.end - period.start == timedelta(hours=hours)


def test_bounds_are_in_utc_for_the_databases():
    assert all(bound.tzinfo is UTC for bound in Period(date(2026, 3, 1), date(2026, 6, 30)).bounds.values())


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 23), date(2025, 11, 24)),
        (date(2028, 2, 29), date(2027, 3, 1)),
        (date(2029, 2, 28), date(2028, 2, 29)),
    ],
)
def test_the_last_twelve_months_end_today(today, first):
    assert last_twelve_months(today) == Period(first, today)


def test_the_usual_periods_of_a_monday():
    monday = date(2026, 11, 23)

    assert {str(name): (period.first, period.last) for name, period in usual_periods(monday)} == {
        "Last week": (date(2026, 11, 16), date(2026, 11, 22)),
        "Last 30 days": (date(2026, 10, 25), monday),
        "Last month": (date(2026, 10, 1), date(2026, 10, 31)),
        "Last 12 months": (date(2025, 11, 24), monday),
        "This year": (date(2026, 1, 1), monday),
        "Last year": (date(2025, 1, 1), date(2025, 12, 31)),
    }


def test_the_period_before_has_as_many_days_and_ends_where_this_one_begins():
    june = Period(date(2026, 6, 1), date(2026, 6, 30))

    assert june.before == Period(date(2026, 5, 2), date(2026, 5, 31))
    assert june.before.end == june.start
