"""The catalogue as an ONIX message: what EDItEUR's own schema accepts, and says what the shop knows."""

import gzip
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from lxml import etree

from inventory.models import StockMovement
from shop.catalogue.credits import refresh_credits
from shop.catalogue.editions import make_one_work, part_from_work
from shop.catalogue.onix.exporting import export_onix
from shop.catalogue.onix.importing import begin_import, import_onix
from shop.catalogue.onix.own import own_name
from shop.models import (
    Book,
    BookSubjectCode,
    BookText,
    Contribution,
    Contributor,
    ProductRelation,
    Publisher,
    Series,
    Subject,
    SubjectCode,
    Work,
)
from tests.makers import make_book, make_contributor, make_subject, make_work
from tests.onix_messages import DUNE, described, price, product, published, subject, supplied, write

pytestmark = pytest.mark.django_db

NAMESPACES = {"o": "http://ns.editeur.org/onix/3.0/reference"}


@pytest.fixture(scope="module")
def schema():
    """The standard's XML Schema, with the code lists, as the package onixcheck carries it."""
    path = files("onixcheck") / "schema" / "xsd3.0" / "ONIX_BookProduct_3.0_reference.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


def exported() -> etree._Element:
    file = BytesIO()
    export_onix(file)
    return etree.fromstring(file.getvalue())


def values(tree: etree._Element, path: str) -> list[str]:
    """The texts of all elements on this path, such as Price/PriceAmount."""
    steps = "/".join(f"o:{step}" for step in path.split("/"))
    return [element.text or "" for element in tree.iterfind(f".//{steps}", NAMESPACES)]


def make_full_book() -> Book:
    """A book of which everything is known that a record can tell."""
    editor = make_contributor("Vera Editor", biography="Edits books.\n\nLives & works in York.")
    fiction = make_subject("Fiction")
    book = make_book(
        "A Wizard of Earthsea",
        authors=("Ursula K. Le Guin", editor),
        subtitle="A <novel> & more",
        series="Earthsea",
        series_number="Book 1",
        publisher="Parnassus",
        imprint="Parnassus Press",
        edition_type="LTE",
        pages=183,
        minutes=95,
        weight=265,
        subjects=(fiction,),
        publication_date=date(2012, 9, 11),
        embargo_date=date(2012, 9, 10),
        publishing_status="04",
        first_published=1968,
        description="<p>Ged &amp; his <em>shadow</em>.<br>Read on.</p>",
        price="8.99",
        keywords="dragons; islands",
    )
    Contribution.objects.create(book=book, contributor=editor, role="B01", position=3)
    Contribution.objects.filter(book=book, contributor=editor, position=2).update(role="A12")
    thema = SubjectCode.objects.create(scheme="93", code="FMB", heading="Epic fantasy")
    BookSubjectCode.objects.create(book=book, code=thema, is_main=True)
    BookText.objects.create(book=book, text_type="06", html="<p>Unputdownable.</p>", source="The Times")
    ProductRelation.objects.create(book=book, code="06", isbn="9780441013593")
    make_one_work([book, make_book("A Wizard of Earthsea", format="BB")])
    refresh_credits([book])
    return book


# --- Valid


def test_a_catalogue_of_all_kinds_of_books_is_valid_onix(schema):
    make_full_book()
    tomorrow = timezone.localdate() + timedelta(days=1)
    make_book("Forthcoming", publication_date=tomorrow)
    make_book("Sold out", stock=0)
    make_book("Off sale", on_sale=False, price="1.00")
    Book.objects.filter(pk=make_book("No price", on_sale=False).pk).update(price=None)
    Book.objects.filter(pk=make_book("No publisher", publication_date=date(2001, 2, 3)).pk).update(
        publisher=None
    )
    make_book("Gone", on_sale=False, withdrawn_at=timezone.now())
    make_book("Odd \x0b signs \ufffe <&>", authors=(), series="R & D", language="")
    make_book("Iliad", first_published=-750)
    tree = exported()
    schema.assertValid(tree)
    assert len(values(tree, "RecordReference")) == 10


def test_an_empty_catalogue_is_valid_onix(schema):
    tree = exported()
    schema.assertValid(tree)
    assert values(tree, "NoProduct") == [""]


# --- What it says


def test_a_record_says_everything_that_the_shop_knows(settings):
    settings.SHOP_URL = "https://books.example"
    settings.SHOP_NAME = "Fable & Co"
    book = make_full_book()
    tree = exported()
    product = tree.find("o:Product", NAMESPACES)
    said = {
        path: values(product, path)
        for path in (
            *("RecordReference", "NotificationType", "ProductIdentifier/IDValue", "ProductForm"),
            *("DescriptiveDetail/TitleDetail/TitleElement/TitleText", "Subtitle", "EditionType"),
            *("Collection/TitleDetail/TitleElement/TitleText", "PartNumber", "LanguageCode", "ExtentValue"),
            *("PersonName", "PersonNameInverted", "ContributorRole", "BiographicalNote"),
            *("SubjectSchemeIdentifier", "SubjectSchemeName", "SubjectCode", "SubjectHeadingText"),
            *("Text", "SourceTitle", "ImprintName", "PublisherName", "PublishingStatus"),
            *("PublishingDateRole", "Date", "RelatedWork/WorkIdentifier/IDTypeName"),
            "RelatedWork/WorkIdentifier/IDValue",
            *("RelatedProduct/ProductIdentifier/IDValue", "Supplier/SupplierName", "ProductAvailability"),
            *("PriceType", "PriceAmount", "CurrencyCode"),
        )
    }
    assert said == {
        "RecordReference": [f"books.example.{book.isbn}"],
        "NotificationType": ["03"],
        "ProductIdentifier/IDValue": [book.isbn, book.isbn, "9780441013593"],
        "ProductForm": ["BC"],
        "DescriptiveDetail/TitleDetail/TitleElement/TitleText": ["A Wizard of Earthsea"],
        "Subtitle": ["A <novel> & more"],
        "EditionType": ["LTE"],
        "Collection/TitleDetail/TitleElement/TitleText": ["Earthsea"],
        "PartNumber": ["Book 1"],
        "LanguageCode": ["eng"],
        "ExtentValue": ["183", "95"],
        "PersonName": ["Ursula K. Le Guin", "Vera Editor"],
        "PersonNameInverted": ["Guin, Ursula K. Le", "Editor, Vera"],
        "ContributorRole": ["A01", "A12", "B01"],
        "BiographicalNote": ["Edits books.\n\nLives & works in York."],
        "SubjectSchemeIdentifier": ["93", "24", "20"],
        "SubjectSchemeName": ["books.example"],
        "SubjectCode": ["FMB", "fiction"],
        "SubjectHeadingText": ["Epic fantasy", "Fiction", "dragons; islands"],
        "Text": ["<p>Ged &amp; his <em>shadow</em>.<br>Read on.</p>", "<p>Unputdownable.</p>"],
        "SourceTitle": ["The Times"],
        "ImprintName": ["Parnassus Press"],
        "PublisherName": ["Parnassus"],
        "PublishingStatus": ["04"],
        "PublishingDateRole": ["01", "02", "11"],
        "Date": ["20120911", "20120910", "1968"],
        "RelatedWork/WorkIdentifier/IDTypeName": ["books.example"],
        "RelatedWork/WorkIdentifier/IDValue": [book.isbn],
        "RelatedProduct/ProductIdentifier/IDValue": ["9780441013593"],
        "Supplier/SupplierName": ["Fable & Co"],
        "ProductAvailability": ["21"],
        "PriceType": ["02"],
        "PriceAmount": ["8.99"],
        "CurrencyCode": ["GBP"],
    }


def test_editions_of_one_work_name_the_same_work():
    make_full_book()
    works = values(exported(), "RelatedWork/WorkIdentifier/IDValue")
    assert len(works) == 2
    assert len(set(works)) == 1


@pytest.mark.parametrize(
    ("fields", "notification", "availability"),
    [
        ({}, "03", "21"),
        ({"stock": 0}, "03", "31"),
        ({"stock": 0, "availability_code": "32"}, "03", "32"),
        ({"stock": 0, "availability_code": "21"}, "03", "31"),
        ({"on_sale": False}, "03", "34"),
        ({"publication_date": date(2999, 1, 1)}, "02", "10"),
    ],
)
def test_it_says_whether_the_shop_can_deliver(fields, notification, availability):
    make_book(**fields)
    tree = exported()
    assert values(tree, "NotificationType") == [notification]
    assert values(tree, "ProductAvailability") == [availability]


def test_a_withdrawn_book_is_told_to_be_deleted_and_no_more():
    make_book(on_sale=False, withdrawn_at=timezone.now())
    tree = exported()
    assert values(tree, "NotificationType") == ["05"]
    assert not values(tree, "TitleText")


def test_a_withdrawn_book_that_staff_sell_all_the_same_is_for_sale():
    make_book(withdrawn_at=timezone.now())
    tree = exported()
    assert values(tree, "NotificationType") == ["03"]
    assert values(tree, "ProductAvailability") == ["21"]


def test_a_book_without_a_price_says_so():
    Book.objects.filter(pk=make_book(on_sale=False).pk).update(price=None)
    tree = exported()
    assert values(tree, "UnpricedItemType") == ["02"]
    assert not values(tree, "PriceAmount")
    assert values(tree, "ProductAvailability") == ["40"]  # and not withdrawn from sale


def test_a_book_without_a_price_yet_is_not_yet_available():
    book = make_book(on_sale=False, publication_date=date(2999, 1, 1))
    Book.objects.filter(pk=book.pk).update(price=None)
    assert values(exported(), "ProductAvailability") == ["10"]


def test_prices_keep_their_pennies_and_have_no_exponent():
    make_book(price=Decimal("1000.00"))
    assert values(exported(), "PriceAmount") == ["1000.00"]


def test_an_uploaded_cover_is_linked(settings):
    settings.SHOP_URL = "https://books.example"
    Book.objects.filter(pk=make_book().pk).update(cover="covers/x.webp")
    assert values(exported(), "ResourceLink") == ["https://books.example/media/covers/x.webp"]


# --- There and back


OWN = [
    *("isbn", "title", "subtitle", "series__name", "series_number", "publisher__name", "imprint", "format"),
    *("edition_type", "pages", "minutes", "weight", "language", "publication_date", "embargo_date"),
    "first_published",
    *("publishing_status", "description", "keywords", "price", "on_sale", "listed", "byline", "search_text"),
]


def contents():
    """The books as a customer of theirs, or a reader of their pages, would know them, without any keys."""

    def rows(queryset, *names):
        return sorted(queryset.values_list(*names), key=repr)

    return {
        "books": rows(Book.objects.all(), *OWN),
        "people": rows(
            Contribution.objects.all(),
            *("book__isbn", "contributor__name", "contributor__sort_name", "contributor__biography", "role"),
        ),
        "subjects": rows(
            *(Book.objects.all(), "isbn", "subjects__path", "subjects__name", "main_subject__path"),
        ),
        "codes": rows(
            BookSubjectCode.objects.exclude(code__code__startswith=f"{own_name()}: "),
            *("book__isbn", "code__scheme", "code__code", "is_main"),
        ),
        "texts": rows(BookText.objects.all(), "book__isbn", "text_type", "html", "source"),
        "relations": rows(ProductRelation.objects.all(), "book__isbn", "code", "isbn"),
        "works": sorted(sorted(w.editions.values_list("isbn", flat=True)) for w in Work.objects.all()),
    }


def bring_in(path):
    run = begin_import(path)
    import_onix(run, path, on_note=lambda note: None, on_progress=lambda run: None)
    return run


def test_an_empty_shop_that_reads_it_has_the_same_books_and_learns_nothing_new_from_it_again(tmp_path):
    make_full_book()
    make_book("Sold out", stock=0, availability_code="32")
    make_book("Off sale", on_sale=False, price="1.00")
    make_book("Forthcoming", publication_date=timezone.localdate() + timedelta(days=9))
    make_book("Nobody's", authors=(), publisher="", description="<ul><li>a &lt; b</li></ul>", language="")
    Book.objects.filter(title="Nobody's").update(publisher=None)
    Publisher.objects.filter(name="").delete()
    Book.objects.filter(pk=make_book("No price", on_sale=False).pk).update(price=None)
    make_book(
        "Dune", series="Dune", series_number="1", authors=("Kurt Vonnegut, Jr.",), format="AC", pages=None
    )
    call_command("export_onix", output=tmp_path / "books.xml")
    before = contents()

    StockMovement.objects.all()._raw_delete("default")  # as in a shop that never had them
    for model in (Book, Work, Contributor, Publisher, Series, SubjectCode):
        model.objects.all().delete()
    Subject.objects.order_by("-path").delete()
    first = bring_in(tmp_path / "books.xml")
    assert (first.added, first.rejected, first.skipped) == (8, 0, 0)
    assert contents() == before

    call_command("export_onix", output=tmp_path / "again.xml")
    again = bring_in(tmp_path / "books.xml")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 8)
    assert contents() == before


def test_the_tree_of_subjects_comes_back_as_staff_have_made_it(tmp_path, schema):
    fiction = make_subject("Tall Tales")
    crime = make_subject("Whodunits", parent=fiction)
    noir = make_subject("Noir", parent=crime)
    book = make_book("Dune", subjects=(crime, fiction, noir))
    thema = SubjectCode.objects.create(
        scheme="93", code="FL", subject=fiction
    )  # not what `schemes` would say
    BookSubjectCode.objects.create(book=book, code=thema, is_main=True)
    call_command("export_onix", output=tmp_path / "books.xml")
    before, tree = contents()["subjects"], [*Subject.objects.values_list("path", "name")]
    StockMovement.objects.all()._raw_delete("default")
    Book.objects.all().delete()
    SubjectCode.objects.all().delete()
    for each in (noir, crime, fiction):
        each.delete()

    bring_in(tmp_path / "books.xml")

    assert contents()["subjects"] == before
    assert set(tree) <= set(Subject.objects.values_list("path", "name"))


def test_another_shops_subjects_are_codes_for_staff_to_place(tmp_path, settings, schema):
    settings.SHOP_URL = "https://one.example"
    crime = make_subject("Crime", parent=make_subject("Fiction"))
    book = make_book("Dune", subjects=(crime,))
    call_command("export_onix", output=tmp_path / "books.xml")
    settings.SHOP_URL = "https://two.example"
    book.subjects.clear()

    bring_in(tmp_path / "books.xml")

    given = BookSubjectCode.objects.get()
    assert (given.book, given.code.scheme, given.code.code) == (book, "24", "one.example: fiction/crime")
    assert (given.code.heading, given.code.subject) == ("Fiction > Crime", None)
    tree = exported()
    schema.assertValid(tree)
    assert values(tree, "SubjectSchemeName") == ["one.example"]
    assert values(tree, "Subject/SubjectCode") == ["fiction/crime"]


def test_codes_come_back_in_the_order_in_which_they_came(tmp_path):
    codes = ["FBA", "FL", "FH", "FJ"]
    about = described("Dune", *(subject("93", code) for code in codes))
    bring_in(write(tmp_path / "feed.xml", product(DUNE, about, published(), supplied(price()))))
    before = Book.objects.get().main_subject
    call_command("export_onix", output=tmp_path / "books.xml")
    Book.objects.all().delete()

    bring_in(tmp_path / "books.xml")

    assert values(exported(), "Subject/SubjectCode")[:4] == codes
    assert Book.objects.get().main_subject == before


def test_works_of_two_shops_of_one_name_stay_apart(tmp_path, settings):
    settings.SHOP_URL = "https://one.example"
    make_work("Dune", "BC", "BB")
    call_command("export_onix", output=tmp_path / "one.xml")
    StockMovement.objects.all()._raw_delete("default")
    Book.objects.all().delete()
    Work.objects.all().delete()
    settings.SHOP_URL = "https://two.example"
    make_work("Emma", "BC", "BB")
    call_command("export_onix", output=tmp_path / "two.xml")

    for message in ("one.xml", "two.xml"):
        bring_in(tmp_path / message)

    assert sorted(sorted(set(w.editions.values_list("title", flat=True))) for w in Work.objects.all()) == [
        ["Dune"],
        ["Emma"],
    ]


def test_an_edition_that_leaves_its_work_takes_its_name_along(tmp_path):
    first = make_work("Dune", "BC", "BB", "AC")[0]
    call_command("export_onix", output=tmp_path / "books.xml")
    bring_in(tmp_path / "books.xml")  # which names the work in this very shop
    part_from_work(first)
    make_one_work([first, make_book("Dune Messiah", format="BB")])
    call_command("export_onix", output=tmp_path / "books.xml")
    before = contents()

    bring_in(tmp_path / "books.xml")

    assert contents() == before
    assert len(before["works"]) == 2


def test_the_shop_that_wrote_it_learns_nothing_from_it(tmp_path):
    make_full_book()
    make_book("Sold out", stock=0)
    make_book("Off sale", on_sale=False)
    before = contents()
    call_command("export_onix", output=tmp_path / "books.xml")
    run = bring_in(tmp_path / "books.xml")
    assert (run.added, run.rejected) == (0, 0)
    assert contents() == before


# --- The command


def test_a_file_is_there_only_once_it_is_whole(tmp_path, monkeypatch):
    make_book()
    target = tmp_path / "books.xml"
    target.write_text("yesterday's")

    def fail(book):
        raise RuntimeError

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr("shop.catalogue.onix.exporting.record_of", fail)
        call_command("export_onix", output=target)
    assert target.read_text() == "yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == ["books.xml"]
    call_command("export_onix", output=target)
    assert len(values(etree.parse(target).getroot(), "RecordReference")) == 1


def test_it_may_be_compressed_and_goes_to_standard_output_unless_told_otherwise(tmp_path, capsysbinary):
    make_book()
    call_command("export_onix", "--gzip", output=tmp_path / "books.xml.gz")
    with gzip.open(tmp_path / "books.xml.gz") as file:
        assert len(values(etree.parse(file).getroot(), "RecordReference")) == 1
    capsysbinary.readouterr()
    call_command("export_onix")
    written = capsysbinary.readouterr().out
    assert len(values(etree.fromstring(written), "RecordReference")) == 1


def test_a_file_is_compressed_exactly_if_its_name_says_so(tmp_path):
    make_book()
    with pytest.raises(CommandError, match=r"write to .*books\.xml\.gz"):
        call_command("export_onix", "--gzip", output=tmp_path / "books.xml")
    assert not list(tmp_path.iterdir())
    call_command("export_onix", output=tmp_path / "books.xml.gz")
    with gzip.open(tmp_path / "books.xml.gz") as file:
        assert len(values(etree.parse(file).getroot(), "RecordReference")) == 1


def test_a_folder_that_is_not_there_gets_a_plain_message(tmp_path):
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("export_onix", output=tmp_path / "nowhere" / "books.xml")


def test_it_asks_the_database_as_often_for_50_books_as_for_5(
    django_assert_max_num_queries, django_assert_num_queries
):
    def make(count):
        for n in range(count):
            make_book(f"Book {n}", authors=(f"Author {n}",), series=f"Series {n}", subjects=(make_subject(),))

    make(5)
    with django_assert_max_num_queries(12) as few:
        exported()
    make(45)
    with django_assert_num_queries(len(few)):
        exported()
