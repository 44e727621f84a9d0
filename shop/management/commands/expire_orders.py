"""`manage.py expire_orders`: unpaid orders that were held long enough give their copies back."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from shop.orders.cancelling import expire_orders


class Command(BaseCommand):
    help = _("End the orders that were not paid in time; their copies are available again. Run every minute.")

    def handle(self, *args: Any, **options: Any) -> None:
        expired = expire_orders()
        for order in expired:
            self.stdout.write(order.number)
        self.stdout.write(_("Orders expired: %(count)d") % {"count": len(expired)})
