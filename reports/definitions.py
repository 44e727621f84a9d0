"""The reports there are: which query, asked through which form, shown in which columns and with which chart."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import queries
from .forms import AuthorsForm, BooksForm, CustomerOrdersForm, CustomersForm, PeriodForm
from .queries import Report

Text = str | Promise
Points = Sequence[tuple[str, Decimal | int]]

BARS = 10  # more would be too thin to read
MONTHS = 24


@dataclass(frozen=True)
class Column:
    """One column as people see it. Only one whose values add up to something has a total."""

    name: str
    heading: Text
    kind: Literal["text", "time", "count", "money"] = "text"
    has_total: bool = False
    if_empty: Text = ""
    on_page: bool = True  # in the page's table it may be part of another column

    @property
    def is_number(self) -> bool:
        return self.kind in ("count", "money")

    def total(self, report: Report) -> Decimal | int:
        """The exact sum of the column."""
        nothing: Decimal | int = Decimal("0.00") if self.kind == "money" else 0
        return sum((getattr(row, self.name) for row in report.rows), nothing)


@dataclass(frozen=True)
class Definition:
    """One report. Its name is its query's, and the command line's."""

    name: str
    address: str  # the name of its page's URL
    title: Text
    form: type[PeriodForm]
    columns: Sequence[Column]
    chart: Callable[[Report, str], Points]  # the bars of a report's rows by one of its columns
    measure: str = ""  # the column that the chart shows; where there is none, the one that was sorted by

    def run(self, form: PeriodForm) -> Report:
        """Ask the database what a valid form asks for."""
        return queries.run(self.name, **form.parameters)

    def totals(self, report: Report) -> list[Any]:
        """For each column the exact sum over all rows; None for those that do not add up."""
        return [column.total(report) if column.has_total else None for column in self.columns]

    @property
    def subject(self) -> Column:
        """The column that says who or what a row is about."""
        return next(column for column in self.columns if column.on_page)

    def measured(self, form: PeriodForm) -> Column:
        """The column that the chart shows."""
        name = self.measure or form.cleaned_data["sort"]
        return next(column for column in self.columns if column.name == name)


def the_first(*labels: str, if_empty: Text = "") -> Callable[[Report, str], Points]:
    """Bars for the first rows, named by the first of these columns that is not empty."""

    def points(report: Report, measure: str) -> Points:
        return [
            (
                next(filter(None, (getattr(row, label) for label in labels)), str(if_empty)),
                getattr(row, measure),
            )
            for row in report.rows[:BARS]
        ]

    return points


def by_month(report: Report, measure: str) -> Points:
    """One bar for each month in which something was paid, the latest ones if there are many."""
    months: dict[Any, Any] = defaultdict(int)
    for row in report.rows:
        months[timezone.localdate(row.paid_at).replace(day=1)] += getattr(row, measure)
    return [(date_format(month, "M Y"), months[month]) for month in sorted(months)[-MONTHS:]]


NO_AUTHOR = _("(no author)")

CUSTOMER_PURCHASES = Definition(
    name="customer_purchases",
    address="reports:customers",
    title=_("Customer purchases"),
    form=CustomersForm,
    columns=[
        Column("email", _("Customer")),
        Column("name", _("Name"), on_page=False),
        Column("orders", _("Orders"), "count", has_total=True, on_page=False),
        Column("copies", _("Copies"), "count", has_total=True),
        Column("spent", _("Spent"), "money", has_total=True),
    ],
    chart=the_first("name", "email"),
)
CUSTOMER_ORDERS = Definition(
    name="customer_orders",
    address="reports:customer",
    title=_("One customer's purchases"),
    form=CustomerOrdersForm,
    columns=[
        Column("paid_at", _("Paid"), "time", on_page=False),
        Column("number", _("Order"), on_page=False),
        Column("isbn", _("ISBN"), on_page=False),
        Column("title", _("Title")),
        Column("copies", _("Copies"), "count", has_total=True),
        Column("price", _("Price"), "money", on_page=False),
        Column("total", _("Spent"), "money", has_total=True),
    ],
    chart=by_month,
    measure="total",
)
AUTHOR_REVENUE = Definition(
    name="author_revenue",
    address="reports:authors",
    title=_("Revenue by author"),
    form=AuthorsForm,
    columns=[
        Column("author", _("Author"), if_empty=NO_AUTHOR),
        Column("titles", _("Editions"), "count"),
        Column("copies", _("Copies"), "count"),
        Column("revenue", _("Revenue"), "money", has_total=True),
    ],
    chart=the_first("author", if_empty=NO_AUTHOR),
)
POPULAR_BOOKS = Definition(
    name="popular_books",
    address="reports:books",
    title=_("Popular books"),
    form=BooksForm,
    columns=[
        Column("isbn", _("ISBN"), on_page=False),
        Column("title", _("Title")),
        Column("byline", _("By"), on_page=False),
        Column("orders", _("Orders"), "count"),
        Column("copies", _("Copies"), "count", has_total=True),
    ],
    chart=the_first("title"),
)

RANKINGS = (CUSTOMER_PURCHASES, AUTHOR_REVENUE, POPULAR_BOOKS)
REPORTS = {definition.name: definition for definition in (*RANKINGS, CUSTOMER_ORDERS)}
