"""Contributors, publishers and series in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ..changes import note_changes
from ..credits import refresh_credits
from ..models import Book, Contributor, Publisher, Series
from ..names import sort_name
from .lists import LongListAdmin


@admin.register(Contributor)
class ContributorAdmin(LongListAdmin):
    list_display = ["name", "sort_name"]
    search_fields = ["name", "sort_name"]
    fields = ["name", "sort_name", "biography"]

    def save_model(self, request: HttpRequest, obj: Contributor, form: Any, change: bool) -> None:
        """Keep the books in step with the name that they are credited to."""
        obj.sort_name = obj.sort_name or sort_name(obj.name)
        super().save_model(request, obj, form, change)
        if "name" in form.changed_data:
            refresh_credits(Book.objects.by(obj).only("pk"))


@admin.register(Publisher)
class PublisherAdmin(LongListAdmin):
    list_display = ["name"]
    fields = ["name", "description"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Publisher, form: Any, change: bool) -> None:
        """Have the search learn of a new name."""
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            note_changes(obj.books.order_by("pk").values_list("pk", flat=True).iterator())


@admin.register(Series)
class SeriesAdmin(LongListAdmin):
    list_display = ["name"]
    fields = ["name", "description"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: Series, form: Any, change: bool) -> None:
        """Keep the search in step with the name."""
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            refresh_credits(obj.books.only("pk"))

    def delete_model(self, request: HttpRequest, obj: Series) -> None:
        """Its books are found by its name no more."""
        self.delete_queryset(request, Series.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Series]) -> None:
        books = list(Book.objects.filter(series__in=queryset).only("pk"))
        super().delete_queryset(request, queryset)
        refresh_credits(books)
