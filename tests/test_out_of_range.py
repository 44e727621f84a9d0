"""Numbers and years beyond all measure, made up in an address of the admin or in what a list of it sends."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.makers import make_administrator, make_book, make_paid_order

# Not inside one transaction: on SQLite the error would spoil it for what Django reads afterwards.
pytestmark = pytest.mark.django_db(transaction=True)

HUGE = str(10**25)
ROOMS = ("shop", "inventory", "auth")
MODELS = [model for model in admin.site._registry if model._meta.app_label in ROOMS]


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def staff(client):
    make_paid_order((make_book(stock=3), 1))
    client.force_login(make_administrator())
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_of_the_admin_bears_numbers_that_no_database_holds(staff, model):
    actions = [action if isinstance(action, str) else action.__name__ for action in staff_actions(model)]
    answers = [
        staff.post(list_of(model), {"action": action, "_selected_action": [HUGE]}) for action in actions
    ]
    answers += [staff.get(f"{list_of(model)}{HUGE}/{page}/") for page in ("change", "delete", "history")]
    answers.append(staff.get(list_of(model), {"pk__in": HUGE}))

    assert max(answer.status_code for answer in answers) < 500


def staff_actions(model):
    return [*(admin.site._registry[model].actions or []), "delete_selected"]


@pytest.mark.parametrize("year", ["0", "99999999", HUGE])
def test_a_year_that_no_calendar_has_is_a_bad_request(staff, year):
    assert staff.get(f"/admin/shop/order/?placed_at__year={year}").status_code == 400


def test_other_mistakes_are_not_passed_over(staff, monkeypatch):
    def mistaken(self, request):
        raise ValueError("of some other kind")

    monkeypatch.setattr(admin.ModelAdmin, "get_queryset", mistaken)

    with pytest.raises(ValueError, match="other kind"):
        staff.get("/admin/shop/publisher/")
