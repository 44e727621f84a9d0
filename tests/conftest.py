"""What every test stands on. Data comes from tests/makers.py; fixtures stay with the rooms that use them."""

import gc
import shutil
from decimal import Decimal
from pathlib import Path

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import TransactionTestCase

from shop.orders.first_zones import lay_out_zones

# The same examples in every run, and none is failed for being slow on a busy machine.
hypothesis.settings.register_profile("endpaper", deadline=None, derandomize=True)
hypothesis.settings.load_profile("endpaper")

BROWSER_TESTS = Path(__file__).parent / "browser"


def on_mariadb() -> bool:
    """Whether this run's database is MariaDB (or MySQL), whose row locks the `mariadb` tests need."""
    return "mysql" in settings.DATABASES["default"]["ENGINE"]


def pytest_report_header(config: pytest.Config) -> str:
    """Say at the top which database the run is about, and what that leaves out."""
    if on_mariadb():
        return "database: MariaDB (tests that use no database left out; they run on SQLite)"
    return "database: SQLite (tests marked mariadb left out; they run with `python -m tests.mariadb pytest`)"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what lies in tests/browser, and leave out the tests whose subject is MariaDB's locks on SQLite, and
    on MariaDB those that need no database at all."""
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker(pytest.mark.browser)
    if on_mariadb():
        left_out = [item for item in items if not uses_database(item)]
    else:
        left_out = [item for item in items if item.get_closest_marker("mariadb")]
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=left_out)


def uses_database(item: pytest.Item) -> bool:
    """Whether a test asks for the database. One that does not says the same whichever it is."""
    asked_for = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if asked_for or item.get_closest_marker("django_db"):
        return True
    test_class = getattr(item, "cls", None)
    return test_class is not None and issubclass(test_class, TransactionTestCase)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare Python's collector from walking through all that is loaded by now, again and again."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing on disk: xdist's workers end without Python's own cleaning up."""
    shutil.rmtree(settings.SCRATCH, ignore_errors=True)


@pytest.fixture(autouse=True)
def _zones_of_a_new_shop(request: pytest.FixtureRequest):
    """Tests that commit find the shop's first zones, too: the one before them emptied every table."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        with transaction.atomic():
            lay_out_zones(apps, home="GB", standard_price=Decimal("3.50"))


@pytest.fixture(autouse=True)
def _empty_cache():
    """No test sees what another left in the cache."""
    cache.clear()
