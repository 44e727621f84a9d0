"""ONIX messages for tests: the smallest that say what a test is about."""

from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACE = "http://ns.editeur.org/onix/3.0/reference"

DUNE = "9780441013593"
EMMA = "9780141439587"
ULYSSES = "9780141182803"


def titled(title: str, subtitle: str = "") -> str:
    below = f"<Subtitle>{escape(subtitle)}</Subtitle>" if subtitle else ""
    return (
        "<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>"
        f"<TitleText>{escape(title)}</TitleText>{below}</TitleElement></TitleDetail>"
    )


def contributor(name: str, *roles: str, number: int = 1) -> str:
    named = "".join(f"<ContributorRole>{role}</ContributorRole>" for role in roles or ("A01",))
    return (
        f"<Contributor><SequenceNumber>{number}</SequenceNumber>{named}"
        f"<PersonName>{escape(name)}</PersonName></Contributor>"
    )


def subject(scheme: str, code: str, *, main: bool = False, heading: str = "") -> str:
    told = f"<SubjectHeadingText>{escape(heading)}</SubjectHeadingText>" if heading else ""
    return (
        f"<Subject>{'<MainSubject/>' if main else ''}<SubjectSchemeIdentifier>{scheme}</SubjectSchemeIdentifier>"
        f"<SubjectCode>{code}</SubjectCode>{told}</Subject>"
    )


def described(title: str = "Dune", *rest: str, form: str = "BC") -> str:
    """Block 1."""
    return (
        f"<DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>{form}</ProductForm>"
        f"{titled(title)}{''.join(rest)}</DescriptiveDetail>"
    )


def text(kind: str, written: str, *, form: str = "", audience: str = "00") -> str:
    attribute = f' textformat="{form}"' if form else ""
    return (
        f"<TextContent><TextType>{kind}</TextType><ContentAudience>{audience}</ContentAudience>"
        f"<Text{attribute}>{written}</Text></TextContent>"
    )


def told(*texts: str) -> str:
    """Block 2."""
    return f"<CollateralDetail>{''.join(texts)}</CollateralDetail>"


def dated(role: str, written: str, form: str = "00") -> str:
    return (
        f"<PublishingDate><PublishingDateRole>{role}</PublishingDateRole>"
        f'<Date dateformat="{form}">{written}</Date></PublishingDate>'
    )


def published(*dates: str, status: str = "04", publisher: str = "Ace Books", imprint: str = "Ace") -> str:
    """Block 4."""
    return (
        f"<PublishingDetail><Imprint><ImprintName>{imprint}</ImprintName></Imprint><Publisher>"
        f"<PublishingRole>01</PublishingRole><PublisherName>{publisher}</PublisherName></Publisher>"
        f"<PublishingStatus>{status}</PublishingStatus>{''.join(dates)}</PublishingDetail>"
    )


def related(*parts: str) -> str:
    """Block 5."""
    return f"<RelatedMaterial>{''.join(parts)}</RelatedMaterial>"


def edition_of(value: str, relation: str = "01") -> str:
    return (
        f"<RelatedWork><WorkRelationCode>{relation}</WorkRelationCode><WorkIdentifier><WorkIDType>01</WorkIDType>"
        f"<IDTypeName>Our works</IDTypeName><IDValue>{value}</IDValue></WorkIdentifier></RelatedWork>"
    )


def relation(code: str, isbn: str) -> str:
    return (
        f"<RelatedProduct><ProductRelationCode>{code}</ProductRelationCode><ProductIdentifier>"
        f"<ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier></RelatedProduct>"
    )


def price(amount: str = "9.99", kind: str = "02", currency: str = "GBP", rest: str = "") -> str:
    return (
        f"<Price><PriceType>{kind}</PriceType><PriceAmount>{amount}</PriceAmount>{rest}"
        f"<CurrencyCode>{currency}</CurrencyCode></Price>"
    )


def supplied(*prices: str, availability: str = "21", market: str = "") -> str:
    """Block 6."""
    where = f"<Market><Territory>{market}</Territory></Market>" if market else ""
    return (
        f"<ProductSupply>{where}<SupplyDetail><Supplier><SupplierRole>01</SupplierRole><SupplierName>Gardners"
        f"</SupplierName></Supplier><ProductAvailability>{availability}</ProductAvailability>{''.join(prices)}"
        "</SupplyDetail></ProductSupply>"
    )


def product(isbn: str = DUNE, *blocks: str, reference: str = "", notification: str = "03") -> str:
    """A record; without blocks, one of a paperback called Dune that costs 9.99."""
    identifier = (
        f"<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>"
        if isbn
        else ""
    )
    return (
        f"<Product>\n<RecordReference>{reference or f'ref-{isbn}'}</RecordReference>\n"
        f"<NotificationType>{notification}</NotificationType>{identifier}"
        f"{''.join(blocks or (described(), published(), supplied(price())))}</Product>\n"
    )


def message(
    *products: str, encoding: str = "utf-8", release: str = "3.0", sender: str = "Test & Sons"
) -> bytes:
    """A message of these records."""
    written = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<ONIXMessage release="{release}" xmlns="{NAMESPACE}">\n'
        f"<Header><Sender><SenderName>{escape(sender)}</SenderName></Sender></Header>\n"
        f"{''.join(products)}</ONIXMessage>"
    )
    return written.encode(encoding)


def write(path: Path, *products: str, **options: str) -> Path:
    path.write_bytes(message(*products, **options))
    return path
