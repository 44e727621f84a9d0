"""How mails are worded: a list of all kinds, each with its words to edit and a preview of the mail."""

from typing import Any

from csp.decorators import csp, csp_update
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from ..forms import WordingForm
from ..kinds import Kind, find, kinds
from ..models import Wording
from ..rendering import Letter, compose
from ..wording import FIELDS, words_of

# A mail has its styles in its tags. Nothing else of it is let through: no script, no picture, no form, no address.
ONLY_STYLES = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]}


@admin.register(Wording)
class WordingAdmin(admin.ModelAdmin):
    """Kinds of mail by their code; one whose words nobody changed has no row, and is edited all the same."""

    form = WordingForm
    change_form_template = "admin/shop/wording/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the shop's rooms say which kinds there are

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Wording | None:
        """What the mail says now, be it staff's words or the shop's own."""
        kind = find(unquote(object_id))
        if kind is None:
            return None
        wording = Wording.objects.filter(pk=kind.code).first() or Wording(kind=kind.code)
        words = words_of(kind, wording)
        for name in FIELDS:
            setattr(wording, name, getattr(words, name))
        return wording

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        kind = find(obj.kind) if obj else None
        return [*FIELDS, "is_off"] if kind and kind.may_be_off else list(FIELDS)

    def save_model(self, request: HttpRequest, obj: Wording, form: Any, change: bool) -> None:
        """Where the shop's own words are left, nothing is kept of them."""
        if obj.is_off or any(getattr(obj, name) for name in FIELDS):
            obj.save()
        else:
            Wording.objects.filter(pk=obj.pk).delete()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All kinds, also those that nobody worded."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        changed = {wording.pk: wording for wording in Wording.objects.all()}
        context = self.admin_site.each_context(request) | {
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "kinds": [(kind, changed.get(kind.code)) for kind in kinds()],
        }
        return render(request, "admin/shop/wording/list.html", context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        kind = find(context["original"].kind)
        is_changed = Wording.objects.filter(pk=context["original"].kind).exists()
        context |= {"kind": kind, "is_changed": is_changed, "title": kind and kind.label, "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<slug:code>/preview/", view(self.preview_view), name="shop_wording_preview"),
            path("<slug:code>/letter/", view(self.letter_view), name="shop_wording_letter"),
            path("<slug:code>/reset/", view(require_POST(self.reset_view)), name="shop_wording_reset"),
            *super().get_urls(),
        ]

    def reset_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """Back to the shop's own words."""
        kind = self._kind(request, code)
        if not self.has_change_permission(request):
            raise PermissionDenied
        Wording.objects.filter(pk=kind.code).delete()
        messages.success(request, _("The mail has the shop's own words again."))
        return redirect("admin:shop_wording_change", kind.code)

    @method_decorator(csp_update({"frame-src": ["'self'"]}))
    def preview_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """A mail of this kind as it will be, text beside HTML: about something invented, or the latest that is real."""
        kind = self._kind(request, code)
        is_real = "real" in request.GET
        context = self.admin_site.each_context(request) | {
            "title": _("Preview: %(kind)s") % {"kind": kind.label},
            "opts": self.opts,
            "kind": kind,
            "is_real": is_real,
            "letter": self._letter(kind, Wording.objects.filter(pk=kind.code).first(), is_real=is_real),
        }
        return render(request, "admin/shop/wording/preview.html", context)

    @method_decorator([csp({**ONLY_STYLES, "sandbox": []}), xframe_options_sameorigin])
    def letter_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """The HTML of such a mail by itself; to a POST with the words that are in the form, saved or not."""
        kind = self._kind(request, code)
        wording = Wording.objects.filter(pk=kind.code).first()
        if request.method == "POST":
            form = WordingForm(request.POST, instance=Wording(kind=kind.code))
            if not form.is_valid():
                return render(request, "admin/shop/wording/wrong.html", {"form": form}, status=422)
            wording = form.instance
        letter = self._letter(kind, wording, is_real="real" in request.GET)
        if letter is None:
            raise Http404
        if "text" in request.POST:
            return HttpResponse(
                f"{letter.subject}\n\n{letter.text}", content_type="text/plain; charset=utf-8"
            )
        return HttpResponse(letter.html)

    def _kind(self, request: HttpRequest, code: str) -> Kind:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        kind = find(code)
        if kind is None:
            raise Http404
        return kind

    def _letter(self, kind: Kind, wording: Wording | None, *, is_real: bool) -> Letter | None:
        """A mail as it would be; None where there is nothing real that it could be about."""
        about = kind.latest() if is_real else None
        contents = kind.contents(about) if about is not None else None
        contents = contents if is_real else kind.example()
        return compose(contents, words_of(kind, wording)) if contents else None
