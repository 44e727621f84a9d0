"""The books that came into the shop last, for feed readers: Atom (RFC 4287)."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from shop.canonical import absolute

from ..models import Book

NEWEST = 50
# What XML has no way to say (XML 1.0, section 2.2).
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def speakable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return UNSPEAKABLE.sub("", text)


class WithContent(Atom1Feed):
    """An Atom feed whose entries have their text whole."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class NewBooks(Feed):
    """The feed at /books/new.atom. Every address in it begins with the shop's own, not with the request's host."""

    feed_type = WithContent

    def title(self) -> str:
        return _("%(shop)s: new books") % {"shop": settings.SHOP_NAME}

    def link(self) -> str:
        return absolute(reverse("catalogue:book_list") + "?sort=newest")

    def feed_url(self) -> str:
        return absolute(reverse("catalogue:new_books"))

    def feed_guid(self) -> str:
        return self.feed_url()

    def author_name(self) -> str:
        return settings.SHOP_NAME

    def items(self) -> Iterable[Book]:
        newest = Book.objects.listed_by("-added_at", "-pk").select_related("main_subject")
        return newest.defer("search_text", "staff_fields")[:NEWEST]

    def item_title(self, item: Book) -> str:
        return speakable(f"{item.title}: {item.subtitle}" if item.subtitle else item.title)

    def item_description(self, item: Book) -> None:  # type: ignore[override]
        return None  # the text is in its content

    def item_link(self, item: Book) -> str:
        return absolute(item.get_absolute_url())

    def item_author_name(self, item: Book) -> str | None:
        return speakable(item.byline) or None

    def item_pubdate(self, item: Book) -> datetime:
        return item.added_at

    def item_updateddate(self, item: Book) -> datetime:
        return item.added_at

    def item_categories(self, item: Book) -> list[str]:
        return [speakable(item.main_subject.name)] if item.main_subject else []

    def item_extra_kwargs(self, item: Book) -> dict[str, Any]:
        context = {"book": item, "cover": absolute(item.cover_url)}
        return {"content": speakable(render_to_string("catalogue/machines/entry.html", context))}
