"""The search, from the index and from the database without one: words of titles, names and series, and ISBNs."""

import pytest
from django.test import Client

from shop.catalogue.credits import refresh_credits
from shop.catalogue.search.database import matching
from shop.catalogue.text import folded, joined_initials, sort_title, with_joined_initials
from shop.models import Book
from tests.makers import make_book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]


def found(client, text):
    response = client.get("/search/", {"q": text})
    assert response.status_code == 200
    return [book.title for book in response.context["listing"].page.object_list]


@pytest.mark.parametrize(
    "text", ["garcia marquez", "GARCÍA MÁRQUEZ", "marquez gabriel", "García-Márquez", "solitude"]
)
def test_names_are_found_whatever_their_case_accents_and_order(client, text):
    make_book("One Hundred Years of Solitude", authors=("Gabriel García Márquez",))
    make_book("Ficciones", authors=("Jorge Luis Borges",))
    assert found(client, text) == ["One Hundred Years of Solitude"]


@pytest.mark.parametrize("text", ["jk rowling", "j k rowling", "J.K. Rowling", "j. k. rowling", "rowling"])
@pytest.mark.parametrize("name", ["J.K. Rowling", "J. K. Rowling"])
def test_initials_are_found_however_they_are_written(client, name, text):
    make_book("The Casual Vacancy", authors=(name,))
    assert found(client, text) == ["The Casual Vacancy"]


@pytest.mark.parametrize("text", ["subtle knife", "his dark", "annotated"])
def test_title_series_and_subtitle_are_searched(client, text):
    make_book("The Subtle Knife", series="His Dark Materials", subtitle="The annotated edition")
    assert found(client, text) == ["The Subtle Knife"]


def test_words_are_found_by_their_beginning_not_by_their_middle(client):
    make_book("Mozart", authors=("Anne Onyma",))
    make_book("The Art of Fugue", authors=("Anne Onyma",))
    assert found(client, "art") == ["The Art of Fugue"]
    assert found(client, "moz") == ["Mozart"]


def test_scripts_that_do_not_part_their_words_are_found_anywhere(client):
    make_book("ノルウェイの森", authors=("村上春樹",))
    assert found(client, "春樹") == ["ノルウェイの森"]


def test_every_word_must_be_there_if_any_book_has_them_all(client):
    make_book("Emma", authors=("Jane Austen",))
    make_book("Villette", authors=("Charlotte Bronte",))
    make_book("Emma and Emma Bronte", authors=("A",))
    assert found(client, "emma austen") == ["Emma"]
    assert found(client, "emma bronte") == ["Emma and Emma Bronte"]


def test_the_best_matches_come_first(client):
    make_book("Mostly about Persuasion", authors=("B",))
    make_book("Rhetoric", authors=("Persuasion Smith",))
    make_book("Persuasion and Power", authors=("C",))
    make_book("Persuasion", authors=("Jane Austen",))
    assert found(client, "persuasion") == [
        "Persuasion",
        "Persuasion and Power",
        "Mostly about Persuasion",
        "Rhetoric",
    ]


def test_a_title_is_the_best_match_with_or_without_its_article(client):
    make_book("Hobbit Lore", authors=("A",))
    make_book("The Hobbit", authors=("J.R.R. Tolkien",))
    assert found(client, "the hobbit")[0] == "The Hobbit"
    assert found(client, "hobbit")[0] == "The Hobbit"


def test_a_search_can_be_sorted_and_filtered_like_any_list(client):
    make_book("Dune", price="9.00", format="BB")
    make_book("Dune Messiah", price="5.00", format="BC")
    response = client.get("/search/?q=dune&sort=price")
    assert [b.title for b in response.context["listing"].page.object_list] == ["Dune Messiah", "Dune"]
    response = client.get("/search/?q=dune&format=BB")
    assert [b.title for b in response.context["listing"].page.object_list] == ["Dune"]


@pytest.mark.parametrize(
    "written",
    [
        "9780441013593",
        "978-0-441-01359-3",
        "978 0 441 01359 3",
        "0441013597",
        "0-441-01359-7",
        " 978–0441013593 ",
        "ISBN 978-0-441-01359-3",
        "isbn: 0441013597",
    ],
)
def test_an_isbn_leads_straight_to_its_book(client, written):
    book = make_book("Dune", isbn="9780441013593")
    response = client.get("/search/", {"q": written})
    assert response.status_code == 302
    assert response["Location"] == book.get_absolute_url()


def test_an_isbn_that_the_shop_does_not_have_is_said_to_be_unknown(client):
    response = client.get("/search/?q=9780441013593")
    assert "We do not have the book with ISBN 978-0-441-01359-3" in response.content.decode()


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("9780441013594", True),
        ("ISBN 978-0-441-01359-4", True),
        ("0441013594", True),
        ("044101359X", True),
        ("9780441013593", False),  # right, but of no book here
        ("1234567890123", False),
        ("9780441013", False),  # the beginning of one
        ("nothing at all", False),
    ],
)
def test_an_isbn_with_a_wrong_digit_is_said_to_have_one(client, text, is_told):
    make_book("Emma")
    page = client.get("/search/", {"q": text}).content.decode()
    assert ("one of its digits seems to be wrong" in page) == is_told


def test_an_isbn_of_a_book_off_sale_leads_nowhere(client):
    make_book("Dune", isbn="9780441013593", on_sale=False)
    assert client.get("/search/?q=9780441013593").status_code == 200


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "%%%", "' OR 1=1 --", "\x00", "…", "\ud83d\ude00", "*", '"', "a\x00%"]
)
def test_signs_that_mean_something_to_a_database_mean_nothing_here(client, text):
    make_book("Silas Marner", authors=("George Eliot",))
    assert found(client, text.encode("utf-16", "surrogatepass").decode("utf-16")) == []


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_search_for_nothing_asks_what_to_look_for(client, text):
    make_book("Silas Marner")
    page = client.get("/search/", {"q": text}).content.decode()
    assert "What are you looking for?" in page
    assert "Silas Marner" not in page


def test_a_search_of_ten_thousand_characters_is_refused_kindly(client):
    response = client.get("/search/", {"q": "war and peace " * 800})
    assert response.status_code == 200
    assert "200 characters at most" in response.content.decode()


def test_a_search_of_very_many_words_looks_for_the_first_ten(client, django_assert_max_num_queries):
    title = "One two three four five six seven eight nine ten"
    make_book(title)
    found(client, title)
    with django_assert_max_num_queries(12):
        assert found(Client(), f"{title} eleven twelve") == [title]


def test_a_search_that_finds_nothing_helps_on(client):
    page = client.get("/search/?q=xyzzy").content.decode()
    assert "No book found for “xyzzy”" in page
    assert 'href="/subjects/"' in page


def test_results_are_not_for_search_engines(client):
    assert '<meta name="robots" content="noindex, follow">' in client.get("/search/?q=x").content.decode()


def test_what_is_searched_follows_the_book(client):
    book = make_book("Frist Impressions", authors=("Jane Austen",))
    assert found(client, "frist") == ["Frist Impressions"]
    book.title = "First Impressions"
    book.save()
    refresh_credits([book])
    assert found(client, "first impressions") == ["First Impressions"]
    assert "Frist" not in client.get("/search/?q=frist").content.decode()


def test_matching_finds_nothing_for_a_text_without_words():
    make_book()
    assert not matching(Book.objects.all(), "…").exists()


def test_text_is_folded_for_searching_and_sorting():
    assert folded("  Les MISÉRABLES: l'œuvre—d’Hugo ") == "les miserables loeuvre dhugo"
    assert sort_title("The Hobbit") == "hobbit"
    assert sort_title("L'Étranger") == "etranger"
    assert sort_title("A") == "a"


def test_initials_in_a_row_are_also_written_as_one_word():
    assert joined_initials("j k rowling") == "jk"
    assert joined_initials("j r r tolkien and c s lewis") == "jrr cs"
    assert joined_initials("a tale of 2 cities") == ""
    assert with_joined_initials("by j k rowling") == "by jk rowling"
