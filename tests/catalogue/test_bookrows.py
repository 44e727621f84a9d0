"""A spreadsheet's row, read as a book."""

from datetime import date
from decimal import Decimal

import pytest

from shop.catalogue.bookrows import (
    COLUMNS,
    Rejected,
    read_authors,
    read_book,
    read_isbn,
    read_price,
    split_series,
)
from shop.catalogue.languages import bibliographic
from shop.catalogue.names import sort_name


def row(**values):
    return dict.fromkeys(COLUMNS, "") | {"isbn": "9780441013593", "title": "Dune"} | values


def read(**values):
    return read_book(row(**values), price=Decimal("9.99"))


@pytest.mark.parametrize(
    "written",
    [
        ["9780439023481"],
        ["978-0-439-02348-1"],
        ["0439023483"],
        ["439023483"],  # a spreadsheet has dropped the leading zero
        ["439023483.0"],
        ['="0439023483"'],
        ["'0439023483"],
        ["ISBN 0-439-02348-3"],
        ["9.78043902348e+12", "439023483"],
    ],
)
def test_an_isbn_is_found_however_spreadsheets_have_treated_it(written):
    assert read_isbn(written) == "9780439023481"


def test_an_isbn_10_may_have_lost_several_zeros_and_end_in_x():
    assert read_isbn(["2247399"]) == "9780002247399"
    assert read_isbn(["80442957X"]) == "9780804429573"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ([""], "no ISBN"),
        (["9.78043902348e+12", ""], "no ISBN"),
        (["9,78E+12"], "no ISBN"),
        (["439023484"], "ISBN with a wrong check digit: 0439023484"),
        (["9780439023482"], "ISBN with a wrong check digit: 9780439023482"),
        (["97893806587.0", "9380658797"], "ISBN with a wrong check digit: 9380658797"),
        (["abc"], "not an ISBN: ABC"),
        (["٩٧٨٠٤٣٩٠٢٣٤٨١"], "not an ISBN: ٩٧٨٠٤٣٩٠٢٣٤٨١"),
        (["1" * 1000], "not an ISBN: " + "1" * 80 + "…"),
    ],
)
def test_what_is_no_isbn_is_rejected_with_its_reason(written, reason):
    with pytest.raises(Rejected) as rejected:
        read_isbn(written)
    assert str(rejected.value) == reason


@pytest.mark.parametrize(
    ("title", "split"),
    [
        ("The Hunger Games (The Hunger Games, #1)", ("The Hunger Games", "The Hunger Games", "1")),
        ("Mort (Death, #1; Discworld, #4)", ("Mort", "Death", "1")),
        ("Night Play (Dark-Hunter #5, Were-Hunter #1)", ("Night Play", "Dark-Hunter", "5")),
        ("His Dark Materials (His Dark Materials #1-3)", ("His Dark Materials", "His Dark Materials", "1-3")),
        ("Ranma ½, Vol. 1 (Ranma ½ (US 2nd), #1)", ("Ranma ½, Vol. 1", "Ranma ½ (US 2nd)", "1")),
        ("Sailor Moon, #1 (Sailor Moon, #1)", ("Sailor Moon, #1", "Sailor Moon", "1")),
        ("America (The Book): A Guide", ("America (The Book): A Guide", "", "")),
        ("The Firm (Penguin Readers, Level 5)", ("The Firm (Penguin Readers, Level 5)", "", "")),
        ("(Discworld, #1)", ("(Discworld, #1)", "", "")),
        ("Half) a pair (of brackets", ("Half) a pair (of brackets", "", "")),
        ("Unclosed (Series, #1", ("Unclosed (Series, #1", "", "")),
        (f"Long (Series, #{'1' * 21})", (f"Long (Series, #{'1' * 21})", "", "")),
    ],
)
def test_the_first_series_in_the_last_brackets_leaves_the_title(title, split):
    assert split_series(title) == split


def test_a_series_column_is_taken_as_it_is_and_the_title_left_alone():
    book = read(title="Dune (Dune, #1)", series="Dune Chronicles", series_number="1")
    assert book.fields["title"] == "Dune (Dune, #1)"
    assert (book.series, book.fields["series_number"]) == ("Dune Chronicles", "1")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("J.K. Rowling, Mary GrandPré", ["J.K. Rowling", "Mary GrandPré"]),
        (" Louis  Sachar ,Louis Sachar,, ", ["Louis Sachar"]),
        ("Rowling, J.K.; GrandPré, Mary", ["J.K. Rowling", "Mary GrandPré"]),
        ("Kurt Vonnegut, Jr., Dan Wakefield", ["Kurt Vonnegut, Jr.", "Dan Wakefield"]),
        ("Jose\u0301 Saramago", ["José Saramago"]),
        ("", []),
    ],
)
def test_the_authors_of_a_cell_are_several_each_once_in_their_order(written, names):
    assert read_authors(written) == names


def test_a_cell_with_a_crowd_or_an_endless_name_is_rejected():
    with pytest.raises(Rejected, match="more than 100 authors"):
        read_authors(", ".join(f"Author {n}" for n in range(101)))
    with pytest.raises(Rejected, match="name longer than 200"):
        read_authors("x" * 201)


@pytest.mark.parametrize(
    "written",
    ["NaN", "Infinity", "-1", "1e400", "1e2", "9,99", "£9.99", "9.999", "100000", "९.९९", "+1", " ", "9."],
)
def test_only_plain_decimals_are_prices(written):
    with pytest.raises(Rejected, match="not a price"):
        read_price(written)


@pytest.mark.parametrize(
    ("written", "price"), [("0", "0.00"), ("9.5", "9.50"), ("9.99", "9.99"), ("99999.99", "99999.99")]
)
def test_a_price_has_two_places(written, price):
    assert str(read_price(written)) == price


def test_a_row_s_own_price_goes_before_the_one_for_all():
    assert read(price="12.00").fields["price"] == Decimal("12.00")
    assert read(price="").fields["price"] == Decimal("9.99")
    with pytest.raises(Rejected, match="no price"):
        read_book(row(), price=None)


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("2008.0", 2008),
        ("1965", 1965),
        ("-750.0", -750),
        ("0.0", None),
        ("", None),
        ("99999", None),
        ("x", None),
    ],
)
def test_a_year_may_lie_before_christ_and_is_empty_if_it_is_none(written, year):
    assert read(first_published=written).fields["first_published"] == year


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("eng", "eng"),
        ("en-US", "eng"),
        ("en_GB", "eng"),
        ("nl", "dut"),
        ("deu", "ger"),
        ("English", "eng"),
        ("mul", "mul"),
        ("xx", ""),
        ("", ""),
    ],
)
def test_languages_become_bibliographic_codes(written, code):
    assert bibliographic(written) == code


def test_details_are_read_where_they_can_be_and_left_empty_where_not():
    fields = read(
        pages="374.0", format="Mass Market Paperback", publication_date="2005-08-02", description="Spice.\x08"
    ).fields
    assert (fields["pages"], fields["format"], fields["description"]) == (374, "BC", "<p>Spice.</p>")
    assert fields["publication_date"] == date(2005, 8, 2)
    fields = read(pages="many", format="scroll", publication_date="last year").fields
    assert (fields["pages"], fields["format"], fields["publication_date"]) == (None, "BA", None)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"title": " "}, "no title"),
        ({"title": "x" * 301}, "title longer than 300 characters"),
        ({"subtitle": "x" * 301}, "subtitle longer than 300 characters"),
        ({"publisher": "x" * 201}, "publisher longer than 200 characters"),
        ({"description": "x" * 20_001}, "description longer than 20,000 characters"),
    ],
)
def test_a_row_without_a_title_or_with_a_text_too_long_is_rejected(values, reason):
    with pytest.raises(Rejected) as rejected:
        read(**values)
    assert str(rejected.value) == reason


def test_a_formula_in_a_title_is_just_its_text():
    assert read(title='=HYPERLINK("http://x")').fields["title"] == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("name", "sorted_as"),
    [
        ("Ursula K. Le Guin", "Le Guin, Ursula K."),
        ("Johann Wolfgang von Goethe", "Goethe, Johann Wolfgang von"),
        ("Daphne du Maurier", "du Maurier, Daphne"),
        ("Jean de La Fontaine", "La Fontaine, Jean de"),
        ("Kurt Vonnegut Jr.", "Vonnegut, Kurt, Jr."),
        ("Martin Luther King, Jr.", "King, Martin Luther, Jr."),
        ("Homer", "Homer"),
        ("Le Corbusier", "Corbusier, Le"),
        ("", ""),
    ],
)
def test_names_are_sorted_by_surname(name, sorted_as):
    assert sort_name(name) == sorted_as
