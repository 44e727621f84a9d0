"""`manage.py index_books`: this host's search index is built anew, or kept in step with the database."""

import argparse
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from shop.catalogue.search.building import build
from shop.catalogue.search.following import follow
from shop.catalogue.search.index import Unusable


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _(
            "Build this host's search index anew from the database; readers keep the old one until then. With "
            "--follow, keep it in step with the database until stopped, building it only where it is missing."
        )
        parser.add_argument(
            "--follow", action="store_true", help=_("Keep the index current, as a service does.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["follow"]:
            self._follow()
            return
        started = time.monotonic()
        try:
            books = build(self._tell)
        except (OSError, Unusable) as error:
            raise CommandError(_("The index cannot be written: %(error)s") % {"error": error}) from error
        seconds = time.monotonic() - started
        self.stdout.write(
            _("Books in the index: %(books)d (%(seconds).1f s)") % {"books": books, "seconds": seconds}
        )

    def _tell(self, done: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(_("Books read: %(done)d") % {"done": done}, ending="\r")

    def _follow(self) -> None:
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        follow(stop)
