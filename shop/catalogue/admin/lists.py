"""Lists of the admin that stay quick however long they are."""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

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


class ReadOnlyAdmin(LongListAdmin):
    """To look at; what changes it is elsewhere."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows to look at, for all who may see what they belong to."""

    extra = 0
    can_delete = False
    template = "admin/shop/rows.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class YesNoFilter(admin.SimpleListFilter):
    """A filter with one question; `yes` and `no` say which books answer it so."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "yes":
            return self.yes(queryset)
        return self.no(queryset) if self.value() == "no" else queryset

    def yes(self, queryset: Any) -> Any:
        raise NotImplementedError

    def no(self, queryset: Any) -> Any:
        raise NotImplementedError
