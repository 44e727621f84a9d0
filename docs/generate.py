"""Writes the documents that the code itself can tell: `make docs-write`; with --check, says which are stale.

create_tables.sql   the tables for MySQL 8 and MariaDB, from the migrations
classes.md          the models as a class diagram (Mermaid), a room at a time
orders.md           the moves of an order's status (Mermaid), from the table that allows them
"""

import os
import re
import sys
from collections.abc import Iterator
from inspect import isfunction
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

import django
import MySQLdb

django.setup()

from django.apps import apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.mysql.base import DatabaseWrapper
from django.db.backends.mysql.schema import DatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader

from shop.orders.models import Order
from shop.orders.transitions import ALLOWED_FROM

APPS = ("shop", "inventory", "reports")

# What Django would ask a server; a MySQL 8 that nobody needs to run.
MYSQL = {
    "version": "8.0.36",
    "sql_mode": "TRADITIONAL",
    "default_storage_engine": "InnoDB",
    "sql_auto_is_null": False,
    "lower_case_table_names": 0,
    "has_zoneinfo_database": True,
}


class OfflineSchemaEditor(DatabaseSchemaEditor):
    """Knows without asking a server how it quotes, and that InnoDB makes the index of a foreign key itself."""

    def quote_value(self, value: object) -> str:
        quoted = MySQLdb.string_literal(str(value)).decode()
        return quoted if isinstance(value, str) else quoted.strip("'")

    def _field_should_be_indexed(self, model: type[models.Model], field: models.Field) -> bool:
        wanted = BaseDatabaseSchemaEditor._field_should_be_indexed(self, model, field)
        return wanted and not isinstance(field, models.ForeignKey)


def create_tables() -> str:
    """The state that all migrations lead to, as CREATE TABLE statements in an order that can be run."""
    connection = DatabaseWrapper({**_blank_settings(), "NAME": "endpaper"})
    connection.mysql_server_data = MYSQL
    state = MigrationLoader(None).project_state()
    with OfflineSchemaEditor(connection, collect_sql=True, atomic=False) as editor:
        for model in sorted(state.apps.get_models(), key=lambda model: model._meta.label_lower):
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    return (
        "-- The tables of Endpaper for MySQL 8 and MariaDB 10.6 or later.\n"
        "-- Made from the migrations by docs/generate.py; `manage.py migrate` is how a shop gets them.\n\n"
        + "\n\n".join(map(_laid_out, editor.collected_sql))
        + "\n"
    )


def _laid_out(statement: str) -> str:
    """CREATE TABLE with a line for each column and constraint."""
    if not statement.startswith("CREATE TABLE"):
        return statement
    lines = re.sub(r", (?=`\w+` [a-z]|CONSTRAINT )", ",\n    ", statement).replace(" (`", " (\n    `", 1)
    return lines.removesuffix(");") + "\n);"


def _blank_settings() -> dict[str, object]:
    names = ("USER", "PASSWORD", "HOST", "PORT")
    return dict.fromkeys(names, "") | {
        "OPTIONS": {},
        "TIME_ZONE": None,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "AUTOCOMMIT": True,
        "TEST": {"CHARSET": None, "COLLATION": None},
    }


def class_diagram() -> str:
    """One diagram a room: the classes with their columns and their own methods, and what refers to what."""
    rooms: dict[str, list[type[models.Model]]] = {}
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            rooms.setdefault(model.__module__.removesuffix(".models"), []).append(model)
    parts = [
        "# Classes\n\nMade from the models by docs/generate.py."
        " Arrows are foreign keys; `1` marks one-to-one, `*` many-to-many.\n"
    ]
    for room, members in sorted(rooms.items()):
        parts.append(f"## {room}\n\n```mermaid\nclassDiagram\n" + "\n".join(_drawn(members)) + "\n```\n")
    return "\n".join(parts)


def _drawn(members: list[type[models.Model]]) -> Iterator[str]:
    for model in sorted(members, key=lambda model: model.__name__):
        yield f"    class {model.__name__} {{"
        for field in model._meta.local_fields:
            if not field.is_relation:
                yield f"        {field.get_internal_type().removesuffix('Field')} {field.name}"
        for name in _methods(model):
            yield f"        {name}()"
        yield "    }"
    for model in sorted(members, key=lambda model: model.__name__):
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.is_relation:
                count = "*" if field.many_to_many else "1" if field.one_to_one else ""
                ends = f'"{count}" ' if count else ""
                yield f"    {model.__name__} --> {ends}{field.related_model.__name__} : {field.name}"


def _methods(model: type[models.Model]) -> list[str]:
    """The public methods and properties that the model's own class body defines."""
    return [
        name
        for name, member in vars(model).items()
        if not name.startswith(("_", "get_next_by", "get_previous_by"))
        and (isinstance(member, property) or (isfunction(member) and member.__module__ == model.__module__))
    ]


ORDERS = """# Orders

An order's status moves in one place, `shop/orders/transitions.py`, by a single UPDATE that looks for a status
from which it may: of two who race, one finds it and the other is told. Each move writes an event: what, who, when.
What follows is made from that table by docs/generate.py.

{diagram}

Once an order is paid, its status says where its copies have got to; `shop/orders/copies.py` moves it after each of
these. Every one locks the order's row first, then counts copies on its lines by guarded UPDATEs.

- **A parcel leaves**, or is handed over (`dispatching.py`): `dispatched` grows, and the copies leave the stock on hand.
  The order is partly dispatched, or dispatched once nothing is outstanding.
- **A parcel has arrived** (`delivering.py`). The order is delivered once all have, and nothing is outstanding.
- **Copies are called off** (`calling_off.py`): `cancelled` grows; others can have the copies, or they are written off.
  The order is dispatched once nothing is outstanding; cancelled if none ever left.
- **Copies come back** (`returning.py`): `returned` grows; they are on hand again, or written off. The order is returned
  once all that left has come back.
- **The order is cancelled, or expires** (`cancelling.py`): its copies are available again.

On every line `quantity` is `dispatched + cancelled +` what is outstanding, and `returned` is no more than `dispatched`.
`manage.py check_stock` proves that parcels, returns, movements and these counters tell of the same copies.

Money moves apart from this, in `shop/payments`: a cancelled order's payment, and the price of a rest that is cancelled,
go back by themselves; what is given back for copies that were returned, staff decide.
"""


def orders() -> str:
    """The moves of an order's status, from the table that allows them."""
    drawn = [
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {status}: {status.label}" for status in Order.Status),
        f"    [*] --> {Order.Status.PLACED}",
        *(f"    {start} --> {end}" for end, starts in ALLOWED_FROM.items() for start in starts),
        "```",
    ]
    return ORDERS.format(diagram="\n".join(drawn))


DOCUMENTS = {"create_tables.sql": create_tables, "classes.md": class_diagram, "orders.md": orders}


def main() -> int:
    """Write the documents, or compare them; 1 if any is stale."""
    stale = []
    for name, make in DOCUMENTS.items():
        path, text = HERE / name, make()
        if "--check" not in sys.argv[1:]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(name)
    if stale:
        print(f"Stale: {', '.join(stale)} in docs/. Run `make docs-write` and commit.", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
