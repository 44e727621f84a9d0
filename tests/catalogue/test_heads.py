"""What pages say of themselves: in the words of schema.org, to search engines, and where a link to them is shared."""

import json
import re
from datetime import date, timedelta

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.utils import timezone

from shop.catalogue.editions import make_one_work
from shop.models import Contribution, Series
from tests.makers import make_book, make_contributor, make_subject

pytestmark = pytest.mark.django_db

SHOP = "https://books.example"


@pytest.fixture(autouse=True)
def _shop_url(settings):
    settings.SHOP_URL = SHOP


def page_of(client, address, **headers):
    response = client.get(address, **headers)
    assert response.status_code == 200
    return response.content.decode()


def structured(page):
    """The page's JSON-LD, which must be one block that is read as JSON."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def book_in(client, book):
    data = structured(page_of(client, book.get_absolute_url()))
    assert data["@context"] == "https://schema.org"
    return data["@graph"][0]


def meta(page, name):
    """What a meta element of that name or property says; None without one."""
    found = re.search(rf'<meta (?:name|property)="{re.escape(name)}" content="([^"]*)">', page)
    return found and found[1]


def links(page, rel):
    return re.findall(rf'<link rel="{rel}" href="([^"]*)">', page)


# --- schema.org


def test_a_books_page_describes_it_in_the_words_of_schema_org(client):
    fiction = make_subject("Fiction")
    author = make_contributor("Homer")
    book = make_book(
        "The Odyssey",
        authors=(author,),
        isbn="9780140268867",
        subtitle="A new translation",
        series="Penguin Classics",
        series_number="12",
        price="12.50",
        pages=541,
        language="eng",
        publication_date=date(1999, 11, 29),
        publisher="Penguin",
        subjects=(fiction,),
        description="<p>Tell me, <em>Muse</em>.</p>",
    )
    translator = make_contributor("Robert Fagles")
    Contribution.objects.create(book=book, contributor=translator, role="B06", position=2)
    address = f"{SHOP}/books/9780140268867/"
    shop = {"@type": "BookStore", "name": "Endpaper", "url": f"{SHOP}/"}

    data = structured(page_of(client, book.get_absolute_url()))

    assert data["@graph"] == [
        {
            "@type": "Book",
            "@id": address,
            "url": address,
            "isbn": "9780140268867",
            "bookFormat": "https://schema.org/Paperback",
            "datePublished": "1999-11-29",
            "offers": {
                "@type": "Offer",
                "url": address,
                "price": "12.50",
                "priceCurrency": "GBP",
                "itemCondition": "https://schema.org/NewCondition",
                "seller": shop,
                "availability": "https://schema.org/InStock",
            },
            "name": "The Odyssey",
            "alternativeHeadline": "A new translation",
            "image": SHOP + book.cover_url,
            "description": "Tell me, Muse.",
            "inLanguage": "en",
            "numberOfPages": 541,
            "publisher": {"@type": "Organization", "name": "Penguin"},
            "isPartOf": {"@type": "BookSeries", "name": "Penguin Classics"},
            "position": "12",
            "author": [{"@type": "Person", "name": "Homer", "url": SHOP + author.get_absolute_url()}],
            "translator": [
                {"@type": "Person", "name": "Robert Fagles", "url": SHOP + translator.get_absolute_url()}
            ],
        },
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "Subjects", "item": f"{SHOP}/subjects/"},
                {"@type": "ListItem", "position": 2, "name": "Fiction", "item": f"{SHOP}/subjects/fiction/"},
                {"@type": "ListItem", "position": 3, "name": "The Odyssey", "item": address},
            ],
        },
    ]


def test_an_offer_says_whether_the_book_can_be_had(client):
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert book_in(client, make_book(stock=1))["offers"]["availability"].endswith("/InStock")
    assert book_in(client, make_book(stock=0))["offers"]["availability"].endswith("/OutOfStock")
    ahead = book_in(client, make_book(stock=0, publication_date=tomorrow))["offers"]
    assert ahead["availability"] == "https://schema.org/PreOrder"
    assert ahead["availabilityStarts"] == tomorrow.isoformat()


@pytest.mark.parametrize(
    ("form", "kind", "word"),
    [
        ("BB", "Book", "Hardcover"),
        ("BC", "Book", "Paperback"),
        ("EA", "Book", "EBook"),
        ("ED", "Book", "EBook"),
        ("AC", "Audiobook", "AudiobookFormat"),
        ("AJ", "Audiobook", "AudiobookFormat"),
        ("BH", "Book", None),
        ("ZZ", "Book", None),
    ],
)
def test_a_format_is_named_where_schema_org_has_a_word_for_it(client, form, kind, word):
    about = book_in(client, make_book(format=form, minutes=95))
    assert about["@type"] == kind
    assert about.get("bookFormat") == (word and f"https://schema.org/{word}")
    assert about["duration"] == "PT95M"


@pytest.mark.parametrize(("code", "tag"), [("ger", "de"), ("grc", "grc"), ("", None)])
def test_a_language_has_the_tag_that_the_web_knows_it_by(client, code, tag):
    assert book_in(client, make_book(language=code)).get("inLanguage") == tag


def test_the_editions_of_a_work_are_its_examples(client):
    hardback = make_book("Dune", format="BB", price="25.00", stock=0)
    paperback = make_book("Dune", format="BC", price="9.99")
    make_one_work([hardback, paperback])

    about = book_in(client, hardback)

    assert about["isbn"] == hardback.isbn
    offered = {each["isbn"]: (each["bookFormat"], each["offers"]["price"]) for each in about["workExample"]}
    assert offered == {
        paperback.isbn: ("https://schema.org/Paperback", "9.99"),
        hardback.isbn: ("https://schema.org/Hardcover", "25.00"),
    }
    assert "workExample" not in book_in(client, make_book("Alone"))


def test_no_title_ends_the_block_of_data_or_begins_another(client):
    nasty = '</script><script>alert(1)</script><!-- & "quoted" \u2028'
    book = make_book(nasty, authors=(nasty,), description="x")

    page = page_of(client, book.get_absolute_url())

    assert structured(page)["@graph"][0]["name"] == nasty
    assert "<script>alert" not in page
    assert page.count("</script>") == page.count("<script")


def test_the_front_page_says_how_to_search_the_shop(client):
    data = structured(page_of(client, "/"))
    assert (data["@type"], data["url"], data["name"]) == ("WebSite", f"{SHOP}/", "Endpaper")
    action = data["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{SHOP}/search/?q={{search_term_string}}"
    assert action["query-input"] == "required name=search_term_string"


# --- What a head says


def test_addresses_in_the_head_are_the_shops_own_whatever_host_was_asked(client):
    book = make_book()
    page = page_of(client, book.get_absolute_url() + "?utm_source=mail", HTTP_HOST="127.0.0.1")

    assert links(page, "canonical") == [SHOP + book.get_absolute_url()]
    assert meta(page, "og:url") == SHOP + book.get_absolute_url()
    assert "127.0.0.1" not in page


def test_all_editions_of_a_work_have_the_leading_ones_address(client):
    hardback, paperback = make_book("Dune", format="BB"), make_book("Dune", format="BC")
    make_one_work([hardback, paperback])
    for edition in (hardback, paperback):
        page = page_of(client, edition.get_absolute_url())
        assert links(page, "canonical") == [SHOP + paperback.get_absolute_url()]


def test_a_link_to_a_book_is_shown_with_its_title_and_cover(client):
    book = make_book('Say "Hi"', description="A book.", cover="covers/one-800x1200.webp")
    page = page_of(client, book.get_absolute_url())

    assert meta(page, "og:type") == "book"
    assert meta(page, "og:title") == "Say &quot;Hi&quot;"
    assert meta(page, "og:description") == meta(page, "description") == "A book."
    assert meta(page, "og:image") == f"{SHOP}/media/covers/one-800x1200.webp"
    assert meta(page, "book:isbn") == book.isbn
    assert meta(page, "twitter:card") == "summary"


def test_without_an_uploaded_cover_the_shops_own_picture_is_shown(client):
    for address in (make_book().get_absolute_url(), "/", "/books/"):
        assert meta(page_of(client, address), "og:image") == f"{SHOP}/static/img/shared.png"


def test_each_page_of_a_list_has_its_own_address_without_anything_else_in_it(client):
    subject = make_subject()
    for n in range(60):
        make_book(f"Book {n}", subjects=(subject,), series="Long", series_number=str(n))
    series = Series.objects.get()
    for address in ("/books/", subject.get_absolute_url(), series.get_absolute_url()):
        first = page_of(client, address + "?utm_source=mail")
        assert links(first, "canonical") == [SHOP + address]
        assert links(first, "next") == [f"{SHOP}{address}?page=2"]
        assert links(first, "prev") == []
        second = page_of(client, address + "?page=2")
        assert links(second, "canonical") == [f"{SHOP}{address}?page=2"]
        assert links(second, "prev") == [SHOP + address]
        assert meta(second, "robots") is None


@pytest.mark.parametrize(
    "address", ["/books/?min=1", "/books/?in_stock=1", "/books/?sort=price", "/search/?q=book", "/search/"]
)
def test_lists_that_are_found_or_filtered_are_for_no_search_engine(client, address):
    make_book("Book")
    page = page_of(client, address)
    assert meta(page, "robots") == "noindex, follow"
    assert links(page, "canonical") == []


@pytest.mark.parametrize("address", ["/cart/", "/account/login/", "/account/signup/"])
def test_pages_that_are_nobody_elses_business_are_for_no_search_engine(client, address):
    assert meta(page_of(client, address), "robots") == "noindex"


def test_every_kind_of_page_that_is_for_everybody_has_its_address(client):
    author, subject = make_contributor(), make_subject()
    book = make_book(authors=(author,), subjects=(subject,), series="Hainish Cycle")
    for shown in (author, subject, book, book.publisher, book.series):
        address = shown.get_absolute_url()
        assert links(page_of(client, address), "canonical") == [SHOP + address]
    for address in ("/", "/books/", "/subjects/"):
        page = page_of(client, address)
        assert links(page, "canonical") == [SHOP + address]
        assert meta(page, "description") and meta(page, "og:title")


urlpatterns = i18n_patterns(path("", include("shop.urls")), prefix_default_language=False)


def test_with_one_language_no_alternates_are_named(client):
    assert "hreflang" not in page_of(client, "/books/")


def test_with_two_languages_that_share_an_address_none_are_named_either(client, settings):
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    assert "hreflang" not in page_of(client, "/books/")


@pytest.mark.urls(__name__)
def test_with_two_languages_each_page_names_its_address_in_both(client, settings):
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    page = page_of(client, "/books/")
    assert re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', page) == [
        ("en-gb", f"{SHOP}/books/"),
        ("de", f"{SHOP}/de/books/"),
    ]
