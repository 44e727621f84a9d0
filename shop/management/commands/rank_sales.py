"""`manage.py rank_sales`: what sells best, and what is bought together, is worked out anew."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from shop.orders.ranking import rank_sales


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Work out which books sold best in the last weeks, and which are bought together. Run every hour."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ranked, accompanied = rank_sales()
        self.stdout.write(_("Books that sold: %(count)d") % {"count": ranked})
        self.stdout.write(_("Books with companions: %(count)d") % {"count": accompanied})
