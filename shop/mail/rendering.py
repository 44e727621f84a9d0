"""How a mail looks: one layout for all of them, as text and as HTML."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from .letters import Contents
from .wording import Words


@dataclass(frozen=True)
class Letter:
    """A mail ready to be sent, but for its address."""

    subject: str
    text: str
    html: str

    def text_without(self, secrets: Iterable[str]) -> str:
        """The text as it may be kept: what lets its reader in is left out."""
        kept = self.text
        for secret in secrets:
            kept = kept.replace(secret, "…")
        return kept


def compose(contents: Contents, words: Words) -> Letter:
    """Put the words around what there is to tell."""
    filled = words.filled(contents.values)
    parts = [filled.opening, *(block.as_text() for block in contents.blocks), filled.closing]
    context = {
        "words": filled,
        "blocks": contents.blocks,
        "shop_name": settings.SHOP_NAME,
        "shop_url": settings.SHOP_URL,
    }
    return Letter(
        subject=filled.subject,
        text="\n\n".join(part for part in parts if part) + "\n",
        html=render_to_string("mail/letter.html", context).strip() + "\n",
    )
