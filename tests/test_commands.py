"""The shop's own commands explain themselves, in the language that is spoken when they are asked."""

import pytest
from django.core.management import get_commands, load_command_class
from django.utils import translation

OURS = sorted((name, app) for name, app in get_commands().items() if app in ("shop", "inventory", "reports"))
DAILY = {
    "check_stock",
    "clear_stale",
    "expire_orders",
    "process_orders",
    "rank_sales",
    "restock",
    "send_mail",
}


@pytest.mark.parametrize(("name", "app"), OURS)
def test_a_command_says_what_it_does(name, app):
    asked = load_command_class(app, name).create_parser("manage.py", name)

    assert asked.description
    assert " ".join(asked.description.split())[:40] in " ".join(asked.format_help().split())


@pytest.mark.parametrize(("name", "app"), [(name, app) for name, app in OURS if name in DAILY])
def test_the_daily_commands_say_it_in_the_language_of_the_moment(monkeypatch, name, app):
    load_command_class(app, name)  # imported, in whatever language that was
    monkeypatch.setattr(translation._trans, "gettext", lambda message: f"«{message}»")

    asked = load_command_class(app, name).create_parser("manage.py", name)

    assert asked.description.startswith("«")
