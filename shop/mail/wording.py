"""The words of a mail: the shop's own or those of its staff, with names in braces that are filled in.

Nothing here is a template: a name in braces is looked up, and whatever else stands there is text.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .kinds import Kind
from .models import Wording

NAME = re.compile(r"\{(\w+)\}")
FIELDS = ("subject", "opening", "closing")
LONGEST_SUBJECT = 200  # characters; people see some sixty


@dataclass(frozen=True)
class Words:
    """The words around a mail's facts."""

    subject: str
    opening: str
    closing: str

    def filled(self, values: Mapping[str, str]) -> "Words":
        """With every known name replaced by what it stands for; the subject on one line of sensible length."""
        subject, opening, closing = (fill(getattr(self, name), values) for name in FIELDS)
        return Words(_on_one_line(subject), opening.strip(), closing.strip())


def default_words(kind: Kind) -> Words:
    """What the shop says by itself."""
    return Words(*(str(getattr(kind, name)) for name in FIELDS))


def words_of(kind: Kind, wording: Wording | None) -> Words:
    """What staff have it say, and the shop's own words where they say nothing."""
    own = (getattr(wording, name, "").strip() or str(getattr(kind, name)) for name in FIELDS)
    return Words(*own)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its names in braces replaced, once: what a value holds is text, too."""
    known = {"shop": settings.SHOP_NAME, **values}
    return NAME.sub(lambda match: known.get(match[1], match[0]), text)


def check_names(text: str, known: Collection[str]) -> None:
    """Raise ValidationError where something in braces would stand in the mail as it is."""
    rest = NAME.sub(lambda match: "" if match[1] in known else match[0], text)
    if "{" in rest or "}" in rest:
        wrong = re.search(r"\{[^{}]*\}?|\}", rest)
        raise ValidationError(
            _("There is nothing to put in for %(wrong)s. What stands in braces is one of: %(known)s.")
            % {
                "wrong": wrong[0][:40] if wrong else "{",
                "known": ", ".join(f"{{{name}}}" for name in known),
            }
        )


def _on_one_line(subject: str) -> str:
    """Without line breaks, which would begin another header of the mail, nor other signs that are not to be seen."""
    seen = "".join(sign if sign.isprintable() else " " for sign in subject)
    line = " ".join(seen.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"
