"""`manage.py send_mail`: mails that a crash, or a mail server that was away, left in the outbox go out."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.mail.sending import Outcome, send_due


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Send what is due in the outbox: mails that are to be tried again, that a process took and died over, or "
            "that were to be sent later. Run every minute. Exits 1 if one has failed, or the mail server is away."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        outcomes = send_due()
        self.stdout.write(_("Mails sent: %(count)d") % {"count": outcomes[Outcome.SENT]})
        not_sent = sum(outcomes[problem] for problem in (Outcome.PUT_OFF, Outcome.AWAY, Outcome.FAILED))
        if not_sent:
            raise CommandError(_("Mails not sent: %(count)d (the outbox says why)") % {"count": not_sent})
