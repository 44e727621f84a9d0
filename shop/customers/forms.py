"""Forms of the customers room: signing up, and what customers tell about themselves."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from shop.address_forms import PostalAddressForm
from shop.addresses import AUTOCOMPLETE

from .models import Address, User


def drop_placeholders(form: forms.Form) -> None:
    """Leave saying what a field is for to its label."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    """Logs in, in the shop's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["remember"].label = _("Keep me logged in on this device")
        drop_placeholders(self)


class SignupForm(AllauthSignupForm):
    """Makes an account, whole or not at all."""

    name = forms.CharField(
        label=_("Name (optional)"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        drop_placeholders(self)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The new user; or none and the response to give, if the address was taken a moment ago."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            messages.error(request, _("There is an account with this e-mail address already: log in."))
            return None, redirect("account_login")


class ReauthenticateForm(AllauthReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop_placeholders(self)


class DetailsForm(forms.ModelForm):
    """What a customer is called."""

    class Meta:
        model = User
        fields = ("name",)
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def save(self, commit: bool = True) -> User:
        """Write the name and no other column, which an administrator may be changing at this moment."""
        self.instance.save(update_fields=self.Meta.fields)
        return self.instance


class EmailForm(forms.Form):
    """The e-mail address to log in with from now on; asks for the password again."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if email == self.user.email:
            raise forms.ValidationError(_("This is your e-mail address already."))
        return email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):  # counts as a failed login
            raise forms.ValidationError(_("This is not your password."))
        return password


class AddressForm(PostalAddressForm, forms.ModelForm):
    """An entry of the address book, in any country."""

    is_preferred = forms.BooleanField(
        label=_("Offer this one first at checkout"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    class Meta:
        model = Address
        fields = tuple(AUTOCOMPLETE)


class ErasureForm(forms.Form):
    """The last word before an account goes."""

    is_sure = forms.BooleanField(label=_("Yes, erase my account. I know that it cannot be brought back."))
