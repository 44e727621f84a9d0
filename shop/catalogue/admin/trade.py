"""What the trade says, in the admin: its subject codes, its suppliers, the records of its feeds."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.isbn import isbn13
from shop.tasks import enqueue

from ..models import BookSubjectCode, FeedRecord, SubjectCode, Supplier
from ..onix.codes import SUBJECT_SCHEMES
from ..remapping import remap_books
from .lists import LongListAdmin, ReadOnlyAdmin, YesNoFilter


class MappedFilter(YesNoFilter):
    title = gettext_lazy("stands for a subject of the shop")
    parameter_name = "mapped"

    def yes(self, queryset: Any) -> Any:
        return queryset.filter(subject__isnull=False)

    def no(self, queryset: Any) -> Any:
        return queryset.filter(subject__isnull=True)


class SchemeFilter(admin.SimpleListFilter):
    title = gettext_lazy("scheme")
    parameter_name = "scheme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(name)) for code, name in SUBJECT_SCHEMES.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(scheme=self.value()) if self.value() else queryset


@admin.register(SubjectCode)
class SubjectCodeAdmin(LongListAdmin):
    """Which of the shop's subjects the trade's codes stand for; those that stand for none come first."""

    list_display = ["code", "heading", "scheme_name", "subject", "books_counted"]
    list_filter = [MappedFilter, SchemeFilter]
    list_select_related = ["subject"]
    search_fields = ["code", "heading"]
    fields = ["scheme_name", "code", "heading", "books_counted", "subject"]
    readonly_fields = ["scheme_name", "code", "heading", "books_counted"]
    autocomplete_fields = ["subject"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubjectCode]:
        given = BookSubjectCode.objects.filter(code=OuterRef("pk")).order_by().values("code")
        return (
            super().get_queryset(request).annotate(count=Subquery(given.annotate(n=Count("pk")).values("n")))
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        return [F("subject").asc(nulls_first=True), "scheme", "code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # feeds bring them

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # books have them

    def save_model(self, request: HttpRequest, obj: SubjectCode, form: Any, change: bool) -> None:
        """The code's books follow once it is saved."""
        super().save_model(request, obj, form, change)
        if "subject" in form.changed_data:
            enqueue(remap_books, obj.pk)

    @admin.display(description=gettext_lazy("scheme"), ordering="scheme")
    def scheme_name(self, code: SubjectCode) -> str:
        return str(SUBJECT_SCHEMES.get(code.scheme, code.scheme))

    @admin.display(description=gettext_lazy("books"))
    def books_counted(self, code: Any) -> int:
        return code.count or 0


@admin.register(Supplier)
class SupplierAdmin(LongListAdmin):
    list_display = ["name", "scheme", "identifier", "email", "telephone"]
    search_fields = ["name", "identifier"]


@admin.register(FeedRecord)
class FeedRecordAdmin(ReadOnlyAdmin):
    """What a sender said last of a book."""

    list_display = ["reference", "sender", "book_page", "received_at"]
    list_select_related = ["book"]
    search_fields = ["reference__exact", "book__isbn__exact"]
    search_help_text = gettext_lazy("Record reference, or ISBN")
    ordering = ["-pk"]
    fields = ["sender", "reference", "book_page", "received_at", "state", "received"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[FeedRecord], bool]:
        isbn = isbn13(search_term)
        found, _may_repeat = super().get_search_results(request, queryset, search_term)
        return (found | queryset.filter(book__isbn=isbn) if isbn else found), False

    @admin.display(description=gettext_lazy("book"))
    def book_page(self, record: FeedRecord) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:shop_book_change", args=[record.book_id]), record.book
        )

    @admin.display(description=gettext_lazy("state"))
    def state(self, record: FeedRecord) -> str:
        return _("In force") if record.digest else _("Deleted by its sender")

    @admin.display(description=gettext_lazy("as last received"))
    def received(self, record: FeedRecord) -> str:
        return format_html("<pre>{}</pre>", json.dumps(record.data, indent=2, ensure_ascii=False))
