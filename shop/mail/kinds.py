"""The kinds of mail there are. A room registers its own when the shop starts; this one knows of no other room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .letters import Contents

Words = str | Promise


class NotYet(Exception):
    """What the mail is to tell has not happened yet: it waits, and asks again later."""


@dataclass(frozen=True)
class Kind:
    """One kind of mail: when it goes out, how it is worded unless staff word it otherwise, and what it tells."""

    code: str
    label: Words
    when: Words
    subject: Words
    opening: Words
    closing: Words
    placeholders: Mapping[str, Words]  # what may stand in braces in its wording, and what each is
    contents: Callable[
        [int], Contents | None
    ]  # by the primary key of what it is about; None: not needed any more
    #                                              raises NotYet
    example: Callable[[], Contents]  # invented
    latest: Callable[[], int | None]  # the primary key of something real that it could be about
    may_be_off: bool = False
    gather: Callable[[], None] | None = (
        None  # posts what has come together, for mails that tell of many things at once
    )

    @property
    def known(self) -> Mapping[str, Words]:
        """All that may stand in braces in its wording."""
        return {"shop": _("the shop's name"), **self.placeholders}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind of mail known; the rooms do so when they are loaded."""
    _kinds[kind.code] = kind
    return kind


def kinds() -> list[Kind]:
    """All kinds, in the order in which the rooms tell them."""
    return list(_kinds.values())


def find(code: str) -> Kind | None:
    return _kinds.get(code)


def label_of(code: str) -> str:
    """How people call a kind; also one that there is no more."""
    kind = find(code)
    return str(kind.label) if kind else code
