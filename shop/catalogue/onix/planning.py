"""What a batch of records would do to the shop, decided by reading alone: a dry run is the first half of an import."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from shop.catalogue.bookrows import Rejected
from shop.catalogue.editions import hold_editions
from shop.catalogue.models import Book, FeedNote, FeedRecord

from . import codes
from .product import Product
from .selling import Hindrance
from .wanted import Blocks, Terms, Wanted, digest, wanted

Kind = FeedNote.Kind
SHORT = 60  # characters of a value in a note


class Note(NamedTuple):
    """What is said of one record: kind (FeedNote.Kind), line of the file, reference, text."""

    kind: str
    line: int
    reference: str
    text: str


@dataclass(frozen=True)
class Said:
    """What a record, with what has come of it before, wants the book to be; how that is kept, and its digest."""

    wanted: Wanted
    written: str
    digest: str

    @classmethod
    def by(cls, isbn: str, blocks: Blocks, terms: Terms) -> "Said":
        now, written = wanted(blocks, terms), blocks.as_json()
        return cls(now, written, digest(isbn, written, now.fields["price"]))


@dataclass(frozen=True)
class Incoming:
    """A record that has come: the line it begins on, its key, what it says; all it says, if it is a complete one."""

    line: int
    key: str
    product: Product
    said: Said | None = None


class Known(NamedTuple):
    """What the shop has of a record already."""

    pk: int
    book_id: int
    digest: str

    @property
    def is_withdrawn(self) -> bool:
        return not self.digest


@dataclass(frozen=True)
class NewBook:
    """A book that the shop does not have."""

    incoming: Incoming
    said: Said
    hindrance: Hindrance | None

    @property
    def on_sale(self) -> bool:
        return self.hindrance is None


@dataclass(frozen=True)
class ChangedBook:
    """A book that the shop has: the fields that change, each with its old and new value, and the groups that do.

    `record_id` is None for a book that no feed has told of before.
    """

    incoming: Incoming
    said: Said
    book: Book
    record_id: int | None
    changes: dict[str, tuple[Any, Any]]
    groups: frozenset[str]

    @property
    def is_visible(self) -> bool:
        """Whether the book itself changes, and not only what is kept of its record."""
        return bool(self.changes or self.groups)


@dataclass(frozen=True)
class Withdrawal:
    """A book whose record the sender has deleted."""

    incoming: Incoming
    record_id: int
    book_id: int


@dataclass
class Plan:
    """What a batch comes to. What is counted by words is counted as a person will read it."""

    new: list[NewBook] = field(default_factory=list)
    changed: list[ChangedBook] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Note] = field(default_factory=list)
    rejected_for: Counter[str] = field(default_factory=Counter)
    skipped_for: Counter[str] = field(default_factory=Counter)
    off_sale_for: Counter[str] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)

    def reject(self, line: int, reference: str, rejected: Rejected) -> None:
        self.rejected.append(Note(Kind.REJECTED, line, reference, str(rejected)))
        self.rejected_for[rejected.reason] += 1

    def notes(self) -> list[Note]:
        """What a dry run says of each record that would do something, or is rejected, in the order of the file."""
        notes = [*self.rejected]
        for new in self.new:
            incoming = new.incoming
            notes.append(
                _note(Kind.NEW, incoming, f"{incoming.product.isbn} {new.said.wanted.fields['title']}")
            )
        for changed in self.changed:
            if changed.is_visible:
                notes.append(_note(Kind.CHANGED, changed.incoming, "; ".join(_told(changed))))
        notes += (_note(Kind.WITHDRAWN, withdrawn.incoming, "") for withdrawn in self.withdrawn)
        return sorted(notes, key=lambda note: note.line)


def plan_batch(batch: Sequence[Incoming], terms: Terms) -> Plan:
    """Decide about records of one sender, no two of which share a key or an ISBN."""
    plan = Plan()
    known = _known(incoming.key for incoming in batch)
    to_compare: list[tuple[Incoming, Known | None]] = []
    for incoming in batch:
        for what, value in incoming.product.oddities:
            plan.oddities[f"{what}: {value}"] += 1
        record = known.get(incoming.key)
        try:
            if _is_news(incoming, record, plan):
                to_compare.append((incoming, record))
        except Rejected as rejected:
            plan.reject(incoming.line, incoming.product.reference, rejected)
    if to_compare:
        _compare(to_compare, plan, terms)
    return plan


def _is_news(incoming: Incoming, record: Known | None, plan: Plan) -> bool:
    """Whether the record is to be compared with its book; what can be settled without is settled here.

    Raises Rejected.
    """
    product = incoming.product
    if product.notification == codes.DELETE:
        if record is None:
            plan.skipped_for[_("deletes what the shop has never received")] += 1
        elif record.is_withdrawn:
            plan.unchanged += 1
        else:
            plan.withdrawn.append(Withdrawal(incoming, record.pk, record.book_id))
        return False
    if product.notification == codes.UPDATE:
        if record is None:
            raise Rejected(_("an update to a record that the shop has not received"))
        if record.is_withdrawn:
            raise Rejected(_("an update to a record that its sender has deleted"))
        return True
    if product.notification not in codes.COMPLETE:
        what = _("notification type %s, which tells of no book to sell")
        plan.skipped_for[what % (product.notification or "–")] += 1
        return False
    if incoming.said and record and record.digest == incoming.said.digest:
        plan.unchanged += 1
        return False
    return True


def _compare(to_compare: list[tuple[Incoming, Known | None]], plan: Plan, terms: Terms) -> None:
    """Set what records say against the books that they are about."""
    books = _books(to_compare)
    by_key = {book.pk: book for book in books}
    by_isbn = {book.isbn: book for book in books}
    record_ids = [record.pk for _incoming, record in to_compare if record]
    data = dict(FeedRecord.objects.filter(pk__in=record_ids).values_list("pk", "data"))
    owners = _owners(by_isbn[i.product.isbn].pk for i, r in to_compare if not r and i.product.isbn in by_isbn)
    for incoming, record in to_compare:
        product, said = incoming.product, incoming.said
        try:
            if record is None:
                book, before = by_isbn.get(_valid_isbn(product)), {}
                if book and book.pk in owners:
                    raise Rejected(_("the ISBN of another record"), f"{product.isbn}, {owners[book.pk]}")
            else:
                book, before = by_key[record.book_id], data[record.pk]
                if product.isbn != book.isbn and (product.isbn or said):
                    raise Rejected(
                        _("another ISBN than the record had before"), product.isbn or product.written_isbn
                    )
            said = said or Said.by(book.isbn if book else "", Blocks.received(product, before), terms)
            if record and record.digest == said.digest:
                plan.unchanged += 1
                continue
            if not said.wanted.fields["title"]:
                raise Rejected(_("no title"))
            if book is None:
                plan.new.append(_new_book(incoming, said, plan))
            else:
                old = wanted(Blocks.from_json(before), terms) if before else None
                plan.changed.append(_changed_book(incoming, said, old, book, record, plan))
        except Rejected as rejected:
            plan.reject(incoming.line, product.reference, rejected)


def _new_book(incoming: Incoming, said: Said, plan: Plan) -> NewBook:
    hindrance = said.wanted.hindrance(price=said.wanted.fields["price"], has_copies=False)
    if hindrance:
        plan.off_sale_for[hindrance.value] += 1
    return NewBook(incoming, said, hindrance)


def _changed_book(
    incoming: Incoming, said: Said, old: Wanted | None, book: Book, record: Known | None, plan: Plan
) -> ChangedBook:
    new = said.wanted
    changes = changed_fields(book, new, old)
    if record and record.is_withdrawn and book.withdrawn_at:
        changes["withdrawn_at"] = (book.withdrawn_at, None)
    if not (changes["on_sale"][1] if "on_sale" in changes else book.on_sale):
        price = changes["price"][1] if "price" in changes else book.price
        if hindrance := new.hindrance(price=price, has_copies=has_copies(book)):
            plan.off_sale_for[hindrance.value] += 1
    groups = frozenset(changed_groups(book, new, old))
    return ChangedBook(incoming, said, book, record.pk if record else None, changes, groups)


def changed_fields(book: Book, new: Wanted, old: Wanted | None) -> dict[str, tuple[Any, Any]]:
    """The fields in which the book is to differ from what it is, each with its old and new value.

    What staff have set stays. So does what the feed says nothing of, and never has (`old`).
    """
    changes: dict[str, tuple[Any, Any]] = {}
    for name, value in new.fields.items():
        if name in book.staff_fields:
            continue
        if _is_empty(value) and (old is None or _is_empty(old.fields[name])):
            continue
        is_now = current(book, name)
        if is_now != value:
            changes[name] = (is_now, value)
    price = changes["price"][1] if "price" in changes else book.price
    if "on_sale" in book.staff_fields:
        if price is None and book.on_sale:
            changes.pop("price", None)  # staff sell it: at the price it has
    else:
        on_sale = new.hindrance(price=price, has_copies=has_copies(book)) is None
        if on_sale != book.on_sale:
            changes["on_sale"] = (book.on_sale, on_sale)
    return changes


def changed_groups(book: Book, new: Wanted, old: Wanted | None) -> set[str]:
    """Which of the things that a book has several of are to be replaced."""
    pairs: dict[str, tuple[Any, Any]] = {
        "contributors": (new.people, old.people if old else ()),
        "subjects": (new.codes, old.codes if old else ()),
        "texts": (new.passages, old.passages if old else ()),
        "prices": (new.prices, old.prices if old else ()),
        "relations": (new.relations, old.relations if old else ()),
        "works": (new.works, old.works if old else ()),
    }
    return {name for name, (now, then) in pairs.items() if now != then and name not in book.staff_fields}


def current(book: Book, name: str) -> Any:
    """A book's field as a feed would have it: publisher and series by their names."""
    value = getattr(book, name)
    return (value.name if value else "") if name in ("publisher", "series") else value


def has_copies(book: Book) -> bool:
    """Whether the shop has a copy, promised or not."""
    stock = getattr(book, "stock", None)
    return bool(stock and stock.on_hand)


# --- Reading


def _known(keys: Iterable[str]) -> dict[str, Known]:
    rows = FeedRecord.objects.filter(key__in=list(keys)).values_list("key", "pk", "book_id", "digest")
    return {key: Known(pk, book_id, digest) for key, pk, book_id, digest in rows}


def _books(to_compare: list[tuple[Incoming, Known | None]]) -> list[Book]:
    """The books that the records are about: by their records, or else by their ISBNs.

    They are held to the transaction's end: what staff set of them from now on comes after it, and stays.
    """
    keys = {record.book_id for _incoming, record in to_compare if record}
    if by_isbn := [i.product.isbn for i, record in to_compare if not record and i.product.isbn]:
        keys |= set(Book.objects.filter(isbn__in=by_isbn).values_list("pk", flat=True))
    if not keys:
        return []
    hold_editions(keys)
    return list(Book.objects.select_related("publisher", "series", "stock").filter(pk__in=keys))


def _owners(book_ids: Iterable[int]) -> dict[int, str]:
    """Which records the books have, to tell people."""
    records = FeedRecord.objects.filter(book_id__in=list(book_ids)).only("book_id", "sender", "reference")
    return {record.book_id: str(record) for record in records}


def _valid_isbn(product: Product) -> str:
    if not product.isbn:
        raise Rejected(_("no valid ISBN"), product.written_isbn)
    return product.isbn


# --- Telling


def _note(kind: str, incoming: Incoming, text: str) -> Note:
    return Note(kind, incoming.line, incoming.product.reference, text)


def _told(changed: ChangedBook) -> Iterator[str]:
    for name, (old, new) in changed.changes.items():
        yield f"{name}: {_short(old)} → {_short(new)}"
    yield from sorted(changed.groups)


def _short(value: Any) -> str:
    text = "–" if value is None or value == "" else str(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _is_empty(value: Any) -> bool:
    return value is None or value == ""
