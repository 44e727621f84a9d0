"""Who may import whom. This test reads the imports of the three apps and names the wrong ones."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("shop", "inventory", "reports")

# catalogue <- cart <- orders <- payments: a room may import those it names, and no other. A new room is added
# here before it may import anything but what is common to all.
MAY_IMPORT = {
    "catalogue": set(),
    "cart": {"catalogue"},
    "orders": {"catalogue", "cart", "mail"},
    "payments": {"catalogue", "cart", "orders", "mail"},
    "customers": {"mail"},
    "mail": set(),
}

# Modules right under shop/ that every room may import.
COMMON = {
    "address_formats",
    "address_forms",
    "addresses",
    "canonical",
    "copy_rows",
    "email_field",
    "isbn",
    "long_lists",
    "money",
    "personal_data",
    "prose",
    "quantities",
    "reckoning",
    "rows",
    "signals",
    "spreadsheets",
    "tasks",
    "templatetags",
    "transactions",
    "workbooks",
}

# Modules right under shop/ that put the rooms together, and so may import all of them.
FRONT_DOORS = {
    "models",
    "admin",
    "urls",
    "apps",
    "management",
    "demo",
    "checks",
    "context_processors",
    "migrations",
}

# All that inventory may import of the shop: what it publishes, the retrying of conflicts, and how people write.
PUBLISHED = {
    *{"models", "signals", "transactions", "copy_rows", "mail"},
    *{"isbn", "long_lists", "quantities", "rows", "spreadsheets"},
}


def imported_modules(source: str, module: str, *, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Yield (line number, full dotted name) for each import in a module's source, wherever it stands.

    `from a import b` is given as a.b, for b may be a module; relative imports are resolved against `module`.
    """
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join([*parents[: len(parents) - node.level + 1], *filter(None, [base])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def is_allowed(importer: str, imported: str) -> bool:
    """Whether one module may import another, both by dotted name. Other people's modules always may be."""
    app, room = (*importer.split("."), "")[:2]
    target_app, target = (*imported.split("."), "")[:2]
    if target_app not in APPS:
        return True
    if app == "reports" or target_app in ("inventory", "reports"):
        return app == target_app
    if app == "inventory":
        return target in PUBLISHED
    return may_import_within_shop(room, target)


def may_import_within_shop(room: str, target: str) -> bool:
    """Whether a room (or a module right under shop/) may import another of the shop's."""
    if room == target or target in COMMON or room in FRONT_DOORS:
        return True
    return target in MAY_IMPORT.get(room, set())


def wrong_imports(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Every import in a module's source that goes against the rule, as `module:line imports name`."""
    return [
        f"{module}:{line} imports {name}"
        for line, name in imported_modules(source, module, is_package=is_package)
        if not is_allowed(module, name)
    ]


def modules() -> Iterator[tuple[Path, str]]:
    """Every Python file of the three apps with its dotted name."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield path, dotted.removesuffix(".__init__")


def test_every_import_goes_the_permitted_way():
    checked = list(modules())
    wrong = [
        complaint
        for path, module in checked
        for complaint in wrong_imports(path.read_text(), module, is_package=path.name == "__init__.py")
    ]

    assert {module.partition(".")[0] for _, module in checked} == set(APPS)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("shop.catalogue.models", "from shop.cart.models import Cart"),
        ("shop.catalogue.views", "import shop.orders.placing"),
        ("shop.cart.views", "from shop.orders import placing"),
        ("shop.orders.placing", "from ..payments.models import Payment"),
        ("shop.orders.placing", "def place():\n    from shop import payments"),
        ("shop.orders.models", "from shop.customers.models import User"),
        ("shop.customers.views", "from shop.orders.models import Order"),
        ("shop.orders.views", "from shop.models import Order"),
        ("shop.orders.views", "from shop import models"),
        ("shop.orders.views", "from shop.admin import OrderAdmin"),
        ("shop.signals", "from shop.orders.models import Order"),
        ("shop.gifts.models", "from shop.orders.models import Order"),
        ("shop.orders.receivers", "from inventory.models import Stock"),
        ("shop.models", "from inventory.models import Stock"),
        ("shop.management.commands.load_demo", "import inventory.models"),
        ("shop.views", "from reports.queries import run"),
        ("inventory.models", "from shop.catalogue.models import Book"),
        ("inventory.receivers", "from shop import tasks"),
        ("inventory.admin", "import shop"),
        ("inventory.admin", "from reports import queries"),
        ("reports.views", "from shop.models import Book"),
        ("reports.views", "from shop.money import format_money"),
        ("reports.queries", "from inventory.models import Stock"),
    ],
)
def test_an_import_the_wrong_way_is_found(module, source):
    assert wrong_imports(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("shop.cart.models", "from shop.catalogue.models import Book"),
        (
            "shop.orders.placing",
            "from shop.signals import order_placed\nfrom shop.transactions import retry_on_conflict",
        ),
        ("shop.orders.placing", "from .models import Order"),
        ("shop.payments.settling", "from ..orders.models import Order"),
        ("shop.models", "from shop.payments.models import Payment\nfrom shop.customers.models import User"),
        ("shop.management.commands.import_books", "from shop.catalogue.importing import import_books"),
        ("inventory.models", "from shop.models import Book\nfrom shop.signals import InsufficientStock"),
        ("inventory.receivers", "from shop import signals"),
        ("reports.views", "from django.http import HttpRequest\nfrom . import queries"),
    ],
)
def test_an_import_the_right_way_is_let_through(module, source):
    assert wrong_imports(source, module) == []


def test_every_room_of_the_shop_is_named_in_the_rule():
    rooms = {path.parent.name for path in (ROOT / "shop").glob("*/__init__.py")}

    assert rooms - COMMON - FRONT_DOORS == set(MAY_IMPORT)
