"""A customer's address book. Somebody else's address is a 404."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shop.address_forms import wants_other_fields

from .forms import AddressForm
from .models import MOST_ADDRESSES, Address
from .requests import CustomerRequest


@never_cache
@login_required
@require_safe
def address_book(request: CustomerRequest) -> HttpResponse:
    """The customer's addresses, the one offered first at checkout on top."""
    return render(request, "customers/address_book.html", {"addresses": request.user.addresses.all()})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_address(request: CustomerRequest) -> HttpResponse:
    """One more address."""
    if request.user.addresses.count() >= MOST_ADDRESSES:
        messages.error(request, _("Your address book is full. Remove an address that you no longer need."))
        return redirect("customers:address_book")
    return _ask(request, Address(user=request.user, country=settings.SHOP_COUNTRY))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: CustomerRequest, pk: int) -> HttpResponse:
    """An address as it is from now on; orders already placed keep what they were given."""
    return _ask(request, get_object_or_404(Address, pk=pk, user=request.user))


def _ask(request: CustomerRequest, address: Address) -> HttpResponse:
    if wants_other_fields(request.POST):
        form = AddressForm(instance=address, initial=request.POST.dict())
    else:
        form = AddressForm(request.POST or None, instance=address)
    if form.is_valid():
        if form.cleaned_data["is_preferred"]:
            form.instance.preferred_at = timezone.now()
        form.save()
        messages.success(request, _("Your address is saved."))
        return redirect("customers:address_book")
    return render(request, "customers/address.html", {"form": form, "address": address})


@login_required
@require_POST
def prefer_address(request: CustomerRequest, pk: int) -> HttpResponse:
    """Offer this address first from now on."""
    address = get_object_or_404(Address, pk=pk, user=request.user)
    Address.objects.filter(pk=address.pk).update(preferred_at=timezone.now())
    messages.success(request, _("This address is offered first from now on."))
    return redirect("customers:address_book")


@login_required
@require_POST
def remove_address(request: CustomerRequest, pk: int) -> HttpResponse:
    """Out of the book; orders keep theirs."""
    get_object_or_404(Address, pk=pk, user=request.user).delete()
    messages.success(request, _("Your address is removed."))
    return redirect("customers:address_book")
