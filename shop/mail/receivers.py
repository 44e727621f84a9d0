"""What the outbox does when a person asks for their data, or leaves. Event in, one call out."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver

from shop.personal_data import account_erased, data_asked_for

from .outbox import forget_mails_to
from .personal_data import mails_of


@receiver(data_asked_for, dispatch_uid="shop.mail_data")
def tell_mails(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> dict[str, Any]:
    return {"mails": mails_of(user)}


@receiver(account_erased, dispatch_uid="shop.mail_erased")
def forget_mails(sender: Any, user: AbstractBaseUser, at: datetime, **kwargs: Any) -> None:
    forget_mails_to([user.get_username()])
