"""Accounts in a browser: a passkey made and used, a second step, the pages around them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from shop.models import Address
from tests.customers.factors import code_for, give_app, give_passkey, give_recovery_codes
from tests.makers import (
    ADDRESS,
    PASSWORD,
    make_administrator,
    make_book,
    make_cart,
    make_stock_keeper,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def device(visitor) -> Iterator[None]:
    """The visitor's computer makes and keeps passkeys, and sees the right finger whenever it asks."""
    developer = visitor.context.new_cdp_session(visitor.page)
    developer.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    developer.send("WebAuthn.addVirtualAuthenticator", {"options": options | always})
    yield
    developer.detach()


def type_password_again(visitor) -> None:
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    visitor.check()
    visitor.page.get_by_role("main").get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Go on").click()


def make_passkey(visitor, name: str) -> None:
    page = visitor.page
    page.get_by_label("What you call it").fill(name)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_a_passkey_is_made_and_then_opens_the_account_without_a_password(visitor, device):
    page, ada = visitor.page, make_user("ada@example.com")
    visitor.log_in(ada.email)
    visitor.go("/account/passkeys/add/")
    type_password_again(visitor)
    visitor.check()
    make_passkey(visitor, "Ada's laptop")
    visitor.check()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    visitor.go("/account/passkeys/")
    expect(page.get_by_role("main")).to_contain_text("It logs you in without a password.")
    visitor.check()
    page.get_by_role("link", name="Rename Ada's laptop").click()
    visitor.check()
    page.get_by_label("What you call it").fill("My old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Log out").click()

    visitor.go("/account/login/?next=/account/passkeys/")
    visitor.check()
    page.get_by_role("button", name="Use a passkey instead").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your passkeys")
    expect(page.get_by_role("main")).to_contain_text("My old laptop")
    page.get_by_role("link", name="Remove My old laptop").click()
    type_password_again(visitor)
    visitor.check()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("main")).to_contain_text("You have none yet.")
    assert not ada.authenticator_set.exists()


def test_staff_set_up_a_passkey_and_enter_the_admin_with_it(visitor, device, settings):
    settings.STAFF_NEED_SECOND_FACTOR = True
    page, keeper = visitor.page, make_stock_keeper()
    visitor.log_in(keeper.email)
    visitor.go("/admin/")
    expect(page.get_by_role("main")).to_contain_text("The back office asks for a second step")
    visitor.check()
    page.get_by_role("link", name="Add a passkey").click()
    type_password_again(visitor)
    make_passkey(visitor, "The till")
    visitor.go("/admin/")
    expect(page).to_have_url(visitor.home + "/admin/")
    page.get_by_role("button", name="Log out").click()

    # The password, and then the passkey
    visitor.go("/account/login/?next=/admin/")
    page.get_by_role("main").get_by_label("E-mail address").fill(keeper.email)
    page.get_by_role("main").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    visitor.check()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(visitor.home + "/admin/")


def test_a_device_without_the_passkey_says_so_and_the_code_still_works(visitor, device):
    page, ada = visitor.page, make_user("ada@example.com")
    give_passkey(ada)
    secret = give_app(ada)
    give_recovery_codes(ada)
    visitor.go("/account/login/")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_text("Your device gave us no passkey")).to_be_visible()
    visitor.check()
    page.get_by_role("main").get_by_label("E-mail address").fill(ada.email)
    page.get_by_role("main").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_text("Your device gave us no passkey")).to_be_visible()

    page.get_by_label("Code from your app").fill("000000")
    page.get_by_label("Code from your app").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("This is not right")
    visitor.check()
    page.get_by_label("Code from your app").fill(code_for(secret))
    page.get_by_label("Code from your app").press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_an_app_for_codes_is_set_up_and_given_up(visitor):
    page, ada = visitor.page, make_user("ada@example.com")
    visitor.log_in(ada.email)
    visitor.go("/account/two-step/")
    visitor.check()
    page.get_by_role("link", name="Set up an app").click()
    type_password_again(visitor)
    visitor.check()
    picture = page.get_by_role("img", name="A QR code")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_text("No camera at hand?").click()
    visitor.check()
    page.get_by_label("The code that your app shows now").fill(code_for(page.locator("code").inner_text()))
    page.get_by_role("button", name="Use codes from now on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("link", name="Back").click()
    visitor.check()
    page.get_by_role("link", name="Make new ones").click()
    visitor.check()
    page.get_by_role("button", name="Make new codes").click()
    visitor.go("/account/two-step/codes/deactivate/")
    visitor.check()
    page.get_by_role("button", name="Do without codes").click()
    expect(page.get_by_role("main")).to_contain_text("Codes are no longer asked for.")


def test_without_javascript_codes_do_what_passkeys_cannot(new_visitor):
    visitor = new_visitor(java_script_enabled=False)
    page, ada = visitor.page, make_user("ada@example.com")
    secret = give_app(ada)
    visitor.go("/account/login/")
    expect(page.get_by_role("button", name="Use a passkey instead")).to_be_hidden()
    page.get_by_role("main").get_by_label("E-mail address").fill(ada.email)
    page.get_by_role("main").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    page.get_by_label("Code from your app").fill(code_for(secret))
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_an_address_book_and_choosing_from_it_at_checkout(visitor):
    page, ada = visitor.page, make_user("ada@example.com", name="Ada Reader")
    make_cart(make_book("Emma"), user=ada)
    Address.objects.create(user=ada, **ADDRESS)
    Address.objects.create(
        user=ada, **ADDRESS | {"line1": "8 rue de l'Odéon", "city": "Paris", "country": "FR"}
    )
    visitor.log_in(ada.email)
    for path in ("/account/", "/account/addresses/", "/account/addresses/add/"):
        visitor.go(path)
        visitor.check()

    visitor.go("/checkout/")
    visitor.check()
    page.get_by_role("link", name="Paris").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Town or city")).to_have_value("Paris")
    visitor.check()


def test_sessions_and_ones_own_data(visitor, new_visitor):
    page, ada = visitor.page, make_user("ada@example.com")
    phone = new_visitor(user_agent="Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36")
    phone.log_in(ada.email)
    visitor.log_in(ada.email)
    visitor.go("/account/sessions/")
    visitor.check()
    page.get_by_role("button", name="Log out there Chrome on Android").click()
    expect(page.get_by_role("main")).not_to_contain_text("Android")
    phone.go("/account/")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Log in")

    visitor.go("/account/data/")
    type_password_again(visitor)
    visitor.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download my data").click()
    assert "ada@example.com" in download.value.path().read_text()
    page.get_by_role("link", name="Erase my account").click()
    visitor.check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_text("Your account is erased")).to_be_visible()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()


def test_an_administrator_sees_to_accounts(visitor):
    page, ada = visitor.page, make_user("ada@example.com", name="Ada Reader")
    Address.objects.create(user=ada, **ADDRESS)
    give_passkey(ada)
    give_app(ada)
    visitor.log_in(make_administrator().email)
    visitor.go(f"/admin/shop/user/{ada.pk}/change/")
    visitor.check()
    page.get_by_role("link", name="Erase the account").click()
    visitor.check()
    page.get_by_role("button", name="Erase the account").click()
    expect(page.get_by_text("The account is erased.")).to_be_visible()
