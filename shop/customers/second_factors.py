"""Second factors: passkeys and one-time codes, offered to all and asked of staff where the shop says so.

With STAFF_NEED_SECOND_FACTOR nobody enters the admin on a password alone: the session must have proved a factor that
its user still has. A session proves one by setting it up, or by being asked for it.
"""

from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from .models import User

SESSION_KEY = "second_factor"  # the primary key of the authenticator that this session has proved
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes stand in for one of these

View = Callable[..., HttpResponse]


class MFAAdapter(DefaultMFAAdapter):
    """Asked by allauth wherever a shop may differ."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _lazy("You work here, so you keep one: add another first."),
        "unverified_email": _lazy("Confirm your e-mail address first: else somebody else's could be taken."),
        "incorrect_code": _lazy("This is not right, or no longer. Try again."),
    }

    def encrypt(self, text: str) -> str:
        """A secret as it is stored: who reads the database alone can make no codes of it."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; once the SECRET_KEY that it was stored under is gone, another one that nobody has."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return b32encode(token_bytes(20)).decode()  # never a constant: anybody could make codes of that

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff who need a second factor keep one."""
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS)
        return not is_needed_by(authenticator.user) or others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1} if count else _("My passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.SHOP_NAME}


def _cipher() -> MultiFernet:
    """Encrypts with the SECRET_KEY of today, reads what was encrypted with the ones before."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [sha256(b"shop.customers.second_factors" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def is_needed_by(user: User) -> bool:
    """Whether the shop asks this user for a second factor."""
    return bool(settings.STAFF_NEED_SECOND_FACTOR and user.is_staff)


@receiver(authenticator_used, dispatch_uid="shop.note_second_factor")
def note_second_factor(
    sender: Any, request: HttpRequest, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Remember with the session which second factor it has proved."""
    request.session[SESSION_KEY] = authenticator.pk


@receiver(authenticator_added, dispatch_uid="shop.note_new_second_factor")
def note_new_second_factor(
    sender: Any, request: HttpRequest, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Setting up a factor proves it; recovery codes come by themselves, and prove nothing yet."""
    if authenticator.type in FACTORS:
        request.session[SESSION_KEY] = authenticator.pk


def is_proved(request: HttpRequest) -> bool:
    """Whether this session has proved a second factor that its user has to this day."""
    key = request.session.get(SESSION_KEY)
    if key is None or not request.user.is_authenticated:
        return False
    return Authenticator.objects.filter(pk=key, user=request.user.pk).exists()


def may_enter_admin(request: HttpRequest) -> bool:
    """Whether the admin's pages are open: to active staff, who have proved a second factor where one is needed."""
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    if not hasattr(request, "_may_enter_admin"):  # asked more than once for a page
        request._may_enter_admin = not is_needed_by(user) or is_proved(request)  # type: ignore[attr-defined]
    return request._may_enter_admin  # type: ignore[attr-defined]


def asks_second_factor(login: View) -> View:
    """At the admin's door: ask staff for the second factor they have, or lead them to where they set one up."""

    @wraps(login)
    def guarded(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        user = request.user
        if not (user.is_authenticated and user.is_staff) or may_enter_admin(request):
            return login(request, extra_context)
        target = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = resolve_url("admin:index")
        methods = [
            method
            for method in get_account_adapter().get_reauthentication_methods(user)
            if method["id"].startswith("mfa")
        ]
        if methods:
            return redirect(add_query_params(methods[0]["url"], {REDIRECT_FIELD_NAME: target}))
        messages.warning(
            request, _("The back office asks for a second step when you log in. Set one up here.")
        )
        return redirect("mfa_index")

    return guarded


def one_at_a_time(view: View) -> View:
    """Let one request of a user in at a time: allauth's conditional constraint does not exist on MariaDB, and a
    button pressed twice would set up two authenticators where there can be one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=request.user.pk)
            return view(request, *args, **kwargs)

    return guarded


def keeps_one(view: View) -> View:
    """Remove no factor that its owner needs; allauth asks that for one-time codes, and not for passkeys."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        own = Authenticator.objects.filter(user=request.user.pk, pk=pk).first()
        if own is None or MFAAdapter().can_delete_authenticator(own):
            return view(request, pk=pk)
        messages.error(request, MFAAdapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")

    return guarded
