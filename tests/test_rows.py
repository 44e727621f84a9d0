"""Many rows written in the database's own terms."""

import pytest
from django.db import connection
from django.utils.safestring import mark_safe

from shop import rows
from shop.models import FeedImport, Work

pytestmark = pytest.mark.django_db

TEXTS = [
    *("a'b", '"', "\\", "\\'", "%s", "%", "?", "100% \\' OR 1=1 -- ", "x'); DROP TABLE shop_work; -- "),
    *("\n\r\t\x1a", "Ünïcode", "😀", "NULL", "1"),
    mark_safe("it's safe in a page, and no SQL"),
    FeedImport.Status.DONE,
]


@pytest.fixture(params=["", ",NO_BACKSLASH_ESCAPES"])
def sql_mode(request):
    """MySQL's and MariaDB's way to write texts, and the standard's."""
    if connection.vendor != "mysql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET @before = @@sql_mode, SESSION sql_mode = CONCAT(@@sql_mode, %s)", [request.param])
        yield
        cursor.execute("SET SESSION sql_mode = @before")


@pytest.mark.usefixtures("sql_mode")
def test_texts_stay_what_they_are_whatever_they_look_like():
    rows.insert(Work, ("title",), ([text] for text in TEXTS))

    assert list(Work.objects.order_by("pk").values_list("title", flat=True)) == [str(t) for t in TEXTS]
