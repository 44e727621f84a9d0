"""The index: what it is good at, how it follows the database, and what happens when it is gone or broken."""

import json
import logging
import shutil
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from inventory.models import Stock
from shop.catalogue import changes
from shop.catalogue.changes import Position, forget_changes, note_changes, position_now, read_changes
from shop.catalogue.editions import make_one_work, set_on_sale
from shop.catalogue.models import BookChange
from shop.catalogue.search import building, counting, index
from shop.catalogue.search.building import Writer, build
from shop.catalogue.search.following import Follower, bring_in_step
from shop.catalogue.search.locks import Taken, lock
from shop.models import Book, SalesRank, Series
from tests.makers import make_book, make_order, make_subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_index")]


def listing(address, **query):
    """What the page lists, once the index knows all."""
    bring_in_step()
    index.forget()
    response = Client().get(address, query)
    assert response.status_code == 200
    return response.context["listing"]


def found(text, **query):
    return [book.title for book in listing("/search/", q=text, **query).page.object_list]


# --- What people type


@pytest.mark.parametrize(
    "text", ["tolkein", "tolkin", "tolkienn", "jrr tolkein", "the hobit", "hobbti", "hobb"]
)
def test_typing_errors_are_forgiven(text):
    make_book("The Hobbit", authors=("J. R. R. Tolkien",))
    make_book("Emma", authors=("Jane Austen",))
    assert found(text) == ["The Hobbit"]


def test_a_search_that_was_corrected_says_so():
    make_book("The Hobbit", authors=("J. R. R. Tolkien",))
    corrected = listing("/search/", q="tolkein").corrected
    assert (corrected.label, corrected.address) == ("tolkien", "?q=tolkien")
    bring_in_step()
    page = Client().get("/search/?q=tolkein").content.decode()
    assert "No book has “tolkein”, so these are the books for <strong>tolkien</strong>" in page


def test_what_is_spelt_right_is_not_drowned_in_what_is_nearly_so():
    make_book("Dune", authors=("Frank Herbert",))
    make_book("Rune", authors=("A",))
    assert found("dune") == ["Dune"]


def test_where_a_rare_spelling_finds_few_books_the_common_one_is_offered():
    for number in range(12):
        make_book(f"Garden {number}", authors=("Rose Gardiner",))
    make_book("Gardn", authors=("B",))
    offered = listing("/search/", q="gardn")
    assert [book.title for book in offered.page.object_list] == ["Gardn"]
    assert (offered.better.label, offered.better.address) == ("garden", "?q=garden")


@pytest.mark.parametrize(
    ("text", "title"),
    [("mocking bird", "To Kill a Mockingbird"), ("leguin", "Tehanu"), ("middel march", "Middlemarch")],
)
def test_words_are_found_written_as_one_or_as_two(text, title):
    make_book("To Kill a Mockingbird", authors=("Harper Lee",))
    make_book("Tehanu", authors=("Ursula K. Le Guin",))
    make_book("Middlemarch", authors=("George Eliot",))
    assert found(text) == [title]


def test_where_no_book_has_all_words_those_that_have_most_are_shown_and_said_to_be():
    make_book("Emma", authors=("Jane Austen",))
    make_book("Ulysses", authors=("James Joyce",))
    shown = listing("/search/", q="emma austen quixotic")
    assert [book.title for book in shown.page.object_list] == ["Emma"]
    assert shown.found.has_some_words
    assert "No book has all of" in Client().get("/search/?q=emma+austen+quixotic").content.decode()


@pytest.mark.parametrize(
    "text",
    ["milkweed", "sweetgrass indigenous", "knowledge", "botany", "kimmerer", "97815713"],
)
def test_every_part_of_a_book_is_searched(text):
    make_book(
        "Braiding Sweetgrass",
        isbn="9781571313560",
        subtitle="Indigenous Wisdom",
        description="<p>Scientific <em>knowledge</em>.</p>",
        authors=("Robin Wall Kimmerer",),
        publisher="Milkweed Editions",
        subjects=(make_subject("Botany"),),
    )
    assert found(text) == ["Braiding Sweetgrass"]


def test_among_equals_the_bestseller_comes_first_but_a_better_match_before_it():
    make_book("Persuasion", authors=("Jane Austen",))
    make_book("Studies in Persuasion", authors=("A",))
    sold = make_book("Lessons in Persuasion", authors=("B",))
    SalesRank.objects.create(book=sold, copies=900, rank=1)
    assert found("persuasion") == ["Persuasion", "Lessons in Persuasion", "Studies in Persuasion"]


def test_who_names_a_series_begins_it_with_its_first_book():
    trilogy = Series.objects.create(name="His Dark Materials")
    last = make_book("The Amber Spyglass", series=trilogy, series_number="3")
    make_book("Northern Lights", series=trilogy, series_number="1")
    SalesRank.objects.create(book=last, copies=900, rank=1)
    assert found("his dark materials")[0] == "Northern Lights"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "AND",
            "OR NOT",
            "+",
            "-dune",
            "title:dune",
            "*:*",
            "du*",
            "dune~2",
            '"dune',
            "(dune",
            "dune)",
            "[a TO b]",
        ),
        *(
            "dune^9999",
            "\\",
            "dune\x00",
            "🦄",
            "\ufeff",
            "/.*/",
            "NOT dune",
            "a" * 200,
            "é" * 200,
            "x " * 100,
        ),
        *("^", "$", "\t", "0" * 200, "𝕯𝖚𝖓𝖊"),
    ],
)
def test_no_sign_means_anything_to_the_index(text):
    make_book("Dune", authors=("Frank Herbert",))
    assert set(found(text)) <= {"Dune"}


# --- Facets


def test_each_facet_counts_the_books_that_its_choices_leave():
    fiction = make_subject("Fiction")
    crime = make_subject("Crime", parent=fiction)
    make_book("A", format="BB", price="4.00", first_published=1999, subjects=(fiction,))
    make_book("B", format="BC", price="12.00", first_published=2001, subjects=(crime,), stock=0)
    make_book("C", format="BC", price="12.50", first_published=2005, language="ger")
    shown = {facet.name: {c.label: c.count for c in facet.choices} for facet in listing("/books/").facets}
    assert shown == {
        "subject": {"Fiction": 2},
        "in_stock": {"In stock": 2},
        "format": {"Paperback": 2, "Hardback": 1},
        "price": {"Up to £4.99": 1, "£10.00 to £14.99": 2},
        "language": {"English": 2, "German": 1},
        "years": {"2000s": 2, "1990s": 1},
    }


def test_a_facet_in_force_is_counted_as_if_it_were_not_so_that_one_can_change_ones_mind():
    make_book("A", format="BB", language="ger")
    make_book("B", format="BC")
    facets = {facet.name: facet.choices for facet in listing("/books/", format="BB").facets}
    assert [(c.label, c.count, c.chosen, c.address) for c in facets["format"]] == [
        ("Hardback", 1, True, "?"),
        ("Paperback", 1, False, "?format=BC"),
    ]
    assert [(c.label, c.count) for c in facets["language"]] == [("German", 1)]


def test_facets_together_leave_what_fits_all_of_them():
    make_book("A", format="BB", language="ger", first_published=1999)
    make_book("B", format="BB", language="eng", first_published=1999)
    make_book("C", format="BB", language="ger", first_published=2001)
    shown = listing("/books/", format="BB", language="ger", years="1990s")
    assert [book.title for book in shown.page.object_list] == ["A"]
    assert [choice.label for choice in shown.applied] == ["Hardback", "German", "1990s"]


def test_a_work_is_one_card_and_a_format_shows_the_edition_that_has_it():
    hardback = make_book("Emma", format="BB", price="20.00")
    paperback = make_book("Emma", format="BC", price="8.00")
    make_one_work([hardback, paperback])
    assert [b.pk for b in listing("/books/").page.object_list] == [paperback.pk]
    assert listing("/books/").total == 1
    assert [b.pk for b in listing("/books/", format="BB").page.object_list] == [hardback.pk]
    assert [b.pk for b in listing("/search/", q="emma", min="10").page.object_list] == [hardback.pk]


def test_of_two_editions_that_fit_a_filter_the_list_shows_one():
    books = [make_book("Emma", format="BC", price="8.00"), make_book("Emma", format="BC", price="9.00")]
    make_one_work(books)
    shown = listing("/books/", format="BC")
    assert shown.total == len(shown.page.object_list) == 1


@pytest.mark.parametrize("exactly", [5000, 0])
def test_a_facet_counts_the_books_that_its_list_shows_not_their_editions(exactly, monkeypatch):
    monkeypatch.setattr(counting, "EXACTLY", exactly)
    fiction = make_subject("Fiction")
    of_emma = {"title": "Emma", "subjects": (fiction,)}
    books = [make_book(format="BC", price="8.00", **of_emma), make_book(format="BC", price="9.00", **of_emma)]
    bring_in_step()  # the others lie in another segment of the index
    books += [make_book(format="BB", price="9.50", **of_emma), make_book(format="BC", stock=0, **of_emma)]
    make_one_work(books)
    make_book("Dune", format="BC", price="9.00", authors=("Frank Herbert",))
    for address, query in (("/books/", {}), ("/books/", {"format": "BC"}), ("/search/", {"q": "emma"})):
        for facet in listing(address, **query).facets:
            for choice in facet.choices:
                if not choice.chosen:
                    chosen = Client().get(address + choice.address).context["listing"]
                    shown = len(chosen.page.object_list)
                    assert (choice.count, chosen.total) == (shown, shown), (address, choice)
    shown = {facet.name: {c.label: c.count for c in facet.choices} for facet in listing("/books/").facets}
    assert shown["in_stock"] == {"In stock": 2}
    assert shown["format"] == {"Paperback": 2, "Hardback": 1}


def test_a_list_of_very_many_editions_says_how_many_books_they_are(monkeypatch):
    monkeypatch.setattr("shop.catalogue.search.searching.COLLAPSED_WHOLE", 1)
    make_one_work([make_book("Emma", price="8.00"), make_book("Emma", price="9.00")])
    make_book("Dune", authors=("Frank Herbert",))
    shown = listing("/books/", in_stock="1")
    assert shown.total == len(shown.page.object_list) == 2


def test_the_edition_that_lists_show_is_found_by_who_reads_another_aloud():
    book = make_book("Dracula", format="BC")
    audio = make_book("Dracula", authors=("Stephen Fry",), format="AC")
    make_one_work([book, audio])
    assert [b.pk for b in listing("/search/", q="stephen fry").page.object_list] == [book.pk]


def test_pages_end_where_nobody_pages_to_and_say_so(monkeypatch):
    for number in range(30):
        make_book(f"Volume {number:02d}")
    monkeypatch.setattr("shop.catalogue.search.wanted.DEEPEST", 24)
    shown = listing("/books/", page="9")
    assert (shown.total, shown.page.number, shown.page.has_next()) == (30, 1, False)
    assert "Narrow the list down" in Client().get("/books/").content.decode()


def test_a_long_list_is_in_the_same_order_found_by_slices_or_sorted_whole(monkeypatch):
    for number in range(60):
        make_book(
            f"Volume {number * 37 % 60:02d}", price=f"{number * 7 % 13}.00", first_published=1900 + number % 5
        )
    sorts = ("title", "price", "-price", "newest", "recent")
    whole = {sort: found("volume", sort=sort) for sort in sorts}
    monkeypatch.setattr("shop.catalogue.search.ordering.SLICES", 16)
    build()
    monkeypatch.setattr("shop.catalogue.search.ordering.SORTED_WHOLE", 0)
    assert {sort: found("volume", sort=sort) for sort in sorts} == whole
    assert found("volume", sort="title", page="2") == [f"Volume {n:02d}" for n in range(24, 48)]
    monkeypatch.setattr("shop.catalogue.search.ordering.COUNTED_FROM", 0)
    assert {sort: found("volume", sort=sort) for sort in sorts} == whole
    assert found("volume", sort="title", page="2") == [f"Volume {n:02d}" for n in range(24, 48)]
    assert found("volume", sort="title", page="3") == [f"Volume {n:02d}" for n in range(48, 60)]


# --- Following the database


def test_a_change_is_found_once_it_is_committed():
    book = make_book("Frist Impressions")
    assert found("frist") == ["Frist Impressions"]
    set_on_sale([book.pk], False)
    assert found("frist") == []
    assert listing("/search/", q="frist").total == 0
    set_on_sale([book.pk], True)
    assert found("frist") == ["Frist Impressions"]
    assert listing("/search/", q="frist").total == 1


def test_stock_that_sells_out_leaves_the_books_in_stock():
    book = make_book("Dune", stock=1)
    make_book("Emma")
    assert found("dune", in_stock="1") == ["Dune"]
    make_order(book)
    assert listing("/books/", in_stock="1").total == 1
    assert found("dune") == ["Dune"]


def test_price_and_stock_are_the_databases_even_while_the_index_lags_behind():
    book = make_book("Dune", price="9.00", stock=3)
    assert found("dune") == ["Dune"]
    Book.objects.filter(pk=book.pk).update(price="11.50")
    Stock.objects.filter(book=book).update(on_hand=0)
    page = Client().get("/search/?q=dune").content.decode()
    assert "£11.50" in page
    assert "Out of stock" in page


def test_a_book_that_went_off_sale_is_dropped_from_the_page_before_the_index_knows():
    book = make_book("Dune")
    assert found("dune") == ["Dune"]
    Book.objects.filter(pk=book.pk).update(on_sale=False, listed=False)
    assert Client().get("/search/?q=dune").context["listing"].page.object_list == []


def test_a_change_of_anything_has_the_index_built_anew():
    make_book("Dune")
    bring_in_step()
    folder = index.current_folder()
    Book.objects.update(title="Emma")
    note_changes(None)
    assert bring_in_step() == 1
    assert index.current_folder() != folder


class PanicException(BaseException):
    """As tantivy's are: no Exception."""


@pytest.mark.parametrize("failure", [ValueError("No space left on device"), PanicException("No space left")])
def test_an_index_that_cannot_be_written_is_told_and_the_old_one_stays(monkeypatch, failure):
    def fail():
        raise failure

    bring_in_step()
    before = index.current_folder()
    monkeypatch.setattr(building, "every_book", fail)

    with pytest.raises(CommandError, match="cannot be written: No space left"):
        call_command("index_books")

    assert index.current_folder() == before
    assert [path for path in index.root().iterdir() if path.is_dir()] == [before]
    note_changes(None)
    with pytest.raises(index.Unusable):  # which the thread that follows survives
        Follower().step()


def test_very_many_changes_at_once_are_noted_as_one(monkeypatch):
    monkeypatch.setattr(changes, "MOST_NOTED", 3)
    note_changes([1, 2, 3])
    assert BookChange.objects.count() == 3
    note_changes(iter([1, 2, 3, 4]))
    assert BookChange.objects.order_by("-pk").first().book_id is None


def test_a_change_that_is_committed_after_a_later_one_is_not_missed():
    first, second, third = (BookChange.objects.create(book_id=n) for n in (11, 12, 13))
    start = Position(first.pk, [])
    late = second.pk
    second.delete()  # as long as its transaction goes on nobody sees it
    books, everything, position = read_changes(start)
    assert (books, everything) == ({13}, False)
    assert [gap[:2] for gap in position.gaps] == [(late, late)]
    BookChange.objects.create(pk=late, book_id=12)
    books, _everything, position = read_changes(position)
    assert books == {12}
    assert position == Position(third.pk, [])
    assert read_changes(position)[0] == set()


def test_keys_that_never_turn_up_are_given_up(monkeypatch):
    last = BookChange.objects.create(book_id=1)
    BookChange.objects.create(pk=last.pk + 5, book_id=2)
    position = read_changes(Position(last.pk, []))[2]
    assert [gap[:2] for gap in position.gaps] == [(last.pk + 1, last.pk + 4)]
    aged = Position(position.last, [(low, high, since - 3600) for low, high, since in position.gaps])
    assert read_changes(aged)[2].gaps == []


def test_gaps_that_lie_far_apart_are_looked_into_without_all_that_lies_between(django_assert_num_queries):
    base = (BookChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 10
    gaps = [(base + at, base + at + 3, time.time()) for at in (0, 10, 90_000, 90_010)]
    for at in (1, 5, 12, 40_000, 90_000, 90_004, 90_013):
        BookChange.objects.create(pk=base + at, book_id=at)

    with django_assert_num_queries(3):  # what is new, and two pairs of gaps
        books, _everything, position = read_changes(Position(base + 90_013, gaps))

    assert books == {1, 12, 90_000, 90_013}
    left = [(low - base, high - base) for low, high, _since in position.gaps]
    assert left == [(0, 0), (2, 3), (10, 11), (13, 13), (90_001, 90_003), (90_010, 90_012)]


def test_an_index_built_while_changes_are_under_way_looks_for_them_afterwards():
    one = BookChange.objects.create(book_id=1)
    BookChange.objects.create(pk=one.pk + 2, book_id=2)
    assert [gap[:2] for gap in position_now().gaps if gap[0] > one.pk] == [(one.pk + 1, one.pk + 1)]


def test_old_changes_are_forgotten_but_for_the_last():
    for number in range(3):
        BookChange.objects.create(book_id=number, at="2020-01-01T00:00:00Z")
    assert forget_changes() == 2
    assert BookChange.objects.get().book_id == 2


# --- When something is wrong with it


def test_without_an_index_pages_come_from_the_database_and_the_log_says_so_once(caplog):
    make_book("Dune", authors=("Frank Herbert",))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert [b.title for b in Client().get("/search/?q=dune").context["listing"].page.object_list] == [
                "Dune"
            ]
    told = [record for record in caplog.records if "No search index" in record.getMessage()]
    assert len(told) == 1


def spoil(folder, how):
    if how == "no folder":
        shutil.rmtree(folder)
    elif how == "nothing at all":
        shutil.rmtree(folder.parent)
    elif how == "no meta.json":
        (folder / "meta.json").unlink()
    elif how == "garbage for current":
        (folder.parent / "current").write_bytes(b"\xff\xfe../../etc")
    elif how == "another version":
        state = json.loads((folder / "state.json").read_text())
        (folder / "state.json").write_text(json.dumps(state | {"version": 0}))
    else:
        for path in folder.iterdir():
            if how == "garbage":
                path.write_bytes(b"garbage" * 50)
            elif path.suffix not in (".json", ".lock"):
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "how",
    [
        *("no folder", "nothing at all", "no meta.json", "garbage for current", "another version", "garbage"),
        "truncated",
    ],
)
def test_a_broken_index_is_done_without_and_built_anew(how, empty_index):
    make_book("Dune", authors=("Frank Herbert",))
    assert found("dune") == ["Dune"]
    spoil(index.current_folder(), how)
    index.forget()
    assert [b.title for b in Client().get("/search/?q=dune").context["listing"].page.object_list] == ["Dune"]
    assert index.opened() is None
    bring_in_step()
    index.forget()
    assert index.opened()
    assert found("herbret") == ["Dune"]


def overwrite(folder, size=None):
    """Put rubbish over the segments' files in place, of that size or as long as they were."""
    for path in folder.iterdir():
        if path.suffix not in (".json", ".lock"):
            rubbish = b"rubbish!" * (path.stat().st_size // 8 + 1)
            path.write_bytes(rubbish[: size or path.stat().st_size])


@pytest.mark.parametrize("size", [300, None])
def test_an_open_index_whose_files_are_overwritten_is_not_read_and_built_anew(size, caplog):
    for number in range(200):  # so that some files are longer than a page of memory
        make_book(f"Dune {number}", description=f"<p>{'sand ' * 50}{number}</p>", authors=("Frank Herbert",))
    follower = Follower()
    follower.step()
    assert listing("/search/", q="herbret").total == 200
    overwrite(index.current_folder(), size)  # an index of which more had been cut off ended the process
    with caplog.at_level(logging.WARNING):
        for address in ("/search/?q=dune", reverse("catalogue:suggest") + "?q=dune", "/books/"):
            assert Client().get(address).status_code == 200
    told = [record.getMessage() for record in caplog.records if "No search index" in record.getMessage()]
    assert len(told) == 1
    assert "\n" not in told[0]
    assert index.opened() is None
    assert follower.step() == 200
    index.forget()
    assert index.opened()
    assert found("herbret")


def test_an_index_that_was_overwritten_before_it_was_opened_is_built_anew_once_a_search_has_failed():
    for number in range(30):
        make_book(f"Dune {number}", authors=("Frank Herbert",))
    bring_in_step()
    folder = index.current_folder()
    for path in folder.glob("*.term"):
        content = path.read_bytes()
        path.write_bytes(b"\xff" * (len(content) - 120) + content[-120:])  # what is read at opening stays
    index.forget()
    assert Client().get("/search/?q=dune").context["listing"].total >= 24
    assert index.opened() is None
    bring_in_step()
    assert index.current_folder() != folder
    assert listing("/search/", q="herbret").total == 30


def test_a_search_that_fails_though_the_files_are_whole_does_not_have_the_index_built_anew(monkeypatch):
    make_book("Dune", authors=("Frank Herbert",))
    assert found("dune") == ["Dune"]
    folder = index.current_folder()

    def fail(*args):
        raise ValueError("this query")

    with monkeypatch.context() as patch:
        patch.setattr("shop.catalogue.search.Search", fail)
        assert Client().get("/search/?q=dune").status_code == 200
    assert index.opened() is None
    assert found("herbret") == ["Dune"]
    assert index.current_folder() == folder


def test_a_follower_whose_index_is_cleared_away_builds_another():
    make_book("Dune")
    follower = Follower()
    follower.step()
    shutil.rmtree(index.root())
    make_book("Emma", authors=("A",))
    assert follower.step() == 2
    assert found("emma") == ["Emma"]


def test_an_index_of_another_database_or_of_one_put_back_to_an_earlier_day_is_built_anew():
    make_book("Dune")
    bring_in_step()
    for wrong in ({"database": "another"}, {"last": 10**9}, {"followed_at": "2020-01-01T00:00:00+00:00"}):
        folder = index.current_folder()
        state = json.loads((folder / "state.json").read_text())
        (folder / "state.json").write_text(json.dumps(state | wrong))
        bring_in_step()
        assert index.current_folder() != folder, wrong


def test_a_build_that_is_broken_off_leaves_the_index_in_force(monkeypatch):
    make_book("Dune")
    bring_in_step()
    folder = index.current_folder()

    def killed(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(killed)
    assert index.current_folder() == folder
    assert found("dune") == ["Dune"]
    (folder.parent / "20260101T000000-1").mkdir()  # what one leaves behind that is killed
    build()
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [index.current_folder().name]


def test_the_command_builds_the_index_and_says_what_it_has(capsys):
    make_book("Dune")
    call_command("index_books")
    assert capsys.readouterr().out.startswith("Books in the index: 1 ")
    index.forget()
    assert index.opened()


def test_only_one_follower_writes():
    with lock(index.root() / "follower.lock"), pytest.raises(Taken), lock(index.root() / "follower.lock"):
        raise AssertionError("two have the lock")


def test_what_is_rolled_back_is_never_in_the_index(django_db_blocker):
    make_book("Dune")
    bring_in_step()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_book("Emma", authors=("A",))
        1 / 0  # noqa: B018
    assert found("emma") == []


def test_the_writer_of_a_missing_index_says_that_it_is_missing():
    with pytest.raises(index.Unusable):
        Writer()
