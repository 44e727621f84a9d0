"""What a page's head says to machines: `{% load machines %}`."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from shop.canonical import absolute, alternates

register = template.Library()

SHARED = "img/shared.png"
# Else a title with </script> in it would end the element.
ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def page_meta(
    context: template.Context,
    title: str,
    description: str,
    *,
    path: str = "",
    book: Any = None,
    page: Page | None = None,
) -> SafeString:
    """All that a public page's head says: what it is about, its own address, how it looks where a link to it is shared.

    `path` is its canonical one, if that is not the request's without its query. Each `page` of a list has an address
    of its own; a list that is filtered, sorted otherwise or searched has none, and is for no search engine.
    """
    path = path or context["request"].path
    metas = [("name", "description", description)]
    links: list[tuple[str, str]] = []
    listing = context.get("listing")
    if listing and _is_one_of_many(listing):
        metas.append(("name", "robots", "noindex, follow"))
    else:
        if page := page or (listing and listing.page):
            links = _neighbours(path, page)
            path = _numbered(path, page.number)
        links.append(("canonical", absolute(path)))
    metas += [("property", name, content) for name, content in _open_graph(title, description, path, book)]
    metas.append(("name", "twitter:card", "summary"))
    return format_html(
        "{}\n{}\n{}",
        format_html_join("\n", '<meta {}="{}" content="{}">', metas),
        format_html_join("\n", '<link rel="{}" href="{}">', links),
        format_html_join("\n", '<link rel="alternate" hreflang="{}" href="{}">', alternates(path).items()),
    )


@register.filter
def json_ld(data: dict[str, Any]) -> SafeString:
    """The data as a block of JSON-LD, which no browser runs."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def _is_one_of_many(listing: Any) -> bool:
    """Whether the list is one of the countless that the same books make by searching, filtering and sorting."""
    return bool(listing.is_search or listing.text or listing.applied or listing.query.get("sort"))


def _neighbours(path: str, page: Page) -> list[tuple[str, str]]:
    """The pages before and after this one of the list."""
    links = []
    if page.has_previous():
        links.append(("prev", absolute(_numbered(path, page.previous_page_number()))))
    if page.has_next():
        links.append(("next", absolute(_numbered(path, page.next_page_number()))))
    return links


def _numbered(path: str, number: int) -> str:
    return f"{path}?page={number}" if number > 1 else path


def _open_graph(title: str, description: str, path: str, book: Any) -> list[tuple[str, str]]:
    """As the Open Graph protocol has it (ogp.me). Drawn covers are SVG, which hardly anybody shows: none of these."""
    picture = book.cover.url if book and book.cover else static(SHARED)
    about = [
        ("og:site_name", settings.SHOP_NAME),
        ("og:type", "book" if book else "website"),
        ("og:title", title),
        ("og:description", description),
        ("og:url", absolute(path)),
        ("og:image", absolute(picture)),
        ("og:locale", settings.SHOP_LOCALE),
    ]
    return [*about, ("book:isbn", book.isbn)] if book else about
