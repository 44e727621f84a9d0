"""Lists of the admin that stay quick however long they are."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet

MOST_COUNTED = 10_000


class ShortCount(Paginator):
    """Counts no further than to MOST_COUNTED: what lies beyond is for the filters and the search.

    A database counts a million rows one by one, and skips them one by one to show a page far down.
    """

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        """Whether there are rows that no page shows."""
        return self._counted > MOST_COUNTED


class LongListAdmin(admin.ModelAdmin):
    """For models that may have a million rows."""

    paginator = ShortCount
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
