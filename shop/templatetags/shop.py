"""Filters and a tag that every room's templates use: `{% load shop %}`."""

from decimal import Decimal
from functools import cache

from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.isbn import hyphenated
from shop.money import percent_written, written
from shop.prose import clean_html, plain_text

register = template.Library()

register.filter("hyphenated", hyphenated)


@register.simple_tag
def address(name: str) -> str:
    """The address of a page that has no arguments. As `url`, but looked up once: header and footer hold fifteen of
    them, on every page."""
    return _address(name, get_script_prefix())


@cache
def _address(name: str, prefix: str) -> str:
    return reverse(name)


@register.filter
def money(amount: Decimal | None, currency: str | None = None) -> str:
    """£12.50; nothing for no amount."""
    return written(amount, currency)


@register.filter
def percent(rate: Decimal) -> str:
    """5.5%"""
    return percent_written(rate)


@register.filter
def number(count: int) -> str:
    """10,000, as the shop's locale writes it."""
    return format_decimal(count, locale=settings.SHOP_LOCALE)


@register.filter
def year(number: int) -> str:
    """1925; 800 BC for -800."""
    return str(number) if number > 0 else _("%(year)d BC") % {"year": -number}


@register.filter
def duration(minutes: int) -> str:
    """7 hours 5 minutes, of an audiobook."""
    hours, rest = divmod(minutes, 60)
    words = [ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}] if hours else []
    if rest or not hours:
        words.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return " ".join(words)


@register.filter
def prose(text: str) -> SafeString:
    """A text of several paragraphs as HTML, cleaned here too: whatever the database holds, nothing in it runs."""
    return mark_safe(clean_html(text))


@register.filter
def plain(text: str) -> str:
    """The words of such a text, without markup."""
    return plain_text(text)
