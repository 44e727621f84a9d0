"""`manage.py reconcile_payments`: providers are asked about payments left open and refunds left due."""

import argparse
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.payments.reconciling import LEFT_ALONE, reconcile_payments


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Ask payment providers about payments left open, and settle or fail them; see refunds through."
        )
        parser.add_argument(
            "--minutes",
            type=int,
            default=LEFT_ALONE // timedelta(minutes=1),
            help=_("leave what was begun less than so many minutes ago (%(default)s)"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = troubles = 0
        for finding in reconcile_payments(older_than=timedelta(minutes=options["minutes"])):
            self.stdout.write(f"{finding.about}: {finding.what}")
            found += 1
            troubles += finding.is_trouble
        self.stdout.write(_("Looked at: %(count)d") % {"count": found})
        if troubles:
            raise CommandError(_("To be looked at by people: %(count)d") % {"count": troubles})
