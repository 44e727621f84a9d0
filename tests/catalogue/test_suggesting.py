"""What the search box suggests."""

import pytest
from django.test import Client

from shop.catalogue.search import index
from shop.catalogue.search.following import bring_in_step
from shop.models import SalesRank, Series
from tests.makers import make_book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_index")]


def suggested(text):
    bring_in_step()
    index.forget()
    response = Client().get("/search/suggest/", {"q": text})
    assert response.status_code == 200
    return [(each.label, each.kind) for each in response.context["suggestions"]]


def test_authors_series_and_titles_are_suggested_with_the_last_word_half_typed():
    earthsea = Series.objects.create(name="Earthsea")
    make_book("A Wizard of Earthsea", authors=("Ursula K. Le Guin",), series=earthsea)
    make_book("Emma", authors=("Earl Early",))
    assert suggested("ear") == [
        ("Earl Early", "Author"),
        ("Earthsea", "Series"),
        ("A Wizard of Earthsea", "Ursula K. Le Guin"),
    ]
    assert suggested("le g") == [("Ursula K. Le Guin", "Author")]
    assert suggested("wizard of e") == [("A Wizard of Earthsea", "Ursula K. Le Guin")]


def test_what_sells_is_suggested_first():
    make_book("Garden Paths", authors=("A",))
    sold = make_book("Garden Walls", authors=("B",))
    SalesRank.objects.create(book=sold, copies=50, rank=1)
    assert [label for label, _kind in suggested("garden")] == ["Garden Walls", "Garden Paths"]


@pytest.mark.parametrize("text", ["", " ", "a", "\x00", "%", '"', "*", "x" * 10_000, "zzzz", "…"])
def test_where_there_is_nothing_to_suggest_nothing_is(text):
    make_book("Dune")
    assert suggested(text) == []


def test_suggestions_are_options_of_a_list_and_say_how_many_they_are():
    book = make_book("Dune <Messiah>", authors=("Frank Herbert",))
    suggested("dune")
    page = Client().get("/search/suggest/?q=dune").content.decode()
    assert 'role="option"' in page
    assert f'data-address="{book.get_absolute_url()}"' in page
    assert "Dune &lt;Messiah&gt;" in page
    assert "1 suggestion" in page


def test_suggesting_asks_the_database_nothing(django_assert_num_queries):
    make_book("Dune")
    suggested("dune")
    with django_assert_num_queries(0):
        Client().get("/search/suggest/?q=dune")


def test_without_an_index_nothing_is_suggested():
    make_book("Dune")
    assert Client().get("/search/suggest/?q=dune").context["suggestions"] == []
