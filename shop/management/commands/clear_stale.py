"""`manage.py clear_stale`: what nobody comes back to goes, and what has come out takes its place."""

import argparse
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from shop.cart.clearing import clear_guests_carts
from shop.catalogue.changes import forget_changes
from shop.catalogue.editions import refresh_newly_out
from shop.catalogue.intake import forget_left_behind
from shop.customers.sessions import forget_ended_sessions
from shop.mail.outbox import forget_old
from shop.tasks import forget_failed


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Delete guests' carts that were left behind, sessions that have ended, mails of the outbox that are some "
            "weeks old, and what is kept of tasks that failed long ago. Have editions that came out lately stand for "
            "their works in lists. Run every day."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Carts cleared: %(count)d") % {"count": clear_guests_carts()})
        call_command("clearsessions")
        forget_ended_sessions()
        self.stdout.write(_("Failed tasks forgotten: %(count)d") % {"count": forget_failed()})
        self.stdout.write(_("Mails forgotten: %(count)d") % {"count": forget_old()})
        self.stdout.write(_("Sheets left behind: %(count)d") % {"count": forget_left_behind()})
        self.stdout.write(_("Changes of books forgotten: %(count)d") % {"count": forget_changes()})
        self.stdout.write(_("Editions that came out lately: %(count)d") % {"count": refresh_newly_out()})
