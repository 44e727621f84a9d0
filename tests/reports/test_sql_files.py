"""Each query file can be run as its own comment says, by a person with a MySQL client."""

import re

import pytest
from django.db import connection

from reports import queries
from reports.definitions import REPORTS
from tests.makers import make_book
from tests.reports.sales import sell

FILES = sorted(path.stem for path in queries.SQL.glob("*.sql"))


def test_every_file_is_used_and_every_report_has_one():
    assert set(FILES) == {*REPORTS, "period_figures", "customer"}


@pytest.mark.parametrize("name", FILES)
def test_a_files_comment_names_every_parameter(name):
    comment = "\n".join(line for line in queries.source(name).splitlines() if line.startswith("--"))
    _, parameters = queries.load(name)
    listed = comment.partition("-- Parameters\n")[2]

    assert {parameter for parameter in parameters if f":{parameter}" not in listed} == set()
    assert set(re.findall(r"@(\w+) = ", listed)) == parameters - {"customer"}


@pytest.mark.mariadb
@pytest.mark.parametrize("name", FILES)
def test_a_file_runs_in_a_mysql_client_as_its_comment_says(db, name):
    order = sell(make_book())
    sql = queries.source(name)
    variables = re.search(r"SET (@.*?);", sql.replace("\n-- ", " "))
    statement = queries.without_comments(sql).replace(":customer", f"'{order.number}'")
    with connection.cursor() as cursor:
        if variables:  # a longer period and a lower bar than the comment's, so that the sale is found
            cursor.execute(f"SET {variables[1].replace('2026-02', '2026-07').replace('= 10', '= 0')}")
        cursor.execute(queries.PARAMETER.sub(r"@\1", statement))
        assert cursor.rowcount == 1
