"""Fixtures for what is true of lists and searches whichever way their books are found."""

from typing import Any

import pytest
from django.test import Client

from shop.catalogue.search import index
from shop.catalogue.search.following import bring_in_step


class InStep(Client):
    """A visitor who waits until the index knows everything before asking for a page."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        bring_in_step()
        index.forget()
        return super().get(*args, **kwargs)


@pytest.fixture
def empty_index(settings: Any, tmp_path: Any) -> Any:
    """The folder of an index that nobody has built yet."""
    settings.SEARCH_INDEX = tmp_path / "search-index"
    index.forget()
    yield settings.SEARCH_INDEX
    index.forget()


@pytest.fixture(params=["index", "database"])
def engine(request: pytest.FixtureRequest, empty_index: Any) -> Any:
    """Both ways to find books, one after the other."""
    return request.param


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Client:
    """A visitor; of tests that ask for an engine, of a shop that finds its books that way."""
    found_by = request.getfixturevalue("engine") if "engine" in request.fixturenames else "database"
    return InStep() if found_by == "index" else Client()
