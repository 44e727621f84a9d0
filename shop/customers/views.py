"""A customer's own pages. Logging in and out, passwords and e-mail addresses are allauth's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .forms import AddressForm, DetailsForm
from .models import Address, User


class CustomerRequest(HttpRequest):
    """A request that `login_required` has let through."""

    user: User


@login_required
@require_safe
def account(request: CustomerRequest) -> HttpResponse:
    """Who the customer is to the shop, and the way to everything of theirs."""
    address = Address.objects.filter(user=request.user).first()
    return render(request, "customers/account.html", {"address": address})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: CustomerRequest) -> HttpResponse:
    """The customer's name."""
    form = DetailsForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your details are saved."))
        return redirect("customers:account")
    return render(request, "customers/details.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: CustomerRequest) -> HttpResponse:
    """The address offered at the next checkout."""
    saved = Address.objects.filter(user=request.user).first()
    form = AddressForm(request.POST or None, instance=saved)
    if form.is_valid():
        Address.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
        messages.success(request, _("Your address is saved."))
        return redirect("customers:account")
    return render(request, "customers/address.html", {"form": form, "saved": saved})


@login_required
@require_POST
def forget_address(request: CustomerRequest) -> HttpResponse:
    """Remove the saved address; orders keep theirs."""
    Address.objects.filter(user=request.user).delete()
    messages.success(request, _("Your address is removed."))
    return redirect("customers:account")
