"""manage.py load_demo: a shop to try, with books, people and eighteen months of orders."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.demo import loading, people
from shop.transactions import unlogged_queries


class Command(BaseCommand):
    help = "Fills an empty shop with the demo shop, once, and says how to log in to it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--url", default=settings.SHOP_URL, help="where the shop is served, for the addresses"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, in peace, where a shop has books of its own"
        )
        parser.add_argument(
            "--yes-on-this-server",
            action="store_true",
            help="load it although DEBUG is off: logins that everybody knows, one of them the administrator's",
        )

    def handle(self, *, url: str, if_empty: bool, yes_on_this_server: bool, **options: Any) -> None:
        try:
            if not loading.is_loaded():
                self.check_that_this_is_no_real_shop(yes_on_this_server)
                with unlogged_queries():
                    loading.load(on_progress=self.show_progress)
        except loading.ShopInUse as in_use:
            message = _("This shop has books of its own: the demo shop is for an empty one.")
            if not if_empty:
                raise CommandError(message) from in_use
            self.stdout.write(message)
        except KeyboardInterrupt as interrupt:
            raise CommandError(_("Interrupted. Run it again and it goes on."), returncode=130) from interrupt
        except DatabaseError as error:
            raise CommandError(
                _("The database refused: %(why)s. Run it again and it goes on.") % {"why": error}
            ) from error
        else:
            self.tell_how_to_log_in(url.rstrip("/"))

    def check_that_this_is_no_real_shop(self, is_meant: bool) -> None:
        if not settings.DEBUG and not is_meant:
            raise CommandError(
                _(
                    "DEBUG is off, so this looks like a real shop. The demo brings logins that everybody "
                    "knows, an administrator's among them: if you mean it, add --yes-on-this-server."
                )
            )

    def show_progress(self, done: int, steps: int) -> None:
        line = _("Loading the demo shop: %(percent)d%%") % {"percent": done * 100 // steps}
        if self.stderr.isatty():
            self.stderr.write(f"\r{line}", style_func=str, ending="\n" if done == steps else "")
            self.stderr.flush()
        elif done in (1, steps):
            self.stderr.write(line, style_func=str)

    def tell_how_to_log_in(self, url: str) -> None:
        self.stdout.write(_("The demo shop is loaded:"))
        for label, name in [
            (_("shop"), "catalogue:home"),
            (_("reports"), "reports:index"),
            (_("admin"), "admin:index"),
            (_("log in"), "account_login"),
        ]:
            self.stdout.write(f"  {label:<14} {url}{reverse(name)}")
        self.stdout.write(_("Logins, all with the password %(password)s:") % {"password": people.PASSWORD})
        for email, role in people.ROLES.items():
            self.stdout.write(f"  {_(role):<14} {email}")
