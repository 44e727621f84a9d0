"""The search box: suggestions while somebody types, by keyboard, and for screen readers."""

import pytest
from playwright.sync_api import expect

from shop.catalogue.search import index
from shop.catalogue.search.building import build
from tests.makers import make_book

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def _indexed(settings, tmp_path):
    settings.SEARCH_INDEX = tmp_path / "search-index"
    make_book("A Wizard of Earthsea", authors=("Ursula K. Le Guin",))
    make_book("Emma", authors=("Earl Early",))
    build()
    index.forget()
    yield
    index.forget()


@pytest.mark.usefixtures("_indexed")
def test_suggestions_are_chosen_by_keyboard_and_announced(visitor):
    page = visitor.page
    visitor.go("/")
    box = page.get_by_role("combobox", name="Search title, author or ISBN")
    box.press_sequentially("ear")

    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(page.locator("#suggestion-count")).to_have_text("2 suggestions, use the up and down arrows")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="A Wizard of Earthsea")).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestions-2")
    expect(box).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A Wizard of Earthsea")


@pytest.mark.usefixtures("_indexed")
def test_escape_closes_the_suggestions_and_keeps_what_was_typed(visitor):
    page = visitor.page
    visitor.go("/")
    box = page.get_by_role("combobox", name="Search title, author or ISBN")
    box.press_sequentially("ear")
    expect(page.get_by_role("option")).to_have_count(2)

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("ear")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("ear")


@pytest.mark.usefixtures("_indexed")
def test_the_home_pages_search_box_has_suggestions_of_its_own(visitor):
    page = visitor.page
    visitor.go("/")
    box = page.get_by_role("combobox", name="Find a book by title, author or ISBN")
    box.press_sequentially("ear")

    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.locator("#suggestions")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "hero-suggestions-2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A Wizard of Earthsea")
