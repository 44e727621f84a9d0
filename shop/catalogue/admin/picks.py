"""What the staff recommend, in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ..models import StaffPick


@admin.register(StaffPick)
class StaffPickAdmin(admin.ModelAdmin):
    """The latest six whose books can be had stand on the front page, the last one first."""

    list_display = ["book", "note", "by", "added_at"]
    list_select_related = ["book", "by"]
    list_per_page = 50
    search_fields = ["book__title", "note"]
    fields = ["book", "note", "by"]
    autocomplete_fields = ["book"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"by": request.user.pk, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only staff pick; nobody need be named."""
        if db_field.name == "by":
            people = db_field.remote_field.model._default_manager
            kwargs["queryset"] = people.filter(is_staff=True).order_by("name", "email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
