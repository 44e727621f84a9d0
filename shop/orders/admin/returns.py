"""Staff take copies back that customers return, or tell them why not."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ..copies import SentBefore, TooManyCopies
from ..models import Order, Return
from ..returning import AlreadyClosed, receive_return, refuse_return, take_return
from .forms import RefuseForm, ReturnForm
from .pages import page


def take_page(pages: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Copies that nobody asked to return: they were brought, or came in the post."""
    order = get_object_or_404(Order, pk=pk)
    if not pages.has_change_permission(request, order):
        raise PermissionDenied
    lines = _that_can_come_back(order)
    if not lines:
        messages.error(
            request, _("Nothing can come back of this order: nothing was sent, or all of it came.")
        )
        return redirect("admin:shop_order_change", pk)
    initial = {"number": order.returns.count() + 1}
    form = ReturnForm(lines, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _taken(request, order, form):
        return redirect("admin:shop_order_change", pk)
    title = _("Take back copies of order %(number)s") % {"number": order.number}
    context = {"title": title, "order": order, "form": form, "asked": None}
    return page(pages, request, "admin/shop/order/return.html", context)


def answer_page(pages: Any, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A return that a customer asked for: staff receive it, whatever of it came, or refuse it."""
    order = get_object_or_404(Order, pk=pk)
    asked = get_object_or_404(Return.objects.select_related("order"), order=order, number=number)
    if not pages.has_change_permission(request, order):
        raise PermissionDenied
    if asked.status != Return.Status.ASKED:
        messages.info(request, _answered(asked))
        return redirect("admin:shop_order_change", pk)
    todo = request.POST.get("todo")
    wanted = dict(asked.lines.values_list("line_id", "quantity"))
    receive = ReturnForm(
        _that_can_come_back(order), request.POST if todo == "receive" else None, asked=wanted
    )
    refuse = RefuseForm(request.POST if todo == "refuse" else None)
    if (todo == "receive" and receive.is_valid() and _received(request, asked, receive)) or (
        todo == "refuse" and refuse.is_valid() and _refused(request, asked, refuse)
    ):
        return redirect("admin:shop_order_change", pk)
    context = {
        "title": _("Return %(number)s") % {"number": asked.reference},
        "order": order,
        "asked": asked,
        "form": receive,
        "refuse": refuse,
    }
    return page(pages, request, "admin/shop/order/return.html", context)


def _that_can_come_back(order: Order) -> list[Any]:
    return [line for line in order.lines.all() if line.dispatched > line.returned]


def _answered(asked: Return) -> str:
    return _("This return is closed already: “%(status)s”.") % {"status": asked.get_status_display()}


def _taken(request: HttpRequest, order: Order, form: ReturnForm) -> bool:
    """Take back what the form says; False if it must be shown again."""
    try:
        taken = take_return(
            order_id=order.pk,
            copies=form.typed("copies"),
            restocked=form.typed("restocked"),
            reason=form.cleaned_data["reason"],
            actor=request.user,  # type: ignore[arg-type]
            number=form.cleaned_data["number"],
        )
    except SentBefore:
        messages.info(request, _("A return was noted since this form was opened: nothing is counted twice."))
    except TooManyCopies as refused:
        form.add_error(None, str(refused))
        return False
    else:
        _say(request, taken)
    return True


def _received(request: HttpRequest, asked: Return, form: ReturnForm) -> bool:
    try:
        received = receive_return(
            return_id=asked.pk,
            copies=form.typed("copies"),
            restocked=form.typed("restocked"),
            actor=request.user,  # type: ignore[arg-type]
        )
    except AlreadyClosed:
        asked.refresh_from_db()
        messages.info(request, _answered(asked))
    except TooManyCopies as refused:
        form.add_error(None, str(refused))
        return False
    else:
        _say(request, received)
    return True


def _refused(request: HttpRequest, asked: Return, form: RefuseForm) -> bool:
    try:
        refuse_return(return_id=asked.pk, answer=form.cleaned_data["answer"], actor=request.user)  # type: ignore[arg-type]
    except AlreadyClosed:
        asked.refresh_from_db()
        messages.info(request, _answered(asked))
    else:
        messages.success(request, _("The return is refused, and the customer reads why."))
    return True


def _say(request: HttpRequest, received: Return) -> None:
    """That it was taken back; and where to give the money back, which does not go by itself."""
    copies = sum(line.quantity for line in received.lines.all())
    done = _("Taken back: %(count)d. No money has gone back yet.") % {"count": copies}
    if request.user.has_perm("shop.add_refund"):
        address = reverse("admin:shop_refund_order", args=[received.order_id])
        done = format_html('{} <a href="{}">{}</a>', done, address, _("Give money back"))
    messages.success(request, done)
