"""What the list of books is narrowed down by."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from ..models import FeedRecord
from .lists import YesNoFilter


class ForthcomingFilter(YesNoFilter):
    title = gettext_lazy("not published yet")
    parameter_name = "forthcoming"

    def yes(self, queryset: Any) -> Any:
        return queryset.forthcoming()

    def no(self, queryset: Any) -> Any:
        return queryset.exclude(pk__in=queryset.forthcoming().order_by().values("pk"))


class PricedFilter(YesNoFilter):
    title = gettext_lazy("has a price")
    parameter_name = "priced"

    def yes(self, queryset: Any) -> Any:
        return queryset.filter(price__isnull=False)

    def no(self, queryset: Any) -> Any:
        return queryset.filter(price__isnull=True)


class FeedFilter(YesNoFilter):
    title = gettext_lazy("from a feed")
    parameter_name = "feed"

    def yes(self, queryset: Any) -> Any:
        return queryset.filter(pk__in=FeedRecord.objects.values("book_id"))

    def no(self, queryset: Any) -> Any:
        return queryset.exclude(pk__in=FeedRecord.objects.values("book_id"))


class EditedFilter(YesNoFilter):
    title = gettext_lazy("has fields set by staff")
    parameter_name = "edited"

    def yes(self, queryset: Any) -> Any:
        return queryset.exclude(Q(staff_fields=[]))

    def no(self, queryset: Any) -> Any:
        return queryset.filter(staff_fields=[])
