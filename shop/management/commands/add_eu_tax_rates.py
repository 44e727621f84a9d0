"""`manage.py add_eu_tax_rates`: for a shop that owes tax in other member states, or has its seat in one."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from shop.orders.eu_rates import RATES, add_eu_rates


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Add the rates of value added tax of EU member states to the table in the admin; a country that is there"
            " keeps what it has. Check each rate before you go live: docs/tax.md."
        )
        parser.add_argument("countries", nargs="*", metavar="COUNTRY", help=_("such as DE FR; all without"))
        parser.add_argument("--from", dest="valid_from", type=date.fromisoformat, help=_("today without"))

    def handle(self, *, countries: list[str], valid_from: date | None, **options: Any) -> None:
        unknown = [country for country in countries if country not in RATES]
        if unknown:
            raise CommandError(
                _("No rates are known of %(unknown)s; there are %(known)s.")
                % {"unknown": ", ".join(unknown), "known": ", ".join(RATES)}
            )
        added = add_eu_rates(countries or RATES, valid_from=valid_from or localdate())
        self.stdout.write(_("Added: %(countries)s") % {"countries": ", ".join(added) or "-"})
