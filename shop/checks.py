"""System checks: what must be right about the database and the settings before the shop may open."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from babel.localedata import locale_identifiers
from babel.numbers import list_currencies
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django_countries import countries
from stdnum import get_cc_module


@register(Tags.database)
def check_mysql(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """On MySQL and MariaDB: InnoDB, utf8mb4, READ COMMITTED and strict mode, or promises cannot be kept."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "mysql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT @@default_storage_engine, @@character_set_connection, @@sql_mode,"
                " (SELECT default_character_set_name FROM information_schema.schemata"
                "  WHERE schema_name = DATABASE())"
            )
            engine, charset, sql_mode, schema_charset = cursor.fetchone()
        if engine.upper() != "INNODB":
            messages.append(
                Error(f"The default storage engine is {engine}: transactions need InnoDB.", id="shop.E001")
            )
        if charset != "utf8mb4" or schema_charset != "utf8mb4":
            messages.append(
                Error(
                    f"The database speaks {charset} and stores {schema_charset}: names need utf8mb4.",
                    hint="CREATE DATABASE ... CHARACTER SET utf8mb4",
                    id="shop.E002",
                )
            )
        if connection.isolation_level != "read committed":  # type: ignore[attr-defined]
            messages.append(
                Error("The isolation level is not READ COMMITTED: use cases rely on it.", id="shop.E003")
            )
        if "STRICT" not in sql_mode and "TRADITIONAL" not in sql_mode:
            messages.append(Error("sql_mode is not strict: values would be cut silently.", id="shop.E004"))
    return messages


@register()
def check_gateways(**kwargs: Any) -> list[CheckMessage]:
    """Every gateway named in the settings exists, and there is one."""
    from shop.payments.gateways import KNOWN

    unknown = [code for code in settings.PAYMENT_GATEWAYS if code not in KNOWN]
    if unknown or not settings.PAYMENT_GATEWAYS:
        return [
            Error(
                f"PAYMENT_GATEWAYS names {', '.join(unknown) or 'no gateway'}.",
                hint=f"There are {', '.join(KNOWN)}.",
                id="shop.E005",
            )
        ]
    return []


@register()
def check_stripe(**kwargs: Any) -> list[CheckMessage]:
    """Where cards are taken there is a key to take them with, and a secret by which to know Stripe's word."""
    missing = [
        name for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS") if not getattr(settings, name)
    ]
    if "stripe" not in settings.PAYMENT_GATEWAYS or not missing:
        return []
    return [
        Error(
            f"PAYMENT_GATEWAYS names stripe, and there is no {' and no '.join(missing)}.",
            hint="docs/payments.md says where they come from.",
            id="shop.E009",
        )
    ]


@register()
def check_trade(**kwargs: Any) -> list[CheckMessage]:
    """The currency, the locale and the country exist, or no price could be written and no address filled in."""
    messages: list[CheckMessage] = []
    if settings.SHOP_CURRENCY not in list_currencies():
        messages.append(
            Error(f"SHOP_CURRENCY is {settings.SHOP_CURRENCY}.", hint="Three letters: GBP", id="shop.E006")
        )
    if settings.SHOP_LOCALE not in locale_identifiers():
        messages.append(
            Error(f"SHOP_LOCALE is {settings.SHOP_LOCALE}.", hint="Such as en_GB", id="shop.E007")
        )
    if settings.SHOP_COUNTRY not in countries:
        messages.append(
            Error(f"SHOP_COUNTRY is {settings.SHOP_COUNTRY}.", hint="Two letters: GB", id="shop.E008")
        )
    return messages


@register()
def check_vat_number(**kwargs: Any) -> list[CheckMessage]:
    """The number that invoices show is one, as far as its check digits tell."""
    number = settings.SHOP_VAT_NUMBER
    country = number[:2] if number[:2].isalpha() else settings.SHOP_COUNTRY
    known = get_cc_module({"EL": "gr", "XI": "gb"}.get(country.upper(), country.lower()), "vat")
    if not number or known is None or known.is_valid(number):
        return []
    return [Error(f"SHOP_VAT_NUMBER is {number}.", hint="With its country: GB980780684", id="shop.E011")]


@register(Tags.security, deploy=True)
def check_production(**kwargs: Any) -> list[CheckMessage]:
    """What is fine on a newcomer's machine and wrong on a server."""
    messages: list[CheckMessage] = []
    if "test_card" in settings.PAYMENT_GATEWAYS:
        messages.append(
            Warning("The test card gateway is enabled: orders are paid without money.", id="shop.W001")
        )
    if "stripe" in settings.PAYMENT_GATEWAYS and (
        settings.STRIPE_API_BASE or not settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
    ):
        messages.append(
            Warning(
                "Stripe is in test mode: orders are paid without money.",
                hint="A STRIPE_SECRET_KEY that begins with sk_live_ or rk_live_, and no STRIPE_API_BASE.",
                id="shop.W005",
            )
        )
    if "locmem" in settings.CACHES["default"]["BACKEND"].lower():
        messages.append(
            Warning(
                "The cache is not shared between processes, so each has its own limit on failed logins,"
                " and lets a one-time code be used once more.",
                hint="CACHE_URL=filecache:///var/cache/endpaper or redis://...",
                id="shop.W002",
            )
        )
    if not settings.STAFF_NEED_SECOND_FACTOR:
        messages.append(
            Warning(
                "Staff enter the admin with nothing but a password.",
                hint="STAFF_NEED_SECOND_FACTOR=1 asks them for a passkey or a one-time code too.",
                id="shop.W003",
            )
        )
    if not settings.SHOP_ADDRESS:
        messages.append(
            Warning(
                "Invoices lack the seller's address.",
                hint="SHOP_ADDRESS=1 High Street | London | EC1A 1AA",
                id="shop.W007",
            )
        )
    if not settings.SHOP_EMAIL:
        messages.append(
            Warning(
                "Customers are told to write to the shop, and not where.",
                hint="SHOP_EMAIL=hello@books.example",
                id="shop.W009",
            )
        )
    if not settings.SHOP_VAT_NUMBER:
        messages.append(
            Warning(
                "Invoices lack the seller's VAT number.",
                hint="SHOP_VAT_NUMBER=GB980780684. A shop that is not registered charges no VAT: docs/tax.md",
                id="shop.W008",
            )
        )
    if urlsplit(settings.SHOP_URL).hostname in (None, "localhost", "127.0.0.1"):
        messages.append(
            Warning(
                f"SHOP_URL is {settings.SHOP_URL}: mails and search engines would send people there.",
                hint="SHOP_URL=https://books.example",
                id="shop.W004",
            )
        )
    if parseaddr(settings.DEFAULT_FROM_EMAIL)[1].endswith("@localhost"):
        messages.append(
            Warning(
                f"Mails come from {settings.DEFAULT_FROM_EMAIL}: nobody can answer, and mail servers refuse it.",
                hint="DEFAULT_FROM_EMAIL=Books & Sons <orders@books.example>",
                id="shop.W006",
            )
        )
    return messages
