"""Changing the e-mail address somebody logs in with: asked for by its owner, confirmed by mail.

What is asked for is kept nowhere but in the mailed link, signed: nobody can reserve another's address.
"""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from .models import User

SALT = "shop.customers.emails"
LINK_LASTS = timedelta(days=3)


class EmailTaken(Exception):
    """The address is another account's login."""


def ask_for_email(*, user: User, email: str) -> None:
    """Send a link to the new address; once it is followed, the address is the user's login."""
    link = settings.SHOP_URL + reverse("customers:confirm_email", args=[make_token(user, email)])
    get_adapter().send_mail("customers/email/new_email", email, {"confirm_url": link})


def make_token(user: User, email: str) -> str:
    """What the link holds. A change of the password or of the address makes it void."""
    asked = {"user": user.pk, "from": user.email, "to": email.lower(), "key": user.get_session_auth_hash()}
    return signing.dumps(asked, salt=SALT)


def read_link(token: str) -> tuple[User, str] | None:
    """Who asked for which address; None if the link was made up, is too old, followed, or void."""
    try:
        asked = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=asked["user"], email=asked["from"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), asked["key"]):
        return None
    return user, asked["to"]


def change_email(*, user: User, email: str) -> None:
    """Make a confirmed address the user's login and tell the old one; raises EmailTaken."""
    old_email, user.email = user.email, email
    try:
        with transaction.atomic(durable=True):
            user.save(update_fields=["email"])
            record_email(user, confirmed=True)
            get_adapter().send_mail(
                "account/email/email_changed", old_email, {"from_email": old_email, "to_email": email}
            )
    except IntegrityError:
        raise EmailTaken from None


def record_email(user: User, *, confirmed: bool) -> None:
    """Have allauth know the user's address, as it is now, and no other."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    record, _is_new = EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": confirmed}
    )
    if confirmed:
        email_confirmed.send(sender=EmailAddress, request=None, email_address=record)
