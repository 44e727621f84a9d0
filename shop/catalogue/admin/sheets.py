"""Books leave the admin as a spreadsheet and come back: django-import-export, with the shop's own files and pages."""

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from import_export.admin import ImportExportMixin
from import_export.results import Result, RowResult
from import_export.tmp_storages import BaseStorage

from shop.spreadsheets import UnreadableFile

from .. import intake
from ..models import Book
from ..resources import BookResource
from ..sheets.formats import FORMATS, MOST_ROWS, SheetFormat
from ..sheets.forms import SheetConfirmForm, SheetExportForm, SheetImportForm

MOST_SHOWN = 200  # rows of a preview, and of what is wrong


class IntakeStorage(BaseStorage):
    """Keeps a sheet between its preview and its confirmation."""

    def save(self, data: bytes) -> None:
        self.name = f"{uuid4().hex}.sheet"
        (intake.folder() / self.name).write_bytes(data)

    def read(self) -> bytes:
        return (intake.folder() / self.name).read_bytes()

    def remove(self) -> None:
        (intake.folder() / self.name).unlink(missing_ok=True)


class SheetsAdmin(ImportExportMixin, admin.ModelAdmin):
    """Import and export on the list of books."""

    resource_classes = [BookResource]
    formats = FORMATS
    import_form_class = SheetImportForm
    confirm_form_class = SheetConfirmForm
    tmp_storage_class = IntakeStorage
    import_template_name = "admin/shop/book/import.html"
    export_template_name = "admin/shop/book/export.html"
    import_export_change_list_template = "admin/shop/book/change_list.html"

    # --- In

    def has_import_permission(self, request: HttpRequest) -> bool:
        """An import adds books, and changes those there are."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        headings = [column.heading for column in BookResource().columns if not column.readonly]
        return {
            "headings": headings,
            "most_rows": f"{MOST_ROWS:,}",
            "most_shown": MOST_SHOWN,
            "slice": f":{MOST_SHOWN}",
        }

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        if not isinstance(e, UnreadableFile):
            raise e
        form.add_error("import_file", str(e))

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Bring in what was looked at; what is wrong by now undoes all of it."""
        if request.method == "POST" and self.has_import_permission(request):
            form = self.create_confirm_form(request)
            if not form.is_valid():
                self.message_user(
                    request, _("Nothing was brought in: choose the file again."), messages.ERROR
                )
                return redirect("admin:shop_book_import")
        return super().process_import(request, **kwargs)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            text = _("Nothing was brought in: books have changed since you looked at the file. Look again.")
            self.message_user(request, text, messages.ERROR)
            return redirect("admin:shop_book_import")
        return super().process_result(result, request)

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        new, changed = (
            result.totals[kind] for kind in (RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE)
        )
        same = result.totals[RowResult.IMPORT_TYPE_SKIP]
        parts = [
            ngettext("%(count)d book is new", "%(count)d books are new", new) % {"count": new},
            ngettext("%(count)d has changed", "%(count)d have changed", changed) % {"count": changed},
            ngettext("%(count)d is as it was", "%(count)d are as they were", same) % {"count": same},
        ]
        self.message_user(request, f"{', '.join(parts)}.", messages.SUCCESS)

    # --- Out

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def export_action(self, request: HttpRequest) -> HttpResponseBase:
        """The books of the list as its address filters it."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        books = self.get_export_queryset(request)
        form = SheetExportForm(request.POST or None)
        if form.is_valid():
            kind = FORMATS[form.cleaned_data["format"]]()
            if not _has_more(books, kind.most_rows):
                return self._download(kind, books)
            text = _(
                "These are more than %(most)s books: filter the list first, or choose another kind of file."
            )
            form.add_error("format", text % {"most": f"{kind.most_rows:,}"})
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export"),
            "form": form,
            "opts": self.opts,
            "limits": [(kind.title, f"{kind.most_rows:,}") for kind in FORMATS],
        }
        return TemplateResponse(request, self.export_template_name, context)

    def _download(self, kind: SheetFormat, books: QuerySet[Book]) -> HttpResponseBase:
        resource = BookResource()
        rows = map(resource.export_resource, resource.iter_queryset(books))

        def with_header() -> Any:
            yield resource.get_export_headers()
            yield from rows

        response = kind.response(with_header())
        name = f"books-{timezone.localdate():%Y-%m-%d}.{kind.extension}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _has_more(books: QuerySet[Book], most: int) -> bool:
    """Whether there are more than so many, counting no further than that."""
    return books.order_by().values("pk")[: most + 1].count() > most
