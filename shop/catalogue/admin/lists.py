"""What the lists of the catalogue's admin have in common."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shop.long_lists import LongListAdmin


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
