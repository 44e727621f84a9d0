"""The table of tax rates in the admin: what is in force, since when, and what comes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from shop.money import percent_written

from ..models import TaxRate

ELSEWHERE = _("Every other country")
MOST_PERCENT = Decimal("99.99")


class TaxRateForm(forms.ModelForm):
    """A rate from a day on, which is today or later: orders of before have theirs, and keep it."""

    rate = forms.DecimalField(label=_("Percent"), min_value=0, max_value=MOST_PERCENT, decimal_places=2)

    class Meta:
        model = TaxRate
        fields = ["country", "product_class", "rate", "valid_from"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "country" in self.fields:  # it is not where somebody only reads
            self.fields["country"].choices = [("", ELSEWHERE), *countries]  # type: ignore[attr-defined]
            self.fields["country"].help_text = _("Every other country: each that has no rate of its own.")

    def clean_valid_from(self) -> date:
        day = self.cleaned_data["valid_from"]
        if day < localdate():
            raise ValidationError(_("Orders of days gone by keep their rates. Choose today or a later day."))
        return day


class InForceFilter(admin.SimpleListFilter):
    """Rates of today, unless one asks for what was or will be."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Now")), ("later", _("Later")), ("ended", _("No more"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = localdate()
        if self.value() == "now":
            is_last = Q(next_from=None) | Q(next_from__gt=today)
            return queryset.filter(is_last, valid_from__lte=today)
        if self.value() == "later":
            return queryset.filter(valid_from__gt=today)
        return queryset.filter(next_from__lte=today) if self.value() == "ended" else queryset


@admin.register(TaxRate)
class TaxRateAdmin(admin.ModelAdmin):
    """What has begun stays as it was, for the records: a new rate follows it. Until the end of its first day a rate can
    still be put right, or taken out."""

    form = TaxRateForm
    list_display = ["where", "product_class", "percent", "valid_from", "until"]
    list_display_links = ["where", "product_class"]
    list_filter = [InForceFilter, "product_class"]
    search_fields = ["country"]
    search_help_text = _("The two letters of a country, such as GB")
    list_per_page = 200

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxRate]:
        same = TaxRate.objects.filter(country=OuterRef("country"), product_class=OuterRef("product_class"))
        follows = same.filter(valid_from__gt=OuterRef("valid_from")).order_by("valid_from")
        return super().get_queryset(request).annotate(next_from=Subquery(follows.values("valid_from")[:1]))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not has_begun(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not has_begun(obj)

    @admin.display(description=_("country"), ordering="country")
    def where(self, rate: TaxRate) -> str:
        return countries.name(str(rate.country)) or str(ELSEWHERE)

    @admin.display(description=_("percent"), ordering="rate")
    def percent(self, rate: TaxRate) -> str:
        return percent_written(rate.rate)

    @admin.display(description=_("until"), empty_value="")
    def until(self, rate: TaxRate) -> str | None:
        """The day on which the next one takes over."""
        return date_format(rate.next_from) if rate.next_from else None  # type: ignore[attr-defined]


def has_begun(rate: TaxRate | None) -> bool:
    """Whether a rate's first day is over."""
    return rate is not None and rate.valid_from < localdate()
