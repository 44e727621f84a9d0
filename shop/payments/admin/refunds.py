"""Refunds in the admin: staff give money back, and see that what is due, or has failed, gets there."""

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from shop.money import written
from shop.orders.copies import TooManyCopies
from shop.orders.models import Order
from shop.orders.transitions import NotPossible

from ..apportioning import Left, left_of
from ..forms import RefundForm, everything, what_came_back
from ..gateways import name_of
from ..models import Payment, Refund, RefundLine
from ..owing import CannotRefund
from ..paying_back import is_for_people, mark_given_by_hand, may_be_given_by_hand, try_again
from ..refunding import paying, refund_payment
from .rows import ReadOnlyAdmin


class RefundLineRows(admin.TabularInline):
    """What of it is for which copies."""

    model = RefundLine
    template = "admin/shop/rows.html"
    fields = ["copies", "title", "sum", "became"]
    readonly_fields = ["copies", "title", "sum", "became"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundLine]:
        return super().get_queryset(request).select_related("line__order")

    @admin.display(description=_("copies"))
    def copies(self, part: RefundLine) -> int:
        return part.quantity

    @admin.display(description=_("book"))
    def title(self, part: RefundLine) -> str:
        return part.line.title

    @admin.display(description=_("amount"))
    def sum(self, part: RefundLine) -> str:
        return written(part.amount, part.line.order.currency)

    @admin.display(description=_("what became of them"))
    def became(self, part: RefundLine) -> str:
        return part.get_fate_display()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """What goes back to customers; where people must do it, they say here that it is done."""

    change_form_template = "admin/shop/refund/change_form.html"
    list_display = ["order", "sum", "status", "reason", "actor", "created_at"]
    list_filter = ["status", "origin", "created_at"]
    list_select_related = ["payment__order", "actor"]
    search_fields = ["payment__order__number", "payment__order__email", "reference", "reason"]
    search_help_text = _("Order's number or e-mail, the provider's reference, or the reason")
    inlines = [RefundLineRows]
    actions = ["try_chosen_again", "mark_done"]

    @admin.display(description=_("order"))
    def order(self, refund: Refund) -> str:
        return refund.payment.order.number

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, refund: Refund) -> str:
        return written(refund.amount, refund.payment.currency)

    @admin.display(description=_("of it delivery"))
    def delivery(self, refund: Refund) -> str:
        return written(refund.shipping, refund.payment.currency)

    @admin.display(description=_("order"))
    def whose(self, refund: Refund) -> str:
        """Leads to the order's page."""
        order = refund.payment.order
        address = reverse("admin:shop_order_change", args=[order.pk])
        return format_html('<a href="{}">{}</a>', address, order.number)

    @admin.display(description=_("paid by"))
    def way(self, refund: Refund) -> str:
        return name_of(refund.payment)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (
                None,
                {"fields": ["whose", "sum", "delivery", "reason", "way", "origin", "actor", "created_at"]},
            ),
            (
                _("What came of it"),
                {"fields": ["status", "by_hand", "problem", "reference", "tries", "done_at"]},
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "whose", "sum", "delivery", "way"]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        refund = context["original"]
        may = self.has_change_permission(request)
        context |= {
            "may_try_again": may and refund.is_open and not is_for_people(refund.payment),
            "may_mark_done": may and may_be_given_by_hand(refund),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description=_("Try again to give the money back"), permissions=["change"])
    def try_chosen_again(self, request: HttpRequest, refunds: QuerySet[Refund]) -> None:
        """Ask the gateways once more."""
        tried = sum(try_again(refund_id=pk) for pk in refunds.values_list("pk", flat=True))
        said = ngettext("%(count)d refund is tried again.", "%(count)d refunds are tried again.", tried)
        messages.success(request, said % {"count": tried})

    @admin.action(description=_("The money has been given back by hand"), permissions=["change"])
    def mark_done(self, request: HttpRequest, refunds: QuerySet[Refund]) -> None:
        chosen = list(refunds.values_list("pk", flat=True))
        done = sum(mark_given_by_hand(refund_id=pk, actor=request.user) for pk in chosen)  # type: ignore[arg-type]
        if done:
            said = ngettext("%(count)d refund is done.", "%(count)d refunds are done.", done)
            messages.success(request, said % {"count": done})
        if done < len(chosen):
            messages.warning(
                request,
                _("Left as they are: %(count)d, which are done, or on their way through the gateway.")
                % {"count": len(chosen) - done},
            )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("order/<int:pk>/", wrap(self.refund_view), name="shop_refund_order"),
            path("<int:pk>/see-to/", wrap(require_POST(self.see_to_view)), name="shop_refund_see_to"),
            *super().get_urls(),
        ]

    def see_to_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The buttons on a refund's page."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        action = self.mark_done if request.POST.get("todo") == "by_hand" else self.try_chosen_again
        action(request, Refund.objects.filter(pk=pk))
        return redirect("admin:shop_refund_change", pk)

    def refund_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give back some or all of what was paid for an order: written, checked, and then agreed to."""
        if not request.user.has_perm("shop.add_refund"):
            raise PermissionDenied
        order = get_object_or_404(Order, pk=pk)
        made = Refund.objects.filter(key=request.POST.get("key", ""), payment__order=order).first()
        if made:  # the same form once more
            return self._say_made(request, made)
        payment = paying(order) if order.is_paid else None
        if payment is None:
            messages.error(request, _("There is no money of this order to give back."))
            return redirect("admin:shop_order_change", pk)
        left = left_of(order)
        form, todo = _asked(request, left, order), request.POST.get("todo")
        is_agreed = todo in ("check", "confirm") and form.is_valid()
        if is_agreed and todo == "confirm":
            made = _given(request, payment, form)
            if made:
                return self._say_made(request, made)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Give money back for order %(number)s") % {"number": order.number},
            "opts": Order._meta,
            "order": order,
            "payment": payment,
            "way": name_of(payment),
            "is_for_people": is_for_people(payment),
            "left": left,
            "form": form,
        }
        if is_agreed and todo == "check":
            context["agreed"] = RefundForm(form.explicit(), left=left, currency=order.currency)
            return TemplateResponse(request, "admin/shop/refund/confirm.html", context)
        return TemplateResponse(request, "admin/shop/refund/order.html", context)

    def _say_made(self, request: HttpRequest, refund: Refund) -> HttpResponse:
        refund.refresh_from_db()
        payment = refund.payment
        if is_for_people(payment) and refund.is_open:
            said = _("Give the customer %(sum)s, and then say here that it is done.")
            messages.warning(request, said % {"sum": written(refund.amount, payment.currency)})
            return redirect("admin:shop_refund_change", refund.pk)
        if refund.status == Refund.Status.FAILED:
            messages.error(request, _("The money could not be given back: %s") % refund.problem)
            return redirect("admin:shop_refund_change", refund.pk)
        messages.success(
            request,
            _("%(sum)s goes back to the customer.") % {"sum": written(refund.amount, payment.currency)},
        )
        return redirect("admin:shop_order_change", payment.order_id)


def _asked(request: HttpRequest, left: Left, order: Order) -> RefundForm:
    """The form as it was sent; at first, with the copies that came back, and with all that is left if that was asked
    for."""
    if request.method == "POST" and request.POST.get("todo") != "everything":
        return RefundForm(request.POST, left=left, currency=order.currency)
    filled = everything(left) if request.method == "POST" else what_came_back(left)
    initial = filled | {"key": uuid4(), "reason": request.POST.get("reason", "")}
    return RefundForm(left=left, currency=order.currency, initial=initial)


def _given(request: HttpRequest, payment: Payment, form: RefundForm) -> Refund | None:
    """Give back what was agreed to; None if the form must be shown again."""
    try:
        return refund_payment(
            payment_id=payment.pk,
            parts=form.parts,
            shipping=form.shipping,
            reason=form.cleaned_data["reason"],
            key=str(form.cleaned_data["key"]),
            actor=request.user,  # type: ignore[arg-type]
        )
    except (CannotRefund, NotPossible, TooManyCopies) as refused:
        form.add_error(None, str(refused))
        return None
