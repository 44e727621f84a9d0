"""Where somebody is logged in, and ending it."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from shop.customers.sessions import device
from tests.makers import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SESSIONS = reverse("customers:sessions")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0"


def log_in(user, user_agent=FIREFOX):
    client = Client(headers={"User-Agent": user_agent})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def is_logged_in(client):
    return client.get(reverse("customers:account")).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (CHROME, "Chrome on Android"),
        (SAFARI, "Safari on iPhone"),
        (EDGE, "Edge on Mac"),
        ("curl/8.0", "An unknown device"),
        ("", "An unknown device"),
        ("Linux", "Linux"),
    ],
)
def test_a_device_goes_by_the_name_its_browser_gives(user_agent, words):
    assert device(UserSession(user_agent=user_agent)) == words


def test_the_page_names_each_device_and_says_which_is_this_one():
    ada = make_user()
    here = log_in(ada)
    log_in(ada, CHROME)
    log_in(make_user(), SAFARI)

    page = here.get(SESSIONS).content.decode()

    assert "Firefox on Windows <strong>(this one)</strong>" in page
    assert page.count("Log out there<span") == 1
    assert "Chrome on Android" in page
    assert "iPhone" not in page


def test_one_other_session_is_ended():
    ada = make_user()
    here, phone, tablet = log_in(ada), log_in(ada, CHROME), log_in(ada, SAFARI)
    of_phone = UserSession.objects.get(session_key=phone.session.session_key)

    here.post(reverse("customers:end_session", args=[of_phone.pk]))

    assert [is_logged_in(client) for client in (here, phone, tablet)] == [True, False, True]


def test_all_other_sessions_are_ended():
    ada, eve = make_user(), make_user()
    here, phone, tablet, eves = log_in(ada), log_in(ada, CHROME), log_in(ada, SAFARI), log_in(eve)

    here.post(reverse("customers:end_other_sessions"))

    assert [is_logged_in(client) for client in (here, phone, tablet, eves)] == [True, False, False, True]


def test_nobody_ends_anothers_session_or_this_one_by_its_number():
    here, eves = log_in(make_user()), log_in(make_user())

    for client in (here, eves):
        of = UserSession.objects.get(session_key=client.session.session_key)
        assert here.post(reverse("customers:end_session", args=[of.pk])).status_code == 404

    assert is_logged_in(here) and is_logged_in(eves)


def test_a_new_password_ends_the_others_and_the_page_knows():
    ada = make_user()
    here, phone = log_in(ada), log_in(ada, CHROME)

    new = {"password1": "battery staple horse", "password2": "battery staple horse"}
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD} | new)

    assert is_logged_in(here) and not is_logged_in(phone)
    page = here.get(SESSIONS).content.decode()
    assert "Android" not in page and "Firefox on Windows" in page


@pytest.mark.parametrize("count", [5, 50])
def test_the_page_takes_as_many_queries_for_few_as_for_many(django_assert_num_queries, count):
    ada = make_user()
    here = log_in(ada)
    known = {"user": ada, "ip": "192.0.2.1", "user_agent": CHROME}
    stored = Session.objects.get(session_key=here.session.session_key)
    for number in range(count):
        Session.objects.create(
            session_key=f"copy{number}", session_data=stored.session_data, expire_date=stored.expire_date
        )
        UserSession.objects.create(session_key=f"copy{number}", **known)
    here.get(SESSIONS)

    with django_assert_num_queries(7):  # session, user, rights (2), two for the sessions, the cart's count
        assert here.get(SESSIONS).content.decode().count("Chrome on Android<br>") == count


def test_what_is_known_of_ended_sessions_is_forgotten():
    here, phone = log_in(make_user()), log_in(make_user(), CHROME)
    Session.objects.filter(session_key=phone.session.session_key).delete()

    call_command("clear_stale", verbosity=0)

    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]
