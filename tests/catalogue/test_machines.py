"""What robots, browsers and feed readers are told: sitemaps, OpenSearch, the feed of new books."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalogue.editions import make_one_work
from shop.catalogue.machines import sitemaps
from shop.catalogue.search.suggesting import Suggestion
from shop.catalogue.views import machines
from shop.models import Book
from tests.makers import make_book, make_contributor, make_subject

pytestmark = pytest.mark.django_db

SHOP = "https://books.example"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def _shop_url(settings):
    settings.SHOP_URL = SHOP


def page_of(client, address, **headers):
    response = client.get(address, **headers)
    assert response.status_code == 200
    return response.content.decode()


def locations(client, address):
    root = ElementTree.fromstring(page_of(client, address))
    return [each.text for each in root.iter(f"{SITEMAP}loc")]


# --- Robots, sitemaps, OpenSearch


def test_robots_are_told_where_not_to_look_and_where_the_sitemaps_are(client):
    lines = page_of(client, "/robots.txt").splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /cart/", "Disallow: /checkout/", "Disallow: /account/", "Disallow: /admin/"} <= set(
        lines
    )
    assert "Disallow: /search/" in lines
    assert lines[-1] == f"Sitemap: {SHOP}/sitemap.xml"


def test_the_sitemaps_name_every_page_once_and_nothing_that_is_not_listed(client):
    author, idle, subject = make_contributor(), make_contributor("No Books"), make_subject()
    hardback = make_book("Dune", format="BB", authors=(author,), subjects=(subject,), series="Hainish Cycle")
    paperback = make_book("Dune", format="BC", authors=(author,), publisher="Gollancz")
    make_one_work([hardback, paperback])
    gone = make_book("Gone", on_sale=False, authors=("Ben Gone",), series="Gone", publisher="Gone")
    Book.objects.filter(pk=paperback.pk).update(series=hardback.series)

    found = [
        page
        for sitemap in locations(client, "/sitemap.xml")
        for page in locations(client, sitemap.removeprefix(SHOP))
    ]

    assert sorted(found) == sorted(
        SHOP + address
        for address in (
            *("/", "/books/", "/subjects/"),
            *(
                each.get_absolute_url()
                for each in (paperback, author, hardback.series, paperback.publisher, subject)
            ),
        )
    )
    assert idle.get_absolute_url() not in "".join(found)
    assert gone.isbn not in "".join(found)


def test_every_page_in_the_sitemaps_is_there(client):
    make_book(subjects=(make_subject(),), series="Hainish Cycle")
    for sitemap in locations(client, "/sitemap.xml"):
        for page in locations(client, sitemap.removeprefix(SHOP)):
            assert client.get(page.removeprefix(SHOP)).status_code == 200


def test_sitemaps_go_by_ranges_of_keys(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "KEYS", 3)
    books = [make_book(f"Book {n}") for n in range(8)]

    index = [address for address in locations(client, "/sitemap.xml") if "/sitemap-books-" in address]
    found = [locations(client, address.removeprefix(SHOP)) for address in index]

    assert len(index) in (3, 4)
    assert all(len(page) <= 3 for page in found)
    assert [address for page in found for address in page] == [
        SHOP + book.get_absolute_url() for book in books
    ]


@pytest.mark.parametrize(
    "name", ["books-99", "books-99999999999999999999999", "cats-0", "pages-1", "series-0"]
)
def test_there_are_no_other_sitemaps(client, name):
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_the_index_and_each_sitemap_cost_the_same_for_many_books_as_for_few(client):
    def cost(address):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    make_book("Book", subjects=(make_subject(),), series="Long")
    # MariaDB does not begin to count keys anew with each test: the first page need not be number 0.
    _static, *pages = (address.removeprefix(SHOP) for address in locations(client, "/sitemap.xml"))
    assert len(pages) == len(sitemaps.SECTIONS)
    addresses = ["/sitemap.xml", *pages]
    few = [cost(address) for address in addresses]
    for n in range(50):
        make_book(f"Book {n}", authors=(f"Author {n}",), publisher=f"House {n}", series=f"Series {n}")
    assert few == [cost(address) for address in addresses] == [10, 3, 3, 3, 3, 3]


def test_nothing_in_a_sitemap_is_counted_or_skipped(client):
    book = make_book()
    with CaptureQueriesContext(connection) as asked:
        client.get("/sitemap.xml")
        found = locations(client, f"/sitemap-books-{book.pk // sitemaps.KEYS}.xml")
    assert found == [SHOP + book.get_absolute_url()]
    said = " ".join(query["sql"] for query in asked).upper()
    assert "COUNT(" not in said
    assert "OFFSET" not in said


def test_browsers_learn_to_search_the_shop(client, settings):
    settings.SHOP_NAME = "Books & Company of Paternoster Row"
    response = client.get("/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.content)
    space = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
    assert root.findtext("os:ShortName", namespaces=space) == "Books & Company"
    templates = {url.get("type"): url.get("template") for url in root.iterfind("os:Url", space)}
    assert templates["text/html"] == f"{SHOP}/search/?q={{searchTerms}}"
    assert 'href="/opensearch.xml"' in page_of(client, "/cart/")


def test_browsers_are_told_what_the_search_box_would_suggest(client, monkeypatch):
    dune = Suggestion(label="Dune", kind="Book", address="/books/9780441013593/")
    monkeypatch.setattr(machines, "suggestions", lambda text: [dune] if text == "du" else [])

    response = client.get("/opensearch/suggestions/?q=du")

    assert response["Content-Type"] == "application/x-suggestions+json"
    assert response.json() == ["du", ["Dune"], ["Book"], [f"{SHOP}/books/9780441013593/"]]
    assert client.get("/opensearch/suggestions/").json() == ["", [], [], []]
    assert client.get("/opensearch/suggestions/", {"q": "d" * 10_000}).json()[1] == []
    assert f'template="{SHOP}/opensearch/suggestions/?q={{searchTerms}}"' in page_of(
        client, "/opensearch.xml"
    )


# --- The feed


def entries(client):
    root = ElementTree.fromstring(client.get("/books/new.atom").content)
    return root, root.findall(f"{ATOM}entry")


def test_new_books_come_as_an_atom_feed(client):
    subject = make_subject()
    old = make_book("Old")
    Book.objects.filter(pk=old.pk).update(added_at=timezone.now() - timedelta(days=3))
    new = make_book("New", subtitle="And fresh", description="<p>Hot &amp; sweet</p>", subjects=(subject,))

    root, found = entries(client)

    assert root.findtext(f"{ATOM}title") == "Endpaper: new books"
    assert root.findtext(f"{ATOM}id") == f"{SHOP}/books/new.atom"
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")} == {
        "alternate": f"{SHOP}/books/?sort=newest",
        "self": f"{SHOP}/books/new.atom",
    }
    assert [entry.findtext(f"{ATOM}title") for entry in found] == ["New: And fresh", "Old"]
    entry = found[0]
    assert entry.find(f"{ATOM}link").get("href") == SHOP + new.get_absolute_url()
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ursula K. Le Guin"
    assert entry.find(f"{ATOM}category").get("term") == "Fiction"
    assert entry.find(f"{ATOM}content").get("type") == "html"
    assert "<p>Hot &amp; sweet</p>" in entry.findtext(f"{ATOM}content")
    assert SHOP + new.cover_url in entry.findtext(f"{ATOM}content")
    assert 'href="/books/new.atom"' in page_of(client, "/")


def test_the_feed_names_the_shop_and_never_the_host_that_was_asked(client):
    make_book()
    assert b"127.0.0.1" not in client.get("/books/new.atom", HTTP_HOST="127.0.0.1").content


def test_the_feed_has_the_fifty_newest_listed_books_in_one_query(client, django_assert_num_queries):
    make_book("Gone", on_sale=False)
    for n in range(55):
        make_book(f"Book {n}", subjects=(make_subject(),))
    with django_assert_num_queries(1):
        _, found = entries(client)
    assert [entry.findtext(f"{ATOM}title") for entry in found] == [f"Book {n}" for n in range(54, 4, -1)]


def test_what_xml_cannot_say_is_left_out_of_the_feed(client):
    book = make_book("Bell\x07 and\x0c feed")
    Book.objects.filter(pk=book.pk).update(description="A\x08B", byline="C\x01D")
    _, (entry,) = entries(client)
    assert entry.findtext(f"{ATOM}title") == "Bell and feed"
    assert "AB" in entry.findtext(f"{ATOM}content")


def test_an_empty_shop_has_a_feed_too(client):
    assert entries(client)[1] == []


# --- Caches


@pytest.mark.parametrize(
    "address", ["/robots.txt", "/sitemap.xml", "/sitemap-pages-0.xml", "/opensearch.xml", "/books/new.atom"]
)
def test_machines_may_keep_what_they_were_told_and_ask_whether_it_has_changed(client, address):
    make_book()
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=3600"
    assert "Cookie" not in first.get("Vary", "")
    assert not first.cookies

    again = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert client.post(address).status_code == 405


def test_the_feed_is_sent_again_once_there_is_another_book(client):
    make_book()
    first = client.get("/books/new.atom")
    make_book("Another")
    assert client.get("/books/new.atom", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
