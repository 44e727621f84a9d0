"""Forms for one-time codes and passkeys: allauth's, in the shop's words, and never at a loss for an answer."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}
# What reading a browser's answer may raise where it is none: allauth and fido2 expect its shape to be right.
MISSHAPEN = (TypeError, ValueError, KeyError, AttributeError, IndexError)


class AuthenticateForm(AllauthAuthenticateForm):
    """The second step of logging in."""

    code = forms.CharField(
        label=_("Code from your app, or a recovery code"), max_length=20, widget=forms.TextInput(CODE)
    )


class ReauthenticateForm(AllauthReauthenticateForm):
    """Proves who it is before something that matters."""

    code = AuthenticateForm.base_fields["code"]


class ActivateTOTPForm(AllauthActivateTOTPForm):
    """Proves that the app makes the codes that it should."""

    code = forms.CharField(
        label=_("The code that your app shows now"), max_length=20, widget=forms.TextInput(CODE)
    )


class AddPasskeyForm(allauth.AddWebAuthnForm):
    """A new passkey, and what its owner calls it."""

    name = forms.CharField(label=_("What you call it"), max_length=100, required=False)
    passwordless = forms.BooleanField(
        label=_("Log in with it alone, without my password"),
        required=False,
        initial=True,
        help_text=_("Your device then asks for its PIN, your finger or your face."),
    )

    def clean_credential(self) -> dict[str, Any]:
        """What a device made; allauth looks at no 0 and no false, and would keep it as a passkey."""
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict):
            raise get_adapter().validation_error("incorrect_code")
        return credential

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except ValidationError:
            raise
        except MISSHAPEN:
            raise get_adapter().validation_error("incorrect_code") from None


class RenamePasskeyForm(allauth.EditWebAuthnForm):
    """What its owner calls a passkey."""

    name = forms.CharField(label=_("What you call it"), max_length=100)


class PasskeyAnswer:
    """Reads a device's answer, which is whatever somebody posted."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except MISSHAPEN:
            raise get_adapter().validation_error("incorrect_code") from None


class AuthenticatePasskeyForm(PasskeyAnswer, allauth.AuthenticateWebAuthnForm):
    """A passkey as the second step of logging in."""


class LoginPasskeyForm(PasskeyAnswer, allauth.LoginWebAuthnForm):
    """A passkey instead of a password."""


class ReauthenticatePasskeyForm(PasskeyAnswer, allauth.ReauthenticateWebAuthnForm):
    """Proves who it is before something that matters."""
