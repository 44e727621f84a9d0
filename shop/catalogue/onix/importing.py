"""An ONIX message comes in: batch by batch, each whole or not at all, and goes on where it was interrupted."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalogue.bookrows import Rejected
from shop.catalogue.models import FeedImport, FeedNote
from shop.transactions import is_conflict, retry_on_conflict

from .ahead import ReaderEnded, take_ahead
from .planning import Incoming, Note, Plan, plan_batch
from .reading import Header, UnreadableMessage
from .taking import Taken
from .wanted import Terms
from .writing import carry_out

BATCH = 500  # records: what an interrupted import may have to do again
HEAVIEST = 16 * 1024 * 1024  # bytes of XML that a batch may come from
MOST_NOTES = 10_000  # kept with a run; a rejects file has all
MOST_FIGURES = 200  # different values counted by name

Status = FeedImport.Status
OnNote = Callable[[Note], None]
OnProgress = Callable[[FeedImport], None]


class AlreadyRunning(Exception):
    """Another process is at work on this very import."""


def begin_import(path: Path, *, source: str = "", by: Any = None, is_dry_run: bool = False) -> FeedImport:
    """A run for this file, saved: the one that was interrupted half-way through the same file, or else a new one.

    `source` is what people call the file, `by` the user who imports it. Raises UnreadableMessage if there is no file.
    """
    contents = fingerprint(path)
    unfinished = FeedImport.objects.filter(fingerprint=contents, is_dry_run=False, status=Status.RUNNING)
    if not is_dry_run and (run := unfinished.order_by("-pk").first()):
        return run
    return FeedImport.objects.create(
        source=(source or path.name)[:200],
        fingerprint=contents,
        by=by,
        is_dry_run=is_dry_run,
        bytes_total=path.stat().st_size,
    )


def fingerprint(path: Path) -> str:
    """Tells whether a file is the same again. Raises UnreadableMessage if it cannot be read."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
    except OSError as error:
        raise UnreadableMessage(
            _("%(path)s cannot be opened: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error
    return digest.hexdigest()


def import_onix(run: FeedImport, path: Path, *, on_note: OnNote, on_progress: OnProgress) -> None:
    """Bring the message's records into the shop, from where the run has come to; its figures grow as it goes.

    `on_note` is told of every record that is rejected, and in a dry run of every one that would change something;
    `on_progress` follows each batch. A run that is not saved is a dry run that leaves no trace at all. Raises
    UnreadableMessage where the file cannot be read (on): the records before that stay, as whole batches, and the same
    file, or a better one, can be imported at any time; a run whose ReaderEnded goes on then. Raises AlreadyRunning.
    """
    _note_on(run, status=Status.RUNNING, problem="", finished_at=None)
    try:
        with closing(_Importer(run, on_note, on_progress)) as importer:
            importer.go(path)
    except ReaderEnded:
        raise  # the run is interrupted, not over
    except UnreadableMessage as problem:
        _note_on(run, status=Status.FAILED, problem=str(problem), finished_at=timezone.now())
        raise
    _note_on(run, status=Status.DONE, finished_at=timezone.now())


@dataclass
class _Batch:
    """Records that come in together: no two of one key or one ISBN, so that they can be dealt with in one go."""

    records: list[Taken] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    weight: int = 0

    def __len__(self) -> int:
        return len(self.records)

    def has(self, incoming: Incoming) -> bool:
        return not self.names.isdisjoint((incoming.key, incoming.product.isbn or incoming.key))

    def add(self, taken: Taken) -> None:
        self.records.append(taken)
        self.weight += taken.weight
        if taken.incoming:
            self.names |= {taken.incoming.key, taken.incoming.product.isbn or taken.incoming.key}

    def singly(self) -> Iterator["_Batch"]:
        """Each record by itself."""
        for taken in self.records:
            yield _Batch([taken])


class _Importer:
    """One file on its way into the shop."""

    def __init__(self, run: FeedImport, on_note: OnNote, on_progress: OnProgress) -> None:
        self.run, self.on_note, self.on_progress = run, on_note, on_progress
        self.header = Header()
        self.terms = Terms.now()
        self.batch = _Batch()
        self.seen = _Seen() if run.is_dry_run else None

    def close(self) -> None:
        if self.seen:
            self.seen.close()

    def go(self, path: Path) -> None:
        records = take_ahead(path, position=self.run.position, terms=self.terms)
        try:
            with closing(records):
                for self.header, taken in records:
                    self.take(taken)
        except UnreadableMessage:
            self.bring_in()  # what came before
            raise
        self.bring_in()
        if not self.run.position:
            raise UnreadableMessage(_("The message holds no products."))

    def take(self, taken: Taken) -> None:
        """Put a record into the batch; one that is full, or has the book already, is brought in first."""
        if taken.incoming and self.batch.has(taken.incoming):
            self.bring_in()
        self.batch.add(taken)
        if len(self.batch) >= BATCH or self.batch.weight > HEAVIEST:
            self.bring_in()

    def bring_in(self) -> None:
        """Have the batch in the shop, tell of it, and begin another."""
        batch, self.batch = self.batch, _Batch()
        if not batch:
            return
        try:
            self._bring_in(batch)
        except DatabaseError as error:
            if _may_pass(error):
                raise
            self._bring_in_singly(batch)  # what is wrong with one record is to keep none of the others out
        self.on_progress(self.run)

    def _bring_in_singly(self, batch: _Batch) -> None:
        for single in batch.singly():
            try:
                self._bring_in(single)
            except DatabaseError as error:
                taken = single.records[0]
                if _may_pass(error) or taken.rejected:
                    raise
                refused = Rejected(_("the database refuses it"), str(error))
                self._bring_in(_Batch([taken._replace(incoming=None, rejected=refused)]))

    def _bring_in(self, batch: _Batch) -> None:
        plan, figures = import_batch(self.run, batch, self.header, self.terms, self.seen)
        if self.seen:
            self.seen.remember(plan)
        for note in plan.notes() if self.run.is_dry_run else plan.rejected:
            self.on_note(note)
        for name, value in figures.items():
            setattr(self.run, name, value)


def _may_pass(error: DatabaseError) -> bool:
    """Whether the same may go in later. A key that is there twice after all tries is the record's own fault."""
    return is_conflict(error) and not isinstance(error, IntegrityError)


@retry_on_conflict
@transaction.atomic(durable=True)
def import_batch(
    run: FeedImport, batch: _Batch, header: Header, terms: Terms, seen: "_Seen | None"
) -> tuple[Plan, Mapping[str, Any]]:
    """Bring in a batch and note with it how far the run has come; what came of it, and the run's figures after it.

    Raises AlreadyRunning if somebody else has taken the run further.
    """
    plan = plan_batch([taken.incoming for taken in batch.records if taken.incoming], terms)
    for taken in batch.records:
        if taken.rejected:
            plan.reject(taken.line, taken.reference, taken.rejected)
    if seen:
        seen.correct(plan)
    plan.rejected.sort(key=lambda note: note.line)
    if not run.is_dry_run:
        carry_out(plan, header.sender, reason=_("Listed by %(file)s") % {"file": run.source[:150]})
    figures = _figures(run, batch, plan, header)
    if run.pk:
        if not FeedImport.objects.filter(pk=run.pk, position=run.position).update(**figures):
            raise AlreadyRunning(_("Another process is importing this file at this moment."))
        notes = plan.notes() if run.is_dry_run else plan.rejected
        room = max(0, MOST_NOTES - FeedNote.objects.filter(run=run).count()) if notes else 0
        FeedNote.objects.bulk_create(
            FeedNote(run=run, kind=n.kind, line=n.line, reference=n.reference[:100], text=n.text)
            for n in notes[:room]
        )
    return plan, figures


def _figures(run: FeedImport, batch: _Batch, plan: Plan, header: Header) -> dict[str, Any]:
    counted = {
        "off_sale": plan.off_sale_for,
        "rejected": plan.rejected_for,
        "skipped": plan.skipped_for,
        "oddities": plan.oddities,
    }
    return {
        "sender": header.sender_name,
        "position": run.position + len(batch),
        "bytes_read": batch.records[-1].read,
        "updated_at": timezone.now(),
        "added": run.added + len(plan.new),
        "changed": run.changed + sum(changed.is_visible for changed in plan.changed),
        "unchanged": run.unchanged + plan.unchanged + sum(not changed.is_visible for changed in plan.changed),
        "withdrawn": run.withdrawn + len(plan.withdrawn),
        "skipped": run.skipped + plan.skipped_for.total(),
        "rejected": run.rejected + len(plan.rejected),
        "figures": {
            name: dict((Counter(run.figures.get(name, {})) + counter).most_common(MOST_FIGURES))
            for name, counter in counted.items()
        },
    }


def _note_on(run: FeedImport, **values: Any) -> None:
    for name, value in values.items():
        setattr(run, name, value)
    if run.pk:
        FeedImport.objects.filter(pk=run.pk).update(**values)


class _Seen:
    """What a dry run has met that an import would have written by then; on disk, for files have any length."""

    def __init__(self) -> None:
        self._books = sqlite3.connect("")  # a temporary file of its own, whatever the shop's database is
        self._books.execute(
            "CREATE TABLE seen (isbn TEXT PRIMARY KEY, key TEXT, digest TEXT, reference TEXT)"
        )

    def close(self) -> None:
        self._books.close()

    def correct(self, plan: Plan) -> None:
        """Take from the plan's new books those that this file has brought before."""
        new = []
        for book in plan.new:
            key_now, product = book.incoming.key, book.incoming.product
            found = self._books.execute(
                "SELECT key, digest, reference FROM seen WHERE isbn = ?", [product.isbn]
            )
            key, digest, reference = found.fetchone() or ("", "", "")
            if not key:
                new.append(book)
                continue
            is_same = key == key_now
            if book.hindrance and (not is_same or digest == book.said.digest):
                plan.off_sale_for[book.hindrance.value] -= 1  # has been counted with the first of them
            if is_same:
                plan.unchanged += digest == book.said.digest
            else:
                rejected = Rejected(_("the ISBN of another record"), f"{product.isbn}, {reference}")
                plan.reject(book.incoming.line, product.reference, rejected)
        plan.new = new

    def remember(self, plan: Plan) -> None:
        """Note the books that an import would have added."""
        self._books.executemany(
            "INSERT INTO seen VALUES (?, ?, ?, ?)",
            (
                (new.incoming.product.isbn, new.incoming.key, new.said.digest, new.incoming.product.reference)
                for new in plan.new
            ),
        )
