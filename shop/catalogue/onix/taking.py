"""Records taken from a message, each with what it says or why it cannot be read; nothing here asks the database."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from shop.catalogue.bookrows import Rejected
from shop.catalogue.models import FeedRecord

from . import codes
from .mapping import read_product
from .planning import Incoming, Said
from .reading import Header, OnixFile, Record
from .tags import first
from .wanted import Blocks, Terms


class Taken(NamedTuple):
    """A record taken from the file: where it stands, what it says or why it cannot be read, how many bytes of XML it
    comes from, and how much of the file had been read by then."""

    line: int
    reference: str
    incoming: Incoming | None
    rejected: Rejected | None
    weight: int = 0
    read: int = 0


def take_records(path: Path, *, position: int, terms: Terms) -> Iterator[tuple[Header, Taken]]:
    """The message's records after so many, each with the message's header.

    Raises UnreadableMessage, after the last record that can be read, where the rest cannot be.
    """
    with OnixFile(path) as file:
        begun_at = 0
        for record in islice(file.records(), position, None):
            weight, begun_at = file.unpacked - begun_at, file.unpacked
            reference = first(record.tree, "RecordReference")
            try:
                incoming, rejected = _understood(record, file.header, terms), None
            except Rejected as problem:
                incoming, rejected = None, problem
            yield file.header, Taken(record.line, reference, incoming, rejected, weight, file.read)


def _understood(record: Record, header: Header, terms: Terms) -> Incoming:
    """Raises Rejected if the record does not say which one it is."""
    product = read_product(record.tree, header=header, country=terms.country)
    key = FeedRecord.key_of(header.sender, product.reference)
    is_complete = product.notification in codes.COMPLETE
    said = Said.by(product.isbn, Blocks.received(product), terms) if is_complete else None
    return Incoming(record.line, key, product, said)
