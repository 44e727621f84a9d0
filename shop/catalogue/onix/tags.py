"""ONIX elements by their reference names, whichever of the standard's two sets of tags a message uses."""

import html
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

# A composite by reference name: for each child element a list of what stands in it, in the order of the message.
Composite = dict[str, list[Any]]


def _pairs(written: str) -> dict[str, str]:
    return dict(pair.split() for pair in written.split(","))


# The elements that the shop reads, the composites among them: short tag and reference name (ONIX 3.0 and 3.1).
COMPOSITES = _pairs(
    """
    header Header, sender Sender, senderidentifier SenderIdentifier, productidentifier ProductIdentifier,
    descriptivedetail DescriptiveDetail, collection Collection, collectionsequence CollectionSequence,
    titledetail TitleDetail, titleelement TitleElement, contributor Contributor, language Language, extent Extent,
    measure Measure, subject Subject, audience Audience, collateraldetail CollateralDetail, textcontent TextContent,
    publishingdetail PublishingDetail, imprint Imprint, publisher Publisher, publishingdate PublishingDate,
    salesrights SalesRights, territory Territory, relatedmaterial RelatedMaterial, relatedwork RelatedWork,
    workidentifier WorkIdentifier, relatedproduct RelatedProduct, productsupply ProductSupply, market Market,
    marketpublishingdetail MarketPublishingDetail, marketdate MarketDate, supplydetail SupplyDetail,
    supplier Supplier, supplieridentifier SupplierIdentifier, supplydate SupplyDate, price Price, tax Tax,
    pricedate PriceDate, pricecondition PriceCondition
    """
)
VALUES = _pairs(
    """
    a001 RecordReference, a002 NotificationType, b221 ProductIDType, b233 IDTypeName, b244 IDValue,
    m379 SenderIDType, x298 SenderName, m184 DefaultLanguageOfText, x310 DefaultPriceType, m186 DefaultCurrencyCode,
    x314 ProductComposition, b012 ProductForm, x329 CollectionType, x479 CollectionSequenceType,
    x481 CollectionSequenceNumber, b202 TitleType, b034 SequenceNumber, x409 TitleElementLevel, x410 PartNumber,
    b020 YearOfAnnual, b203 TitleText, b030 TitlePrefix, b031 TitleWithoutPrefix, b029 Subtitle,
    b035 ContributorRole, b036 PersonName, b037 PersonNameInverted, b039 NamesBeforeKey, b247 PrefixToKey,
    b040 KeyNames, b041 NamesAfterKey, b248 SuffixToKey, b047 CorporateName, b249 UnnamedPersons, x419 EditionType,
    b253 LanguageRole, b252 LanguageCode, b218 ExtentType, b219 ExtentValue, b220 ExtentUnit, x425 MainSubject,
    x315 MeasureType, c094 Measurement, c095 MeasureUnitCode,
    b067 SubjectSchemeIdentifier, b171 SubjectSchemeName, b069 SubjectCode, b070 SubjectHeadingText,
    b204 AudienceCodeType, b206 AudienceCodeValue,
    x426 TextType, x427 ContentAudience, d107 TextAuthor, b374 TextSourceCorporate,
    x428 SourceTitle, b079 ImprintName, b291 PublishingRole, b081 PublisherName, b394 PublishingStatus,
    x448 PublishingDateRole, j260 DateFormat, b089 SalesRightsType, x449 CountriesIncluded, x450 RegionsIncluded,
    x451 CountriesExcluded, x452 RegionsExcluded, x454 WorkRelationCode, b201 WorkIDType, x455 ProductRelationCode,
    j407 MarketPublishingStatus, j408 MarketDateRole, j292 SupplierRole, j345 SupplierIDType, j137 SupplierName,
    j270 TelephoneNumber, j272 EmailAddress, j396 ProductAvailability, x461 SupplyDateRole, x462 PriceType,
    j261 PriceQualifier, j263 MinimumOrderQuantity, j151 PriceAmount, j152 CurrencyCode, x470 TaxType,
    x471 TaxRateCode, x472 TaxRatePercent, x476 PriceDateRole
    """
)
DATES = {"b306": "Date"}  # with a format of their own
TEXTS = {"d104": "Text", "b044": "BiographicalNote"}  # with markup of their own

XHTML = "05"  # list 34

COMPOSITE, VALUE, DATE, TEXT = range(4)
KINDS = {
    name: (reference, kind)
    for kind, names in ((COMPOSITE, COMPOSITES), (VALUE, VALUES), (DATE, DATES), (TEXT, TEXTS))
    for short, reference in names.items()
    for name in (short, reference)
}


class Dated(NamedTuple):
    """A date as it is written, and how: a code of list 55, or "" if the element does not say."""

    written: str
    format: str


class MarkedUp(NamedTuple):
    """A text as it is written, XML markup included, how (a code of list 34, or "") and in which language, or ""."""

    written: str
    format: str
    language: str


class _Kinds(dict[Any, tuple[str, int] | None]):
    """What an element is, by its tag as lxml gives it: {namespace}name, or a function for what is no element."""

    MOST = 10_000  # tags remembered: a file may make up as many as it likes

    def __missing__(self, tag: Any) -> tuple[str, int] | None:
        kind = KINDS.get(tag.rpartition("}")[2]) if isinstance(tag, str) else None
        if len(self) < self.MOST:
            self[tag] = kind
        return kind


_kinds = _Kinds()


def composite(element: etree._Element) -> Composite:
    """What the element holds of that which the shop reads."""
    found: Composite = {}
    for child in element:
        kind = _kinds[child.tag]
        if kind is None:
            continue
        name, what = kind
        value: Any
        if what == VALUE:
            value = (_text(child) if len(child) else child.text or "").strip()
        elif what == COMPOSITE:
            value = composite(child)
        elif what == DATE:
            value = Dated((child.text or "").strip(), child.get("dateformat", ""))
        else:
            value = _marked_up(child)
        if name in found:
            found[name].append(value)
        else:
            found[name] = [value]
    return found


def first(node: Composite, name: str) -> str:
    """The first value of this name, "" if there is none."""
    values = node.get(name)
    return str(values[0]) if values else ""


def only(node: Composite, name: str) -> Composite:
    """The first composite of this name, an empty one if there is none."""
    values = node.get(name)
    return values[0] if values else {}


def line_of_text(written: str, limit: int) -> str:
    """The text on one line, accents joined to their letters, cut to so many characters."""
    text = " ".join(written.split())
    return (text if text.isascii() else unicodedata.normalize("NFC", text))[:limit].rstrip()


def as_code(written: str) -> str:
    """The code as lists write theirs, "" if it can be none: MariaDB takes a01 for A01, which a book then has twice."""
    return written.upper() if written.isascii() else ""


def named_entity(reference: str) -> str:
    """The character that &name; stands for in HTML, whose names ONIX takes over; the reference itself without one."""
    return html.unescape(reference)


def _text(element: etree._Element) -> str:
    """All text in the element, markup left out, HTML's named characters put in."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child, etree._Entity):
            yield named_entity(child.text or "")
        elif isinstance(child.tag, str):
            yield from _pieces(child)
        yield child.tail or ""


def _marked_up(element: etree._Element) -> MarkedUp:
    """What stands in the element; where it has child elements, it is XHTML, whatever it says."""
    language = element.get("language", "")
    if any(isinstance(child.tag, str) for child in element):
        return MarkedUp("".join(_html(element)), XHTML, language)
    return MarkedUp(_text(element), element.get("textformat", ""), language)


def _html(element: etree._Element) -> Iterator[str]:
    yield html.escape(element.text or "", quote=False)
    for child in element:
        if isinstance(child, etree._Entity):
            yield html.escape(named_entity(child.text or ""), quote=False)
        elif isinstance(child.tag, str):
            name = etree.QName(child).localname
            yield f"<{name}>"
            if name not in ("br", "hr", "img"):
                yield from _html(child)
                yield f"</{name}>"
        yield html.escape(child.tail or "", quote=False)
