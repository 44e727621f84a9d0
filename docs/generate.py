"""Writes the documents that the code itself can tell: `make docs-write`; with --check, says which are stale.

create_tables.sql   the tables for MySQL 8 and MariaDB, from the migrations
classes.md          the models as a class diagram (Mermaid), a room at a time
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


DOCUMENTS = {"create_tables.sql": create_tables, "classes.md": class_diagram}


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
