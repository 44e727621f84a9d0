"""The tree of subjects in the admin."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from ..editing import SubjectForm
from ..models import Subject


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
