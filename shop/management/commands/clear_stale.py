"""`manage.py clear_stale`: what nobody comes back to goes."""

import argparse
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from shop.cart.clearing import clear_guests_carts
from shop.tasks import forget_failed


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Delete guests' carts that were left behind, sessions that have ended, and what is kept of tasks that "
            "failed long ago. Run every day."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("Carts cleared: %(count)d") % {"count": clear_guests_carts()})
        call_command("clearsessions")
        self.stdout.write(_("Failed tasks forgotten: %(count)d") % {"count": forget_failed()})
