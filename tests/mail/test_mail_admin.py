"""Mails in the admin: the outbox, their words, and what they will look like."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import transaction
from django.urls import reverse

from shop.mail.kinds import find
from shop.models import Mail, Wording
from shop.orders.emails import mail_confirmation
from tests.makers import make_administrator, make_book, make_order, make_stock_keeper

from .servers import UNKNOWN

pytestmark = pytest.mark.django_db

OUTBOX = reverse("admin:shop_mail_changelist")
WORDINGS = reverse("admin:shop_wording_changelist")
CHANGE = reverse("admin:shop_wording_change", args=["confirmation"])
LETTER = reverse("admin:shop_wording_letter", args=["confirmation"])
PREVIEW = reverse("admin:shop_wording_preview", args=["confirmation"])


@pytest.fixture(autouse=True)
def _commits_at_once(monkeypatch):
    """Have happen, before the page is answered as in the shop, what waits for the commit."""
    monkeypatch.setattr(transaction, "on_commit", lambda callback, **options: callback())


@pytest.fixture
def keeper(client):
    client.force_login(make_stock_keeper())
    return client


@pytest.fixture
def administrator(client):
    client.force_login(make_administrator())
    return client


def html_of(response):
    assert response.status_code == 200
    return response.content.decode()


def own_words(**changes):
    kind = find("confirmation")
    return {name: str(getattr(kind, name)) for name in ("subject", "opening", "closing")} | changes


# --- The outbox


def test_staff_see_what_went_out_and_what_did_not(keeper, settings):
    sent = make_order()
    mail_confirmation(sent)
    settings.EMAIL_BACKEND = UNKNOWN
    failed = make_order(email="aad@example.com")
    mail_confirmation(failed)

    html = html_of(keeper.get(OUTBOX))

    assert "guest@example.com" in html and sent.number in html
    assert "aad@example.com" in html and "550 No such user here" in html
    found = html_of(keeper.get(OUTBOX, {"q": failed.number}))
    assert "aad@example.com" in found and "guest@example.com" not in found


@pytest.mark.parametrize("count", [5, 50])
def test_the_outbox_takes_as_many_queries_for_few_mails_as_for_many(keeper, count, django_assert_num_queries):
    Mail.objects.bulk_create(
        Mail(kind="confirmation", key=f"c:{n}", to="ada@example.com", status="sent") for n in range(count)
    )
    with django_assert_num_queries(6):
        keeper.get(OUTBOX)


def test_a_mails_page_shows_its_text_and_never_the_way_into_the_order(keeper):
    order = make_order(make_book("Lavinia"))
    mail_confirmation(order)

    html = html_of(keeper.get(reverse("admin:shop_mail_change", args=[Mail.objects.get().pk])))

    assert "1 x Lavinia" in html and order.token not in html
    assert f"?q={order.number}" in html


def test_an_orders_page_leads_to_its_mails(keeper):
    order = make_order()

    html = html_of(keeper.get(reverse("admin:shop_order_change", args=[order.pk])))

    assert f'href="{OUTBOX}?q={order.number}"' in html


def test_one_mail_is_sent_again_to_the_address_that_was_meant(keeper, settings):
    taking = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = UNKNOWN
    Wording.objects.create(kind="confirmation", subject="Thank you, {name}")
    mail_confirmation(make_order(email="aad@example.com", recipient="Ada Reader"))
    settings.EMAIL_BACKEND = taking
    again = reverse("admin:shop_mail_again", args=[Mail.objects.get().pk])

    wrong = keeper.post(again, {"to": "no address"}, follow=True)
    assert "Enter a valid email address." in wrong.content.decode() and not mail.outbox
    right = keeper.post(again, {"to": "ada@example.com"}, follow=True)

    assert "1 mail is on its way." in right.content.decode()
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]
    (noted,) = LogEntry.objects.all()
    assert noted.get_change_message() == "Sent again to another address"  # and by whom; not to which
    keeper.post(again, {"to": "ada@example.com"})
    assert Mail.objects.filter(subject="Thank you, Ada Reader").count() == 2
    assert not LogEntry.objects.filter(object_repr__icontains="ada").exists()


def test_chosen_mails_are_sent_again_at_once(keeper):
    for _ in range(3):
        mail_confirmation(make_order())
    chosen = list(Mail.objects.values_list("pk", flat=True))[:2]

    answer = keeper.post(OUTBOX, {"action": "send_chosen_again", "_selected_action": chosen}, follow=True)

    assert "2 mails are on their way." in answer.content.decode()
    assert len(mail.outbox) == 5


def test_the_first_page_tells_of_mails_that_could_not_be_sent(keeper, settings):
    assert "could not be sent" not in html_of(keeper.get(reverse("admin:index")))
    settings.EMAIL_BACKEND = UNKNOWN
    mail_confirmation(make_order())

    html = html_of(keeper.get(reverse("admin:index")))

    assert f'{OUTBOX}?status__exact=failed"><strong>1</strong> mail that could not be sent' in html


# --- Words


def test_all_kinds_are_listed_with_what_staff_have_changed(administrator):
    Wording.objects.create(kind="paid", is_off=True)
    Wording.objects.create(kind="refunded", subject="Money!")

    html = html_of(administrator.get(WORDINGS))

    assert html.count("The shop&#x27;s own") + html.count("The shop's own") == 13
    assert "Not sent" in html and "Changed " in html


def test_words_are_changed_and_the_next_mail_has_them(administrator):
    changed = own_words(subject="Thanks, {name}!", closing="{shop}\n\nOpen Monday to Saturday")

    answer = administrator.post(CHANGE, changed)

    assert answer.status_code == 302
    assert list(Wording.objects.values_list("subject", "opening")) == [("Thanks, {name}!", "")]
    mail_confirmation(make_order())
    assert mail.outbox[0].subject == "Thanks, Ada Reader!"
    assert mail.outbox[0].body.endswith("Endpaper\n\nOpen Monday to Saturday\n")
    assert "<p>Open Monday to Saturday</p>" in mail.outbox[0].alternatives[0].content


def test_a_name_that_there_is_not_is_refused_and_what_was_written_stays(administrator):
    html = html_of(administrator.post(CHANGE, own_words(opening="Dear {nmae}")))

    assert "There is nothing to put in for {nmae}." in html and "Dear {nmae}" in html
    assert not Wording.objects.exists()


@pytest.mark.parametrize("words", [own_words(), {"subject": "", "opening": "", "closing": ""}])
def test_the_shops_own_words_are_not_kept_as_staffs(administrator, words):
    Wording.objects.create(kind="confirmation", subject="Thanks!")

    administrator.post(CHANGE, {name: text.replace("\n", "\r\n") for name, text in words.items()})

    assert not Wording.objects.exists()


def test_words_are_set_back_by_a_button(administrator):
    Wording.objects.create(kind="confirmation", subject="Thanks!")
    assert "Back to the shop&#x27;s own words" in html_of(administrator.get(CHANGE)).replace("'", "&#x27;")

    administrator.post(reverse("admin:shop_wording_reset", args=["confirmation"]))

    assert not Wording.objects.exists()
    assert "own words</button>" not in html_of(administrator.get(CHANGE))


def test_a_mail_that_staff_have_turned_off_is_not_sent(administrator):
    Wording.objects.create(kind="confirmation", is_off=True)  # nobody turns this one off
    mail_confirmation(make_order())
    assert len(mail.outbox) == 1
    assert "is_off" not in html_of(administrator.get(CHANGE))
    assert "is_off" in html_of(administrator.get(reverse("admin:shop_wording_change", args=["paid"])))


def test_a_kind_that_there_is_not_has_no_page(administrator):
    assert administrator.get(reverse("admin:shop_wording_change", args=["spam"])).status_code == 302
    assert administrator.get(reverse("admin:shop_wording_preview", args=["spam"])).status_code == 404


# --- Previews


def test_a_preview_shows_text_beside_html_about_something_invented(administrator):
    response = administrator.get(PREVIEW)

    html = html_of(response)
    assert "7KX2P-M4Q9D" in html and f'src="{LETTER}"' in html
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_a_preview_is_about_the_latest_real_order_if_there_is_one(administrator):
    assert "There is none yet." in html_of(administrator.get(PREVIEW, {"real": ""}))
    order = make_order(make_book("Lavinia"))

    html = html_of(administrator.get(PREVIEW, {"real": ""}))

    assert order.number in html and "Lavinia" in html
    assert "Lavinia" in html_of(administrator.get(LETTER, {"real": ""}))


@pytest.mark.parametrize("code", ["confirmation", "restock", "refunded", "dispatched", "return_refused"])
def test_every_kind_has_a_preview(administrator, code):
    assert "<!doctype html>" in html_of(administrator.get(reverse("admin:shop_wording_letter", args=[code])))
    assert 'class="letter"' in html_of(administrator.get(reverse("admin:shop_wording_preview", args=[code])))
    administrator.get(reverse("admin:shop_wording_preview", args=[code]), {"real": ""})


def test_the_mail_by_itself_may_have_its_styles_and_nothing_else(administrator):
    response = administrator.get(LETTER)

    policy = dict(
        directive.strip().partition(" ")[::2] for directive in response["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "frame-ancestors": "'self'",
        "sandbox": "",
    }
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_words_are_seen_before_they_are_saved(administrator):
    draft = own_words(subject="Thanks, {name}!", opening="It is <b>yours</b>.")

    html = html_of(administrator.post(LETTER, draft))
    text = html_of(administrator.post(LETTER, draft | {"text": "1"}))

    assert "Thanks, Ada Reader!" in html and "It is &lt;b&gt;yours&lt;/b&gt;." in html
    assert text.startswith("Thanks, Ada Reader!\n\nIt is <b>yours</b>.")
    assert not Wording.objects.exists()


def test_a_draft_with_a_mistake_says_which_it_is(administrator):
    response = administrator.post(LETTER, own_words(subject="{nope}"))

    assert response.status_code == 422
    assert "There is nothing to put in for {nope}." in response.content.decode()
