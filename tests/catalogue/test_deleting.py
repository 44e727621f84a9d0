"""What staff delete is gone from lists, searches and suggestions too."""

import pytest
from django.test import Client
from django.urls import reverse

from shop.catalogue.search import index, suggestions
from shop.catalogue.search.following import bring_in_step
from shop.models import Book, Series
from tests.makers import make_administrator, make_book, make_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_index")]


@pytest.fixture(autouse=True)
def index_of_before(empty_index):
    bring_in_step()


def delete(model, *objects):
    """By the button on its page if it is one, else by the list's action."""
    staff = Client()
    staff.force_login(make_administrator())
    if len(objects) == 1:
        address = reverse(f"admin:shop_{model}_delete", args=[objects[0].pk])
        response = staff.post(address, {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [each.pk for each in objects]}
        response = staff.post(reverse(f"admin:shop_{model}_changelist"), chosen | {"post": "yes"})
    assert response.status_code == 302
    bring_in_step()
    index.forget()


def known(text):
    return [suggestion.label for suggestion in suggestions(text)]


def test_a_book_is_found_no_more():
    book = make_book("Dune", stock=0)
    bring_in_step()
    assert known("dune") == ["Dune"]

    delete("book", book)

    assert known("dune") == []
    assert Client().get("/search/?q=dune").context["listing"].total == 0


def test_another_edition_takes_its_place():
    paperback, hardback, audio = make_work("Dune", "BC", "BB", "AC", stock=0)
    assert paperback.listed

    delete("book", paperback)

    assert list(Book.objects.listed()) == [hardback]
    assert Book.objects.filter(work__isnull=False).count() == 2
    delete("book", audio)
    assert Book.objects.get().work is None


def test_a_series_is_suggested_no_more_and_finds_no_book():
    names = ("Earthwatch", "Moonwatch", "Sunwatch")
    books = {name: make_book(f"Tale {place}", series=name) for place, name in enumerate(names)}
    bring_in_step()
    assert known("earthw") == ["Earthwatch"]

    delete("series", books["Earthwatch"].series)
    delete("series", books["Moonwatch"].series, books["Sunwatch"].series)

    assert not Series.objects.exists()
    assert [known(name) for name in names] == [[], [], []]
    assert not any(Client().get(f"/search/?q={name}").context["listing"].total for name in names)
    assert not Book.objects.filter(search_text__contains="watch").exists()
