"""Pages in the words of schema.org, as JSON-LD: what is for sale, and where on the site it stands."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.canonical import absolute

from ..formats import Format
from ..languages import language_tag
from ..models import Book, Contribution, Subject

Thing = dict[str, Any]

VOCABULARY = "https://schema.org"
Role = Contribution.Role
PARTS: dict[str, str] = {
    Role.AUTHOR: "author",
    Role.ILLUSTRATOR: "illustrator",
    Role.EDITOR: "editor",
    Role.TRANSLATOR: "translator",
    Role.READER: "readBy",
}


def website() -> Thing:
    """The shop and its search."""
    return {
        "@context": VOCABULARY,
        "@type": "WebSite",
        "name": settings.SHOP_NAME,
        "url": absolute(reverse("catalogue:home")),
        "publisher": _shop(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search_address("{search_term_string}")},
            "query-input": "required name=search_term_string",
        },
    }


def search_address(words: str) -> str:
    """The address of a search, with `words` as they are for what is searched for."""
    return f"{absolute(reverse('catalogue:search'))}?q={words}"


def book_page(
    book: Book,
    *,
    contributions: Iterable[Contribution] = (),
    editions: Sequence[Book] = (),
    trail: Sequence[Subject] = (),
    text: str = "",
) -> Thing:
    """A book as its page shows it: this edition, the others of its work, and the way down to it through the subjects.

    `editions` are all that are on sale of its work, with their stock; `text` is its description in plain words.
    """
    series = {"@type": "BookSeries", "name": book.series_name} if book.series_id else None
    house = book.imprint or (book.publisher.name if book.publisher else "")
    about = _edition(book) | {
        "name": book.title,
        "alternativeHeadline": book.subtitle,
        "image": absolute(book.cover_url),
        "description": text,
        "inLanguage": language_tag(book.language),
        "numberOfPages": book.pages,
        "duration": f"PT{book.minutes}M" if book.minutes else None,
        "publisher": {"@type": "Organization", "name": house} if house else None,
        "isPartOf": series,
        "position": book.series_number if series else None,
        **_people(contributions),
    }
    if len(editions) > 1:
        about["workExample"] = [_edition(each) | {"name": book.title} for each in editions]
    graph = [{name: value for name, value in about.items() if value}]
    if trail:
        graph.append(_breadcrumbs(book, trail))
    return {"@context": VOCABULARY, "@graph": graph}


def _edition(book: Book) -> Thing:
    """What tells one edition from another: its number, its form, its date and its offer."""
    address = absolute(book.get_absolute_url())
    is_audio = book.format.startswith("A")
    edition = {
        "@type": "Audiobook" if is_audio else "Book",
        "@id": address,
        "url": address,
        "isbn": book.isbn,
        "bookFormat": _format(book.format),
        "bookEdition": book.format_name if book.edition_type else None,
        "datePublished": book.publication_date.isoformat() if book.publication_date else None,
        "offers": _offer(book, address) if book.on_sale else None,
    }
    return {name: value for name, value in edition.items() if value}


def _offer(book: Book, address: str) -> Thing:
    """What the shop asks for it, and whether it can be had."""
    offer: Thing = {
        "@type": "Offer",
        "url": address,
        "price": str(book.price),
        "priceCurrency": settings.SHOP_CURRENCY,
        "itemCondition": f"{VOCABULARY}/NewCondition",
        "seller": _shop(),
    }
    if day := book.may_be_dispatched_from:
        return offer | {"availability": f"{VOCABULARY}/PreOrder", "availabilityStarts": day.isoformat()}
    return offer | {"availability": f"{VOCABULARY}/{'InStock' if book.available > 0 else 'OutOfStock'}"}


def _format(code: str) -> str | None:
    """The BookFormatType of a product form, by its code in ONIX list 150; None for forms it has no word for."""
    if code.startswith("A"):
        return f"{VOCABULARY}/AudiobookFormat"
    if code.startswith("E"):
        return f"{VOCABULARY}/EBook"
    word = {Format.HARDBACK: "Hardcover", Format.PAPERBACK: "Paperback"}.get(code)  # type: ignore[call-overload]
    return f"{VOCABULARY}/{word}" if word else None


def _people(contributions: Iterable[Contribution]) -> Thing:
    """Everybody with a part in the book, by what the part is called."""
    people: Thing = {}
    for part in contributions:
        person = {"@type": "Person", "name": part.contributor.name}
        person["url"] = absolute(part.contributor.get_absolute_url())
        people.setdefault(PARTS.get(part.role, "contributor"), []).append(person)
    return people


def _breadcrumbs(book: Book, trail: Sequence[Subject]) -> Thing:
    steps = [
        (_("Subjects"), reverse("catalogue:subjects")),
        *((subject.name, subject.get_absolute_url()) for subject in trail),
        (book.title, book.get_absolute_url()),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(address)}
            for number, (name, address) in enumerate(steps, 1)
        ],
    }


def _shop() -> Thing:
    return {"@type": "BookStore", "name": settings.SHOP_NAME, "url": absolute(reverse("catalogue:home"))}
