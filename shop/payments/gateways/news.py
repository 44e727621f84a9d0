"""What a provider's event tells, in the shop's words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .base import Outcome, RefundThere


@dataclass(frozen=True)
class About:
    """Which payment an event is about, as far as the event says: by the shop's own keys, which the provider was given
    when the payment began, by the provider's page, or by its name for the money itself."""

    payment_id: int | None = None
    order_number: str = ""
    session: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Refunded:
    """Something was given back; the provider is to be asked what."""


@dataclass(frozen=True)
class Flagged:
    """Staff have to look at this, and to answer it at the provider."""

    problem: str


@dataclass(frozen=True)
class Unusable:
    """The event is genuine, and yet nothing that this shop may act on."""

    why: str


@dataclass(frozen=True)
class Remark:
    """Good to know, and nothing to do."""

    note: str


Says = Outcome | RefundThere | Refunded | Flagged | Unusable | Remark | None


@dataclass(frozen=True)
class News:
    """One genuine event: its own name at the provider, what it is about and what it says; None for a kind that the
    shop has no use for. `payload` is the whole of it, but for what it tells of a person."""

    provider: str
    event_id: str
    kind: str
    made_at: datetime | None
    payload: dict[str, Any]
    about: About
    says: Says
