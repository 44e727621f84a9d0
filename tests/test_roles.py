"""Who gets what at every address of the site. An address that is missing here fails, and so does a row too many."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ

from inventory.models import RestockAlert
from shop.catalogue.editions import make_one_work
from shop.customers.emails import make_token
from shop.models import (
    Address,
    CreditNote,
    FeedImport,
    FeedRecord,
    Mail,
    ProviderEvent,
    Refund,
    Series,
    ShippingMethod,
    ShippingZone,
    StaffPick,
    SubjectCode,
    Supplier,
    TaxRate,
    Wording,
)
from shop.orders.cancelling import cancel_order
from shop.orders.invoicing import issue_invoice
from shop.orders.returning import ask_for_return
from shop.payments.settling import start_payment
from tests.customers.factors import give_app, give_passkey
from tests.makers import (
    ADDRESS,
    make_administrator,
    make_book,
    make_cart,
    make_contributor,
    make_dispatched_order,
    make_forthcoming,
    make_manager,
    make_order,
    make_paid_order,
    make_stock_keeper,
    make_subject,
    make_user,
)

ROLES = ["guest", "customer", "other", "keeper", "manager", "administrator"]

# What an address answers: a status, or where it leads.
#   login   to the shop's own log-in page
#   door    to the admin's door, which asks a guest to log in and refuses everybody else with 403
#   ->      elsewhere in the shop
#
# After the address stands the sample (below) that it is asked with. Addresses that only take a POST answer 405 to
# a GET; what a POST does there, or where it needs other rights than the page, has a row of its own.
MATRIX = """
    address                              sample            guest customer other keeper manager administrator

    # Everybody's
    catalogue:home                       -                 200   200      200   200    200     200
    catalogue:book_list                  -                 200   200      200   200    200     200
    catalogue:book                       book              200   200      200   200    200     200
    catalogue:book                       withdrawn         404   404      404   200    404     200
    catalogue:cover                      book              200   200      200   200    200     200
    catalogue:search                     -                 200   200      200   200    200     200
    catalogue:suggest                    -                 200   200      200   200    200     200
    catalogue:subjects                   -                 200   200      200   200    200     200
    catalogue:subject                    subject           200   200      200   200    200     200
    catalogue:contributor                contributor       200   200      200   200    200     200
    catalogue:publisher                  publisher         200   200      200   200    200     200
    catalogue:series                     series            200   200      200   200    200     200
    catalogue:forget_looked_at           -                 405   405      405   405    405     405
    POST catalogue:forget_looked_at      -                 ->    ->       ->    ->     ->      ->
    catalogue:new_books                  -                 200   200      200   200    200     200
    catalogue:robots                     -                 200   200      200   200    200     200
    catalogue:sitemap_index              -                 200   200      200   200    200     200
    catalogue:sitemap                    sitemap           200   200      200   200    200     200
    catalogue:sitemap                    no_sitemap        404   404      404   404    404     404
    catalogue:opensearch                 -                 200   200      200   200    200     200
    catalogue:suggestions                -                 200   200      200   200    200     200
    cart:detail                          -                 200   200      200   200    200     200
    cart:add                             -                 405   405      405   405    405     405
    POST cart:add                        -                 ->    ->       ->    ->     ->      ->
    cart:change                          book              405   405      405   405    405     405
    POST cart:change                     book              ->    ->       ->    ->     ->      ->
    cart:accept                          book              405   405      405   405    405     405
    POST cart:accept                     book              ->    ->       ->    ->     ->      ->
    orders:checkout                      -                 ->    200      ->    ->     ->      ->
    orders:review                        -                 ->    ->       ->    ->     ->      ->

    # An order: a guest's for whoever holds its link, a customer's for that customer alone
    orders:order                         guests_order      200   200      200   200    200     200
    orders:order                         customers_order   login 200      404   404    404     404
    orders:order                         no_order          404   404      404   404    404     404
    orders:cancel                        customers_order   405   405      405   405    405     405
    POST orders:cancel                   guests_order      ->    ->       ->    ->     ->      ->
    POST orders:cancel                   customers_order   login ->       404   404    404     404
    orders:again                         customers_order   405   405      405   405    405     405
    POST orders:again                    guests_order      ->    ->       ->    ->     ->      ->
    POST orders:again                    customers_order   login ->       404   404    404     404
    orders:ask_return                    guests_order      ->    ->       ->    ->     ->      ->
    orders:ask_return                    customers_order   login ->       404   404    404     404
    POST orders:ask_return               customers_order   login 200      404   404    404     404
    orders:invoice                       guests_order      ->    ->       ->    ->     ->      ->
    orders:invoice                       invoiced_order    login 200      404   404    404     404
    payments:credit_notes                guests_order      ->    ->       ->    ->     ->      ->
    payments:credit_notes                invoiced_order    login ->       404   404    404     404
    payments:pay                         guests_order      200   200      200   200    200     200
    payments:pay                         customers_order   login 200      404   404    404     404
    POST payments:pay                    customers_order   login 200      404   404    404     404
    payments:confirm                     guests_payment    200   200      200   200    200     200
    payments:confirm                     customers_payment login 200      404   404    404     404
    payments:confirm                     mixed_payment     404   404      404   404    404     404
    POST payments:confirm                customers_payment login ->       404   404    404     404
    payments:returned                    guests_card       200   200      200   200    200     200
    payments:returned                    customers_card    login 200      404   404    404     404
    payments:returned                    mixed_card        404   404      404   404    404     404
    payments:left                        guests_card       ->    ->       ->    ->     ->      ->
    payments:left                        customers_card    login ->       404   404    404     404
    payments:stripe_webhook              -                 405   405      405   405    405     405
    POST payments:stripe_webhook         -                 400   400      400   400    400     400

    # One's own account
    orders:mine                          -                 login 200      200   200    200     200
    customers:account                    -                 login 200      200   200    200     200
    customers:details                    -                 login 200      200   200    200     200
    customers:email                      -                 login 200      200   200    200     200
    customers:send_confirmation          -                 login 405      405   405    405     405
    POST customers:send_confirmation     -                 login ->       ->    ->     ->      ->
    customers:confirm_email              email_link        200   200      200   200    200     200
    customers:address_book               -                 login 200      200   200    200     200
    customers:add_address                -                 login 200      200   200    200     200
    customers:change_address             address           login 200      404   404    404     404
    customers:prefer_address             address           login 405      405   405    405     405
    POST customers:prefer_address        address           login ->       404   404    404     404
    customers:remove_address             address           login 405      405   405    405     405
    POST customers:remove_address        address           login ->       404   404    404     404
    customers:sessions                   -                 login 200      200   200    200     200
    customers:end_session                session           login 405      405   405    405     405
    POST customers:end_session           session           login ->       404   404    404     404
    customers:end_other_sessions         -                 login 405      405   405    405     405
    POST customers:end_other_sessions    -                 login ->       ->    ->     ->      ->
    # -> to type the password once more
    customers:data                       -                 login ->       ->    ->     ->      ->
    customers:export                     -                 login ->       ->    ->     ->      ->
    customers:erase                      -                 login ->       ->    ->     ->      ->
    account_login                        -                 200   ->       ->    ->     ->      ->
    account_signup                       -                 200   ->       ->    ->     ->      ->
    account_logout                       -                 ->    200      200   200    200     200
    POST account_logout                  -                 ->    ->       ->    ->     ->      ->
    account_inactive                     -                 200   200      200   200    200     200
    account_confirm_email                mail_key          login 200      200   200    200     200
    account_reauthenticate               -                 login 200      200   200    200     200
    mfa_index                            -                 login 200      200   200    200     200
    mfa_authenticate                     -                 login ->       ->    ->     ->      ->
    mfa_reauthenticate                   -                 login 200      ->    ->     ->      ->
    mfa_activate_totp                    -                 login ->       ->    ->     ->      ->
    mfa_deactivate_totp                  -                 login ->       404   404    404     404
    mfa_view_recovery_codes              -                 login 404      404   404    404     404
    mfa_generate_recovery_codes          -                 login ->       ->    ->     ->      ->
    mfa_download_recovery_codes          -                 login 404      404   404    404     404
    mfa_list_webauthn                    -                 login 200      200   200    200     200
    mfa_add_webauthn                     -                 login ->       ->    ->     ->      ->
    mfa_edit_webauthn                    passkey           login ->       ->    ->     ->      ->
    mfa_remove_webauthn                  passkey           login ->       ->    ->     ->      ->
    mfa_reauthenticate_webauthn          -                 login 200      ->    ->     ->      ->
    mfa_login_webauthn                   -                 login ->       ->    ->     ->      ->
    account_change_password              -                 login 200      200   200    200     200
    account_set_password                 -                 login ->       ->    ->     ->      ->
    account_reset_password               -                 200   200      200   200    200     200
    account_reset_password_done          -                 200   200      200   200    200     200
    account_reset_password_from_key      reset_key         200   200      200   200    200     200
    account_reset_password_from_key_done -                 200   200      200   200    200     200

    # The managers' reports
    reports:index                        -                 login 403      403   403    200     200
    reports:customers                    -                 login 403      403   403    200     200
    reports:customers_csv                -                 login 403      403   403    200     200
    reports:customers_chart              -                 login 403      403   403    200     200
    reports:customer                     reported_order    login 403      403   403    200     200
    reports:customer_csv                 reported_order    login 403      403   403    200     200
    reports:customer_chart               reported_order    login 403      403   403    200     200
    reports:authors                      -                 login 403      403   403    200     200
    reports:authors_csv                  -                 login 403      403   403    200     200
    reports:authors_chart                -                 login 403      403   403    200     200
    reports:books                        -                 login 403      403   403    200     200
    reports:books_csv                    -                 login 403      403   403    200     200
    reports:books_chart                  -                 login 403      403   403    200     200

    # The back office
    admin:index                          -                 door  door     door  200    door    200
    admin:app_list                       shop_app          door  door     door  200    door    200
    admin:app_list                       auth_app          door  door     door  404    door    200
    admin:login                          -                 login 403      403   ->     403     ->
    admin:logout                         -                 ->    ->       ->    405    ->      405
    POST admin:logout                    -                 ->    ->       ->    200    ->      200
    admin:password_change                -                 door  door     door  200    door    200
    admin:password_change_done           -                 door  door     door  200    door    200
    admin:autocomplete                   -                 door  door     door  403    door    403
    admin:jsi18n                         -                 door  door     door  200    door    200
    admin:view_on_site                   shown_in_shop     door  door     door  ->     door    ->
    admin:auth_user_password_change      user              door  door     door  403    door    200
    admin:shop_user_erase                user              door  door     door  403    door    200
    POST admin:shop_user_erase           user              door  door     door  403    door    ->
    admin:inventory_stock_receive        -                 door  door     door  ->     door    ->
    admin:inventory_stock_shelve         -                 door  door     door  ->     door    ->
    admin:shop_book_import               -                 door  door     door  200    door    200
    admin:shop_book_process_import       -                 door  door     door  405    door    405
    POST admin:shop_book_process_import  -                 door  door     door  ->     door    ->
    admin:shop_book_export               -                 door  door     door  200    door    200
    admin:shop_book_release              book_row          door  door     door  405    door    405
    POST admin:shop_book_release         book_row          door  door     door  ->     door    ->
    admin:shop_work_part                 work_row          door  door     door  405    door    405
    POST admin:shop_work_part            work_row          door  door     door  ->     door    ->
    admin:shop_feedimport_progress       feed_import       door  door     door  286    door    286
    admin:shop_feedimport_rejects        feed_import       door  door     door  200    door    200
    admin:shop_feedimport_stop           feed_import       door  door     door  405    door    405
    POST admin:shop_feedimport_stop      feed_import       door  door     door  ->     door    ->
    admin:shop_feedimport_go_on          feed_import       door  door     door  405    door    405
    POST admin:shop_feedimport_go_on     feed_import       door  door     door  ->     door    ->
    admin:shop_feedimport_bring_in       feed_import       door  door     door  405    door    405
    POST admin:shop_feedimport_bring_in  feed_import       door  door     door  ->     door    ->
    admin:shop_order_dispatch            paid_order        door  door     door  200    door    200
    POST admin:shop_order_dispatch       paid_order        door  door     door  200    door    200
    admin:shop_order_deliver             sent_order        door  door     door  405    door    405
    POST admin:shop_order_deliver        sent_order        door  door     door  ->     door    ->
    admin:shop_order_take_return         sent_order        door  door     door  200    door    200
    POST admin:shop_order_take_return    sent_order        door  door     door  200    door    200
    admin:shop_order_answer_return       return            door  door     door  200    door    200
    POST admin:shop_order_answer_return  return            door  door     door  200    door    200
    admin:shop_order_picking_list        -                 door  door     door  200    door    200
    admin:shop_order_packing_slips       -                 door  door     door  200    door    200
    admin:shop_order_packing_slip        parcel            door  door     door  200    door    200
    admin:shop_shippingzone_try          -                 door  door     door  200    door    200
    admin:shop_order_phone               -                 door  door     door  200    door    200
    POST admin:shop_order_phone          -                 door  door     door  200    door    200
    admin:shop_order_cancel              paid_order        door  door     door  200    door    200
    POST admin:shop_order_cancel         paid_order        door  door     door  ->     door    ->
    admin:shop_invoice_print             -                 door  door     door  200    door    200
    admin:shop_creditnote_print          -                 door  door     door  200    door    200
    admin:shop_payment_take              collected_payment door  door     door  200    door    200
    POST admin:shop_payment_take         collected_payment door  door     door  200    door    200
    admin:shop_refund_order              paid_order        door  door     door  200    door    200
    POST admin:shop_refund_order         paid_order        door  door     door  200    door    200
    admin:shop_refund_see_to             refund            door  door     door  405    door    405
    POST admin:shop_refund_see_to        refund            door  door     door  ->     door    ->
    admin:shop_mail_again                mail              door  door     door  405    door    405
    POST admin:shop_mail_again           mail              door  door     door  ->     door    ->
    admin:shop_wording_preview           mail_kind         door  door     door  403    door    200
    admin:shop_wording_letter            mail_kind         door  door     door  403    door    200
    POST admin:shop_wording_letter       mail_kind         door  door     door  403    door    200
    admin:shop_wording_reset             mail_kind         door  door     door  405    door    405
    POST admin:shop_wording_reset        mail_kind         door  door     door  403    door    ->
    admin:<anything_else>                nowhere           door  door     door  404    door    404
"""

# The pages that the admin makes of each model: who may view, add, change, delete. Nobody else passes the door.
IN_THE_ADMIN = """
    model                    keeper administrator
    shop.Book                vac    vacd
    shop.Contributor         vac    vacd
    shop.Publisher           vac    vacd
    shop.Subject             v      vacd
    shop.Series              vac    vacd
    shop.Work                vc     vc
    shop.SubjectCode         vc     vc
    shop.Supplier            vac    vacd
    shop.FeedRecord          v      v
    shop.FeedImport          vac    vac
    shop.StaffPick           vacd   vacd
    shop.Invoice             v      v
    shop.CreditNote          v      v
    shop.Order               vc     vc
    shop.Payment             vc     vc
    shop.Refund              vc     vc
    shop.ProviderEvent       v      v
    shop.Mail                vc     vc
    shop.Wording             -      vc
    shop.TaxRate             v      vacd
    shop.ShippingZone        v      vacd
    shop.ShippingMethod      v      vacd
    shop.User                -      vacd
    auth.Group               -      vacd
    inventory.Stock          vc     vc
    inventory.StockMovement  v      v
    inventory.Backorder      v      v
    inventory.RestockAlert   v      v
    django_q.Failure         -      vd
    django_q.OrmQ            -      vd
"""


def rows_of(table: str) -> list[list[str]]:
    """The rows of a table's text, without its heading and remarks."""
    lines = [line.strip() for line in table.strip().splitlines()]
    return [line.split() for line in lines if line and not line.startswith("#")][1:]


def read_matrix() -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Method, name, sample, and the answer for each role."""
    for row in rows_of(MATRIX):
        method = row.pop(0) if row[0] == "POST" else "GET"
        name, sample, *answers = row
        yield method, name, sample, dict(zip(ROLES, answers, strict=True))


ELSE = "<anything_else>"
ROWS = list(read_matrix())
READ = [row for row in ROWS if row[0] == "GET"]
POSTED = [row for row in ROWS if row[0] == "POST"]
RIGHTS = {model: {"keeper": keeper, "administrator": boss} for model, keeper, boss in rows_of(IN_THE_ADMIN)}

# What each page of the admin asks for: one of these rights will do.
ASKED = {"changelist": "vc", "add": "a", "change": "vc", "delete": "d", "history": "vc"}


def addresses(patterns: list, route: str = "", namespace: str = "") -> Iterator[str]:
    """The name of every address there is; one that has none goes by its namespace and its route."""
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, here, inner)
        elif pattern.name:
            yield namespace + pattern.name
        elif str(pattern.pattern) == "(?P<url>.*)$":
            yield namespace + ELSE
        else:
            yield here


def addresses_of(label: str) -> list[str]:
    """The addresses that the admin makes for a model."""
    app, model = label.lower().split(".")
    pages = [f"admin:{app}_{model}_{page}" for page in ASKED]
    return [
        *pages,
        f"admin/{app}/{model}/<path:object_id>/",
    ]  # an old form of the change page, which leads there


@pytest.fixture
def people(db):
    return {
        "customer": make_user("customer@example.com"),
        "other": make_user("other@example.com"),
        "keeper": make_stock_keeper(),
        "manager": make_manager(),
        "administrator": make_administrator(),
    }


@pytest.fixture
def samples(people):
    """Something of everything, by the name it has in the matrix; for a model, by its label."""
    customer = people["customer"]
    author, subject = make_contributor(), make_subject()
    book = make_book(authors=(author,), subjects=(subject,), stock=15)
    make_cart(book, user=customer)
    address = Address.objects.create(user=customer, **ADDRESS)
    passkey = give_passkey(customer)
    give_app(customer)
    session = UserSession.objects.create(user=customer, ip="192.0.2.1", session_key="customers-phone")
    Session.objects.create(session_key="customers-phone", expire_date=timezone.now())
    customers, guests = make_order(book, customer=customer), make_order(book)
    paid = make_paid_order((book, 5), customer=customer)
    collected = make_order(book, delivery_method="collection")
    sent = make_dispatched_order(book)
    ask_for_return(order_id=sent.pk, copies={sent.lines.get().pk: 1}, reason="", actor=None)
    cancelled = make_paid_order(book)
    cancel_order(order_id=cancelled.pk, actor=None)
    customers_payment = start_payment(order_id=customers.pk, gateway="test_card")
    guests_payment = start_payment(order_id=guests.pk, gateway="test_card")
    customers_card = start_payment(order_id=customers.pk, gateway="stripe")
    guests_card = start_payment(order_id=guests.pk, gateway="stripe")
    at_the_till = start_payment(order_id=collected.pk, gateway="collection")
    content_type = ContentType.objects.get_for_model(book)
    work = make_one_work([make_book("Rocannon's World"), make_book("Rocannon's World", format="BB")])
    feed_import = FeedImport.objects.create(source="feed.xml", status=FeedImport.Status.DONE)
    mail = Mail.objects.create(kind="confirmation", key="confirmation:1", to="ada@example.com")
    now = timezone.now()
    done = {"func": "shop.tasks", "started": now, "stopped": now}
    return {
        "-": (),
        "nowhere": ("nowhere/",),
        "book": (book.isbn,),
        "withdrawn": (make_book("Lavinia", on_sale=False).isbn,),
        "subject": (subject.path,),
        "contributor": (author.pk, "ursula-k-le-guin"),
        "publisher": (book.publisher_id, "ace-books"),
        "series": (Series.objects.create(name="Earthsea").pk, "earthsea"),
        "sitemap": ("books", book.pk // 10_000),
        "no_sitemap": ("books", 10**30),
        "address": (address.pk,),
        "passkey": (passkey.pk,),
        "session": (session.pk,),
        "customers_order": (customers.token,),
        "guests_order": (guests.token,),
        "invoiced_order": (paid.token,),
        "no_order": ("nobody-has-this-token",),
        "customers_payment": (customers.token, customers_payment.pk),
        "guests_payment": (guests.token, guests_payment.pk),
        "mixed_payment": (guests.token, customers_payment.pk),
        "customers_card": (customers.token, customers_card.pk),
        "guests_card": (guests.token, guests_card.pk),
        "mixed_card": (guests.token, customers_card.pk),
        "email_link": (make_token(customer, "new@example.com"),),
        "mail_key": ("made-up",),
        "reset_key": ("1", "made-up"),
        "reported_order": (paid.number,),
        "shop_app": ("shop",),
        "auth_app": ("auth",),
        "shown_in_shop": (content_type.pk, book.pk),
        "user": (customer.pk,),
        "book_row": (book.pk,),
        "feed_import": (feed_import.pk,),
        "work_row": (work.pk,),
        "mail": (mail.pk,),
        "mail_kind": ("confirmation",),
        "paid_order": (paid.pk,),
        "sent_order": (sent.pk,),
        "parcel": (sent.pk, 1),
        "return": (sent.pk, 1),
        "collected_payment": (at_the_till.pk,),
        "refund": (Refund.objects.get().pk,),
        "shop.Book": make_book("Never sold nor counted", stock=0),
        "shop.Contributor": author,
        "shop.Publisher": book.publisher,
        "shop.Subject": subject,
        "shop.Series": Series.objects.create(name="Hainish Cycle"),
        "shop.Work": work,
        "shop.SubjectCode": SubjectCode.objects.create(scheme="93", code="FBA"),
        "shop.Supplier": Supplier.objects.create(name="Gardners"),
        "shop.FeedImport": feed_import,
        "shop.FeedRecord": FeedRecord.objects.create(key="k", sender="s", reference="r", book=book),
        "shop.StaffPick": StaffPick.objects.create(book=book),
        "shop.Order": paid,
        "shop.Invoice": issue_invoice(order_id=paid.pk),
        "shop.CreditNote": CreditNote.objects.create(
            invoice=issue_invoice(order_id=cancelled.pk),
            refund=Refund.objects.get(payment__order=cancelled),
            number=1,
            contents=issue_invoice(order_id=cancelled.pk).contents,
        ),
        "shop.Payment": at_the_till,
        "shop.Refund": Refund.objects.get(),
        "shop.ProviderEvent": ProviderEvent.objects.create(
            provider="stripe", event_id="evt_1", kind="customer.created", payload={}
        ),
        "shop.Mail": mail,
        "shop.Wording": Wording(kind="confirmation"),
        "shop.ShippingZone": ShippingZone.objects.get(is_everywhere_else=True),
        "shop.ShippingMethod": ShippingMethod.objects.get(zone__is_everywhere_else=True),
        "shop.TaxRate": TaxRate.objects.create(
            country="FR", product_class="print", rate="5.5", valid_from=timezone.localdate()
        ),
        "shop.User": customer,
        "auth.Group": Group.objects.get(name="Managers"),
        "inventory.Stock": book.stock,
        "inventory.StockMovement": book.stock_movements.first(),
        "inventory.Backorder": make_order(make_forthcoming()).lines.get().backorder,
        "inventory.RestockAlert": RestockAlert.objects.get(book=book),
        "django_q.Failure": Failure.objects.create(id="2", name="2", success=False, **done),
        "django_q.OrmQ": OrmQ.objects.create(key="endpaper", payload="", lock=now),
    }


def visit(people, role, method, path):
    """What the address answers to somebody of this role, in the matrix's words."""
    client = Client()
    if role != "guest":
        client.force_login(people[role])
    response = client.generic(method, path)
    if response.status_code != 302:
        return str(response.status_code)
    target = urlsplit(response["Location"]).path
    return {"/account/login/": "login", "/admin/login/": "door"}.get(target, "->")


def path_of(name, sample):
    return f"/admin/{sample[0]}" if name.endswith(ELSE) else reverse(name, args=sample)


def test_every_address_is_in_the_matrix_and_nothing_else_is():
    there_are = set(addresses(get_resolver().url_patterns))
    of_models = {name for label in RIGHTS for name in addresses_of(label)}
    written = {name for _, name, _, _ in ROWS} | of_models

    assert sorted(there_are - written) == [], "missing from the matrix"
    assert sorted(written - there_are) == [], "in the matrix, and no more of the site"


def test_every_model_in_the_admin_has_its_rights_written_down():
    assert {model._meta.label for model in admin.site._registry} == set(RIGHTS)


def test_what_takes_only_posts_has_a_row_for_them():
    only_posts = {name for _, name, _, answers in READ if "405" in answers.values()}

    assert only_posts <= {name for _, name, _, _ in POSTED}


def test_each_role_gets_what_the_matrix_says(people, samples, subtests):
    for _, name, sample, answers in READ:
        with subtests.test(name, sample=sample):
            path = path_of(name, samples[sample])
            assert {role: visit(people, role, "GET", path) for role in ROLES} == answers


@pytest.mark.parametrize(("name", "sample", "answers"), [row[1:] for row in POSTED])
def test_each_role_may_post_what_the_matrix_says(people, samples, name, sample, answers):
    path = path_of(name, samples[sample])

    assert {role: visit(people, role, "POST", path) for role in ROLES} == answers


def admin_answer(role, label, page):
    """What a page of the admin answers by the rights of the role."""
    if role not in RIGHTS[label]:
        return "door"
    return "200" if set(ASKED[page]) & set(RIGHTS[label][role]) else "403"


def test_each_role_has_its_rights_in_the_admin(people, samples, subtests):
    for label, page in product(RIGHTS, ASKED):
        args = () if page in ("changelist", "add") else (quote(samples[label].pk),)
        path = reverse(f"admin:{label.lower().replace('.', '_')}_{page}", args=args)
        expected = {role: admin_answer(role, label, page) for role in ROLES}
        with subtests.test(path):
            assert {role: visit(people, role, "GET", path) for role in ROLES} == expected
            forbidden = {role: answer for role, answer in expected.items() if answer != "200"}
            assert {role: visit(people, role, "POST", path) for role in forbidden} == forbidden


def test_the_short_address_of_a_row_in_the_admin_leads_to_its_page(people, samples, subtests):
    for label in RIGHTS:
        path = f"/admin/{label.lower().replace('.', '/')}/{quote(samples[label].pk)}/"
        staff = dict.fromkeys(RIGHTS[label], "->")
        with subtests.test(path):
            answers = {role: visit(people, role, "GET", path) for role in ROLES}
            assert answers == dict.fromkeys(ROLES, "door") | staff
