"""When the database is away people get a plain page, and once it is back the shop goes on by itself."""

import http.client
import os
import re
import subprocess
import sys
import time

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from shop.models import Book
from tests.makers import make_user
from tests.mariadb import throwaway_mariadb

AWAY = [
    OperationalError(2002, "Can't connect"),
    OperationalError(2006, "Server has gone away"),
    OperationalError(1040, "Too many connections"),
    OperationalError(1205, "Lock wait timeout exceeded"),
    OperationalError("unable to open database file"),
    OperationalError("database is locked"),
    OperationalError("disk I/O error"),
    InterfaceError(0, ""),
]


@pytest.mark.parametrize("error", AWAY, ids=str)
@pytest.mark.parametrize("debug", [True, False])
def test_a_view_without_a_database_answers_503_in_plain_words(monkeypatch, settings, debug, error):
    settings.DEBUG = debug

    def away(*args, **kwargs):
        raise error

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.ensure_connection", away)

    response = Client(raise_request_exception=False).get("/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "Traceback" not in response.content.decode()
    assert "<h1" in response.content.decode()


@pytest.mark.django_db
def test_a_session_that_cannot_be_read_answers_503_too_with_the_headers_of_any_page(monkeypatch, client):
    client.force_login(make_user())
    client.raise_request_exception = False
    usual = client.get("/account/")

    def away(*args, **kwargs):
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)

    response = client.get("/account/")

    assert response.status_code == 503
    for name in (
        "Content-Type",
        "Content-Security-Policy",
        "Permissions-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
    ):
        assert response[name] == usual[name]
    assert int(response.headers.get("Content-Length", len(response.content))) == len(response.content)


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["SELECT nonesuch FROM shop_book", "SELECT 1 FROM shop_nonesuch"])
def test_a_mistake_in_a_query_is_a_500_and_a_traceback_for_developers(monkeypatch, settings, sql):
    settings.DEBUG = True

    def broken(*args, **kwargs):
        connection.cursor().execute(sql)

    monkeypatch.setattr(Book.objects.__class__, "on_sale", broken)

    response = Client(raise_request_exception=False).get("/books/")

    assert response.status_code == 500
    assert "Traceback" in response.content.decode()


@pytest.mark.django_db
def test_other_mistakes_are_no_503(monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("a mistake in the shop")

    monkeypatch.setattr(Book.objects.__class__, "on_sale", broken)

    assert Client(raise_request_exception=False).get("/books/").status_code == 500


@pytest.mark.mariadb
def test_the_database_goes_away_and_comes_back_without_a_restart_of_the_shop(tmp_path):
    with throwaway_mariadb() as database:
        environment = os.environ | {
            "DATABASE_URL": database.url,
            "DJANGO_SETTINGS_MODULE": "shop.settings",
            "DEBUG": "0",
            "STATIC_ROOT": str(tmp_path / "static"),
        }
        for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]):
            subprocess.run([sys.executable, "manage.py", *command], env=environment, check=True)
        serve = [sys.executable, "-m", "gunicorn", "shop.wsgi", "-b", f"unix:{tmp_path}/shop", "-w", "1"]
        shop = subprocess.Popen([*serve, "--log-level", "critical"], env=environment)
        try:
            assert wait_for(tmp_path / "shop") == 200
            database.stop()
            status, page = ask(tmp_path / "shop")
            assert status == 503 and "Traceback" not in page and "OperationalError" not in page
            database.start()
            # The very next request, over what was a persistent connection to the server that died.
            assert ask(tmp_path / "shop")[0] == 200
        finally:
            shop.terminate()
            shop.wait()


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket: no port to collide with another test's."""

    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        import socket

        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def ask(path):
    connection = UnixConnection(path)
    connection.request("GET", "/")
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    return response.status, re.sub(r"\s+", " ", page)


def wait_for(path):
    for _ in range(100):
        try:
            return ask(path)[0]
        except OSError:
            time.sleep(0.1)
    return None
