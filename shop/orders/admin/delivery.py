"""Where the shop delivers to, how, and for how much, in the admin; and a try of what a parcel would cost."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from shop.address_forms import country_choices
from shop.money import MoneyField, written

from ..delivery import Parcel, delivered_to, quotes_for
from ..models import ShippingBand, ShippingMethod, ShippingZone, ZoneCountry

FIRST_NAMED = 4  # countries of a zone, in the list


class CountriesWidget(FilteredSelectMultiple):
    """In a box of its own: the admin's script puts the two lists first in whatever holds them."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return format_html("<div>{}</div>", super().render(*args, **kwargs))


class ZoneForm(forms.ModelForm):
    """A zone and its countries, each of which has one zone at most."""

    is_everywhere_else = forms.BooleanField(
        label=gettext_lazy("Everywhere else"),
        required=False,
        help_text=gettext_lazy(
            "All countries that are in no zone, whatever they are: look through them before the shop opens. Those that "
            "nothing goes to can be put into a zone without a method. One zone can be everywhere else."
        ),
    )
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"),
        required=False,
        widget=CountriesWidget(gettext_lazy("countries"), is_stacked=False),
    )

    class Meta:
        model = ShippingZone
        fields = ["name", "is_everywhere_else"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "codes" in self.fields:  # it is not where somebody only reads
            self.fields["codes"].choices = country_choices()  # type: ignore[attr-defined]
            if self.instance.pk:
                self.initial["codes"] = list(self.instance.countries.values_list("country", flat=True))

    def clean_is_everywhere_else(self) -> bool | None:
        """True or nothing: see the model."""
        if not self.cleaned_data["is_everywhere_else"]:
            return None
        other = ShippingZone.objects.filter(is_everywhere_else=True).exclude(pk=self.instance.pk).first()
        if other:
            raise ValidationError(_("The zone “%(zone)s” is everywhere else already.") % {"zone": other})
        return True

    def clean_codes(self) -> list[str]:
        codes: list[str] = self.cleaned_data["codes"]
        taken = ZoneCountry.objects.filter(country__in=codes).exclude(zone=self.instance.pk)
        told = [
            _("%(country)s is in the zone “%(zone)s”: take it out there first.")
            % {"country": countries.name(str(row.country)), "zone": row.zone}
            for row in taken.select_related("zone")
        ]
        if told:
            raise ValidationError(told)
        return codes

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        codes = set(self.cleaned_data["codes"])
        had = set(self.instance.countries.values_list("country", flat=True))
        self.instance.countries.filter(country__in=had - codes).delete()
        ZoneCountry.objects.bulk_create(
            ZoneCountry(zone=self.instance, country=code) for code in sorted(codes - had)
        )


class Rows(forms.BaseInlineFormSet):
    """Rows of a table: a field has no label beside it, only its column's heading, which nobody hears."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for asked in form.fields.values():
            asked.widget.attrs["aria-label"] = str(asked.label)


class MethodForm(forms.ModelForm):
    class Meta:
        model = ShippingMethod
        fields = ["zone", "name", "carrier", "promise", "free_over", "is_offered", "position"]
        field_classes = {"free_over": MoneyField}
        widgets = {name: forms.TextInput(attrs={"size": 24}) for name in ("name", "carrier", "promise")}


class BandForm(forms.ModelForm):
    class Meta:
        model = ShippingBand
        fields = ["up_to_grams", "from_value", "price"]
        field_classes = {"from_value": MoneyField, "price": MoneyField}


def names_of(zone: ShippingZone) -> list[str]:
    """A zone's countries by name; last, that it is everywhere else, if it is."""
    names = sorted(countries.name(str(row.country)) for row in zone.countries.all())
    return [*names, _("everywhere else")] if zone.is_everywhere_else else names


def prices_of(method: ShippingMethod) -> str:
    """What a method costs, from the cheapest band to the dearest, and how much it takes."""
    bands = list(method.bands.all())
    if not bands:
        return _("None yet: it takes no parcel.")
    low, high = min(band.price for band in bands), max(band.price for band in bands)
    heaviest = [band.up_to_grams for band in bands]
    limit = "" if None in heaviest else _(", up to %(kg)g kg") % {"kg": max(filter(None, heaviest)) / 1000}
    return (written(low) if low == high else f"{written(low)} – {written(high)}") + limit


class MethodInline(admin.TabularInline):
    """A zone's methods; the page of each has its prices."""

    model = ShippingMethod
    form = MethodForm
    formset = Rows
    fields = ["name", "promise", "free_over", "is_offered", "position", "prices"]
    readonly_fields = ["prices"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingMethod]:
        return super().get_queryset(request).prefetch_related("bands")

    @admin.display(description=gettext_lazy("prices"), empty_value="")
    def prices(self, method: ShippingMethod) -> str | None:
        """They are on the method's own page, which there is once the zone is saved."""
        if method._state.adding:
            return None
        address = reverse("admin:shop_shippingmethod_change", args=[method.pk])
        return format_html('<a href="{}">{}</a>', address, prices_of(method))


class BandInline(admin.TabularInline):
    model = ShippingBand
    form = BandForm
    formset = Rows
    extra = 1


class ParcelForm(forms.Form):
    """What is sent where."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    grams = forms.IntegerField(label=gettext_lazy("Weight, grams"), min_value=0, max_value=1_000_000)
    value = MoneyField(label=gettext_lazy("Value of the books"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]


@admin.register(ShippingZone)
class ShippingZoneAdmin(admin.ModelAdmin):
    """Where the shop delivers to."""

    form = ZoneForm
    inlines = [MethodInline]
    list_display = ["name", "where", "how"]
    search_fields = ["name"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        can_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return ["name", "is_everywhere_else", "codes"] if can_edit else ["name", "every_country"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["every_country"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingZone]:
        return super().get_queryset(request).prefetch_related("countries", "methods")

    @admin.display(description=gettext_lazy("countries"))
    def where(self, zone: ShippingZone) -> str:
        names = names_of(zone)
        more = len(names) - FIRST_NAMED
        return ", ".join(names if more < 2 else [*names[:FIRST_NAMED], _("%(count)d more") % {"count": more}])

    @admin.display(description=gettext_lazy("countries"))
    def every_country(self, zone: ShippingZone) -> str:
        return ", ".join(names_of(zone))

    @admin.display(description=gettext_lazy("methods"))
    def how(self, zone: ShippingZone) -> str:
        offered = [str(method) for method in zone.methods.all() if method.is_offered]
        return ", ".join(offered) or _("None: nothing is sent there.")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Two people who give the same country to two zones at the same moment: the second is told."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            messages.error(
                request, _("Somebody has changed the zones at this moment. Look at them and do it again.")
            )
            return redirect("admin:shop_shippingzone_changelist")

    def get_urls(self) -> list[URLPattern]:
        try_it = path("try/", self.admin_site.admin_view(self.try_view), name="shop_shippingzone_try")
        return [try_it, *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What a parcel would cost, by the table as it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ParcelForm(request.GET or None)
        context = self.admin_site.each_context(request) | {
            "title": _("What would a parcel cost?"),
            "opts": self.opts,
            "form": form,
        }
        if form.is_valid():
            asked = form.cleaned_data
            context["quotes"] = quotes_for(asked["country"], Parcel(asked["grams"], asked["value"]))
            context["is_delivered"] = bool(delivered_to([asked["country"]]))
        return render(request, "admin/shop/shippingzone/try.html", context)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(admin.ModelAdmin):
    """How the shop sends parcels, and for how much."""

    form = MethodForm
    inlines = [BandInline]
    list_display = ["name", "zone", "prices", "free_over", "is_offered"]
    list_display_links = ["name"]
    list_filter = ["zone", "is_offered"]
    list_select_related = ["zone"]
    search_fields = ["name", "carrier"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingMethod]:
        return super().get_queryset(request).prefetch_related("bands")

    @admin.display(description=gettext_lazy("prices"))
    def prices(self, method: ShippingMethod) -> str:
        return prices_of(method)
