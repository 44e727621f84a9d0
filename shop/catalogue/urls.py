"""Addresses of the catalogue."""

from django.urls import path

from .views import books, browsing, machines, people, series, suggesting

app_name = "catalogue"

urlpatterns = [
    path("", browsing.home, name="home"),
    path("books/", browsing.book_list, name="book_list"),
    path("books/new.atom", machines.new_books, name="new_books"),
    path("books/<str:isbn>/", books.book, name="book"),
    path("books/<str:isbn>/cover.svg", books.cover, name="cover"),
    path("search/", browsing.search, name="search"),
    path("search/suggest/", suggesting.suggest, name="suggest"),
    path("subjects/", browsing.subjects, name="subjects"),
    path("subjects/<path:path>/", browsing.subject, name="subject"),
    path("authors/<int:pk>-<slug:slug>/", people.contributor, name="contributor"),
    path("publishers/<int:pk>-<slug:slug>/", people.publisher, name="publisher"),
    path("series/<int:pk>-<slug:slug>/", series.series, name="series"),
    path("looked-at/forget/", browsing.forget_looked_at, name="forget_looked_at"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>-<int:number>.xml", machines.sitemap, name="sitemap"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path("opensearch/suggestions/", machines.suggest, name="suggestions"),
]
