"""Feeds in the admin: uploading a publisher's message, following its import, what came of it."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import FeedImport, FeedNote
from ..onix import uploading
from ..onix.selling import Hindrance
from ..rejects import harmless
from .lists import LongListAdmin

NOTES_SHOWN = 200
STOP_POLLING = 286  # what htmx takes for: this is the last of it


class UploadForm(forms.Form):
    """A message, and whether it is only to be looked at."""

    feed = forms.FileField(
        label=gettext_lazy("ONIX file"),
        help_text=gettext_lazy("ONIX 3.0 or 3.1, as .xml or .xml.gz."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.gz,.onix"}),
    )
    is_dry_run = forms.TypedChoiceField(
        label=gettext_lazy("What to do"),
        choices=[
            ("1", gettext_lazy("Only look: say what would change, and change nothing")),
            ("0", gettext_lazy("Bring the books in")),
        ],
        coerce=lambda value: value == "1",
        initial="1",
        widget=forms.RadioSelect,
    )

    def clean_feed(self) -> UploadedFile:
        feed: UploadedFile = self.cleaned_data["feed"]
        if (feed.size or 0) > settings.ONIX_UPLOAD_MOST_BYTES:
            raise ValidationError(too_large())
        return feed


def too_large() -> str:
    """What is said of a file that is."""
    most = filesizeformat(settings.ONIX_UPLOAD_MOST_BYTES)
    return _("The file is larger than %(most)s. Use manage.py import_onix on the server.") % {"most": most}


@admin.register(FeedImport)
class FeedImportAdmin(LongListAdmin):
    """Each import of a message. It is at work beside the pages: they only ask how far it has come."""

    list_display = [
        "source",
        "sender",
        "state",
        "by",
        "created_at",
        "added",
        "changed",
        "withdrawn",
        "rejected",
    ]
    list_filter = ["status", "is_dry_run"]
    list_select_related = ["by"]
    search_fields = ["source", "sender"]
    ordering = ["-pk"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def view(does: Callable[..., Any]) -> Any:
            return self.admin_site.admin_view(does)

        return [
            path("<int:number>/progress/", view(self.progress_view), name="shop_feedimport_progress"),
            path("<int:number>/rejects.csv", view(self.rejects_view), name="shop_feedimport_rejects"),
            path("<int:number>/stop/", view(self.stop_view), name="shop_feedimport_stop"),
            path("<int:number>/go-on/", view(self.go_on_view), name="shop_feedimport_go_on"),
            path("<int:number>/bring-in/", view(self.bring_in_view), name="shop_feedimport_bring_in"),
            *super().get_urls(),
        ]

    # --- Pages

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The upload."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if request.method == "POST":
            if getattr(request, "upload_too_large", False):
                form.errors["feed"] = form.error_class([too_large()])
            elif form.is_valid():
                run = uploading.receive(
                    upload=form.cleaned_data["feed"],
                    by=request.user,
                    is_dry_run=form.cleaned_data["is_dry_run"],
                )
                self.log_addition(request, run, _("Uploaded."))
                return redirect("admin:shop_feedimport_change", run.pk)
        context = {"title": _("Import an ONIX feed"), "form": form, "most": settings.ONIX_UPLOAD_MOST_BYTES}
        return self._page(request, "admin/shop/feedimport/add.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How far it has come, and what came of it."""
        run = self.get_object(request, unquote(object_id))
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        context = {"title": run.source, "original": run, **self._state(request, run)}
        return self._page(request, "admin/shop/feedimport/run.html", context)

    def progress_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The same without the page around it, asked for again and again."""
        run = self._run(request, number, self.has_view_permission)
        state = self._state(request, run)
        status = 200 if state["is_active"] else STOP_POLLING
        return TemplateResponse(request, "admin/shop/feedimport/_progress.html", state, status=status)

    def rejects_view(self, request: HttpRequest, number: int) -> HttpResponseBase:
        """What was turned away, for whoever sends the feed."""
        run = self._run(request, number, self.has_view_permission)
        response = StreamingHttpResponse(rejects(run), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="rejects-{run.pk}.csv"'
        return response

    # --- What is done with a run, each by a POST

    def stop_view(self, request: HttpRequest, number: int) -> HttpResponse:
        def stop(run: FeedImport) -> FeedImport:
            uploading.ask_to_stop(run)
            self.message_user(request, _("It stops after the records that it is at."), messages.INFO)
            return run

        return self._do(request, number, stop)

    def go_on_view(self, request: HttpRequest, number: int) -> HttpResponse:
        def go_on(run: FeedImport) -> FeedImport:
            if uploading.can_go_on(run):
                uploading.go_on(run)
            else:
                self.message_user(request, _("There is nothing to go on with."), messages.INFO)
            return run

        return self._do(request, number, go_on)

    def bring_in_view(self, request: HttpRequest, number: int) -> HttpResponse:
        def bring_in(run: FeedImport) -> FeedImport:
            if uploading.can_be_brought_in(run):
                return uploading.bring_in(run, by=request.user)
            self.message_user(request, _("The file is not there any more: upload it again."), messages.INFO)
            return run

        return self._do(request, number, bring_in)

    def _do(
        self, request: HttpRequest, number: int, what: Callable[[FeedImport], FeedImport]
    ) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        run = self._run(request, number, self.has_change_permission)
        return redirect("admin:shop_feedimport_change", what(run).pk)

    def _run(self, request: HttpRequest, number: int, may: Callable[..., bool]) -> FeedImport:
        run = self.get_object(request, str(number))
        if run is None:
            raise Http404
        if not may(request, run):
            raise PermissionDenied
        return run

    def _state(self, request: HttpRequest, run: FeedImport) -> dict[str, Any]:
        notes = list(run.notes.all()[: NOTES_SHOWN + 1])
        off_sale = run.figures.get("off_sale", {})
        return {
            "run": run,
            "per_cent": int(run.share_done * 100),
            "is_active": uploading.is_active(run),
            "can_go_on": uploading.can_go_on(run),
            "can_be_brought_in": uploading.can_be_brought_in(run),
            "may_change": self.has_change_permission(request, run),
            "notes": notes[:NOTES_SHOWN],
            "has_more_notes": len(notes) > NOTES_SHOWN,
            "off_sale": [(Hindrance(why).label, n) for why, n in off_sale.items() if why in Hindrance.values],
            "warnings": by_count(run, "oddities"),
            "skipped_for": by_count(run, "skipped"),
            "rejected_for": by_count(run, "rejected"),
        }

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, {**common, **context})

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, run: FeedImport) -> str:
        return state_in_words(run)


def state_in_words(run: FeedImport) -> str:
    """How it stands with a run."""
    if run.status in uploading.UNDER_WAY and not uploading.is_active(run):
        words = _("Stopped") if run.stop_asked else _("Interrupted")
    else:
        words = str(FeedImport.Status(run.status).label)
    return _("%(state)s (only a look)") % {"state": words} if run.is_dry_run else words


def by_count(run: FeedImport, figure: str) -> list[tuple[str, int]]:
    """How often each of these was met, the most frequent first."""
    return sorted(run.figures.get(figure, {}).items(), key=lambda pair: -pair[1])[:50]


def rejects(run: FeedImport) -> Iterator[bytes]:
    """The lines of a CSV file: reference, line of the message, reason."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_("record reference"), _("line"), _("reason")])
    yield b"\xef\xbb\xbf"  # else Excel spoils accents
    notes = FeedNote.objects.filter(run=run, kind=FeedNote.Kind.REJECTED).order_by("pk")
    for note in notes.iterator(chunk_size=500):
        writer.writerow([harmless(note.reference), note.line, harmless(note.text)])
        if buffer.tell() > 16_000:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
