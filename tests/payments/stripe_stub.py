"""A stand-in for Stripe that speaks HTTP: what the shop asks of the real one, as the real one answers it.

It checks the key, the API's version and what it is asked; holds idempotency keys to what Stripe promises of them
(https://docs.stripe.com/api/idempotent_requests: also an error 500 is repeated); signs its events; and does as it is
told: be slow, fail, or do what was asked and hang up. With a page to pay on it stands in for Stripe in a browser too:

    python -m tests.payments.stripe_stub        prints what to start the demo shop with
"""

import hashlib
import hmac
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import URLError
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

from tests.payments.stripe_account import API_VERSION, Account, Json, Refusal, name_for, shown
from tests.payments.stripe_page import page

SECRET_KEY = "sk_test_stub"
WEBHOOK_SECRET = "whsec_stub"


@dataclass
class Mishap:
    """What goes wrong with the next request whose path begins so: wait; answer this status instead of doing it, or
    after doing it; or do it and hang up."""

    path: str = "/v1/"
    wait: float = 0
    status: int | None = None
    hang_up: bool = False


@dataclass
class Kept:
    """What was answered under an idempotency key."""

    asked: tuple[str, str]
    status: int | None = None
    body: Json | None = None


@dataclass
class StripeStub(Account):
    """A Stripe account, and the server that it is on."""

    secret_key: str = SECRET_KEY
    webhook_secret: str = WEBHOOK_SECRET
    webhook_url: str = ""  # where events are delivered by themselves; else whoever drives this delivers them
    port: int = 0
    requests: list[tuple[str, str, Json]] = field(default_factory=list)
    mishaps: list[Mishap] = field(default_factory=list)
    keys: dict[str, Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.server = ThreadingHTTPServer(
            ("127.0.0.1", self.port), type("Handler", (_Handler,), {"stub": self})
        )
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "StripeStub":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def tell(self, kind: str, about: Json) -> Json:
        event = super().tell(kind, about)
        if self.webhook_url:
            threading.Thread(target=self.deliver, args=(event,), daemon=True).start()
        return event

    def sign(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> str:
        """The Stripe-Signature of a request with this body: https://docs.stripe.com/webhooks#verify-manually"""
        moment = int(time.time() if at is None else at)
        signed = hmac.new((secret or self.webhook_secret).encode(), b"%d." % moment + body, hashlib.sha256)
        return f"t={moment},v1={signed.hexdigest()},v0=ignored"

    def deliver(self, event: Json) -> None:
        """Send an event until it is taken, as Stripe does for three days."""
        body = json.dumps(event, indent=2).encode()
        for pause in (0.2, 0.5, 1, 2, 5):
            headers = {"Content-Type": "application/json", "Stripe-Signature": self.sign(body)}
            try:
                urlopen(Request(self.webhook_url, body, headers), timeout=20).close()
                return
            except (URLError, OSError):
                time.sleep(pause)

    def answer(self, method: str, path: str, params: Json, key: str | None) -> tuple[int, Json, bool]:
        """The status, the body, and whether that is a repetition."""
        asked = (f"{method} {path}", json.dumps(params, sort_keys=True))
        with self.lock:
            if kept := self._kept(key, asked):
                return kept.status or 200, kept.body or {}, True
            mishap = self._mishap(path)
            if mishap.status and mishap.status < 500:  # turned away before anything is looked at
                raise Refusal(mishap.status, "api_error", "Too many requests")
            if key:
                self.keys[key] = Kept(asked)
        time.sleep(mishap.wait)
        try:
            with self.lock:
                status, body = 200, self.do(method, path, params)
        except Refusal:
            self.keys.pop(key or "", None)  # what is refused as it stands is not kept
            raise
        if mishap.status:
            status, body = mishap.status, {"error": {"type": "api_error", "message": "Something went wrong"}}
        if key:
            self.keys[key] = Kept(asked, status, json.loads(json.dumps(body)))
        if mishap.hang_up:
            raise ConnectionAbortedError
        return status, body, False

    def _kept(self, key: str | None, asked: tuple[str, str]) -> Kept | None:
        """What was answered under this key; raises Refusal if it was to another question, or there is no answer yet."""
        kept = self.keys.get(key) if key else None
        if kept and kept.asked != asked:
            raise Refusal(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            )
        if kept and kept.body is None:
            raise Refusal(409, "idempotency_error", "There is another request", code="idempotency_key_in_use")
        return kept

    def _mishap(self, path: str) -> Mishap:
        found = next((mishap for mishap in self.mishaps if path.startswith(mishap.path)), None)
        if found:
            self.mishaps.remove(found)
        return found or Mishap()


class _Handler(BaseHTTPRequestHandler):
    stub: StripeStub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._serve("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def _serve(self, method: str, form: str) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/c/pay/"):
            self._reply(*page(self.stub, method, path, dict(parse_qsl(form))))
            return
        replayed = False
        try:
            params = nested(parse_qsl(form, keep_blank_values=True))
            self.stub.requests.append((method, path, params))
            self._check()
            key = self.headers.get("Idempotency-Key") if method == "POST" else None
            status, body, replayed = self.stub.answer(method, path, params, key)
        except Refusal as refused:
            status, body = refused.status, refused.body
        except ConnectionAbortedError:
            self.close_connection = True
            return
        headers = {"Content-Type": "application/json", "Request-Id": name_for("req")}
        self._reply(
            status,
            json.dumps(shown(body)).encode(),
            headers | ({"Idempotent-Replayed": "true"} if replayed else {}),
        )

    def _check(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {self.stub.secret_key}":
            raise Refusal(401, "invalid_request_error", "Invalid API Key provided")
        if self.headers.get("Stripe-Version") != API_VERSION:
            raise Refusal(400, "invalid_request_error", "Invalid Stripe API version")

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        try:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has given up waiting

    def log_message(self, *args: object) -> None:
        pass


def nested(pairs: list[tuple[str, str]]) -> Json:
    """a[b][0]=c as {"a": {"b": {"0": "c"}}}: how Stripe's forms hold what has parts."""
    found: Json = {}
    for name, value in pairs:
        *way, last = re.findall(r"[^\[\]]+", name)
        place = found
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    return found


def main() -> None:
    stub = StripeStub(port=12111, webhook_url="http://localhost:8000/payments/stripe/webhook/")
    lines = {
        "DEBUG": "1",
        "PAYMENT_GATEWAYS": "stripe,collection",
        "STRIPE_SECRET_KEY": stub.secret_key,
        "STRIPE_WEBHOOK_SECRETS": stub.webhook_secret,
        "STRIPE_API_BASE": stub.url,
        "STRIPE_PAGES": stub.url,
    }
    print("Stripe's stand-in is here. Start the shop beside it:\n")
    print(" ".join(f"{name}={value}" for name, value in lines.items()), "make run")
    with stub:
        stub.thread.join()


if __name__ == "__main__":
    main()
