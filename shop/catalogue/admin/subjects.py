"""The tree of subjects in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from ..changes import note_changes
from ..editing import SubjectForm
from ..models import Book, Subject


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):
    """Subjects in the order of their tree."""

    form = SubjectForm
    list_display = ["place", "path", "swatch"]
    list_display_links = ["place"]
    ordering = ["path"]
    search_fields = ["name", "path"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    list_per_page = 200

    def get_sortable_by(self, request: HttpRequest) -> tuple[()]:
        return ()

    def save_model(self, request: HttpRequest, obj: Subject, form: Any, change: bool) -> None:
        """Have the search learn of a new name or place."""
        super().save_model(request, obj, form, change)
        if change and {"name", "parent"}.intersection(form.changed_data):
            _note_books_about(Subject.objects.within(obj))

    def delete_model(self, request: HttpRequest, obj: Subject) -> None:
        _note_books_about(Subject.objects.within(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Subject]) -> None:
        _note_books_about(queryset)
        super().delete_queryset(request, queryset)

    @admin.display(description=gettext_lazy("subject"))
    def place(self, subject: Subject) -> str:
        return "\u2003" * subject.depth + subject.name

    @admin.display(description=gettext_lazy("colour of its covers"))
    def swatch(self, subject: Subject) -> str:
        return format_html(
            '<svg width="36" height="18" role="img" aria-label="{0}">'
            '<rect width="36" height="18" rx="3" fill="{0}"/></svg> {0}',
            subject.colour,
        )


def _note_books_about(subjects: QuerySet[Subject]) -> None:
    note_changes(Book.objects.about_any(subjects).order_by("pk").values_list("pk", flat=True).iterator())
