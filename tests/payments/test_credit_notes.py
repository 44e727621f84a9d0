"""Credit notes: what each refund takes back of the invoice; all of them together, to the penny, what was invoiced."""

from decimal import Decimal
from itertools import groupby

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shop.models import CreditNote, Order, Payment, Refund, RefundLine, TaxRate
from shop.orders.cancelling import cancel_order
from shop.orders.invoicing import issue_invoice
from shop.orders.papers import Paper, read
from shop.payments.credit_notes import credit_notes_of, issue_credit_note, note_refund
from tests.makers import make_administrator, make_book, make_order, make_paid_order, make_stock_keeper, pay

NOTHING = Decimal("0.00")
PENNIES = st.integers(0, 10_000)


def give_back(order: Order, parts: dict[int, Decimal], shipping: Decimal = NOTHING) -> Refund:
    """A refund as `owing.book` writes it: so much for each line, by primary key, and for the delivery."""
    refund = Refund.objects.create(
        payment=order.payments.get(),
        amount=sum(parts.values(), NOTHING) + shipping,
        shipping=shipping,
        reason="Damaged",
    )
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line_id=line, quantity=1, amount=amount) for line, amount in parts.items()
    )
    return refund


def noted(refund: Refund) -> Paper:
    note_refund(refund.pk)
    return read(CreditNote.objects.get(refund=refund).contents)


def by_rate(papers: list[Paper]) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """Gross and tax of all these papers together, at each rate."""
    parts = sorted((part for paper in papers for part in paper.by_rate), key=lambda part: part.rate)
    return {
        rate: (sum((part.gross for part in same), NOTHING), sum((part.tax for part in same), NOTHING))
        for rate, same in ((rate, list(group)) for rate, group in groupby(parts, lambda part: part.rate))
    }


class WhateverGoesBack(TestCase):
    @settings(max_examples=15)
    @given(
        prices=st.lists(st.decimals("0.01", "60.00", places=2), min_size=1, max_size=4),
        cuts=st.lists(st.lists(PENNIES, min_size=5, max_size=5), max_size=4),
    )
    def test_the_notes_of_an_order_that_goes_back_whole_sum_to_its_invoice(self, prices, cuts):
        """In any number of parts, of any size: each cut takes some of what is left of each line and the delivery."""
        TaxRate.objects.all().delete()
        rates = {"BC": ("print", "5.5"), "EA": ("digital", "9"), "AC": ("audio", "20"), "PC": ("other", "23")}
        sold = []
        for price, (form, (kind, rate)) in zip(prices, rates.items(), strict=False):
            TaxRate.objects.create(country="GB", product_class=kind, rate=rate, valid_from="2020-01-01")
            sold.append(make_book(price=price, format=form))
        order = make_paid_order(*sold)
        left = {line.pk: line.charged for line in order.lines.all()}
        shipping, papers = order.shipping, []

        for cut in [*cuts, [10_000] * 5]:
            *shares, of_shipping = cut
            parts = {
                pk: min(amount, Decimal(share) / 100)
                for (pk, amount), share in zip(left.items(), shares, strict=False)
            }
            for_delivery = min(shipping, Decimal(of_shipping) / 100)
            if not any(parts.values()) and not for_delivery:
                continue
            papers.append(noted(give_back(order, parts, for_delivery)))
            left = {pk: amount - parts[pk] for pk, amount in left.items()}
            shipping -= for_delivery

        assert not any(left.values()) and not shipping
        invoice = read(issue_invoice(order_id=order.pk).contents)
        assert by_rate(papers) == by_rate([invoice])
        assert sum((paper.total for paper in papers), NOTHING) == invoice.total
        assert sum((paper.tax for paper in papers), NOTHING) == invoice.tax
        for paper in papers:
            assert all(0 <= part.tax <= part.gross for part in paper.by_rate)
            assert sum((part.gross for part in paper.by_rate), NOTHING) == paper.total


pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """Two copies at 0 %, £20.00, and one at 20 %, £12.00; £3.50 of delivery or whatever it costs today."""
    return make_paid_order(
        (make_book("The Dispossessed", price="10.00"), 2), make_book("Lavinia", price="12.00", format="AC")
    )


def lines_of(order: Order) -> dict[str, int]:
    return {line.title: line.pk for line in order.lines.all()}


def test_a_line_that_goes_back_takes_its_tax_along(order):
    paper = noted(give_back(order, {lines_of(order)["Lavinia"]: Decimal("12.00")}))

    assert (paper.number, paper.corrects) == ("CN-000001", "INV-000001")
    assert (paper.total, paper.tax, paper.reason) == (Decimal("12.00"), Decimal("2.00"), "Damaged")
    assert [(line.title, line.total) for line in paper.lines] == [("Lavinia", Decimal("12.00"))]


def test_the_delivery_goes_back_at_the_rates_at_which_it_was_charged(order):
    paper = noted(give_back(order, {}, order.shipping))

    assert (paper.total, paper.tax) == (order.shipping, order.shipping_tax)
    assert [part.rate for part in paper.by_rate] == [20, 0]


def test_notes_have_a_series_of_their_own(order):
    for amount in ("1.00", "2.00"):
        noted(give_back(order, {lines_of(order)["Lavinia"]: Decimal(amount)}))

    assert list(CreditNote.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert issue_invoice(order_id=order.pk).number == 1


def test_a_refund_has_one_note_however_often_it_is_asked_for(order):
    refund = give_back(order, {lines_of(order)["Lavinia"]: Decimal("12.00")})
    note_refund(refund.pk)
    note_refund(refund.pk)

    assert issue_credit_note(refund_id=refund.pk) == CreditNote.objects.get()
    assert CreditNote.objects.get().number == 1


def test_an_order_cancelled_after_it_was_paid_is_credited_whole(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = make_paid_order((make_book(price="9.99"), 3), make_book(price="12.00", format="AC"))
    with django_capture_on_commit_callbacks(execute=True):
        cancel_order(order_id=order.pk, actor=None)

    paper = read(CreditNote.objects.get().contents)
    invoice = read(order.invoice.contents)
    assert (paper.total, paper.tax) == (invoice.total, invoice.tax)
    assert by_rate([paper]) == by_rate([invoice])


def test_money_for_an_order_that_was_not_to_be_paid_any_more_has_none(django_capture_on_commit_callbacks):
    order = make_order()
    cancel_order(order_id=order.pk, actor=None)
    payment = Payment.objects.create(
        order=order, gateway="test_card", amount=order.total, currency=order.currency
    )
    with django_capture_on_commit_callbacks(execute=True):
        from shop.payments.settling import settle

        settle(payment_id=payment.pk, amount=order.total, currency=order.currency, reference="late")

    assert Refund.objects.filter(payment=payment).exists()
    assert not CreditNote.objects.exists()


def test_the_customer_prints_them_and_those_that_are_missing_are_issued(client, order):
    give_back(order, {lines_of(order)["The Dispossessed"]: Decimal("10.00")})
    address = reverse("payments:credit_notes", args=[order.token])

    assert address in client.get(order.page_address()).content.decode()
    page = client.get(address).content.decode()
    for words in ("Credit note CN-000001", "INV-000001", "The Dispossessed", "£10.00", "Damaged"):
        assert words in page


def test_an_order_of_which_nothing_went_back_has_none(client, order):
    address = reverse("payments:credit_notes", args=[order.token])

    assert address not in client.get(order.page_address()).content.decode()
    assert "no credit note" in client.get(address, follow=True).content.decode()


def test_staff_print_those_of_the_orders_they_choose(client, order):
    client.force_login(make_stock_keeper())
    for amount in ("1.00", "2.00"):
        give_back(order, {lines_of(order)["Lavinia"]: Decimal(amount)})

    page = client.get(reverse("admin:shop_creditnote_print") + f"?orders={order.pk}").content.decode()

    assert page.count('class="sheet"') == 2
    assert [note.number for note in credit_notes_of(order)] == [1, 2]


def test_the_list_leads_to_the_sheets(client, order):
    client.force_login(make_administrator())
    note_refund(give_back(order, {}, order.shipping).pk)
    note = CreditNote.objects.get()

    assert "CN-000001" in client.get(reverse("admin:shop_creditnote_changelist") + "?q=1").content.decode()
    response = client.post(
        reverse("admin:shop_creditnote_changelist"),
        {"action": "print_chosen", "_selected_action": [note.pk]},
        follow=True,
    )
    assert "CN-000001" in response.content.decode()


def test_a_sale_at_the_till_that_comes_back_is_not_the_web_shops_to_credit():
    order = make_order()
    Order.objects.filter(pk=order.pk).update(channel=Order.Channel.EXTERNAL)
    pay(order)
    refund = give_back(order, {order.lines.get().pk: Decimal("9.99")})

    note_refund(refund.pk)

    assert not CreditNote.objects.exists()
