"""What the outbox tells of a person: which mails the shop sent them lately."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from .kinds import label_of
from .outbox import mails_to


def mails_of(user: AbstractBaseUser) -> list[dict[str, Any]]:
    """The mails to a user's address that are still known, oldest first; times in UTC."""
    return [
        {"kind": label_of(mail.kind), "order": mail.reference, "status": mail.status}
        | {"queued_at": mail.queued_at, "sent_at": mail.sent_at, "subject": mail.subject, "text": mail.text}
        for mail in mails_to([user.get_username()])
    ]
