"""Addresses of the catalogue."""

from django.urls import path
from django.views.generic import TemplateView

app_name = "catalogue"

_page = TemplateView.as_view(template_name="base.html")
urlpatterns = [
    path("", _page, name="home"),
    path("books/", _page, name="book_list"),
    path("books/<str:isbn>/", _page, name="book"),
    path("books/<str:isbn>/cover.svg", _page, name="cover"),
    path("search/", _page, name="search"),
    path("subjects/", _page, name="subjects"),
    path("subjects/<path:path>/", _page, name="subject"),
    path("authors/<int:pk>-<slug:slug>/", _page, name="contributor"),
]
