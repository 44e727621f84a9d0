"""Contributors, publishers and series in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..credits import refresh_credits
from ..models import Book, Contributor, Publisher, Series
from ..names import sort_name


@admin.register(Contributor)
class ContributorAdmin(admin.ModelAdmin):
    list_display = ["name", "sort_name"]
    search_fields = ["name", "sort_name"]
    list_per_page = 50
    show_full_result_count = False
    fields = ["name", "sort_name", "biography"]

    def save_model(self, request: HttpRequest, obj: Contributor, form: Any, change: bool) -> None:
        """Keep the books in step with the name that they are credited to."""
        obj.sort_name = obj.sort_name or sort_name(obj.name)
        super().save_model(request, obj, form, change)
        if "name" in form.changed_data:
            refresh_credits(Book.objects.by(obj).only("pk"))


@admin.register(Publisher)
class PublisherAdmin(admin.ModelAdmin):
    list_display = ["name"]
    fields = ["name", "description"]
    search_fields = ["name"]
    list_per_page = 50


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    list_display = ["name"]
    fields = ["name", "description"]
    search_fields = ["name"]
    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Series, form: Any, change: bool) -> None:
        """Keep the search in step with the name."""
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            refresh_credits(obj.books.only("pk"))
