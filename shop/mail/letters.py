"""What a mail consists of, before anybody knows how it looks: the words around it, and blocks of facts in between.

Text and HTML are made of the same blocks, so that both tell the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COPIES = _("Copies")


@dataclass(frozen=True)
class Paragraph:
    """Something said in a sentence or two."""

    text: str
    name: ClassVar = "paragraph"

    def as_text(self) -> str:
        return self.text


@dataclass(frozen=True)
class Item:
    """Some copies of a book."""

    quantity: int
    title: str
    byline: str = ""
    amount: str = ""  # money as people write it
    note: str = ""

    def as_text(self, sign: str) -> str:
        first = f"{self.quantity} {sign} {self.title}" + (f", {self.byline}" if self.byline else "")
        first += f": {self.amount}" if self.amount else ""
        return f"{first}\n  {self.note}" if self.note else first


@dataclass(frozen=True)
class Items:
    """The books of an order or of a parcel."""

    heading: str
    items: Sequence[Item]
    counted: str | Promise = COPIES
    sign: str = "x"  # after the number, where it is written out
    name: ClassVar = "items"

    @property
    def has_amounts(self) -> bool:
        return any(item.amount for item in self.items)

    def as_text(self) -> str:
        return "\n".join([f"{self.heading}:", *(item.as_text(self.sign) for item in self.items)])


@dataclass(frozen=True)
class Facts:
    """Names and values, such as a carrier and a tracking number."""

    rows: Sequence[tuple[str, str]]
    name: ClassVar = "facts"

    def as_text(self) -> str:
        return _listed(self.rows)


@dataclass(frozen=True)
class Sums:
    """Amounts that add up to a total, and what is said of that."""

    rows: Sequence[tuple[str, str]]
    total: tuple[str, str]
    within: Sequence[tuple[str, str]] = ()
    name: ClassVar = "sums"

    def as_text(self) -> str:
        return _listed([*self.rows, self.total, *self.within])


def _listed(rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in rows)


@dataclass(frozen=True)
class Address:
    """Where something goes, line by line."""

    heading: str
    lines: Sequence[str]
    name: ClassVar = "address"

    def as_text(self) -> str:
        return "\n".join([f"{self.heading}:", *self.lines])


@dataclass(frozen=True)
class Link:
    """Where to go on."""

    label: str
    url: str
    hint: str = ""
    name: ClassVar = "link"

    def as_text(self) -> str:
        return "\n".join(filter(None, [f"{self.label}:", self.url, self.hint]))


Block = Paragraph | Items | Facts | Sums | Address | Link


@dataclass(frozen=True)
class Contents:
    """What one mail tells."""

    values: Mapping[str, str]  # for the placeholders of its wording
    blocks: Sequence[Block]
    to: Sequence[str] = ()  # addresses, where the outbox names none
    secrets: Sequence[str] = ()  # parts of links that let their reader in: kept nowhere
