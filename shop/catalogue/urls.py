"""Addresses of the catalogue."""

from django.urls import path

from . import views

app_name = "catalogue"

urlpatterns = [
    path("", views.home, name="home"),
    path("books/", views.book_list, name="book_list"),
    path("books/<str:isbn>/", views.book, name="book"),
    path("books/<str:isbn>/cover.svg", views.cover, name="cover"),
    path("search/", views.search, name="search"),
    path("subjects/", views.subjects, name="subjects"),
    path("subjects/<path:path>/", views.subject, name="subject"),
    path("authors/<int:pk>-<slug:slug>/", views.contributor, name="contributor"),
]
