"""Books from a spreadsheet, as `manage.py import_books` brings them in."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue import importing
from shop.models import Book, Contribution, Contributor, Publisher
from tests.makers import make_book

GOODBOOKS = Path(__file__).parents[3] / "shared/data/goodbooks-10k.csv"

HEADER = "isbn,title,authors,price,publisher"
DUNE = "9780441013593,Dune,Frank Herbert,9.99,Ace"
EMMA = "9780141439587,Emma,Jane Austen,7.50,Penguin"

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path):
    """Writes a spreadsheet and gives its path."""

    def write(*lines, encoding="utf-8"):
        path = tmp_path / "books.csv"
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return path

    return write


def run(path, capsys, *options):
    call_command("import_books", str(path), *options)
    return capsys.readouterr().out


def contents():
    """Everything an import may touch."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Book, Contributor, Contribution, Publisher, *stock_models())
    ]


def stock_models():
    from inventory.models import Stock, StockMovement

    return Stock, StockMovement


def test_a_row_becomes_a_book_with_authors_publisher_stock_and_a_place_in_lists_and_search(sheet, capsys):
    path = sheet(
        "ISBN-13,Book Title,Author,language_code,original_publication_year,Publisher,Price",
        '9780439023481,"The Hunger Games (The Hunger Games, #1)","Suzanne Collins, Élise Noël",'
        "en-US,2008.0,Scholastic,8.99",
    )
    said = run(path, capsys, "--stock", "7")
    book = Book.objects.get(isbn="9780439023481")
    assert (book.title, book.series_name, book.series_number) == ("The Hunger Games", "The Hunger Games", "1")
    assert (book.language, book.first_published, str(book.price)) == ("eng", 2008, "8.99")
    assert book.publisher.name == "Scholastic"
    assert [(c.position, c.contributor.name, c.contributor.sort_name) for c in book.contributions.all()] == [
        (1, "Suzanne Collins", "Collins, Suzanne"),
        (2, "Élise Noël", "Noël, Élise"),
    ]
    assert book.byline == "Suzanne Collins and Élise Noël"
    assert book.sort_title == "hunger games"
    assert " elise noel" in book.search_text
    assert (book.stock.on_hand, book.stock.allocated) == (7, 0)
    assert [(m.kind, m.quantity, m.reason) for m in book.stock_movements.all()] == [
        ("opening", 7, "Imported from books.csv")
    ]
    assert "1 books imported" in said


def test_the_same_file_again_changes_nothing(sheet, capsys):
    path = sheet(HEADER, DUNE, EMMA)
    run(path, capsys, "--stock", "5")
    before = contents()
    said = run(path, capsys, "--stock", "5")
    assert contents() == before
    assert "0 books imported\n2 already there, left as they are\n0 rows rejected" in said


def test_a_book_that_is_there_keeps_what_staff_made_of_it(sheet, capsys):
    book = make_book("Dune, revised", isbn="9780441013593", price="4.00", stock=3)
    run(sheet(HEADER, DUNE, EMMA), capsys, "--stock", "5")
    book.refresh_from_db()
    assert (book.title, str(book.price), book.stock.on_hand) == ("Dune, revised", "4.00", 3)
    assert Book.objects.count() == 2


def test_of_two_rows_with_one_isbn_the_later_is_rejected(sheet, capsys):
    said = run(sheet(HEADER, DUNE, EMMA, "0441013597,Dune again,,1.00,"), capsys)
    assert "line 4: the ISBN of an earlier row: line 2" in said
    assert Book.objects.get(isbn="9780441013593").title == "Dune"


def test_rejected_rows_are_named_with_line_and_reason_and_the_others_come_in(sheet, capsys):
    said = run(
        sheet(HEADER, ",No ISBN,,1.00,", DUNE, "9780441013590,Wrong,,1.00,", "9780141439587,Emma,,NaN,"),
        capsys,
    )
    assert "line 2: no ISBN\n" in said
    assert "line 4: ISBN with a wrong check digit: 9780441013590\n" in said
    assert "line 5: not a price from 0.00 to 99999.99, such as 9.99: NaN\n" in said
    assert "3 rows rejected" in said
    assert list(Book.objects.values_list("title", flat=True)) == ["Dune"]


def test_rejects_go_to_a_file_in_which_no_formula_works(sheet, tmp_path, capsys):
    rejects = tmp_path / "rejects.csv"
    formula = '"=HYPERLINK(""http://x"")"'
    said = run(sheet(HEADER, DUNE, f"x,{formula},Ånna,-1,@shop"), capsys, "--rejects", str(rejects))
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "reason", "isbn", "title", "authors", "price", "publisher"],
            ["3", "not an ISBN: X", "x", '\'=HYPERLINK("http://x")', "Ånna", "-1", "'@shop"],
        ]
    assert "line 3" not in said
    assert str(rejects) in said


def test_the_rejects_file_cannot_be_the_file_itself(sheet):
    path = sheet(HEADER, DUNE)
    before = path.read_bytes()
    with pytest.raises(CommandError, match="very file"):
        call_command("import_books", str(path), "--rejects", str(path))
    assert path.read_bytes() == before


def test_the_row_price_goes_first_and_price_without_a_column_must_be_given(sheet, capsys):
    without = sheet("isbn,title", "9780441013593,Dune")
    with pytest.raises(CommandError, match=r"no column price.*isbn, title.*--price"):
        call_command("import_books", str(without))
    assert not Book.objects.exists()
    run(without, capsys, "--price", "6.50")
    assert str(Book.objects.get().price) == "6.50"
    run(sheet(HEADER, EMMA), capsys, "--price", "6.50")
    assert str(Book.objects.get(isbn="9780141439587").price) == "7.50"


@pytest.mark.parametrize(
    "options",
    [
        ["--price", "NaN"],
        ["--price", "-1"],
        ["--price", "9,99"],
        ["--stock", "-1"],
        ["--stock", "1.5"],
        ["--stock", "٣"],
    ],
)
def test_a_price_or_stock_that_is_no_number_is_refused(sheet, options):
    with pytest.raises(CommandError, match=r"not a price|whole number"):
        call_command("import_books", str(sheet(HEADER, DUNE)), *options)
    assert not Book.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_encoding_is_read(sheet, capsys, encoding):
    run(sheet(HEADER, "9780441013593,Über Dünen,François Ü,9.99,Éditions", encoding=encoding), capsys)
    assert Book.objects.get().title == "Über Dünen"
    assert Contributor.objects.get().name == "François Ü"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff" * 500, "not a text file"),
        (b"PK\x03\x04" + b"x" * 100, "workbook"),
        (b"isbn,title,price\n9780441013593,Du\x00ne,1.00\n", "not a text file"),
        (b"name,author\nDune,Frank Herbert\n", "no column isbn"),
        (b'isbn,price,"title\n', "header cannot be read"),
    ],
)
def test_a_file_that_is_no_list_of_books_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "books.csv"
    path.write_bytes(content)
    rejects = tmp_path / "rejects.csv"
    for options in ([], ["--rejects", str(rejects)]):
        with pytest.raises(CommandError, match=message) as refused:
            call_command("import_books", str(path), *options)
        assert "\n" not in str(refused.value)
    assert not Book.objects.exists()
    assert not rejects.exists()


def test_a_missing_file_and_a_folder_are_refused_in_one_line(tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(CommandError) as refused:
            call_command("import_books", str(path))
        assert "cannot be opened" in str(refused.value)


@pytest.mark.parametrize("cut", ["9780141439587,Em", '9780141439587,"Em'])
def test_of_a_file_that_is_cut_off_the_last_row_is_rejected_not_half_taken(sheet, capsys, cut):
    said = run(sheet(HEADER, DUNE, cut), capsys)
    assert "line 3: " in said
    assert "cut off" in said
    assert Book.objects.get().title == "Dune"


def test_a_megabyte_in_one_cell_costs_that_row_alone(sheet, capsys):
    said = run(sheet(HEADER, DUNE, f"9780141439587,{'x' * 1_000_000},,1.00,", EMMA), capsys)
    assert "line 3: " in said
    assert len(said) < 1000
    assert Counter(Book.objects.values_list("title", flat=True)) == {"Dune": 1, "Emma": 1}


def test_authors_are_matched_by_their_exact_names(sheet, capsys):
    run(
        sheet(
            HEADER,
            "9780441013593,One,Jose Silva,1.00,Penguin",
            "9780141439587,Two,José Silva,1.00,PENGUIN",
            '9780439023481,Three,"JOSÉ SILVA, José Silva",1.00,Penguin',
        ),
        capsys,
    )
    names = {
        book.title: [c.contributor.name for c in book.contributions.all()] for book in Book.objects.all()
    }
    assert names == {"One": ["Jose Silva"], "Two": ["José Silva"], "Three": ["JOSÉ SILVA", "José Silva"]}
    assert Contributor.objects.count() == 3
    assert Publisher.objects.filter(name="Penguin").count() == 1


def test_an_interrupted_import_leaves_whole_batches_and_can_be_run_again(sheet, capsys, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    path = sheet(
        HEADER, DUNE, EMMA, *(f"{isbn},Book,Someone,1.00," for isbn in ("9780439023481", "9780002247399"))
    )
    introduced = []

    def introduce_once(**details):
        if introduced:
            raise KeyboardInterrupt
        introduced.append(details)
        introduce(**details)

    introduce = importing.introduce
    monkeypatch.setattr(importing, "introduce", introduce_once)
    with pytest.raises(CommandError, match="Interrupted") as stopped:
        call_command("import_books", str(path), "--stock", "4")
    assert stopped.value.returncode == 130
    assert sorted(Book.objects.values_list("title", flat=True)) == ["Dune", "Emma"]
    assert all(book.stock.on_hand == 4 and book.byline for book in Book.objects.all())
    assert not Contributor.objects.filter(name="Someone").exists()

    monkeypatch.setattr(importing, "introduce", introduce)
    said = run(path, capsys, "--stock", "4")
    assert "2 books imported\n2 already there" in said
    assert Book.objects.count() == 4


def test_progress_is_shown_while_rows_are_read(sheet, capsys, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    monkeypatch.setattr("shop.management.commands.import_books.SAY_EVERY", 2)
    call_command("import_books", str(sheet(HEADER, DUNE, ",No ISBN,,1,", EMMA)))
    assert "3 rows done, 2 books imported" in capsys.readouterr().err


@pytest.mark.skipif(not GOODBOOKS.exists(), reason="the shared data folder is not beside this project")
def test_ten_thousand_real_books_come_in_once(tmp_path, capsys):
    rejects = tmp_path / "rejects.csv"
    said = run(GOODBOOKS, capsys, "--price", "9.99", "--stock", "20", "--rejects", str(rejects))
    assert "9,277 books imported\n0 already there, left as they are\n723 rows rejected" in said
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["reason"].split(":")[0] for row in rows) == {
        "no ISBN": 700,
        "ISBN with a wrong check digit": 23,
    }
    assert rows[0]["line"] == "107"
    assert rows[0]["title"] == "Bossypants"

    hunger_games = Book.objects.get(isbn="9780439023481")
    assert (hunger_games.title, hunger_games.series_name, hunger_games.series_number) == (
        "The Hunger Games",
        "The Hunger Games",
        "1",
    )
    assert Book.objects.filter(first_published__lt=0).count() > 10
    assert set(Book.objects.exclude(language="").values_list("language", flat=True)) >= {"eng", "ara", "dut"}
    biggest = max(Counter(Contribution.objects.values_list("book_id", flat=True)).values())
    assert biggest == 47
    assert not Book.objects.filter(stock__on_hand__lt=20).exists()

    said = run(GOODBOOKS, capsys, "--price", "9.99", "--stock", "20", "--rejects", str(rejects))
    assert "0 books imported\n9,277 already there" in said
    assert Book.objects.count() == 9277
