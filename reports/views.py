"""The managers' pages. Each report has a page, and beside it the same as a CSV file and as a chart."""

from collections.abc import Callable
from functools import wraps
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import charts, exports, queries
from .definitions import RANKINGS, Definition
from .forms import PeriodForm
from .periods import Period, usual_periods

BYTE_ORDER_MARK = "\ufeff"  # tells spreadsheets that the file is UTF-8
LINES = 100  # of one customer's purchases on a page
LEADERS = 5  # of each report on the first page


def for_managers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only for those who may read reports: others are asked to log in, or refused. Nothing is cached."""
    allowed = permission_required("reports.view_reports", raise_exception=True)(view)
    return wraps(view)(require_safe(never_cache(login_required(allowed))))


def asked(request: HttpRequest, form: type[PeriodForm], customer: str | None = None) -> PeriodForm:
    """The form with what the address asks for, checked; a customer who does not exist is a 404."""
    query = request.GET.dict() | ({"customer": customer} if customer else {})
    checked = form(query, today=timezone.localdate())
    if "customer" in checked.errors:
        raise Http404
    return checked


def period_figures(period: Period) -> Any:
    """What was sold in the period, all together."""
    return queries.run("period_figures", **period.bounds).rows[0]


@for_managers
def index(request: HttpRequest) -> HttpResponse:
    """The period at a glance: its figures beside those of as many days before, and who and what came first."""
    form = asked(request, PeriodForm)
    context: dict[str, Any] = {"form": form, "presets": usual_periods(timezone.localdate())}
    if form.is_valid():
        context |= {
            "figures": period_figures(form.period),
            "before": period_figures(form.period.before),
            "leaders": [leaders(definition, form) for definition in RANKINGS],
        }
    return render(request, "reports/index.html", context)


def leaders(definition: Definition, asked: PeriodForm) -> dict[str, Any]:
    """The first rows of a report for the same period, as the report itself starts by default."""
    form = definition.form({name: asked.data[name] for name in ("from", "to")}, today=timezone.localdate())
    form.full_clean()
    measured = definition.measured(form)
    points = definition.chart(definition.run(form), measured.name)[:LEADERS]
    return {"definition": definition, "query": form.query, "points": points, "column": measured}


@for_managers
def report(request: HttpRequest, definition: Definition, customer: str | None = None) -> HttpResponse:
    """A report's page: the period, a page of its rows with the totals of all, and the chart."""
    form = asked(request, definition.form, customer)
    context: dict[str, Any] = {
        "definition": definition,
        "form": form,
        "presets": usual_periods(timezone.localdate()),
    }
    if form.is_valid():
        found = definition.run(form)
        rows = Paginator(found.rows, form.cleaned_data.get("show", LINES))
        context |= {
            "page": rows.get_page(request.GET.get("page")),
            "columns": [
                (column, column.total(found) if column.has_total else None)
                for column in definition.columns
                if column.on_page
            ],
            "measured": definition.measured(form),
            "figures": SimpleLazyObject(lambda: period_figures(form.period)),
        }
    return render(request, f"reports/{definition.name}.html", context)


@for_managers
def export(request: HttpRequest, definition: Definition, customer: str | None = None) -> HttpResponseBase:
    """All rows of a report as a CSV file for a spreadsheet."""
    form = asked(request, definition.form, customer)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain; charset=utf-8")
    lines = exports.as_csv(definition, definition.run(form))
    period = f"{form.period.first}_{form.period.last}"
    return StreamingHttpResponse(
        chain([BYTE_ORDER_MARK], lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{definition.name}_{period}.csv"'},
    )


@for_managers
def chart(request: HttpRequest, definition: Definition, customer: str | None = None) -> HttpResponse:
    """The bars beside a report's table."""
    form = asked(request, definition.form, customer)
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_text(), content_type="text/plain; charset=utf-8")
    measured = definition.measured(form)
    points = definition.chart(definition.run(form), measured.name)
    return HttpResponse(charts.bar_chart(points, measured), content_type="image/svg+xml")
