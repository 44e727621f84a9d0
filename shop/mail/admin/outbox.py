"""The outbox: staff see what the shop wrote to whom, and have it sent again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shop.long_lists import LongListAdmin

from ..kinds import kinds, label_of
from ..models import Mail
from ..outbox import send_again


class AgainForm(forms.Form):
    """Where to send a mail once more."""

    to = forms.EmailField(label=_("Send it again to"), max_length=254)


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.code, str(kind.label)) for kind in kinds()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Mail)
class MailAdmin(LongListAdmin):
    """Every mail of the last weeks, newest first; those that could not be sent say why."""

    change_form_template = "admin/shop/mail/change_form.html"
    list_display = ["what", "whom", "reference", "progress", "queued_at"]
    list_filter = ["status", KindFilter, "queued_at"]
    search_fields = ["to", "reference", "subject"]
    search_help_text = _("Address, order number or subject")
    actions = ["send_chosen_again"]
    fields = (
        *("what", "whom", "reference", "status", "problem"),
        *("queued_at", "sent_at", "tries", "next_try", "subject", "text_as_sent"),
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, mail: Mail) -> str:
        return label_of(mail.kind)

    @admin.display(description=_("to"), ordering="to")
    def whom(self, mail: Mail) -> str:
        return mail.to or gettext("Staff")

    @admin.display(description=_("status"), ordering="status")
    def progress(self, mail: Mail) -> str:
        """The status, and what stands in the way."""
        status = mail.get_status_display()
        if mail.status == Mail.Status.FAILED:
            return format_html('<span class="level out">{}</span><br>{}', status, mail.problem)
        return format_html("{}<br>{}", status, mail.problem) if mail.problem else status

    @admin.display(description=_("next try"))
    def next_try(self, mail: Mail) -> Any:
        return mail.due_at if mail.status == Mail.Status.QUEUED else self.get_empty_value_display()

    @admin.display(description=_("text"))
    def text_as_sent(self, mail: Mail) -> str:
        return format_html('<pre class="letter">{}</pre>', mail.text) if mail.text else ""

    @admin.action(description=_("Send the chosen mails again"), permissions=["change"])
    def send_chosen_again(self, request: HttpRequest, chosen: QuerySet[Mail]) -> None:
        self._send_again(request, list(chosen))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"title": label_of(context["original"].kind), "subtitle": context["original"].reference}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(require_POST(self.again_view))
        return [path("<int:pk>/again/", again, name="shop_mail_again"), *super().get_urls()]

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The button on a mail's page: to the same address, or to the one that the customer meant."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        mail = get_object_or_404(Mail, pk=pk)
        form = AgainForm(request.POST)
        if not mail.to:
            self._send_again(request, [mail])
        elif form.is_valid():
            self._send_again(request, [mail], to=form.cleaned_data["to"])
        else:
            messages.error(request, form.errors["to"].as_text().removeprefix("* "))
        return redirect("admin:shop_mail_change", pk)

    def _send_again(self, request: HttpRequest, mails: list[Mail], to: str = "") -> None:
        """Each is noted in its history: a mail holds the way into the order of a guest. No address is, for a history
        is not forgotten with its person."""
        count = send_again(mail_ids=[mail.pk for mail in mails], to=to)
        for mail in mails:
            elsewhere = to and to.lower() != mail.to
            said = gettext("Sent again to another address") if elsewhere else gettext("Sent again")
            self.log_change(request, mail, said)
        if count:
            done = ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", count)
            messages.success(request, done % {"count": count})
        if left := len(mails) - count:
            busy = ngettext(
                "%(count)d mail is being sent at this moment.",
                "%(count)d mails are being sent at this moment.",
                left,
            )
            messages.info(request, busy % {"count": left})
