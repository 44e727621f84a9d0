"""A customer's own pages. Signing up, logging in and out and passwords are allauth's."""

from allauth.account.models import EmailAddress
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .emails import EmailTaken, ask_for_email, change_email, read_link
from .forms import DetailsForm, EmailForm
from .requests import CustomerRequest
from .sessions import device, end_sessions, live_sessions


@never_cache
@login_required
@require_safe
def account(request: CustomerRequest) -> HttpResponse:
    """Who the customer is to the shop, and the way to everything of theirs."""
    return render(
        request,
        "customers/account.html",
        {
            "address": request.user.addresses.first(),
            "is_confirmed": EmailAddress.objects.filter(
                user=request.user, email=request.user.email, verified=True
            ).exists(),
        },
    )


@never_cache
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


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="manage_email")
def email(request: CustomerRequest) -> HttpResponse:
    """Another e-mail address to log in with, once the link sent to it is followed."""
    form = EmailForm(request.POST or None, user=request.user)
    if form.is_valid():
        new_email = form.cleaned_data["email"]
        ask_for_email(user=request.user, email=new_email)
        messages.success(
            request, _("We have sent a mail to %(email)s: follow the link in it.") % {"email": new_email}
        )
        return redirect("customers:account")
    return render(request, "customers/email.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link to a new address leads; open in whatever browser the mail is read in."""
    asked = read_link(token)
    if asked is None or request.method != "POST":
        return render(request, "customers/confirm_email.html", {"email": asked and asked[1]})
    user, new_email = asked
    try:
        change_email(user=user, email=new_email)
    except EmailTaken:
        messages.error(
            request, _("%(email)s is the address of another account already.") % {"email": new_email}
        )
    else:
        messages.success(request, _("You log in as %(email)s from now on.") % {"email": new_email})
    return redirect("customers:account")


@login_required
@require_POST
@rate_limit(action="manage_email")
def send_confirmation(request: CustomerRequest) -> HttpResponse:
    """Send the mail again that asks to confirm the address given at sign-up."""
    record, _is_new = EmailAddress.objects.get_or_create(
        user=request.user, email=request.user.email, defaults={"primary": True}
    )
    if not record.verified:
        record.send_confirmation(request)
        messages.success(
            request, _("We have sent a mail to %(email)s: follow the link in it.") % {"email": record.email}
        )
    return redirect("customers:account")


@never_cache
@login_required
@require_safe
def sessions(request: CustomerRequest) -> HttpResponse:
    """Where the customer is logged in."""
    open_sessions = [
        {"session": session, "device": device(session), "is_this": session.is_current()}
        for session in live_sessions(request.user)
    ]
    return render(request, "customers/sessions.html", {"sessions": open_sessions})


@login_required
@require_POST
def end_session(request: CustomerRequest, pk: int) -> HttpResponse:
    """Log out on one other device."""
    if not end_sessions(user=request.user, keep=request.session.session_key, only=pk):
        raise Http404
    messages.success(request, _("You are logged out there."))
    return redirect("customers:sessions")


@login_required
@require_POST
def end_other_sessions(request: CustomerRequest) -> HttpResponse:
    """Log out everywhere but here."""
    end_sessions(user=request.user, keep=request.session.session_key)
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("customers:sessions")
