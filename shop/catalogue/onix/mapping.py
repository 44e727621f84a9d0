"""From a record as it stands in a message to a `Product`: the one way in."""

from django.utils.translation import gettext as _

from shop.catalogue.bookrows import Rejected
from shop.isbn import isbn13

from . import codes
from .descriptive import read_descriptive
from .oddities import Oddities
from .product import Product, Related, Relation, WorkName
from .reading import Header
from .supply import read_publishing, read_supply
from .tags import Composite, as_code, first, line_of_text, only
from .texts import read_collateral

MOST_RELATIONS = 200


def read_product(tree: Composite, *, header: Header, country: str) -> Product:
    """What a record says, as it looks from a country (ISO 3166).

    Raises Rejected if it does not say which record it is; what else is amiss is among its oddities.
    """
    reference = line_of_text(first(tree, "RecordReference"), 101)
    if not reference:
        raise Rejected(_("no RecordReference"))
    if len(reference) > 100:
        raise Rejected(_("a RecordReference of more than 100 characters"), reference)
    odd = Oddities()
    isbn = _isbn(tree)
    return Product(
        reference=reference,
        notification=odd.code(1, first(tree, "NotificationType")),
        isbn=isbn,
        written_isbn="" if isbn else _written_isbn(tree),
        descriptive=(
            read_descriptive(only(tree, "DescriptiveDetail"), odd) if "DescriptiveDetail" in tree else None
        ),
        collateral=read_collateral(only(tree, "CollateralDetail"), odd)
        if "CollateralDetail" in tree
        else None,
        publishing=(
            read_publishing(only(tree, "PublishingDetail"), country, odd)
            if "PublishingDetail" in tree
            else None
        ),
        related=_related(only(tree, "RelatedMaterial"), odd) if "RelatedMaterial" in tree else None,
        supply=(
            read_supply(tree["ProductSupply"], header, country, odd) if "ProductSupply" in tree else None
        ),
        oddities=tuple(dict.fromkeys(odd.found)),
    )


def _isbn(node: Composite) -> str:
    """The product's ISBN-13: written as such, or as the number of its barcode, or as an ISBN-10; "" without one."""
    identifiers = {
        first(identifier, "ProductIDType"): first(identifier, "IDValue")
        for identifier in reversed(node.get("ProductIdentifier", []))
    }
    for kind in (codes.ISBN_13, codes.GTIN_13, codes.ISBN_10):
        if kind in identifiers and (isbn := isbn13(identifiers[kind])):
            return isbn
    return ""


def _written_isbn(node: Composite) -> str:
    """What the record gives for an ISBN, right or wrong, for the report."""
    identifiers = {
        first(identifier, "ProductIDType"): first(identifier, "IDValue")
        for identifier in reversed(node.get("ProductIdentifier", []))
    }
    kinds = (codes.ISBN_13, codes.ISBN_10, codes.GTIN_13)
    return next((identifiers[kind] for kind in kinds if identifiers.get(kind)), "")


def _related(node: Composite, odd: Oddities) -> Related:
    works: dict[WorkName, None] = {}
    for work in node.get("RelatedWork", []):
        if odd.code(164, first(work, "WorkRelationCode")) != codes.MANIFESTATION_OF:
            continue
        for identifier in work.get("WorkIdentifier", []):
            value = first(identifier, "IDValue")
            scheme = " ".join(
                filter(None, (first(identifier, "WorkIDType"), first(identifier, "IDTypeName")))
            )
            if value and len(value) <= 100 and len(scheme) <= 100:
                works[WorkName(scheme, value)] = None
    relations: dict[Relation, None] = {}
    for product in node.get("RelatedProduct", []):
        isbn = _isbn(product)
        for code in map(as_code, product.get("ProductRelationCode", [])):
            odd.code(51, code)
            if isbn and len(code) == 2 and len(relations) < MOST_RELATIONS:
                relations[Relation(code, isbn)] = None
    return Related(works=tuple(works), relations=tuple(relations))
