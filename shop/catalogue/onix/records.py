"""A book as an ONIX 3.0 product record: the order of the elements is the standard's."""

import re
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import urljoin

from django.conf import settings
from lxml import etree

from shop.prose import MARKUP

from ..models import Book, BookSubjectCode, Contribution
from .codes import (
    COMPLETE,
    DELETE,
    EMBARGO,
    GRAM,
    GTIN_13,
    ISBN_13,
    MANIFESTATION_OF,
    PAGES,
    PUBLICATION,
    UNIT_WEIGHT,
)
from .own import BETWEEN, is_own, own_name, parted
from .own import PROPRIETARY as OWN_SCHEME

NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, Char

# Notification types, list 1: before publication, and after it
ADVANCE, CONFIRMED = "02", "03"
assert {ADVANCE, CONFIRMED} < COMPLETE
PROPRIETARY = "01"  # lists 5, 16 and 44 alike
MAIN_PAGES, DURATION, MINUTES = "00", "09", "05"  # lists 23 and 24
KEYWORDS = "20"  # list 27
DESCRIPTION = "03"  # list 153
TO_CUSTOMERS = "11"  # list 93: non-exclusive distributor to end-customers
RECOMMENDED_PRICE_WITH_TAX = "02"  # list 58
DATE_FIRST_PUBLISHED = "11"  # list 163
HTML, PLAIN = "02", "06"  # list 34
# Availability, list 65
NOT_YET, IN_STOCK, OUT_OF_STOCK, OFF_SALE, NOT_AVAILABLE = "10", "21", "31", "34", "40"


def record_of(book: Book) -> etree._Element:
    """The product record of a book that was read by `exporting.books_with_everything`."""
    product = etree.Element("Product")
    add(product, "RecordReference", f"{own_name()}.{book.isbn}")
    add(product, "NotificationType", _notification(book))
    for kind in (GTIN_13, ISBN_13):
        _identifier(product, "ProductIdentifier", "ProductIDType", kind=kind, value=book.isbn)
    if is_withdrawn(book):
        return product
    _describe(book, add(product, "DescriptiveDetail"))
    _collateral(book, add(product, "CollateralDetail"))
    _publishing(book, add(product, "PublishingDetail"))
    _related(book, add(product, "RelatedMaterial"))
    for block in list(product):
        if block.text is None and not len(block):
            product.remove(block)
    _supply(book, add(product, "ProductSupply"))
    return product


def is_withdrawn(book: Book) -> bool:
    """Whether its sender has withdrawn it, and staff do not sell it all the same."""
    return book.withdrawn_at is not None and not book.on_sale


def availability(book: Book) -> str:
    """Whether the shop can deliver it: a code of list 65. Of a book that is out, what its supplier says of why.

    Nobody has withdrawn a book that only has no price.
    """
    if not book.on_sale and book.price is not None:
        return OFF_SALE
    if book.is_forthcoming:
        return NOT_YET
    if not book.on_sale:
        return NOT_AVAILABLE
    if book.available:
        return IN_STOCK
    return book.availability_code if book.availability_code.startswith("3") else OUT_OF_STOCK


def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Add a child element, without the characters that XML has no place for."""
    child = etree.SubElement(parent, name, attributes)
    if text:
        child.text = NO_XML.sub("", text)
    return child


def _identifier(
    parent: etree._Element, name: str, kind_name: str, *, kind: str, value: str, owner: str = ""
) -> None:
    identifier = add(parent, name)
    add(identifier, kind_name, kind)
    if owner:
        add(identifier, "IDTypeName", owner)
    add(identifier, "IDValue", value)


def _notification(book: Book) -> str:
    if is_withdrawn(book):
        return DELETE
    return ADVANCE if book.is_forthcoming else CONFIRMED


def _describe(book: Book, parent: etree._Element) -> None:
    add(parent, "ProductComposition", "00")
    add(parent, "ProductForm", book.format)
    if book.weight:
        measure = add(parent, "Measure")
        add(measure, "MeasureType", UNIT_WEIGHT)
        add(measure, "Measurement", str(book.weight))
        add(measure, "MeasureUnitCode", GRAM)
    if book.series:
        collection = add(parent, "Collection")
        add(collection, "CollectionType", "00")
        _title(collection, level="02", number=book.series_number, title=book.series.name)
    _title(parent, level="01", title=book.title, subtitle=book.subtitle)
    _contributors(book.contributions.all(), parent)
    if book.edition_type:
        add(parent, "EditionType", book.edition_type)
    if book.language:
        language = add(parent, "Language")
        add(language, "LanguageRole", "01")
        add(language, "LanguageCode", book.language)
    for kind, value, unit in ((MAIN_PAGES, book.pages, PAGES), (DURATION, book.minutes, MINUTES)):
        if value:
            extent = add(parent, "Extent")
            add(extent, "ExtentType", kind)
            add(extent, "ExtentValue", str(value))
            add(extent, "ExtentUnit", unit)
    _subjects(book, parent)


def _title(parent: etree._Element, *, level: str, title: str, number: str = "", subtitle: str = "") -> None:
    detail = add(parent, "TitleDetail")
    add(detail, "TitleType", "01")
    element = add(detail, "TitleElement")
    add(element, "TitleElementLevel", level)
    if number:
        add(element, "PartNumber", number)
    add(element, "TitleText", title)
    if subtitle:
        add(element, "Subtitle", subtitle)


def _contributors(contributions: Iterable[Contribution], parent: etree._Element) -> None:
    """One for each person, with all parts that stand together."""
    grouped = groupby(contributions, key=lambda part: part.contributor)
    for number, (person, parts) in enumerate(grouped, 1):
        contributor = add(parent, "Contributor")
        add(contributor, "SequenceNumber", str(number))
        for part in parts:
            add(contributor, "ContributorRole", part.role)
        add(contributor, "PersonName", person.name)
        if person.sort_name:
            add(contributor, "PersonNameInverted", person.sort_name)
        if person.biography:
            _prose(contributor, "BiographicalNote", person.biography)


def _subjects(book: Book, parent: etree._Element) -> None:
    """The trade's codes, then the shop's own subjects; of each scheme one may be the main one.

    Their headings name what they are part of too, so that the tree can be made of them again.
    """
    codes: list[BookSubjectCode] = book.codes  # type: ignore[attr-defined]
    names: dict[str, str] = book.subject_names  # type: ignore[attr-defined]
    for given in codes:
        if not is_own(given.code.scheme, given.code.code):
            owner, code = "", given.code.code
            if given.code.scheme == OWN_SCHEME:
                owner, code = parted(code)
            heading = given.code.heading
            _subject(parent, given.code.scheme, code, heading, owner=owner, is_main=given.is_main)
    for subject in book.subjects.all():
        heading = BETWEEN.join(names[path] for path in (*subject.ancestor_paths, subject.path))
        is_main = subject.pk == book.main_subject_id
        _subject(parent, OWN_SCHEME, subject.path, heading, owner=own_name(), is_main=is_main)
    if book.keywords:
        keywords = add(parent, "Subject")
        add(keywords, "SubjectSchemeIdentifier", KEYWORDS)
        add(keywords, "SubjectHeadingText", book.keywords)


def _subject(
    parent: etree._Element, scheme: str, code: str, heading: str, *, owner: str, is_main: bool
) -> None:
    subject = add(parent, "Subject")
    if is_main:
        add(subject, "MainSubject")
    add(subject, "SubjectSchemeIdentifier", scheme)
    if owner:
        add(subject, "SubjectSchemeName", owner)
    add(subject, "SubjectCode", code)
    if heading:
        add(subject, "SubjectHeadingText", heading)


def _collateral(book: Book, parent: etree._Element) -> None:
    if book.description:
        _text(parent, kind=DESCRIPTION, html=book.description)
    for text in book.texts.all():
        _text(parent, kind=text.text_type, html=text.html, source=text.source)
    if book.cover:
        resource = add(parent, "SupportingResource")
        add(resource, "ResourceContentType", "01")  # list 158: front cover
        add(resource, "ContentAudience", "00")
        add(resource, "ResourceMode", "03")  # list 159: still image
        version = add(resource, "ResourceVersion")
        add(version, "ResourceForm", "02")  # list 161: downloadable file
        add(version, "ResourceLink", urljoin(f"{settings.SHOP_URL}/", book.cover.url))


def _text(parent: etree._Element, *, kind: str, html: str, source: str = "") -> None:
    content = add(parent, "TextContent")
    add(content, "TextType", kind)
    add(content, "ContentAudience", "00")
    _prose(content, "Text", html)
    if source:
        add(content, "SourceTitle", source)


def _prose(parent: etree._Element, name: str, text: str) -> None:
    add(parent, name, text, textformat=HTML if MARKUP.search(text) else PLAIN)


def _publishing(book: Book, parent: etree._Element) -> None:
    if book.imprint:
        add(add(parent, "Imprint"), "ImprintName", book.imprint)
    elif not book.publisher:  # the standard wants one of them: a number of the shop's own is no name
        owner = settings.SHOP_NAME
        imprint = add(parent, "Imprint")
        _identifier(imprint, "ImprintIdentifier", "ImprintIDType", kind=PROPRIETARY, owner=owner, value="0")
    if book.publisher:
        publisher = add(parent, "Publisher")
        add(publisher, "PublishingRole", "01")
        add(publisher, "PublisherName", book.publisher.name)
    if book.publishing_status:
        add(parent, "PublishingStatus", book.publishing_status)
    for role, day in ((PUBLICATION, book.publication_date), (EMBARGO, book.embargo_date)):
        if day:
            _date(parent, role, f"{day:%Y%m%d}", written_as="00")
    if book.first_published and book.first_published > 0:  # ONIX has no years before Christ
        _date(parent, DATE_FIRST_PUBLISHED, f"{book.first_published:04}", written_as="05")


def _date(parent: etree._Element, role: str, written: str, *, written_as: str) -> None:
    date = add(parent, "PublishingDate")
    add(date, "PublishingDateRole", role)
    add(date, "Date", written, dateformat=written_as)


def _related(book: Book, parent: etree._Element) -> None:
    if book.work:
        # Where the trade has no name for the work, one of the shop's own: its editions are to find together again.
        # It is that of its first edition, so that no other work can ever be called the same.
        names = [(each.scheme, each.value) for each in book.work.identifiers.all()]
        for scheme, value in names or [(f"{PROPRIETARY} {own_name()}", book.work.editions.all()[0].isbn)]:
            work = add(parent, "RelatedWork")
            add(work, "WorkRelationCode", MANIFESTATION_OF)
            kind, _, owner = scheme.partition(" ")
            _identifier(work, "WorkIdentifier", "WorkIDType", kind=kind, owner=owner, value=value)
    for relation in book.relations.all():
        product = add(parent, "RelatedProduct")
        add(product, "ProductRelationCode", relation.code)
        _identifier(product, "ProductIdentifier", "ProductIDType", kind=ISBN_13, value=relation.isbn)


def _supply(book: Book, parent: etree._Element) -> None:
    supply = add(parent, "SupplyDetail")
    supplier = add(supply, "Supplier")
    add(supplier, "SupplierRole", TO_CUSTOMERS)
    add(supplier, "SupplierName", settings.SHOP_NAME)
    add(supply, "ProductAvailability", availability(book))
    if book.price is None:
        add(supply, "UnpricedItemType", "02")  # list 57: price to be announced
        return
    price = add(supply, "Price")
    add(price, "PriceType", RECOMMENDED_PRICE_WITH_TAX)
    add(price, "PriceAmount", f"{book.price:.2f}")
    add(price, "CurrencyCode", settings.SHOP_CURRENCY)
