"""Home, subjects and contributors."""

import pytest

from shop.catalogue.tree import SubjectTree
from shop.models import Contribution
from tests.makers import make_book, make_contributor, make_subject

pytestmark = pytest.mark.django_db


# --- Home


def test_home_has_the_newest_the_latest_and_the_largest_subjects_on_its_shelves(client):
    fiction, travel, poetry, history = (make_subject(n) for n in ("Fiction", "Travel", "Poetry", "History"))
    crime = make_subject("Crime", parent=fiction)
    for n in range(9):
        make_book(f"Crime {n}", subjects=(crime,), first_published=1930 + n)
    for n in range(8):
        make_book(f"Travel {n}", subjects=(travel,), first_published=1800 + n)
    for n in range(7):
        make_book(f"Poem {n}", subjects=(poetry,), first_published=1700 + n)
    make_book("A History", subjects=(history,))
    shelves = {
        shelf.title: [card["title"] for card in shelf.cards] for shelf in client.get("/").context["shelves"]
    }
    assert shelves == {
        "New on our shelves": ["A History", "Poem 6", "Poem 5", "Poem 4", "Poem 3", "Poem 2"],
        "Recently published": [f"Crime {n}" for n in (8, 7, 6, 5, 4, 3)],
        "Fiction": ["Crime 2", "Crime 1", "Crime 0"],
        "Travel": [f"Travel {n}" for n in (7, 6, 5, 4, 3, 2)],
        "Poetry": ["Poem 1", "Poem 0"],
    }


def test_home_invites_to_search(client):
    page = client.get("/").content.decode()
    assert 'id="hero-search"' in page
    assert page.count("<h1") == 1


# --- Subjects


def test_the_subjects_page_shows_the_whole_tree(client):
    fiction = make_subject("Fiction")
    crime = make_subject("Crime", parent=fiction)
    noir = make_subject("Noir", parent=crime)
    page = client.get("/subjects/").content.decode()
    for subject in (fiction, crime, noir):
        assert f'href="{subject.get_absolute_url()}"' in page
    assert page.index("Fiction</a>") < page.index("Crime</a>") < page.index("Noir</a>")


def test_a_subjects_page_leads_up_and_down_the_tree(client):
    fiction = make_subject("Fiction")
    crime = make_subject("Crime", parent=fiction)
    make_subject("Noir", parent=crime)
    make_book("Whodunit", subjects=(crime,))
    make_book("Novel", subjects=(fiction,))
    response = client.get("/subjects/fiction/crime/")
    assert [s.name for s in response.context["trail"]] == ["Fiction"]
    assert [s.name for s in response.context["children"]] == ["Noir"]
    assert [b.title for b in response.context["listing"].page.object_list] == ["Whodunit"]


@pytest.mark.parametrize(
    "path", ["nothing", "fiction/nothing", "FICTION", "%00", "fiction%25", "'", "a/" * 500 + "b"]
)
def test_an_unknown_subject_is_a_page_that_is_not_there(client, path):
    make_subject("Fiction")
    assert client.get(f"/subjects/{path}/").status_code == 404


def test_each_subject_comes_after_the_one_it_is_part_of_before_the_next_one_beside_it():
    art = make_subject("Art")
    make_subject("Art craft")
    make_subject("Painting", parent=art)
    assert [subject.name for subject in SubjectTree.load()] == ["Art", "Painting", "Art craft"]


def test_a_moved_subject_takes_what_is_below_it_along(client):
    fiction, genre = make_subject("Fiction"), make_subject("Genre")
    crime = make_subject("Crime", parent=fiction)
    make_book("Noir novel", subjects=(make_subject("Noir", parent=crime),))
    crime.parent = genre
    crime.save()
    assert client.get("/subjects/fiction/crime/").status_code == 404
    response = client.get("/subjects/genre/crime/noir/")
    assert [b.title for b in response.context["listing"].page.object_list] == ["Noir novel"]


# --- Contributors


def test_a_contributors_page_has_the_biography_and_the_books_with_their_roles(client):
    person = make_contributor("Ursula K. Le Guin", biography="She wrote.\n\nA lot.")
    make_book("The Dispossessed", authors=(person,))
    anthology = make_book("Anthology", authors=("Somebody Else",))
    Contribution.objects.create(book=anthology, contributor=person, role="B01", position=2)
    Contribution.objects.create(book=anthology, contributor=person, role="A24", position=3)
    response = client.get(person.get_absolute_url())
    page = response.content.decode()
    assert "<p>She wrote.</p>" in page
    roles = {book.title: book.roles for book in response.context["listing"].page.object_list}
    assert roles == {"Anthology": ["Editor", "Introduction"], "The Dispossessed": []}
    assert "Editor, Introduction" in page


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
