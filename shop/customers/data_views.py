"""A customer's own data: looked at, taken along, erased. Each asks first whether it is still the customer."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shop.personal_data import NotErasable

from .forms import ErasureForm
from .leaving import data_of, erase_account
from .requests import CustomerRequest


@never_cache
@login_required
@require_safe
@reauthentication_required
def data(request: CustomerRequest) -> HttpResponse:
    """What the shop knows, and what its owner can do about it."""
    return render(request, "customers/data.html")


@never_cache
@login_required
@require_safe
@reauthentication_required
def export(request: CustomerRequest) -> HttpResponse:
    """All that the shop knows of the customer, as a file."""
    disposition = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    dumps = {"indent": 2, "ensure_ascii": False}
    return JsonResponse(data_of(request.user), json_dumps_params=dumps, headers=disposition)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def erase(request: CustomerRequest) -> HttpResponse:
    """The end of the account, once its owner is sure."""
    form = ErasureForm(request.POST or None)
    if form.is_valid():
        try:
            erase_account(user_id=request.user.pk)
        except NotErasable as refused:
            form.add_error(None, str(refused))
        else:
            logout(request)
            messages.success(request, _("Your account is erased. Thank you for having been our customer."))
            return redirect("catalogue:home")
    return render(request, "customers/erase.html", {"form": form})
