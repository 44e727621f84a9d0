"""Addresses of the catalogue."""

from django.urls import path

from .views import books, browsing, people

app_name = "catalogue"

urlpatterns = [
    path("", browsing.home, name="home"),
    path("books/", browsing.book_list, name="book_list"),
    path("books/<str:isbn>/", books.book, name="book"),
    path("books/<str:isbn>/cover.svg", books.cover, name="cover"),
    path("search/", browsing.search, name="search"),
    path("subjects/", browsing.subjects, name="subjects"),
    path("subjects/<path:path>/", browsing.subject, name="subject"),
    path("authors/<int:pk>-<slug:slug>/", people.contributor, name="contributor"),
]
