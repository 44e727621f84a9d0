"""Passkeys, one-time codes and recovery codes, over HTTP; a passkey at work is in tests/browser."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from shop.customers.second_factors import MFAAdapter
from tests.makers import PASSWORD, make_administrator, make_stock_keeper, make_user

from .factors import code_for, give_app, give_passkey, give_recovery_codes, reauthenticate, set_up_app

pytestmark = pytest.mark.django_db

SECOND_STEP = reverse("mfa_authenticate")
ADMIN = reverse("admin:index")


def log_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def is_logged_in(client):
    return client.get(reverse("customers:account")).status_code == 200


@pytest.fixture
def _factor_needed(settings):
    settings.STAFF_NEED_SECOND_FACTOR = True


@pytest.fixture
def _commits_at_once(monkeypatch):
    """Have happen, before the page is answered as in the shop, what waits for the commit."""
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """Have happen what waits for the end of the test's transaction."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_an_app_is_set_up_and_from_then_on_asked_for(client, commits, mailoutbox):
    ada = make_user("ada@example.com")
    client.force_login(ada)

    with commits():
        secret = set_up_app(client)

    assert [factor.type for factor in ada.authenticator_set.order_by("type")] == ["recovery_codes", "totp"]
    assert [mail.subject for mail in mailoutbox] == ["[Endpaper] One-time codes are set up"]
    client.logout()
    cache.clear()
    assert log_in(client, ada)["Location"] == SECOND_STEP
    assert not is_logged_in(client)
    assert "not right" in client.post(SECOND_STEP, {"code": "000000"}).content.decode()
    assert not is_logged_in(client)
    client.post(SECOND_STEP, {"code": code_for(secret)})
    assert is_logged_in(client)


def test_a_new_password_by_mail_does_not_go_around_the_second_step(client, commits, mailoutbox):
    ada = make_user("ada@example.com")
    give_app(ada)
    with commits():
        client.post(reverse("account_reset_password"), {"email": ada.email})
    (path,) = re.findall(r"(/account/password/reset/key/\S+)", mailoutbox[0].body)
    form = client.get(path, follow=True).request["PATH_INFO"]

    answer = client.post(form, {"password1": "battery staple horse", "password2": "battery staple horse"})

    assert answer["Location"] == SECOND_STEP
    assert not is_logged_in(client)


def test_a_code_is_taken_once(client):
    ada = make_user()
    code = code_for(give_app(ada))
    log_in(client, ada)
    client.post(SECOND_STEP, {"code": code})
    assert is_logged_in(client)
    client.logout()

    log_in(client, ada)
    client.post(SECOND_STEP, {"code": code})

    assert not is_logged_in(client)


def test_a_recovery_code_is_taken_once(client):
    ada = make_user()
    give_app(ada)
    code = give_recovery_codes(ada)[0]
    log_in(client, ada)
    client.post(SECOND_STEP, {"code": code})
    assert is_logged_in(client)
    client.logout()

    log_in(client, ada)
    client.post(SECOND_STEP, {"code": code})

    assert not is_logged_in(client)


def test_codes_cannot_be_guessed_one_after_the_other(client):
    ada = make_user()
    secret = give_app(ada)
    log_in(client, ada)
    for guess in range(5):
        client.post(SECOND_STEP, {"code": f"{guess:06}"})

    response = client.post(SECOND_STEP, {"code": code_for(secret)})

    assert "Too many failed login attempts" in response.content.decode()
    assert not is_logged_in(client)


def test_what_guards_the_account_changes_only_for_whoever_types_the_password_again(client):
    ada = make_user()
    give_app(ada)
    passkey = give_passkey(ada)
    client.force_login(ada)

    for name, args in (
        ("mfa_add_webauthn", ()),
        ("mfa_deactivate_totp", ()),
        ("mfa_remove_webauthn", (passkey.pk,)),
        ("mfa_edit_webauthn", (passkey.pk,)),
        ("mfa_generate_recovery_codes", ()),
        ("customers:data", ()),
        ("customers:export", ()),
        ("customers:erase", ()),
    ):
        path = reverse(name, args=args)
        for response in (client.get(path), client.post(path, {"is_sure": "on"})):
            if response.status_code != 405:
                assert (
                    response["Location"]
                    == f"{reverse('account_reauthenticate')}?next={path.replace('/', '%2F')}"
                )
    assert ada.authenticator_set.count() == 2


def test_an_unconfirmed_address_gets_no_second_factor(client):
    """Else somebody could sign up with another's address, and keep that other out of it for good."""
    ada = make_user("ada@example.com")
    ada.emailaddress_set.create(email="ada@example.com", primary=True, verified=False)
    client.force_login(ada)
    reauthenticate(client)

    response = client.get(reverse("mfa_activate_totp"), follow=True)

    assert "Confirm your e-mail address first" in response.content.decode()


def test_somebody_elses_passkey_is_not_to_be_found(client):
    eves = give_passkey(make_user())
    client.force_login(make_user())
    reauthenticate(client)

    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        path = reverse(name, args=[eves.pk])
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "Mine"}).status_code == 404
    eves.refresh_from_db()
    assert eves.wrap().name == "My passkey"


def test_a_passkey_is_renamed_and_removed(client, mailoutbox, commits):
    ada = make_user()
    passkey = give_passkey(ada)
    client.force_login(ada)
    reauthenticate(client)

    client.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "Ada's phone"})
    assert "Ada&#x27;s phone" in client.get(reverse("mfa_list_webauthn")).content.decode()
    with commits():
        client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))

    assert not ada.authenticator_set.exists()
    assert [mail.subject for mail in mailoutbox] == ["[Endpaper] A passkey was removed"]


NO_ANSWERS = [
    "",
    "x",
    "null",
    "false",
    "[]",
    "0",
    "3",
    '"x"',
    "{}",
    '{"id": 1}',
    '{"response": null}',
    '{"response": {"userHandle": 7}}',
]
NO_ANSWERS += ['{"id": "a", "rawId": "a", "type": "public-key", "response": {"userHandle": "MQ"}}']
NO_ANSWERS += [
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "_w"}}',
    "[[[]]]",
]
NO_ANSWERS += [
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "MQ", "clientDataJSON": "YQ",'
    ' "authenticatorData": "YQ", "signature": "YQ", "attestationObject": "YQ"}}'
]


@pytest.mark.parametrize("answer", NO_ANSWERS)
def test_no_answer_of_a_device_is_an_error_whatever_it_holds(client, answer):
    ada = make_user()
    give_app(ada)
    posted = {"credential": answer, "name": "x"}
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert client.post(reverse("mfa_login_webauthn"), posted)["Location"] == reverse("account_login")
    log_in(client, ada)
    client.get(SECOND_STEP)
    assert client.post(SECOND_STEP, posted).status_code == 200
    assert not is_logged_in(client)
    client.force_login(ada)
    reauthenticate(client)
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), posted).status_code == 200
    assert not ada.authenticator_set.filter(type="webauthn").exists()


def test_secrets_are_not_to_be_read_in_the_database(client):
    ada = make_user()
    secret = give_app(ada)
    give_recovery_codes(ada)

    for factor in ada.authenticator_set.all():
        assert secret not in str(factor.data)
    assert MFAAdapter().decrypt(ada.authenticator_set.get(type="totp").data["secret"]) == secret


def test_secrets_outlive_the_key_they_were_stored_under_while_it_is_kept(settings):
    stored = MFAAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert MFAAdapter().decrypt(stored) == "JBSWY3DP"

    settings.SECRET_KEY_FALLBACKS = []
    # Nothing that anybody could make codes of: not the secret, not an empty one, not twice the same.
    lost = {MFAAdapter().decrypt(stored) for _ in range(3)}
    assert len(lost) == 3 and not lost & {"JBSWY3DP", ""}


@pytest.mark.usefixtures("_factor_needed")
class TestTheAdminsDoor:
    @pytest.mark.usefixtures("_commits_at_once")
    def test_staff_without_a_second_factor_are_led_to_set_one_up(self, client):
        client.force_login(make_stock_keeper())

        led = client.get(ADMIN, follow=True)
        assert led.redirect_chain[-1][0] == reverse("mfa_index")
        assert "The back office asks for a second step" in led.content.decode()
        set_up_app(client)

        assert client.get(ADMIN).status_code == 200

    def test_staff_who_logged_in_by_password_alone_are_asked_for_the_factor_they_have(self, client):
        keeper = make_stock_keeper()
        secret = give_app(keeper)
        client.force_login(keeper)

        asked = client.get(reverse("admin:inventory_stock_changelist"), follow=True)
        target, _status = asked.redirect_chain[-1]
        assert target.startswith(reverse("mfa_reauthenticate"))
        entered = client.post(target, {"code": code_for(secret)}, follow=True)

        assert entered.request["PATH_INFO"] == reverse("admin:inventory_stock_changelist")
        assert entered.status_code == 200

    def test_staff_who_logged_in_with_it_enter(self, client):
        keeper = make_stock_keeper()
        secret = give_app(keeper)
        log_in(client, keeper)
        client.post(SECOND_STEP, {"code": code_for(secret)})

        assert client.get(ADMIN).status_code == 200

    @pytest.mark.usefixtures("_commits_at_once")
    def test_a_factor_taken_away_opens_nothing_any_more(self, client):
        keeper = make_stock_keeper()
        client.force_login(keeper)
        set_up_app(client)
        assert client.get(ADMIN).status_code == 200

        keeper.authenticator_set.all().delete()

        assert client.get(ADMIN, follow=True).redirect_chain[-1][0] == reverse("mfa_index")

    def test_customers_are_asked_for_nothing_more_and_get_no_further(self, client):
        client.force_login(make_user())

        assert client.get(reverse("customers:account")).status_code == 200
        assert client.get(ADMIN, follow=True).status_code == 403

    def test_staff_keep_one_factor(self, client):
        keeper = make_stock_keeper()
        passkey = give_passkey(keeper)
        client.force_login(keeper)
        reauthenticate(client)

        client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
        assert Authenticator.objects.filter(pk=passkey.pk).exists()
        give_app(keeper)
        client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
        assert not Authenticator.objects.filter(pk=passkey.pk).exists()
        refused = client.post(reverse("mfa_deactivate_totp"))
        assert "so you keep one" in refused.content.decode()
        assert keeper.authenticator_set.filter(type="totp").exists()

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
    def test_nobody_is_led_to_another_site_from_the_door(self, client, target):
        keeper = make_stock_keeper()
        give_app(keeper)
        client.force_login(keeper)

        assert "evil" not in client.get(reverse("admin:login"), {"next": target})["Location"]


def test_without_the_setting_a_password_opens_the_admin(client):
    client.force_login(make_stock_keeper())

    assert client.get(ADMIN).status_code == 200


def test_an_administrator_takes_away_the_factors_of_a_lost_phone(client):
    keeper = make_stock_keeper()
    give_app(keeper)
    client.force_login(make_administrator())
    change = reverse("admin:shop_user_change", args=[keeper.pk])
    factor = keeper.authenticator_set.get()

    page = client.get(change).content.decode()
    assert "TOTP Authenticator" in page
    assert factor.data["secret"] not in page
    client.post(
        change,
        {"email": keeper.email, "name": "", "is_active": "on", "is_staff": "on"}
        | {"addresses-TOTAL_FORMS": 0, "addresses-INITIAL_FORMS": 0}
        | {"authenticator_set-TOTAL_FORMS": 1, "authenticator_set-INITIAL_FORMS": 1}
        | {"authenticator_set-0-id": factor.pk, "authenticator_set-0-user": keeper.pk}
        | {"authenticator_set-0-DELETE": "on"},
    )

    assert not keeper.authenticator_set.exists()
