"""What a stand-in for Stripe holds of an account, and what people do there: stripe_stub.py gives it an address."""

import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

API_VERSION = "2026-10-28.endive"

HALF_AN_HOUR, A_DAY = 30 * 60, 24 * 60 * 60
LEAST = {"gbp": 30, "eur": 50, "usd": 50, "jpy": 50}  # what Stripe charges at least, in minor units

SESSION_PARAMETERS = {
    *("adaptive_pricing", "cancel_url", "client_reference_id", "customer_email", "expires_at", "line_items"),
    *("metadata", "mode", "payment_intent_data", "submit_type", "success_url"),
}

Json = dict[str, Any]


class Refusal(Exception):
    """An error as Stripe answers it."""

    def __init__(self, status: int, kind: str, message: str, **more: str) -> None:
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}
        super().__init__(message)


@dataclass
class Account:
    """A Stripe account. Whatever is done there, by its owner or by a customer, gives the events that follow, in the
    order in which Stripe makes them."""

    url: str = ""
    sessions: dict[str, Json] = field(default_factory=dict)
    intents: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    refunds_are: str = "succeeded"  # the status that a new refund has

    def pay(self, session_id: str, **changes: Any) -> list[Json]:
        """The customer pays on the page with a card; `changes` has Stripe tell of another amount_total or currency."""
        session = self._complete(session_id, "succeeded")
        session.update(payment_status="paid", **changes)
        return [
            self.tell("payment_intent.succeeded", self.intents[session["payment_intent"]]),
            self.tell("charge.succeeded", self._charge(session["payment_intent"])),
            self.tell("checkout.session.completed", session),
        ]

    def pay_later(self, session_id: str) -> list[Json]:
        """The customer has the bank pay, which takes days."""
        return [self.tell("checkout.session.completed", self._complete(session_id, "processing"))]

    def bank_pays(self, session_id: str) -> list[Json]:
        session = self.sessions[session_id]
        self.intents[session["payment_intent"]]["status"] = "succeeded"
        session["payment_status"] = "paid"
        return [self.tell("checkout.session.async_payment_succeeded", session)]

    def bank_refuses(self, session_id: str) -> list[Json]:
        session = self.sessions[session_id]
        self.intents[session["payment_intent"]]["status"] = "requires_payment_method"
        return [self.tell("checkout.session.async_payment_failed", session)]

    def decline(self, session_id: str) -> list[Json]:
        """A card is declined; the customer may try another one on the same page."""
        session = self.sessions[session_id]
        problem = {"code": "card_declined", "message": "Your card was declined."}
        intent = self._new_intent(session) | {"last_payment_error": problem}
        return [self.tell("payment_intent.payment_failed", intent)]

    def expire(self, session_id: str) -> list[Json]:
        self.sessions[session_id].update(status="expired", url=None)
        return [self.tell("checkout.session.expired", self.sessions[session_id])]

    def give_back(self, intent_id: str, amount: int, **fields: Any) -> list[Json]:
        """Staff give money back in Stripe's dashboard."""
        refund = self._new_refund(self.intents[intent_id], amount, {}, **fields)
        return self._told_of(refund, "refund.created")

    def refund_is(self, refund_id: str, status: str, **fields: Any) -> list[Json]:
        """What has become of a refund that took its time, or seemed done."""
        self.refunds[refund_id].update(status=status, **fields)
        return self._told_of(
            self.refunds[refund_id], "refund.failed" if status == "failed" else "refund.updated"
        )

    def dispute(self, intent_id: str) -> list[Json]:
        dispute = {
            "id": name_for("du"),
            "object": "dispute",
            "payment_intent": intent_id,
            "reason": "fraudulent",
        }
        return [self.tell("charge.dispute.created", dispute | {"metadata": {}})]

    def tell(self, kind: str, about: Json) -> Json:
        """Make an event; who has somewhere to deliver it does so."""
        event = {
            "id": name_for("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": int(time.time()),
            "livemode": False,
            "type": kind,
            "data": {"object": json.loads(json.dumps(about))},
        }
        self.events.append(event)
        return event

    def do(self, method: str, path: str, params: Json) -> Json:
        """What the API does when it is asked so; raises Refusal."""
        for pattern, does in _ROUTES.items():
            if found := re.fullmatch(pattern, f"{method} {path}"):
                return does(self, params, *found.groups())
        raise Refusal(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")

    def _create_session(self, params: Json) -> Json:
        if unknown := set(params) - SESSION_PARAMETERS:
            raise Refusal(400, "invalid_request_error", f"Received unknown parameter: {min(unknown)}")
        left = int(params["expires_at"]) - time.time()
        if not HALF_AN_HOUR <= left <= A_DAY:
            raise Refusal(
                400,
                "invalid_request_error",
                "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from now.",
                param="expires_at",
            )
        items = [params["line_items"][place] for place in sorted(params["line_items"], key=int)]
        if len(items) > 100 or any(not item["price_data"]["product_data"]["name"] for item in items):
            raise Refusal(400, "invalid_request_error", "Too many line items, or one without a name.")
        currency = items[0]["price_data"]["currency"]
        total = sum(int(item["quantity"]) * int(item["price_data"]["unit_amount"]) for item in items)
        if total < LEAST.get(currency, 1):
            raise Refusal(400, "invalid_request_error", "The total is too small.", code="amount_too_small")
        name = name_for("cs_test")
        session = {
            "id": name,
            "object": "checkout.session",
            "amount_total": total,
            "cancel_url": params["cancel_url"],
            "client_reference_id": params.get("client_reference_id"),
            "created": int(time.time()),
            "currency": currency,
            "customer_details": {"email": params.get("customer_email"), "name": "Ada Reader"},
            "customer_email": params.get("customer_email"),
            "expires_at": int(params["expires_at"]),
            "livemode": False,
            "metadata": params.get("metadata", {}),
            "mode": params["mode"],
            "payment_intent": None,
            "payment_intent_data": params.get("payment_intent_data", {}),
            "payment_status": "unpaid",
            "status": "open",
            "success_url": params["success_url"],
            "url": f"{self.url}/c/pay/{name}",
        }
        self.sessions[name] = session
        return shown(session)

    def _get_session(self, params: Json, name: str) -> Json:
        session = dict(shown(self._known(self.sessions, name)))
        if "payment_intent" in (params.get("expand") or {}).values() and session["payment_intent"]:
            session["payment_intent"] = self.intents[session["payment_intent"]]
        return session

    def _expire_session(self, params: Json, name: str) -> Json:
        session = self._known(self.sessions, name)
        if session["status"] != "open":
            raise Refusal(
                400,
                "invalid_request_error",
                f'Only Checkout Sessions with a status in ["open"] can be expired. It is {session["status"]}.',
            )
        self.expire(name)
        return shown(session)

    def _create_refund(self, params: Json) -> Json:
        intent = self._known(self.intents, params["payment_intent"])
        back = sum(
            refund["amount"]
            for refund in self.refunds.values()
            if refund["payment_intent"] == intent["id"] and refund["status"] not in ("failed", "canceled")
        )
        amount = int(params.get("amount", intent["amount"] - back))
        if back >= intent["amount"]:
            raise Refusal(
                400, "invalid_request_error", "It has been refunded.", code="charge_already_refunded"
            )
        if amount > intent["amount"] - back:
            raise Refusal(
                400, "invalid_request_error", f"Refund amount ({amount}) is greater than what is left."
            )
        refund = self._new_refund(intent, amount, params.get("metadata", {}), status=self.refunds_are)
        self._told_of(refund, "refund.created")
        return refund

    def _get_refund(self, params: Json, name: str) -> Json:
        return self._known(self.refunds, name)

    def _list_refunds(self, params: Json) -> Json:
        found = [one for one in self.refunds.values() if one["payment_intent"] == params["payment_intent"]]
        return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": found}

    def _known(self, things: dict[str, Json], name: str) -> Json:
        if name not in things:
            raise Refusal(404, "invalid_request_error", f"No such thing: '{name}'", code="resource_missing")
        return things[name]

    def _complete(self, session_id: str, intent_is: str) -> Json:
        session = self.sessions[session_id]
        assert session["status"] == "open", session["status"]
        intent = self._new_intent(session) | {"status": intent_is}
        self.intents[intent["id"]] = intent
        session.update(status="complete", payment_intent=intent["id"], url=None)
        return session

    def _new_intent(self, session: Json) -> Json:
        return {
            "id": name_for("pi"),
            "object": "payment_intent",
            "amount": session["amount_total"],
            "currency": session["currency"],
            "status": "requires_payment_method",
            "metadata": session["payment_intent_data"].get("metadata", {}),
        }

    def _charge(self, intent_id: str) -> Json:
        intent = self.intents[intent_id]
        back = [one for one in self.refunds.values() if one["payment_intent"] == intent_id]
        return {
            "id": f"ch_{intent_id[3:]}",
            "object": "charge",
            "amount": intent["amount"],
            "amount_refunded": sum(one["amount"] for one in back if one["status"] == "succeeded"),
            "billing_details": {"email": "ada@example.com", "name": "Ada Reader"},
            "currency": intent["currency"],
            "metadata": intent["metadata"],
            "payment_intent": intent_id,
        }

    def _new_refund(self, intent: Json, amount: int, metadata: Json, **fields: Any) -> Json:
        refund = {
            "id": name_for("re"),
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "metadata": metadata,
            "payment_intent": intent["id"],
            "reason": None,
            "status": "succeeded",
            **fields,
        }
        self.refunds[refund["id"]] = refund
        return refund

    def _told_of(self, refund: Json, kind: str) -> list[Json]:
        told = [self.tell(kind, refund)]
        if refund["status"] == "succeeded":
            told.append(self.tell("charge.refunded", self._charge(refund["payment_intent"])))
        return told


_ROUTES: dict[str, Callable[..., Json]] = {
    r"POST /v1/checkout/sessions": Account._create_session,
    r"GET /v1/checkout/sessions/(\w+)": Account._get_session,
    r"POST /v1/checkout/sessions/(\w+)/expire": Account._expire_session,
    r"POST /v1/refunds": Account._create_refund,
    r"GET /v1/refunds/(\w+)": Account._get_refund,
    r"GET /v1/refunds": Account._list_refunds,
}


def shown(thing: Json) -> Json:
    """Without what Stripe keeps to itself."""
    return {name: value for name, value in thing.items() if name != "payment_intent_data"}


def name_for(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"
