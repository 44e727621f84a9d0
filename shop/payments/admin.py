"""Payments in the admin: staff settle what is paid at the till, and see what must be given back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from shop.money import written
from shop.orders.models import Order

from .forms import TakenForm
from .gateways import PayOnCollection, label_of
from .models import Payment, Refund
from .refunding import mark_paid_back
from .settling import WrongAmount, settle


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing is typed here: use cases change it."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.model._meta.fields]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Every attempt to pay; those at the till are settled from here."""

    change_form_template = "admin/shop/payment/change_form.html"
    list_display = ["order", "way", "sum", "status", "started_at", "settled_at"]
    list_filter = ["status", "gateway", "started_at"]
    list_select_related = ["order"]
    search_fields = ["order__number", "order__email", "reference"]

    @admin.display(description=_("way"), ordering="gateway")
    def way(self, payment: Payment) -> str:
        return label_of(payment)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, payment: Payment) -> str:
        return written(payment.amount, payment.currency)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        payment = Payment.objects.select_related("order").filter(pk=_number(object_id) or 0).first()
        may_take = (
            payment is not None and is_taken_at_the_till(payment) and self.has_change_permission(request)
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
        if not is_taken_at_the_till(payment):
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
            except WrongAmount as refused:
                form.add_error("amount", str(refused))
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


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """What goes back to customers; where people must do it, they say here that it is done."""

    list_display = ["order", "sum", "reason", "status", "created_at", "done_at"]
    list_filter = ["status", "created_at"]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__number", "reference"]
    actions = ["mark_done"]

    @admin.display(description=_("order"))
    def order(self, refund: Refund) -> str:
        return refund.payment.order.number

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, refund: Refund) -> str:
        return written(refund.amount, refund.payment.currency)

    @admin.action(description=_("The money has been given back"), permissions=["change"])
    def mark_done(self, request: HttpRequest, refunds: QuerySet[Refund]) -> None:
        done = sum(mark_paid_back(refund_id=pk) for pk in refunds.values_list("pk", flat=True))
        messages.success(request, _("%(count)d refunds are done.") % {"count": done})


def is_taken_at_the_till(payment: Payment) -> bool:
    """Whether staff take this payment, and have not done so yet."""
    return payment.gateway == PayOnCollection.code and payment.is_open and payment.order.awaits_payment


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
