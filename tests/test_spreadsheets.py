"""Rows are read by column names from whatever people save as CSV, and what cannot be read is told."""

import pytest
from django.core.exceptions import ValidationError

from shop.quantities import parse_quantity
from shop.spreadsheets import LONGEST_LINE, MissingColumns, UnreadableFile, read_rows

COLUMNS = {"isbn": ("isbn13", "isbn"), "title": ("title", "name")}


@pytest.fixture
def read(tmp_path):
    def read(content, required=("isbn",)):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_rows(path, columns=COLUMNS, required=required))

    return read


def test_columns_are_taken_by_name_wherever_they_stand(read):
    (row,) = read("price,TITLE,Isbn-13\n9.99, Emma ,123\n")

    assert row.values == {"isbn": "123", "title": "Emma"}
    assert row.cells == {"price": "9.99", "TITLE": " Emma ", "Isbn-13": "123"}
    assert (row.line, row.problem) == (2, "")


def test_the_first_of_several_columns_that_is_filled_counts(read):
    rows = read("isbn,isbn13\n1,2\n1,\n,2\n,\n1\n")

    assert [row.values["isbn"] for row in rows] == ["2", "1", "2", "1"]


def test_a_column_that_is_not_there_is_empty(read):
    assert read("isbn\n1\n")[0].values["title"] == ""


def test_rows_are_known_by_the_line_they_begin_on(read):
    rows = read('isbn,title\n1,"one\ntwo"\n\n2,three\n')

    assert [(row.line, row.values["title"]) for row in rows] == [(2, "one\ntwo"), (5, "three")]


@pytest.mark.parametrize("above", ["", "\n", "\r\n \r\n", ";\n", "sep=;\r\n", "SEP=;\n", "\nsep=;\n\n"])
def test_semicolons_are_seen_below_empty_lines_and_what_excel_is_told(read, above):
    (row,) = read(f"{above}isbn;title\n1;Emma, or so\n")

    assert row.values == {"isbn": "1", "title": "Emma, or so"}
    assert row.line == above.count("\n") + 2


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_what_excel_is_told_counts_for_any_mark(read, mark):
    assert read(f"sep={mark}\nisbn{mark}title\n1{mark}Emma\n")[0].values == {"isbn": "1", "title": "Emma"}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(read, newline):
    assert [row.line for row in read(newline.join(["isbn", "1", "2"]))] == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("title", ["Émile", "“Dune” – a novel"])
def test_text_survives_its_encoding(read, encoding, title):
    assert read(f"isbn,title\n1,{title}\n".encode(encoding))[0].values["title"] == title


def test_a_missing_column_is_named_with_those_there_are(read):
    with pytest.raises(MissingColumns) as missing:
        read("code,price\n1,2\n")

    assert str(missing.value) == "There is no column isbn13 or isbn. The file's columns are: code, price."
    assert missing.value.missing == ["isbn"]


def test_a_formula_is_only_text(read):
    assert read('isbn,title\n1,"=HYPERLINK(""http://x"")"\n')[0].values["title"] == '=HYPERLINK("http://x")'


def test_reading_goes_on_after_a_row_that_cannot_be_read(read):
    rows = read('isbn,title\n1,"a"b\n2,c\n3,d,e\n' + "x" * 1_000_000 + ",y\n5,f\n")

    assert [row.line for row in rows if row.problem] == [2, 4, 5]
    assert [row.values["isbn"] for row in rows if not row.problem] == ["2", "5"]


def test_a_quotation_that_never_ends_is_one_problem_where_it_begins(read):
    rows = read('isbn,title\n1,a\n2,"b\n3,c\n4,d\n')

    assert [(row.line, bool(row.problem)) for row in rows] == [(2, False), (3, True)]


def test_a_line_that_never_ends_is_not_read_into_memory(read):
    with pytest.raises(UnreadableFile, match="Line 2 never ends"):
        read(b"isbn\n" + b"9" * (LONGEST_LINE + 10))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"isbn": "1', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ('{"isbn": ["1"]}', "a text or a number"),
        ('{"isbn": true}', "a text or a number"),
        ('{"code": 1}', "no column isbn13 or isbn"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_json_line_that_is_no_row_is_told(read, line, problem):
    good, bad = read(f'{{"isbn": 1}}\n{line}\n')

    assert good.values["isbn"] == "1"
    assert bad.line == 2
    assert problem in bad.problem


def test_numbers_in_json_stay_as_they_are_written(read):
    written = ["1.50", "1e3", "-0", str(10**30), "NaN", "007"]
    rows = read("\n".join(f'{{"isbn": {n}}}' for n in written[:-1]))

    assert [row.values["isbn"] for row in rows] == written[:-1]


@pytest.mark.parametrize(("written", "number"), [("1", 1), (" 42 ", 42), ("007", 7), ("100000", 100_000)])
def test_a_quantity_is_a_whole_number(written, number):
    assert parse_quantity(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-1",
        "0",
        "1.5",
        "1,5",
        "1e3",
        str(10**20),
        "9" * 5000,
        "100001",
        "NaN",
        "inf",
        "٣",
        "²",
        "１",
        "1_0",
        "+1",
    ],
)
def test_what_is_no_quantity_is_refused_with_the_limits(written):
    with pytest.raises(ValidationError) as refused:
        parse_quantity(written)

    assert refused.value.messages == ["Write a whole number from 1 to 100,000, in the digits 0 to 9."]
