"""`manage.py expire_orders`: unpaid orders that were held long enough give their copies back."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.orders.cancelling import expire_orders


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "End the orders that were not paid in time, so that others can have their copies."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        expired, failed = expire_orders()
        for order in expired:
            self.stdout.write(order.number)
        self.stdout.write(_("Orders expired: %(count)d") % {"count": len(expired)})
        if failed:
            raise CommandError(
                _("Orders that could not be expired: %(count)d (see the log)") % {"count": len(failed)}
            )
