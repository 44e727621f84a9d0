"""Addresses of the managers' reports. Beside each page are its export.csv and its chart.svg."""

from django.urls import path
from django.urls.resolvers import URLPattern

from . import views
from .definitions import REPORTS, Definition

app_name = "reports"


def addresses(route: str, definition: Definition) -> list[URLPattern]:
    """A report's page, its file and its chart."""
    name, given = definition.address.removeprefix("reports:"), {"definition": definition}
    return [
        path(route, views.report, given, name=name),
        path(f"{route}export.csv", views.export, given, name=f"{name}_csv"),
        path(f"{route}chart.svg", views.chart, given, name=f"{name}_chart"),
    ]


urlpatterns = [
    path("", views.index, name="index"),
    *addresses("customers/", REPORTS["customer_purchases"]),
    *addresses("customers/<str:customer>/", REPORTS["customer_orders"]),
    *addresses("authors/", REPORTS["author_revenue"]),
    *addresses("books/", REPORTS["popular_books"]),
]
