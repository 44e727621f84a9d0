"""manage.py run_onix_upload NUMBER: an ONIX message that was uploaded in the admin is imported, or goes on."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from shop.catalogue.onix.uploading import run_upload


class Command(BaseCommand):
    help = (
        "Imports an ONIX message that was uploaded in the admin, from where it has come to. The admin starts it by "
        "itself; by hand it is of use where an import was interrupted and its page cannot be reached."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "number", type=int, help="the number of the import, as its address in the admin has it"
        )

    def handle(self, *, number: int, **options: Any) -> None:
        run_upload(number)
