"""Records that are nonsense, or made to do harm: what can be read of them comes in, and nothing stands still."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from lxml import etree

from shop.catalogue.onix import importing
from shop.catalogue.onix.mapping import read_product
from shop.catalogue.onix.reading import Header
from shop.catalogue.onix.tags import MarkedUp, composite
from shop.catalogue.onix.texts import cleaned_html, plain
from shop.models import Book, Contribution, FeedRecord, ProductRelation, SupplierPrice
from tests.onix_messages import (
    DUNE,
    EMMA,
    ULYSSES,
    contributor,
    described,
    price,
    product,
    published,
    related,
    relation,
    subject,
    supplied,
    write,
)

ABSURD = ["1e999999", "1e999998", "-1", "NaN", "Infinity", "1_000", "0x10", "９９９９９９９９９９９９", ""]


def bring_in(tmp_path, *products):
    call_command("import_onix", write(tmp_path / "feed.xml", *products))


@pytest.mark.parametrize("unit", ["04", "05", "06", "14", "15", "16", "??"])
@pytest.mark.parametrize("value", ABSURD)
def test_a_duration_that_is_no_number_of_minutes_is_left_out(value, unit):
    extent = (
        f"<Extent><ExtentType>09</ExtentType><ExtentValue>{value}</ExtentValue>"
        f"<ExtentUnit>{unit}</ExtentUnit></Extent>"
    )
    tree = composite(etree.fromstring(product(DUNE, described("Dune", extent))))
    read = read_product(tree, header=Header(), country="GB")

    assert read.descriptive.minutes is None
    assert ("ExtentValue", value) in read.oddities


@pytest.mark.parametrize(
    "amount", ["99999999.999", "99999999.995", "100000000", "1e7", "-5.00", "NaN", "9,99"]
)
def test_a_price_that_no_column_holds_is_no_price(transactional_db, tmp_path, amount):
    bring_in(tmp_path, product(DUNE, described(), published(), supplied(price(amount))), product(EMMA))

    assert dict(Book.objects.values_list("isbn", "price")) == {DUNE: None, EMMA: Decimal("9.99")}
    assert [str(each) for each in SupplierPrice.objects.all()] == ["9.99 GBP"]


def test_nor_is_one_that_only_its_tax_makes_too_large(transactional_db, tmp_path):
    taxed = price(
        "99999999", "01", rest="<Tax><TaxType>01</TaxType><TaxRatePercent>20</TaxRatePercent></Tax>"
    )
    bring_in(tmp_path, product(DUNE, described(), published(), supplied(taxed)), product(EMMA))

    assert dict(Book.objects.values_list("isbn", "price")) == {DUNE: None, EMMA: Decimal("9.99")}


def test_spaces_without_end_are_read_in_no_time():
    spaces = " " * 99_000
    assert plain(MarkedUp(f"<b>One</b>{spaces}two\n \n three", "", "")) == f"One{spaces}two\n\nthree"
    assert cleaned_html(MarkedUp(f"<b>One</b>\n{spaces}two", "", "")).endswith("two</p>")


def test_keywords_are_cut_to_what_a_book_keeps(transactional_db, tmp_path):
    words = "; ".join(f"word{number}" for number in range(400))
    about = described("Dune", subject("20", "", heading=words))
    bring_in(tmp_path, product(DUNE, about, published(), supplied(price())))

    book = Book.objects.get()
    assert 900 < len(book.keywords) <= Book._meta.get_field("keywords").max_length


def test_codes_that_a_database_takes_for_one_do_not_stop_an_import(transactional_db, tmp_path):
    about = described("Dune", contributor("Frank Herbert", "A01", "a01", "á01"))
    beside = related(relation("xa", EMMA), relation("XA", EMMA), relation("xá", EMMA))
    bring_in(tmp_path, product(DUNE, about, beside, published(), supplied(price())), product(ULYSSES))

    assert FeedRecord.objects.count() == 2
    assert list(Contribution.objects.values_list("role", flat=True)) == ["A01"]
    assert list(ProductRelation.objects.values_list("code", flat=True)) == ["XA"]


def test_a_record_that_the_database_never_takes_keeps_out_itself_alone(
    transactional_db, monkeypatch, tmp_path, capsys
):
    def refuse(plan, *args, **options):
        if any(new.incoming.product.isbn == DUNE for new in plan.new):
            raise IntegrityError("UNIQUE constraint failed: some.column")
        carry_out(plan, *args, **options)

    carry_out = importing.carry_out
    monkeypatch.setattr(importing, "carry_out", refuse)
    bring_in(tmp_path, product(EMMA), product(DUNE), product(ULYSSES))

    assert set(Book.objects.values_list("isbn", flat=True)) == {EMMA, ULYSSES}
    assert "the database refuses it: UNIQUE constraint failed" in capsys.readouterr().out
