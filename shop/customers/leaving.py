"""A person's own data: what the shop knows of them, and how they leave it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.addresses import AUTOCOMPLETE
from shop.personal_data import NotErasable, account_erased, data_asked_for, erasure_asked_for
from shop.tasks import forget_tasks_about
from shop.transactions import retry_on_conflict

from .models import Address, User
from .sessions import end_sessions, live_sessions


def data_of(user: User) -> dict[str, Any]:
    """All that the shop knows of a user, as JSON can hold it; times in UTC. Secrets (keys, codes) stay secret."""
    known: dict[str, Any] = {
        "shop": settings.SHOP_NAME,
        "exported_at": timezone.now(),
        "profile": {"name": user.name, "email": user.email, "joined_at": user.date_joined}
        | {"last_logged_in_at": user.last_login, "groups": [str(group) for group in user.groups.all()]},
        "email_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified")),
        "addresses": [address_as_data(address) for address in Address.objects.filter(user=user)],
        "second_factors": list(
            Authenticator.objects.filter(user=user)
            .order_by("pk")
            .values("type", "created_at", "last_used_at")
        ),
        "sessions": [
            {"since": session.created_at, "ip": session.ip, "browser": session.user_agent}
            for session in live_sessions(user)
        ],
    }
    answers: list[tuple[Any, Any]] = data_asked_for.send(sender=User, user=user)
    for _receiver, sections in answers:
        known |= sections
    return known


def address_as_data(address: Address) -> dict[str, str]:
    """An address, part by part."""
    return {part: str(getattr(address, part)) for part in AUTOCOMPLETE}


@retry_on_conflict
@transaction.atomic(durable=True)
def erase_account(*, user_id: int) -> None:
    """Delete the account and whatever the shop knows of its owner, but for what the law has it keep; tell them by mail.

    Raises NotErasable while something is open (an order, a refund), and for whoever works here: an administrator
    closes their accounts. Then nothing has happened. An account that is gone already is none to erase.
    """
    # Locked, so that an order placed at this moment is either seen here or finds no account.
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        return
    if user.is_staff or user.is_superuser or user.groups.exists():
        raise NotErasable(_("You work here: an administrator of the shop has to close this account."))
    erasure_asked_for.send(sender=User, user=user)
    account_erased.send(sender=User, user=user, at=timezone.now())
    _forget_in_admin_log(user)
    forget_tasks_about(user.email)
    end_sessions(user=user)
    get_adapter().send_mail("customers/email/erased", user.email, {})
    try:
        user.delete()
    except ProtectedError:
        raise NotErasable(_("Something here still needs your account. Please write to the shop.")) from None


def _forget_in_admin_log(user: User) -> None:
    """The admin's history keeps that somebody edited an account, and no longer whose: it names users by their
    e-mail addresses, and the entries of an address book in full."""
    of_user = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=user.pk)
    of_user.update(object_repr=_("An account that is erased"), change_message="")
