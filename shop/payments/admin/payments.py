"""Payments in the admin: every attempt to pay, and what is paid at the till."""

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shop.money import written
from shop.orders.models import Order

from ..forms import TakenForm
from ..gateways import name_of
from ..models import Payment
from ..settling import WrongAmount, settle
from .rows import ReadOnlyAdmin

EVENTS_SHOWN = 20


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Every attempt to pay; those at the till are settled from here."""

    change_form_template = "admin/shop/payment/change_form.html"
    list_display = ["order", "way", "sum", "given_back", "status", "attention", "started_at"]
    list_filter = ["needs_attention", "status", "gateway", "started_at"]
    list_select_related = ["order"]
    actions = ["seen_to"]
    search_fields = ["order__number", "order__email", "reference"]

    @admin.display(description=_("way"), ordering="gateway")
    def way(self, payment: Payment) -> str:
        return name_of(payment)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, payment: Payment) -> str:
        return written(payment.amount, payment.currency)

    @admin.display(description=_("refunded"), ordering="refunded", empty_value="")
    def given_back(self, payment: Payment) -> str:
        """Nothing rather than a column of noughts."""
        return written(payment.refunded, payment.currency) if payment.refunded else ""

    @admin.display(description=_("needs attention"), ordering="needs_attention", empty_value="")
    def attention(self, payment: Payment) -> str:
        """Why people have to look at it, where they have to."""
        return (payment.problem or str(_("Yes"))) if payment.needs_attention else ""

    @admin.action(description=_("This has been seen to"), permissions=["change"])
    def seen_to(self, request: HttpRequest, payments: QuerySet[Payment]) -> None:
        count = payments.filter(needs_attention=True).update(needs_attention=False)
        messages.success(request, _("%(count)d payments need no attention any more.") % {"count": count})

    @admin.display(description=_("what the provider told"), empty_value="")
    def told(self, payment: Payment) -> SafeString | str:
        """The provider's events about the payment, the latest first."""
        events = payment.provider_events.defer("payload").order_by("-received_at", "-pk")[:EVENTS_SHOWN]
        return format_html_join(
            mark_safe("<br>"),
            '<a href="{}">{}</a>: {} {}',
            (
                (
                    reverse("admin:shop_providerevent_change", args=[event.pk]),
                    event.kind,
                    event.get_outcome_display(),
                    f"({event.note})" if event.note else "",
                )
                for event in events
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "told"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        payment = Payment.objects.select_related("order").filter(pk=_number(object_id) or 0).first()
        may_take = (
            payment is not None and payment.is_taken_at_the_till and self.has_change_permission(request)
        )
        return super().change_view(
            request, object_id, form_url, {"may_take": may_take, **(extra_context or {})}
        )

    def get_urls(self) -> list[URLPattern]:
        take = self.admin_site.admin_view(self.take_view)
        return [path("<int:pk>/take/", take, name="shop_payment_take"), *super().get_urls()]

    def take_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what was taken at the till for an order that is collected."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        payment = get_object_or_404(Payment.objects.select_related("order"), pk=pk)
        if not payment.is_taken_at_the_till:
            messages.error(request, _("There is nothing to take for this payment."))
            return redirect("admin:shop_payment_change", pk)
        form = TakenForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                settle(
                    payment_id=pk,
                    amount=form.cleaned_data["amount"],
                    currency=payment.currency,
                    actor=request.user,  # type: ignore[arg-type]
                )
            except WrongAmount:
                form.add_error("amount", _not_its_total(form.cleaned_data["amount"], payment.order))
            else:
                return self._settled(request, payment.order)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take payment"),
            "opts": self.opts,
            "payment": payment,
            "form": form,
        }
        return render(request, "admin/shop/payment/take.html", context)

    def _settled(self, request: HttpRequest, order: Order) -> HttpResponse:
        order.refresh_from_db()
        if order.is_paid:
            messages.success(request, _("Order %(number)s is paid.") % {"number": order.number})
        else:
            messages.warning(
                request,
                _("Order %(number)s is %(status)s: please give the money back.")
                % {"number": order.number, "status": order.get_status_display()},
            )
        return redirect("admin:shop_order_change", order.pk)


def _not_its_total(amount: Decimal, order: Order) -> str:
    """Why another amount is not taken, to staff at the till."""
    said = _("You wrote %(amount)s, but order %(number)s costs %(total)s. Nothing was booked.")
    return said % {
        "amount": written(amount, order.currency),
        "number": order.number,
        "total": written(order.total, order.currency),
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
