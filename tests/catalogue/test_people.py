"""The pages of contributors, of series and of publishers."""

from datetime import date

import pytest

from shop.catalogue import bibliography
from shop.catalogue.editions import make_one_work
from shop.models import Contribution, Publisher, Series
from tests.makers import make_book, make_contributor

pytestmark = pytest.mark.django_db


def titles(section):
    return [card["title"] for card in section.cards]


def sections_of(client, person):
    return {section.heading: section for section in client.get(person.get_absolute_url()).context["sections"]}


# --- Contributors


def test_a_contributors_page_has_the_biography_and_the_books_by_the_part_they_had_in_them(client):
    person = make_contributor("Ursula K. Le Guin", biography="She wrote.\n\nA lot.")
    make_book("The Dispossessed", authors=(person,))
    anthology = make_book("Anthology", authors=("Somebody Else",))
    Contribution.objects.create(book=anthology, contributor=person, role="B01", position=2)
    Contribution.objects.create(book=anthology, contributor=person, role="A24", position=3)
    page = client.get(person.get_absolute_url()).content.decode()
    assert "<p>She wrote.</p>" in page
    found = sections_of(client, person)
    assert {heading: titles(section) for heading, section in found.items()} == {
        "Written": ["The Dispossessed"],
        "Edited": ["Anthology"],
        "Introduced": ["Anthology"],
    }
    assert list(found) == ["Written", "Edited", "Introduced"]


def test_books_of_a_series_stand_together_in_their_order_and_the_rest_newest_first(client):
    person = make_contributor("Ursula K. Le Guin")
    for title, year, series, number in [
        ("The Tombs of Atuan", 1970, "Earthsea", "2"),
        ("The Dispossessed", 1974, "", ""),
        ("Tehanu", 1990, "Earthsea", "4"),
        ("A Wizard of Earthsea", 1968, "Earthsea", "1"),
        ("Lavinia", 2008, "", ""),
        ("A Companion", 1985, "Earthsea", ""),
    ]:
        fields = {"series": series, "series_number": number} if series else {}
        make_book(title, authors=(person,), first_published=year, **fields)
    assert titles(sections_of(client, person)["Written"]) == [
        *[
            "Lavinia",
            "A Wizard of Earthsea",
            "The Tombs of Atuan",
            "Tehanu",
            "A Companion",
            "The Dispossessed",
        ]
    ]


def test_a_work_has_one_card_that_of_the_edition_the_person_had_a_part_in(client):
    author, reader = make_contributor("Ann Author"), make_contributor("Rae Reader")
    paperback = make_book("Tales", authors=(author,), format="BC")
    hardback = make_book("Tales", authors=(author,), format="BB")
    audio = make_book("Tales", authors=(author,), format="AC")
    Contribution.objects.create(book=audio, contributor=reader, role="E07", position=2)
    make_one_work([hardback, paperback, audio])
    (written,) = sections_of(client, author).values()
    assert [card["address"] for card in written.cards] == [paperback.get_absolute_url()]
    (read,) = sections_of(client, reader).values()
    assert (read.heading, [card["address"] for card in read.cards]) == (
        "Read aloud",
        [audio.get_absolute_url()],
    )


def test_what_is_off_sale_is_on_no_contributors_page(client):
    person = make_contributor("Ann Author")
    make_book("Hidden", authors=(person,), on_sale=False)
    response = client.get(person.get_absolute_url())
    assert response.context["sections"] == []
    assert "We have no books" in response.content.decode()


def test_who_has_very_many_books_has_them_in_pages_with_the_parts_noted(client, monkeypatch):
    monkeypatch.setattr(bibliography, "MOST", 2)
    person = make_contributor("Prolific Writer")
    for n in range(2):
        make_book(f"Volume {n}", authors=(person,))
    anthology = make_book("Anthology", authors=("Somebody Else",))
    Contribution.objects.create(book=anthology, contributor=person, role="B01", position=2)
    response = client.get(person.get_absolute_url())
    assert response.context["sections"] is None
    notes = {card["title"]: card["note"] for card in response.context["listing"].cards}
    assert notes == {"Anthology": "Editor", "Volume 0": "", "Volume 1": ""}


def test_namesakes_stay_apart(client):
    one, other = make_contributor("John Smith"), make_contributor("John Smith")
    make_book("Beekeeping", authors=(one,))
    make_book("Sonnets", authors=(other,))
    assert [titles(section) for section in sections_of(client, one).values()] == [["Beekeeping"]]
    assert [titles(section) for section in sections_of(client, other).values()] == [["Sonnets"]]


def test_a_contributors_address_follows_the_name(client):
    person = make_contributor("Ursula K. Le Guin")
    response = client.get(f"/authors/{person.pk}-somebody-else/")
    assert (response.status_code, response["Location"]) == (301, f"/authors/{person.pk}-ursula-k-le-guin/")


def test_a_name_in_another_script_has_an_address_too(client):
    person = make_contributor("村上春樹")
    assert person.get_absolute_url() == f"/authors/{person.pk}-author/"
    assert client.get(person.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "address", ["/authors/0-x/", "/authors/99999999999999999999999-x/", "/authors/x-1/", "/authors/1/"]
)
def test_an_unknown_contributor_is_a_page_that_is_not_there(client, address):
    assert client.get(address).status_code == 404


def test_a_contributors_page_asks_as_often_for_50_books_as_for_5(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    person = make_contributor("Prolific Writer")
    for n in range(5):
        make_book(f"Volume {n}", authors=(person,))
    with django_assert_max_num_queries(12) as few:
        client.get(person.get_absolute_url())
    for n in range(45):
        make_book(f"More {n}", authors=(person, f"Helper {n}"))
    with django_assert_num_queries(len(few)):
        client.get(person.get_absolute_url())


# --- Series


def in_series(title, series, number="", **fields):
    return make_book(title, series=series, series_number=number, **fields)


def test_a_series_page_has_its_books_in_order_one_card_for_a_work_the_unnumbered_last(client):
    for title, number in [("Ten", "10"), ("Companion", ""), ("Two", "2"), ("Novella", "2.5")]:
        in_series(title, "Earthsea", number)
    first = in_series("One", "Earthsea", "1")
    make_one_work([first, in_series("One", "Earthsea", "1", format="BB")])
    in_series("Hidden", "Earthsea", "3", on_sale=False)
    series = Series.objects.get()
    response = client.get(series.get_absolute_url())
    cards = response.context["cards"]
    assert [card["title"] for card in cards] == ["One", "Two", "Novella", "Ten", "Companion"]
    assert [card["note"] for card in cards] == ["Book 1", "Book 2", "Book 2.5", "Book 10", ""]


def test_a_long_series_comes_in_pages_and_asks_as_often_for_300_books_as_for_5(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    for n in range(5):
        in_series(f"Volume {n}", "Long", str(n))
    series = Series.objects.get()
    with django_assert_max_num_queries(4) as few:
        client.get(series.get_absolute_url())
    for n in range(5, 60):
        in_series(f"Volume {n}", "Long", str(n), authors=())
    with django_assert_num_queries(len(few)):
        response = client.get(f"{series.get_absolute_url()}?page=2")
    assert [card["title"] for card in response.context["cards"]] == [f"Volume {n}" for n in range(48, 60)]


def test_a_series_describes_itself_and_its_address_follows_its_name(client):
    series = Series.objects.create(name="Earthsea", description="<p>Islands.</p><script>no()</script>")
    response = client.get(f"/series/{series.pk}-other/")
    assert (response.status_code, response["Location"]) == (301, f"/series/{series.pk}-earthsea/")
    page = client.get(series.get_absolute_url()).content.decode()
    assert "<p>Islands.</p>" in page
    assert "<script>no()" not in page
    assert client.get("/series/999999-x/").status_code == 404


# --- Publishers


def test_a_publishers_page_has_its_imprints_and_its_books_the_latest_first(client):
    for title, year, imprint in [("Old", 1950, "Puffin"), ("New", 2020, "Pelican"), ("Mid", 1990, "Puffin")]:
        make_book(title, publisher="Penguin", first_published=year, imprint=imprint)
    make_book("Its own", publisher="Penguin", first_published=1900, imprint="Penguin")
    make_book("Elsewhere", publisher="Faber", imprint="Faber Finds")
    penguin = Publisher.objects.get(name="Penguin")
    Publisher.objects.filter(pk=penguin.pk).update(description="<p>Birds.</p>")
    response = client.get(penguin.get_absolute_url())
    assert response.context["imprints"] == ["Pelican", "Puffin"]
    cards = response.context["listing"].cards
    assert [card["title"] for card in cards] == ["New", "Mid", "Old", "Its own"]
    assert "<p>Birds.</p>" in response.content.decode()


def test_a_publishers_address_follows_the_name(client):
    penguin = Publisher.objects.create(name="Penguin")
    response = client.get(f"/publishers/{penguin.pk}-pinguin/")
    assert (response.status_code, response["Location"]) == (301, f"/publishers/{penguin.pk}-penguin/")
    assert client.get("/publishers/999999-x/").status_code == 404


def test_a_publishers_page_asks_as_often_for_50_books_as_for_5(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    for n in range(5):
        make_book(f"Book {n}", publication_date=date(2020, 1, 1 + n), imprint="Puffin")
    house = Publisher.objects.get()
    with django_assert_max_num_queries(8) as few:
        client.get(house.get_absolute_url())
    for n in range(45):
        make_book(f"More {n}", authors=(), imprint=f"Imprint {n}")
    with django_assert_num_queries(len(few) - 1):  # the imprints are remembered
        client.get(house.get_absolute_url())
