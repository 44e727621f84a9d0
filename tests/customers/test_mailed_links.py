"""Passwords and e-mail addresses changed by way of a link in a mail."""

import re

import pytest
from django.urls import reverse

from shop.models import User
from tests.mail.servers import UNKNOWN
from tests.makers import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SHOP_URL = "https://books.example"
NEW_PASSWORD = "battery staple horse"


@pytest.fixture(autouse=True)
def _address_of_the_shop(settings):
    settings.SHOP_URL = SHOP_URL


@pytest.fixture
def post(client, django_capture_on_commit_callbacks):
    """Post a form, and have its mail sent as if the test's transaction had ended."""

    def post_and_send(path, data=None):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, data or {})

    return post_and_send


def link_in(mail):
    """The path of the one link into the shop that a mail asks to follow."""
    (path,) = re.findall(rf"{SHOP_URL}(/account/\S+)", mail.body)
    return path


def can_log_in(client, email, password):
    client.logout()
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code == 302


def test_signing_up_sends_a_link_that_confirms_the_address(client, post, mailoutbox):
    post(
        reverse("account_signup"),
        {"email": "ada@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["ada@example.com"], "[Endpaper] Confirm your e-mail address")
    path = link_in(mail)
    assert "Is ada@example.com yours?" in client.get(path).content.decode()
    address = User.objects.get().emailaddress_set.get()
    assert not address.verified
    post(path)
    address.refresh_from_db()
    assert address.verified


def test_a_forgotten_password_is_replaced_through_the_mailed_link(client, post, mailoutbox):
    make_user("ada@example.com")

    post(reverse("account_reset_password"), {"email": "ADA@example.com"})

    (mail,) = mailoutbox
    assert mail.to == ["ada@example.com"]
    form = client.get(link_in(mail), follow=True)
    assert form.status_code == 200
    post(form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert client.get(reverse("customers:account")).status_code == 200  # logged in at once
    assert [mail.subject for mail in mailoutbox[1:]] == ["[Endpaper] Your password was changed"]
    assert can_log_in(client, "ada@example.com", NEW_PASSWORD)
    assert not can_log_in(client, "ada@example.com", PASSWORD)


def test_the_link_to_a_new_password_works_once(client, post, mailoutbox):
    make_user("ada@example.com")
    post(reverse("account_reset_password"), {"email": "ada@example.com"})
    path = link_in(mailoutbox[0])
    form = client.get(path, follow=True)
    post(form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    client.logout()

    page = client.get(path, follow=True).content.decode()

    assert "This link has been used already" in page
    assert "password1" not in page


@pytest.mark.parametrize("key", ["1-nonsense", "zzzzzzzzzzzzzzzzzz-c0ffee-0123", "0-set-password"])
def test_a_made_up_link_to_a_new_password_says_so(client, key):
    response = client.get(f"/account/password/reset/key/{key}/")

    assert response.status_code == 200
    assert "This link has been used already" in response.content.decode()


@pytest.mark.parametrize("host", ["testserver", "localhost"])
def test_links_in_mail_never_take_their_host_from_the_request(client, mailoutbox, host, post):
    make_user("ada@example.com")
    client.defaults["HTTP_HOST"] = host

    post(reverse("account_reset_password"), {"email": "ada@example.com"})

    assert host not in mailoutbox[0].body
    assert link_in(mailoutbox[0])


def test_asking_for_a_new_password_says_the_same_for_an_unknown_address(client, post, mailoutbox):
    make_user("ada@example.com")

    known = post(reverse("account_reset_password"), {"email": "ada@example.com"})
    unknown = post(reverse("account_reset_password"), {"email": "eve@example.com"})

    assert known["Location"] == unknown["Location"] == reverse("account_reset_password_done")
    assert "There is no account with this address" in mailoutbox[1].body
    assert "/account/" not in mailoutbox[1].body


def ask_for(post, email, password=PASSWORD):
    return post(reverse("customers:email"), {"email": email, "password": password})


def test_an_address_changes_when_the_new_one_is_confirmed_and_not_before(client, post, mailoutbox):
    ada = make_user("ada@example.com")
    client.force_login(ada)

    ask_for(post, "Lovelace@Example.com")

    (mail,) = mailoutbox
    assert mail.to == ["lovelace@example.com"]
    assert "lovelace@example.com" in client.get(link_in(mail)).content.decode()
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    client.logout()  # the mail may be read on another device
    post(link_in(mail))
    ada.refresh_from_db()
    assert ada.email == "lovelace@example.com"
    rows = ada.emailaddress_set.values_list("email", "primary", "verified")
    assert list(rows) == [("lovelace@example.com", True, True)]
    assert can_log_in(client, "lovelace@example.com", PASSWORD)
    assert not can_log_in(client, "ada@example.com", PASSWORD)
    # The old address hears of it.
    assert mailoutbox[-1].to == ["ada@example.com"]
    assert "lovelace@example.com instead of ada@example.com" in mailoutbox[-1].body


def test_a_link_to_a_new_address_works_once(client, post, mailoutbox):
    ada = make_user("ada@example.com")
    client.force_login(ada)
    ask_for(post, "lovelace@example.com")
    post(link_in(mailoutbox[0]))

    again = client.post(link_in(mailoutbox[0]))

    assert "This link has been used already" in again.content.decode()


def test_a_new_password_makes_the_link_to_a_new_address_void(client, post, mailoutbox):
    ada = make_user("ada@example.com")
    client.force_login(ada)
    ask_for(post, "thief@example.com")
    ada.set_password(NEW_PASSWORD)
    ada.save()

    client.post(link_in(mailoutbox[0]))

    ada.refresh_from_db()
    assert ada.email == "ada@example.com"


@pytest.mark.parametrize("token", ["nonsense", "eyJ1c2VyIjoxfQ:1abc:signature"])
def test_a_made_up_link_to_a_new_address_says_so(client, token):
    response = client.post(reverse("customers:confirm_email", args=[token]))

    assert response.status_code == 200
    assert "This link has been used already" in response.content.decode()


def test_an_address_that_another_account_has_is_not_given_twice(client, post, mailoutbox):
    ada = make_user("ada@example.com")
    client.force_login(ada)
    ask_for(post, "lovelace@example.com")
    make_user("lovelace@example.com")

    response = client.post(link_in(mailoutbox[0]), follow=True)

    assert "is the address of another account already" in response.content.decode()
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"


def test_asking_for_an_address_keeps_nobody_else_from_signing_up_with_it(client, post):
    client.force_login(make_user("eve@example.com"))
    ask_for(post, "ada@example.com")
    client.logout()

    post(
        reverse("account_signup"),
        {"email": "ada@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert User.objects.filter(email="ada@example.com").exists()


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("lovelace@example.com", "not the password", "This is not your password."),
        ("ADA@example.com", PASSWORD, "This is your e-mail address already."),
        ("no address", PASSWORD, "Enter a valid email address."),
    ],
)
def test_an_address_is_not_changed_without_the_password_or_to_nonsense(
    client, post, mailoutbox, email, password, said
):
    client.force_login(make_user("ada@example.com"))

    response = ask_for(post, email, password)

    assert said in response.content.decode()
    assert not mailoutbox


def test_the_link_that_confirms_the_address_is_sent_again_when_asked(client, post, mailoutbox):
    ada = make_user("ada@example.com")
    client.force_login(ada)
    assert "not confirmed" in client.get(reverse("customers:account")).content.decode()

    post(reverse("customers:send_confirmation"))
    post(link_in(mailoutbox[0]))

    assert ada.emailaddress_set.get().verified
    assert "not confirmed" not in client.get(reverse("customers:account")).content.decode()


def test_a_customer_changes_the_password_and_is_told_by_mail(client, post, mailoutbox):
    client.force_login(make_user("ada@example.com"))

    response = post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert response["Location"] == reverse("customers:account")
    assert client.get(response["Location"]).status_code == 200  # still logged in
    assert [mail.subject for mail in mailoutbox] == ["[Endpaper] Your password was changed"]
    assert can_log_in(client, "ada@example.com", NEW_PASSWORD)


def test_mail_speaks_plainly_and_escapes_nothing(client, post, mailoutbox, settings):
    settings.SHOP_NAME = "Ink & Sons"
    make_user("ada@example.com")

    post(reverse("account_reset_password"), {"email": "ada@example.com"})

    assert mailoutbox[0].body.startswith("Hello,\n\nsomebody, probably you, asked for a new password.")
    assert mailoutbox[0].body.endswith(f"\n\nInk & Sons\n{SHOP_URL}")


def test_a_mail_server_that_is_away_stops_no_sign_up(client, post, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nothing listens there

    response = post(
        reverse("account_signup"),
        {"email": "ada@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert response.status_code == 302
    assert User.objects.get().email == "ada@example.com"


def test_an_address_that_the_mail_server_refuses_gets_into_no_log(client, post, settings, caplog):
    make_user("ada@example.com")
    settings.EMAIL_BACKEND = UNKNOWN

    post(reverse("account_reset_password"), {"email": "ada@example.com"})

    assert "the address was refused with 550" in caplog.text
    assert "ada@example.com" not in caplog.text
