"""The pages of allauth that the shop uses, under the names allauth knows them by; the rest stays shut."""

from allauth.account import views
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

urlpatterns = [
    path("login/", never_cache(views.login), name="account_login"),
    path("logout/", never_cache(views.logout), name="account_logout"),
    path("signup/", never_cache(views.signup), name="account_signup"),
    path("inactive/", never_cache(views.account_inactive), name="account_inactive"),
    path("confirm-email/<str:key>/", never_cache(views.confirm_email), name="account_confirm_email"),
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
