"""Subjects and contributors."""

import pytest

from shop.catalogue.machines import sitemaps
from shop.catalogue.tree import SubjectTree
from tests.makers import make_book, make_subject, make_work

pytestmark = pytest.mark.django_db


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


def test_each_subject_has_the_number_of_its_books_and_of_all_below_it_each_counted_once(engine, client):
    fiction, poetry = make_subject("Fiction"), make_subject("Poetry")
    crime = make_subject("Crime", parent=fiction)
    noir = make_subject("Noir", parent=crime)
    make_book("Novel", subjects=(fiction,))
    make_book("Whodunit", subjects=(crime, noir))
    make_book("Hidden", subjects=(noir,), on_sale=False)
    make_work("Dark Streets", "BC", "BB", subjects=(noir, fiction))
    branches = client.get("/subjects/").context["branches"]
    counts = {each["subject"]: each["count"] for b in branches for each in (b["top"], *b["below"])}
    if engine == "index":
        assert counts == {fiction: 3, crime: 2, noir: 2}
    else:  # counting would look at every book: without an index there are no numbers
        assert counts == dict.fromkeys((fiction, crime, noir, poetry))


def test_customers_see_subjects_with_books_to_buy_and_all_of_them_where_nobody_has_counted(engine, client):
    fiction, poetry = make_subject("Fiction"), make_subject("Poetry")
    crime, horror = make_subject("Crime", parent=fiction), make_subject("Horror", parent=fiction)
    make_book("Whodunit", subjects=(crime,))
    make_book("Hidden", subjects=(horror, poetry), on_sale=False)
    roots, children = [fiction], [crime]
    if engine == "database":
        roots, children = [fiction, poetry], [crime, horror]

    assert client.get("/").context["roots"] == roots
    assert [branch["top"]["subject"] for branch in client.get("/subjects/").context["branches"]] == roots
    assert client.get("/subjects/fiction/").context["children"] == children
    assert client.get("/subjects/poetry/").status_code == 200
    sitemap = client.get(f"/sitemap-subjects-{fiction.pk // sitemaps.KEYS}.xml").content.decode()
    assert (
        ("/subjects/poetry/" in sitemap) == ("/subjects/fiction/horror/" in sitemap) == (engine == "database")
    )
    assert "/subjects/fiction/crime/" in sitemap
