"""docs/create_tables.sql makes the very tables that the migrations make."""

from pathlib import Path

import pytest
from django.db import connection

DOCUMENT = Path(__file__).parent.parent / "docs" / "create_tables.sql"
SCRATCH = "endpaper_create_tables"


def columns_of(cursor, database):
    cursor.execute(
        "SELECT table_name, column_name, is_nullable FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name <> 'django_migrations'",
        [database],
    )
    return set(cursor.fetchall())


@pytest.mark.mariadb
@pytest.mark.django_db(transaction=True)
def test_the_tables_written_down_are_those_that_migrations_make():
    statements = [part for part in DOCUMENT.read_text().split(";\n") if part.strip()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DATABASE()")
        own = cursor.fetchone()[0]
        cursor.execute(f"CREATE DATABASE {SCRATCH} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        try:
            cursor.execute(f"USE {SCRATCH}")
            for statement in statements:
                cursor.execute(statement.replace("%", "%%") if "%" in statement else statement)
            written_down, migrated = columns_of(cursor, SCRATCH), columns_of(cursor, own)
        finally:
            cursor.execute(f"USE {own}")
            cursor.execute(f"DROP DATABASE {SCRATCH}")

    assert len(written_down) > 100
    assert written_down == migrated
