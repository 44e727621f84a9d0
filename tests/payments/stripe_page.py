"""The page of Stripe's stand-in on which a customer pays, refuses, or goes back."""

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.payments.stripe_stub import StripeStub

Reply = tuple[int, bytes, dict[str, str]]

BUTTONS = {"pay": "Pay", "decline": "Have the card declined", "debit": "Have the bank pay, in some days"}


def page(stub: "StripeStub", method: str, path: str, form: dict[str, str]) -> Reply:
    """Status, body and headers for /c/pay/NAME; a POST says in `do` which button was pressed."""
    session = stub.sessions.get(path.rsplit("/", 1)[-1])
    if session is None:
        return _html("There is no such page.", status=404)
    if session["status"] != "open":
        return _html("You're all done here." if session["status"] == "complete" else "This link has expired.")
    said = ""
    if method == "POST" and form.get("do") in ("pay", "debit"):
        (stub.pay if form["do"] == "pay" else stub.pay_later)(session["id"])
        return 303, b"", {"Location": session["success_url"]}
    if method == "POST":
        stub.decline(session["id"])
        said = '<p role="alert">Your card was declined.</p>'
    buttons = "".join(f'<button name="do" value="{do}">{label}</button> ' for do, label in BUTTONS.items())
    return _html(
        f"{said}<p>{session['amount_total']} {escape(session['currency'])} for "
        f'{escape(session["client_reference_id"] or "")}</p><form method="post">{buttons}</form>'
        f'<p><a href="{escape(session["cancel_url"])}">Go back</a></p>'
    )


def _html(content: str, *, status: int = 200) -> Reply:
    head = "<title>Stub</title><link rel=icon href=data:,>"
    whole = f"<!doctype html><html lang=en>{head}<h1>Stripe's stand-in</h1>{content}</html>"
    return status, whole.encode(), {"Content-Type": "text/html; charset=utf-8"}
