"""The pages of allauth that the shop uses, under the names allauth knows them by; the rest stays shut."""

from allauth.account import views
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as one_time_codes
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from .second_factors import keeps_one, one_at_a_time

ACCOUNT: list[URLPattern] = [
    path("login/", never_cache(views.login), name="account_login"),
    path("logout/", never_cache(views.logout), name="account_logout"),
    path("signup/", never_cache(views.signup), name="account_signup"),
    path("inactive/", never_cache(views.account_inactive), name="account_inactive"),
    path("reauthenticate/", never_cache(views.reauthenticate), name="account_reauthenticate"),
    # By whoever has both the mail and the password: with either alone, one could take over what is the other's.
    path(
        "confirm-email/<str:key>/",
        never_cache(login_required(views.confirm_email)),
        name="account_confirm_email",
    ),
    path("password/change/", never_cache(views.password_change), name="account_change_password"),
    path("password/set/", never_cache(views.password_set), name="account_set_password"),
    path("password/reset/", never_cache(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", never_cache(views.password_reset_done), name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        never_cache(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        never_cache(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]

SECOND_FACTORS: list[URLPattern] = [
    path("two-step/", never_cache(factors.index), name="mfa_index"),
    path("two-step/log-in/", never_cache(factors.authenticate), name="mfa_authenticate"),
    path("two-step/reauthenticate/", never_cache(factors.reauthenticate), name="mfa_reauthenticate"),
    path(
        "two-step/codes/activate/",
        never_cache(login_required(one_at_a_time(one_time_codes.activate_totp))),
        name="mfa_activate_totp",
    ),
    path(
        "two-step/codes/deactivate/",
        never_cache(login_required(one_at_a_time(one_time_codes.deactivate_totp))),
        name="mfa_deactivate_totp",
    ),
    path(
        "two-step/recovery-codes/",
        never_cache(login_required(recovery_codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "two-step/recovery-codes/generate/",
        never_cache(login_required(recovery_codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "two-step/recovery-codes/download/",
        never_cache(login_required(recovery_codes.download_recovery_codes)),
        name="mfa_download_recovery_codes",
    ),
]

PASSKEYS: list[URLPattern] = [
    path("passkeys/", never_cache(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path(
        "passkeys/add/",
        never_cache(login_required(one_at_a_time(passkeys.add_webauthn))),
        name="mfa_add_webauthn",
    ),
    path(
        "passkeys/<int:pk>/remove/",
        never_cache(login_required(one_at_a_time(keeps_one(passkeys.remove_webauthn)))),
        name="mfa_remove_webauthn",
    ),
    path(
        "passkeys/<int:pk>/edit/",
        never_cache(login_required(passkeys.edit_webauthn)),
        name="mfa_edit_webauthn",
    ),
    path(
        "passkeys/reauthenticate/",
        never_cache(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("passkeys/log-in/", never_cache(passkeys.login_webauthn), name="mfa_login_webauthn"),
]

urlpatterns = [*ACCOUNT, *SECOND_FACTORS, *PASSKEYS]
