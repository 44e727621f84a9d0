"""Users in the admin, for administrators only: who may edit users could make themselves one."""

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 - they register what is taken out below
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from shop.personal_data import NotErasable

from .emails import record_email
from .leaving import erase_account
from .models import Address, User
from .second_factors import asks_second_factor, may_enter_admin

# The admin's door is the shop's own login, whose failed attempts are limited; customers get 403 there, and staff are
# asked for a second factor where the shop wants one.
admin.site.login = asks_second_factor(secure_admin_login(admin.site.login))  # type: ignore[method-assign]
admin.site.has_permission = may_enter_admin  # type: ignore[method-assign]

# A user's e-mail address is changed with the user; allauth's rows follow it. Second factors stand with the user, and
# nobody else ends a user's sessions.
admin.site.unregister([EmailAddress, Authenticator, UserSession])


class UserCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class UserChangeForm(DjangoUserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type] = {}
        widgets = {"groups": CheckboxSelectMultiple}


class AddressInline(admin.StackedInline):
    model = Address
    extra = 0


class SecondFactorInline(admin.StackedInline):
    """A user's passkeys and codes: an administrator takes away those of a phone that is lost."""

    model = Authenticator
    verbose_name = _("second factor")
    verbose_name_plural = _("second factors")
    fields = readonly_fields = ("type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Who may log in, and as what."""

    change_form_template = "admin/shop/user/change_form.html"
    form = UserChangeForm
    add_form = UserCreationForm
    list_display = ("email", "name", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    inlines = (AddressInline, SecondFactorInline)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("May"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("email", "name", "usable_password", "password1", "password2")},
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple:
        return self.inlines if obj else ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Anybody but oneself, so that one administrator is always left."""
        return self.has_module_permission(request) and (obj is None or obj.pk != request.user.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nor does anybody close their own account, or give up their own rights, by a slip."""
        own = ("is_active", "is_staff", "is_superuser") if obj and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def get_urls(self) -> list[URLPattern]:
        erase = self.admin_site.admin_view(self.erase_view)
        return [path("<int:pk>/erase/", erase, name="shop_user_erase"), *super().get_urls()]

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Erases the account of a customer who asks for it other than on their own pages; asks once more."""
        account = get_object_or_404(User, pk=pk)
        if not self.has_delete_permission(request, account):
            raise PermissionDenied
        if request.method != "POST":
            title = _("Erase the account of %(email)s") % {"email": account.email}
            context = self.admin_site.each_context(request) | {"title": title, "account": account}
            return render(request, "admin/shop/user/erase.html", context | {"opts": self.opts})
        try:
            erase_account(user_id=pk)
        except NotErasable as refused:
            messages.error(request, _("Not yet. What the customer is told: %(why)s") % {"why": refused})
            return redirect("admin:shop_user_change", pk)
        messages.success(request, _("The account is erased."))
        return redirect("admin:shop_user_changelist")

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Save the user; a new e-mail address takes the place of the old one in allauth's records too."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            record_email(obj, confirmed=False)
