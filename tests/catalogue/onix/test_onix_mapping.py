"""What a record says, as the shop understands it."""

import json
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from shop.catalogue.bookrows import Rejected
from shop.catalogue.onix.dates import day
from shop.catalogue.onix.mapping import read_product
from shop.catalogue.onix.product import Collateral, Descriptive, Publishing, Related, Supply
from shop.catalogue.onix.reading import Header
from shop.catalogue.onix.schemes import places_of
from shop.catalogue.onix.selling import Hindrance, chosen_offer, selling_price
from shop.catalogue.onix.tags import composite
from shop.catalogue.onix.wanted import Blocks, Terms, wanted
from tests.onix_messages import (
    DUNE,
    EMMA,
    contributor,
    dated,
    described,
    edition_of,
    price,
    product,
    published,
    related,
    relation,
    subject,
    supplied,
    text,
    titled,
    told,
)

TODAY = date(2026, 11, 23)
TERMS = Terms("GBP", "GB", TODAY)


def read(*blocks, isbn=DUNE, country="GB", header=None, **options):
    tree = composite(etree.fromstring(product(isbn, *blocks, **options)))
    return read_product(tree, header=header or Header(), country=country)


def about(*parts, **options):
    return read(described("Dune", *parts, **options)).descriptive


def want(*blocks, **options):
    return wanted(Blocks.received(read(*blocks, **options)), TERMS)


# --- Identity


def test_the_isbn_is_taken_from_whichever_identifier_has_it():
    def of(kind, value):
        inner = f"<ProductIDType>{kind}</ProductIDType><IDValue>{value}</IDValue>"
        return read(f"<ProductIdentifier>{inner}</ProductIdentifier>", isbn="", reference="r")

    assert of("15", "978-0-441-01359-3").isbn == DUNE
    assert of("03", DUNE).isbn == DUNE
    assert of("02", "0441013597").isbn == DUNE
    assert of("03", "5012345678900").isbn == ""  # a barcode, but no book's
    assert (of("15", "9780441013590").isbn, of("15", "9780441013590").written_isbn) == ("", "9780441013590")


def test_a_record_that_does_not_say_which_it_is_is_rejected():
    with pytest.raises(Rejected, match="no RecordReference"):
        read(reference=" ")
    with pytest.raises(Rejected, match="more than 100 characters"):
        read(reference="r" * 101)


# --- Block 1


def test_titles_are_put_together_from_prefix_and_rest():
    def element(inner):
        found = read(
            "<DescriptiveDetail><ProductForm>BC</ProductForm><TitleDetail><TitleType>01</TitleType><TitleElement>"
            f"<TitleElementLevel>01</TitleElementLevel>{inner}</TitleElement></TitleDetail></DescriptiveDetail>"
        )
        return found.descriptive.title

    assert (
        element("<TitlePrefix>The</TitlePrefix><TitleWithoutPrefix>Trial</TitleWithoutPrefix>") == "The Trial"
    )
    assert (
        element("<TitlePrefix>L’</TitlePrefix><TitleWithoutPrefix>Étranger</TitleWithoutPrefix>")
        == "L’Étranger"
    )
    assert element("<NoPrefix/><TitleWithoutPrefix>Emma</TitleWithoutPrefix>") == "Emma"
    assert element("<TitleText>  War\n and   Peace </TitleText>") == "War and Peace"
    assert element("<TitleText>Cafe\u0301</TitleText>") == "Café"
    assert len(element(f"<TitleText>{'x' * 900}</TitleText>")) == 300


def test_a_collection_is_a_series_with_its_number_as_printed():
    def collection(kind, name, rest=""):
        return (
            f"<Collection><CollectionType>{kind}</CollectionType>{rest}<TitleDetail><TitleType>01</TitleType>"
            "<TitleElement><TitleElementLevel>02</TitleElementLevel><PartNumber>Book 2</PartNumber>"
            f"<TitleText>{name}</TitleText></TitleElement></TitleDetail></Collection>"
        )

    found = about(collection("20", "A wholesaler's list"), collection("10", "Dune Saga"))
    assert (found.series, found.series_number) == ("Dune Saga", "Book 2")
    sequence = (
        "<CollectionSequence><CollectionSequenceType>04</CollectionSequenceType>"
        "<CollectionSequenceNumber>7</CollectionSequenceNumber></CollectionSequence>"
    )
    found = about(collection("10", "Dune Saga", sequence).replace("<PartNumber>Book 2</PartNumber>", ""))
    assert found.series_number == "7"


def test_a_title_at_two_levels_names_series_and_book():
    found = read(
        "<DescriptiveDetail><ProductForm>BC</ProductForm><TitleDetail><TitleType>01</TitleType>"
        "<TitleElement><TitleElementLevel>02</TitleElementLevel><PartNumber>59</PartNumber><TitleText>Granta</TitleText>"
        "</TitleElement><TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>France</TitleText>"
        "</TitleElement></TitleDetail></DescriptiveDetail>"
    ).descriptive
    assert (found.title, found.series, found.series_number) == ("France", "Granta", "59")


def test_contributors_come_in_the_order_of_their_numbers_each_once_with_all_roles():
    found = about(
        contributor("Third", "B06", number=3),
        contributor("First", "A01", "A12", number=1),
        contributor("Second", "A01", number=2),
        contributor("First", "A13", number=4),
    ).people
    assert [(p.name, p.roles) for p in found] == [
        ("First", ("A01", "A12", "A13")),
        ("Second", ("A01",)),
        ("Third", ("B06",)),
    ]


@pytest.mark.parametrize(
    ("inner", "name", "sorted_as"),
    [
        (
            "<PersonName>Ursula K. Le Guin</PersonName><PersonNameInverted>Le Guin, Ursula K.</PersonNameInverted>",
            *("Ursula K. Le Guin", "Le Guin, Ursula K."),
        ),
        (
            "<PersonNameInverted>Le Guin, Ursula K.</PersonNameInverted>",
            "Ursula K. Le Guin",
            "Le Guin, Ursula K.",
        ),
        (
            "<PersonNameInverted>King, Martin Luther, Jr.</PersonNameInverted>",
            "Martin Luther King, Jr.",
            None,
        ),
        (
            "<NamesBeforeKey>Ludwig</NamesBeforeKey><PrefixToKey>van</PrefixToKey><KeyNames>Beethoven</KeyNames>",
            *("Ludwig van Beethoven", "Beethoven, Ludwig van"),
        ),
        ("<CorporateName>Good Housekeeping Institute</CorporateName>", "Good Housekeeping Institute", None),
        ("<UnnamedPersons>02</UnnamedPersons>", "Anonymous", "Anonymous"),
        ("<PersonName>Dan Brown</PersonName>", "Dan Brown", "Brown, Dan"),
    ],
)
def test_names_are_read_in_whatever_form_they_are_sent(inner, name, sorted_as):
    [person] = about(f"<Contributor><ContributorRole>A01</ContributorRole>{inner}</Contributor>").people
    assert person.name == name
    if sorted_as:
        assert person.sort_name == sorted_as


def test_a_contributor_of_whom_nothing_is_said_is_nobody():
    assert about("<Contributor><ContributorRole>A01</ContributorRole></Contributor>").people == ()


def extent(kind, value, unit):
    return (
        f"<Extent><ExtentType>{kind}</ExtentType><ExtentValue>{value}</ExtentValue>"
        f"<ExtentUnit>{unit}</ExtentUnit></Extent>"
    )


def test_pages_are_those_of_the_main_content_before_any_other_count():
    assert about(extent("06", "350", "03"), extent("00", "320", "03")).pages == 320
    assert about(extent("02", "121919", "02")).pages is None  # words
    assert about(extent("00", "99999", "03")).pages is None
    assert about(extent("00", "xii", "03")).pages is None


@pytest.mark.parametrize(
    ("value", "unit", "minutes"),
    [
        *[
            ("90", "05", 90),
            ("1.5", "04", 90),
            ("5400", "06", 90),
            ("00130", "15", 90),
            ("0013000", "16", 90),
        ],
        *[("012", "14", 720), ("soon", "05", None), ("0", "05", None), ("90", "77", None)],
    ],
)
def test_durations_are_minutes_however_they_are_written(value, unit, minutes):
    assert about(extent("09", value, unit), form="AC").minutes == minutes


def measure(kind, value, unit):
    return (
        f"<Measure><MeasureType>{kind}</MeasureType><Measurement>{value}</Measurement>"
        f"<MeasureUnitCode>{unit}</MeasureUnitCode></Measure>"
    )


@pytest.mark.parametrize(
    ("value", "unit", "grams"),
    [
        *[("320", "gr", 320), ("0.32", "kg", 320), ("11.3", "oz", 320), ("1.5", "lb", 680)],
        *[
            ("0", "gr", None),
            ("heavy", "gr", None),
            ("320", "mm", None),
            ("101", "kg", None),
            ("-5", "gr", None),
        ],
    ],
)
def test_the_weight_of_a_copy_is_in_grams_whatever_it_was_weighed_in(value, unit, grams):
    assert about(measure("01", "198", "mm"), measure("08", value, unit)).weight == grams


def test_subjects_keep_their_codes_and_keywords_stand_apart():
    found = about(
        subject("12", "fl", main=True, heading="Science fiction"),
        subject("93", "FLC"),
        subject("93", "FLC"),
        subject("23", "SHELF-9"),
        subject("24", "shelf-9"),
        subject("24", "Shelf/9", heading="Top").replace(
            "<SubjectCode>", "<SubjectSchemeName>Ann's &amp; Co</SubjectSchemeName><SubjectCode>", 1
        ),
        "<Subject><SubjectSchemeIdentifier>20</SubjectSchemeIdentifier>"
        "<SubjectHeadingText>sand; spice, worms;sand</SubjectHeadingText></Subject>",
    )
    assert [tuple(code) for code in found.codes] == [
        ("12", "FL", "Science fiction", True),
        ("93", "FLC", "", False),
        ("24", "Ann's & Co: Shelf/9", "Top", False),
    ]
    assert found.keywords == "sand; spice; worms"


def test_codes_that_are_in_no_list_are_kept_and_told():
    found = read(
        described("Dune", contributor("Ann", "A77"), "<EditionType>QQQ</EditionType>", form="QQ"),
        published(status="77"),
        supplied(price(kind="77"), availability="77"),
        notification="03",
    )
    assert (found.descriptive.form, found.descriptive.edition_type) == ("QQ", "QQQ")
    assert found.descriptive.people[0].roles == ("A77",)
    assert (found.publishing.status, found.supply.offers[0].availability) == ("77", "77")
    assert set(found.oddities) == {
        *{("list 150", "QQ"), ("list 17", "A77"), ("list 21", "QQQ"), ("list 64", "77")},
        *{("list 65", "77"), ("list 58", "77")},
    }


def test_large_print_is_told_among_other_edition_types():
    found = about("<EditionType>ILL</EditionType><EditionType>LTE</EditionType>")
    assert found.edition_type == "LTE"


# --- Block 2


def description(written, form=""):
    return read(told(text("03", written, form=form))).collateral.description


@pytest.mark.parametrize(
    ("written", "form", "cleaned"),
    [
        ("&lt;p&gt;Sand &lt;b&gt;and&lt;/b&gt; spice&lt;/p&gt;", "02", "<p>Sand <b>and</b> spice</p>"),
        ("<![CDATA[<p>Sand <b>and</b> spice</p>]]>", "02", "<p>Sand <b>and</b> spice</p>"),
        ("<p>Sand <b>and</b> spice &amp; worms</p>", "05", "<p>Sand <b>and</b> spice &amp; worms</p>"),
        ("Sand &amp; spice", "06", "<p>Sand &amp; spice</p>"),
        ("Sand\n\nSpice", "", "<p>Sand</p>\n<p>Spice</p>"),
        ("&lt;i&gt;Sand&lt;/i&gt;\n\nSpice", "", "<p><i>Sand</i></p><p>Spice</p>"),
        ("&lt;div&gt;Sand&lt;/div&gt;&lt;h2&gt;Spice&lt;/h2&gt;", "02", "<p>Sand</p><p>Spice</p>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;&lt;p onclick='x()'&gt;Sand&lt;/p&gt;", "02", "<p>Sand</p>"),
        ("&lt;a href='javascript:x()'&gt;Sand&lt;/a&gt;&lt;img src=x onerror=y&gt;", "02", "<p>Sand</p>"),
        ("  ", "06", ""),
    ],
)
def test_texts_become_simple_html_whatever_they_say_they_are(written, form, cleaned):
    assert description(written, form) == cleaned


def test_xhtml_with_children_keeps_its_breaks_and_its_text_is_no_markup():
    found = description("<p>One<br/>two &lt;b&gt; three</p>", "05")
    assert found == "<p>One<br>two &lt;b&gt; three</p>"


def test_the_description_is_the_long_one_and_the_others_keep_their_kind_and_source():
    found = read(
        told(
            text("02", "Short."),
            text("03", "Long."),
            text("04", "Contents."),
            text("06", "A marvel.").replace(
                "</TextContent>",
                "<TextAuthor>A. Critic</TextAuthor><SourceTitle>The Paper</SourceTitle></TextContent>",
            ),
            text("03", "For booksellers only.", audience="01"),
        )
    ).collateral
    assert found.description == "<p>Long.</p>"
    assert [tuple(p) for p in found.passages] == [
        ("04", "<p>Contents.</p>", ""),
        ("06", "<p>A marvel.</p>", "A. Critic, The Paper"),
    ]
    assert read(told(text("02", "Short."))).collateral.description == "<p>Short.</p>"


def test_a_text_of_a_million_characters_is_left_out_and_told():
    found = read(told(text("03", "x" * 200_000)))
    assert found.collateral.description == ""
    assert found.oddities[0][0] == "Text"


# --- Blocks 4 and 5


@pytest.mark.parametrize(
    ("written", "form", "first", "last"),
    [
        ("20190601", "00", (2019, 6, 1), (2019, 6, 1)),
        ("201906", "01", (2019, 6, 1), (2019, 6, 30)),
        ("2019", "05", (2019, 1, 1), (2019, 12, 31)),
        ("201912", "01", (2019, 12, 1), (2019, 12, 31)),
        ("201922", "02", (2019, 5, 27), (2019, 6, 2)),
        ("20192", "03", (2019, 4, 1), (2019, 6, 30)),
        ("20194", "04", (2019, 12, 1), (2020, 2, 29)),
        ("2019060120190630", "06", (2019, 6, 1), (2019, 6, 30)),
        ("20190601T0900Z", "13", (2019, 6, 1), (2019, 6, 1)),
        ("2019-06-01", "", (2019, 6, 1), (2019, 6, 1)),
        ("201906", "", (2019, 6, 1), (2019, 6, 30)),
    ],
)
def test_dates_are_the_first_or_the_last_day_that_they_may_mean(written, form, first, last):
    assert day(written, form) == date(*first)
    assert day(written, form, last=True) == date(*last)


@pytest.mark.parametrize(
    ("written", "form"), [("20191301", "00"), ("Spring", "12"), ("14401201", "20"), ("", "00")]
)
def test_what_names_no_day_is_none(written, form):
    assert day(written, form) is None


def test_publishing_dates_keep_apart_publication_embargo_and_first_publication():
    found = read(
        published(dated("01", "20270301"), dated("02", "202703", "01"), dated("11", "1965", "05"))
    ).publishing
    assert (found.publication_date, found.embargo_date, found.first_published) == (
        "2027-03-01",
        "2027-03-31",
        1965,
    )
    assert read(published(dated("01", "20271399"))).oddities == (("Date", "20271399"),)


def test_a_work_is_only_what_the_product_is_a_manifestation_of():
    found = read(
        related(edition_of("W1"), edition_of("W2", "02"), relation("06", EMMA), relation("06", "123"))
    ).related
    assert [tuple(work) for work in found.works] == [("01 Our works", "W1")]
    assert [tuple(r) for r in found.relations] == [("06", EMMA)]


# --- Block 6: the offer, the price, on sale or not


def test_the_market_with_the_shop_s_country_comes_before_any_other():
    def chosen(*markets):
        return chosen_offer(read(*markets).supply, "GBP").availability

    here = supplied(price(), availability="21", market="<CountriesIncluded>IE GB</CountriesIncluded>")
    world = supplied(
        price(),
        availability="22",
        market="<RegionsIncluded>WORLD</RegionsIncluded><CountriesExcluded>GB</CountriesExcluded>",
    )
    unsaid = supplied(price(), availability="23")
    abroad = supplied(
        price("9.99", currency="AUD"), availability="31", market="<CountriesIncluded>AU</CountriesIncluded>"
    )
    assert chosen(abroad, world, unsaid, here) == "21"
    assert chosen(abroad, world, unsaid) == "23"
    assert chosen(abroad, world) == "22"
    part = supplied(price(), availability="10", market="<RegionsIncluded>GB-SCT</RegionsIncluded>")
    assert chosen(unsaid, part) == "10"


def selling(*prices, is_published=True):
    offer = chosen_offer(read(supplied(*prices)).supply, "GBP")
    return selling_price(offer.prices, currency="GBP", today=TODAY, is_published=is_published)


def test_the_price_is_the_consumer_s_in_the_shop_s_currency_with_tax():
    assert selling(price("8.00", "01"), price("9.99", "02"), price("15.00", "02", "EUR")) == Decimal("9.99")
    assert selling(price("9.99", "02"), price("10.50", "04")) == Decimal("10.50")  # fixed by law or contract
    taxed = "<Tax><TaxRateCode>S</TaxRateCode><TaxRatePercent>20</TaxRatePercent></Tax>"
    assert selling(price("10.00", "01", rest=taxed)) == Decimal("12.00")
    assert selling(price("5.00", "05")) is None  # what the shop pays
    assert selling(price("0.00")) is None
    assert selling(price("15.00", "02", "EUR")) is None
    assert selling(price("9,99")) is None
    assert selling(price("9.999")) == Decimal("10.00")


def test_prices_for_schools_for_lots_and_for_other_days_are_not_the_shop_s():
    def valid(role, written):
        return f"<PriceDate><PriceDateRole>{role}</PriceDateRole><Date>{written}</Date></PriceDate>"

    assert (
        selling(
            "<Price><PriceType>02</PriceType><PriceQualifier>06</PriceQualifier><PriceAmount>5</PriceAmount>"
            "<CurrencyCode>GBP</CurrencyCode></Price>"
        )
        is None
    )
    assert selling(price("5.00", rest="<MinimumOrderQuantity>30</MinimumOrderQuantity>")) is None
    assert (
        selling(price("5.00", rest=valid("15", "20261122")), price("7.00", rest=valid("14", "20261123"))) == 7
    )
    assert selling(price("5.00", rest=valid("14", "20261124"))) is None
    assert selling(price("6.00", "02"), price("5.00", rest=valid("14", "20260101"))) == 5


def test_a_price_before_publication_holds_until_then():
    assert selling(price("8.00", "22"), is_published=False) == 8
    assert selling(price("8.00", "22"), is_published=True) is None


@pytest.mark.parametrize(
    ("form", "status", "availability", "copies", "hindrance"),
    [
        ("BC", "04", "21", False, None),
        ("BC", "02", "10", False, None),
        ("BC", "04", "31", False, None),
        ("BC", "", "", False, None),
        ("BC", "07", "51", False, Hindrance.GONE),
        ("BC", "07", "51", True, None),
        ("BC", "07", "21", False, None),
        ("BC", "04", "43", False, Hindrance.GONE),
        ("BC", "01", "01", True, Hindrance.FORBIDDEN),
        ("BC", "12", "21", True, Hindrance.FORBIDDEN),
        ("BC", "04", "49", True, Hindrance.FORBIDDEN),
        ("EA", "04", "20", True, Hindrance.DIGITAL),
        ("AJ", "04", "20", False, Hindrance.DIGITAL),
        ("XC", "04", "20", False, Hindrance.TRADE_ONLY),
    ],
)
def test_what_publisher_and_supplier_say_decides_about_the_sale(
    form, status, availability, copies, hindrance
):
    said = want(described(form=form), published(status=status), supplied(price(), availability=availability))
    assert said.hindrance(price=said.fields["price"], has_copies=copies) == hindrance


def test_without_a_price_in_the_shop_s_currency_it_is_not_on_sale():
    said = want(described(), published(), supplied(price(currency="AUD")))
    assert said.fields["price"] is None
    assert said.hindrance(price=None, has_copies=True) == Hindrance.NO_PRICE


def test_the_market_s_own_status_and_dates_are_nearer_than_the_publisher_s():
    detail = (
        "<MarketPublishingDetail><MarketPublishingStatus>02</MarketPublishingStatus><MarketDate>"
        "<MarketDateRole>01</MarketDateRole><Date>20270501</Date></MarketDate></MarketPublishingDetail>"
    )
    here = supplied(price(), market="<CountriesIncluded>GB</CountriesIncluded>").replace(
        "</Market>", f"</Market>{detail}"
    )
    fields = want(described(), published(dated("01", "20270301")), here).fields
    assert (fields["publishing_status"], fields["publication_date"]) == ("02", date(2027, 5, 1))
    abroad = here.replace("<CountriesIncluded>GB", "<CountriesIncluded>US")
    fields = want(described(), published(dated("01", "20270301")), abroad).fields
    assert (fields["publishing_status"], fields["publication_date"]) == ("04", date(2027, 3, 1))


# --- Keeping


def test_what_is_kept_as_json_comes_back_equal():
    found = read(
        described(
            "Dune", contributor("Ann", "A01"), subject("93", "FL", main=True), extent("00", "99", "03")
        ),
        told(text("03", "Long."), text("04", "Contents.")),
        published(dated("01", "20270301")),
        related(edition_of("W1"), relation("06", EMMA)),
        supplied(price(), market="<CountriesIncluded>GB</CountriesIncluded>"),
    )
    blocks = Blocks.received(found)
    assert Blocks.from_json(json.loads(blocks.as_json())) == blocks
    assert isinstance(blocks.descriptive, Descriptive) and isinstance(blocks.collateral, Collateral)
    assert isinstance(blocks.publishing, Publishing) and isinstance(blocks.related, Related)
    assert isinstance(blocks.supply, Supply)


def test_a_block_that_is_not_sent_is_what_it_was_before():
    before = Blocks.received(read(described("Dune", titled("x")), published(), supplied(price("9.99"))))
    after = Blocks.received(read(supplied(price("12.00")), notification="04"), json.loads(before.as_json()))
    assert after.descriptive == before.descriptive
    assert after.supply.offers[0].prices[0].amount == "12.00"


@pytest.mark.parametrize(
    ("scheme", "code", "path"),
    [
        *[("93", "FMB", "fiction/fantasy"), ("93", "FYT", "fiction/translated"), ("12", "FX", "comics")],
        *[("10", "FIC009020", "fiction/fantasy"), ("10", "FIC000000", "fiction"), ("93", "XAK", "comics")],
        *[("12", "HBLA1", "history/ancient-history"), ("93", "1DDU", None), ("26", "111", None)],
    ],
)
def test_the_longest_known_beginning_of_a_code_places_it_in_the_shop_s_tree(scheme, code, path):
    places = places_of(scheme, code)
    assert (places[-1].path if places else None) == path
    assert all(place.path == path or path.startswith(f"{place.path}/") for place in places)
