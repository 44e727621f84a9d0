"""Paying for an order."""

from contextlib import suppress

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from shop.orders.access import for_its_owner
from shop.orders.models import Order
from shop.orders.transitions import NotPossible

from . import gateways
from .answers import begin_payment
from .events import ask_provider
from .gateways.base import Accepted, Declined, Elsewhere, Gateway, Later, Outcome, ProviderAway, UnderWay
from .gateways.test_card import TestCard
from .models import Payment
from .settling import ReferenceUsed, WrongAmount, fail, hold_for_collection, settle

ASKED_EVERY = (
    10  # seconds between two questions to a provider about one payment, however often its page is looked at
)
LOOKS = 20  # after so many the waiting page stands still


@require_http_methods(["GET", "HEAD", "POST"])
@for_its_owner
def pay(request: HttpRequest, order: Order) -> HttpResponse:
    """The ways in which this order can be paid, one of which the customer takes."""
    if not order.awaits_payment:
        return redirect(order.page_address())
    offered = gateways.offered_for(order)
    chosen = next((gateway for gateway in offered if gateway.code == request.POST.get("gateway")), None)
    bound = {chosen.code: chosen.form(request.POST)} if chosen else {}
    if chosen and bound[chosen.code].is_valid():
        return _start(request, order, chosen, bound[chosen.code])
    if request.method == "POST" and not chosen:
        messages.error(request, _("Please choose how to pay."))
    ways = [(gateway, bound.get(gateway.code) or gateway.form()) for gateway in offered]
    begun = order.payments.filter(status=Payment.Status.STARTED, gateway__in=gateways.PROVIDERS)
    under_way = next((payment for payment in begun if payment.is_under_way), None)
    return render(request, "payments/pay.html", {"order": order, "ways": ways, "under_way": under_way})


@require_http_methods(["GET", "HEAD", "POST"])
@for_its_owner
def confirm(request: HttpRequest, order: Order, pk: int) -> HttpResponse:
    """The test gateway's stand-in for the page on which a bank asks its customer."""
    payment = get_object_or_404(Payment, pk=pk, order=order, gateway=TestCard.code)
    gateway = next((g for g in gateways.enabled() if isinstance(g, TestCard)), None)
    if gateway is None:
        raise Http404
    if not payment.is_open or not order.awaits_payment:
        if payment.status != Payment.Status.SUCCEEDED:
            messages.info(
                request,
                _("Nothing was taken: the order's status is “%(status)s”.")
                % {"status": order.get_status_display()},
            )
        return redirect(order.page_address())
    if request.method != "POST":
        return render(request, "payments/confirm.html", {"order": order, "payment": payment})
    approved = "approve" in request.POST
    outcome = gateway.confirm(payment) if approved else Declined(_("The bank did not confirm the payment."))
    return _finish(request, payment, outcome)


@require_safe
@for_its_owner
def returned(request: HttpRequest, order: Order, pk: int) -> HttpResponse:
    """The customer comes back from a provider's page, and waits here for what the provider says of the payment. The
    coming itself says nothing: anybody can open this address."""
    payment = get_object_or_404(Payment, pk=pk, order=order, gateway__in=gateways.PROVIDERS)
    if payment.is_open and cache.add(f"asked-about-{payment.pk}", True, ASKED_EVERY):
        with suppress(ProviderAway):  # the event will come
            ask_provider(payment)
        payment.refresh_from_db()
        order.refresh_from_db()
    if payment.is_open:
        look = request.GET.get("look", "")
        looks = int(look) if look.isdecimal() and len(look) < 4 else 0
        looks_again = looks < LOOKS and not payment.is_under_way
        context = {"order": order, "payment": payment, "next_look": looks + 1 if looks_again else None}
        return render(request, "payments/returned.html" + ("#state" if request.htmx else ""), context)  # type: ignore[attr-defined]
    address = _told(request, order, payment)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]


def _told(request: HttpRequest, order: Order, payment: Payment) -> str:
    """Tell the customer what came of a payment at a provider; where they go on."""
    if order.is_paid:
        messages.success(request, _("Thank you. Your order is paid."))
    elif payment.status == Payment.Status.SUCCEEDED:
        messages.warning(request, _("Your order could not be kept; what you paid is given back."))
    elif payment.needs_attention:
        messages.warning(
            request, _("Something is wrong with your payment. We look into it, and write to you.")
        )
    else:
        messages.error(request, _("%(problem)s You can try again.") % {"problem": payment.problem})
        return reverse("payments:pay", args=[order.token])
    return order.page_address()


@require_safe
@for_its_owner
def left(request: HttpRequest, order: Order, pk: int) -> HttpResponse:
    """The customer comes back without having paid, to go on there or to pay in another way."""
    if order.awaits_payment:
        messages.info(request, _("You have not paid yet. Your order is still here."))
    return redirect("payments:pay", order.token)


def _start(request: HttpRequest, order: Order, gateway: Gateway, form: forms.Form) -> HttpResponse:
    try:
        payment, outcome = begin_payment(order_id=order.pk, gateway=gateway, form=form)
    except NotPossible:
        return redirect(order.page_address())
    except ProviderAway:
        messages.error(
            request,
            _("The payment page cannot be reached. Please try again in a minute; you are charged once only."),
        )
        return redirect("payments:pay", order.token)
    return _finish(request, payment, outcome)


def _finish(request: HttpRequest, payment: Payment, outcome: Outcome) -> HttpResponse:
    """Do what the gateway's answer calls for, and tell the customer."""
    order = payment.order
    match outcome:
        case UnderWay() | Accepted() if (
            payment.session
        ):  # paid before on the provider's page: that says so itself
            return redirect("payments:returned", order.token, payment.pk)
        case Accepted(reference, amount, currency):
            try:
                settled = settle(payment_id=payment.pk, amount=amount, currency=currency, reference=reference)
            except (WrongAmount, ReferenceUsed) as refused:
                messages.error(request, str(refused))
                return redirect("payments:pay", order.token)
            if settled.order.is_paid:
                messages.success(request, _("Thank you. Your order is paid."))
            else:
                messages.warning(request, _("Your order could not be kept; what you paid is given back."))
        case Declined(problem):
            fail(payment_id=payment.pk, problem=problem)
            messages.error(request, _("%(problem)s You can try again.") % {"problem": problem})
            return redirect("payments:pay", order.token)
        case Elsewhere(url=url):
            return redirect(url)
        case Later():
            try:
                hold_for_collection(payment_id=payment.pk)
            except NotPossible:
                return redirect(order.page_address())
            messages.success(request, _("Thank you. We hold your books; please pay when you collect them."))
    return redirect(order.page_address())
