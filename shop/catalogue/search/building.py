"""Building the index anew, and bringing it in step with changes."""

import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import tantivy
from django.utils import timezone
from tantivy import Query

from ..changes import database_identity, position_now
from . import schema as s
from .documents import Documents, books_and_siblings, cut_slices, every_book
from .files import Files
from .index import State, current_folder, replace_text, root, unusable_if_it_fails
from .locks import lock

BUILDING_MEMORY = 200_000_000  # bytes that tantivy gathers before it writes a segment
FOLLOWING_MEMORY = 15_000_000  # the least it takes
AT_ONCE = 1000  # books that are brought in step before the next are read


def build(progress: Callable[[int], None] = lambda done: None) -> int:
    """Build the index from the database, and put it in force; how many books it has.

    Readers have the old one until then. `progress` is told how many books are done. Waits while another process
    of this host builds. Raises Unusable or OSError if the disk is full or the folder cannot be written to.
    """
    with lock(root() / "builder.lock", wait=True):
        started = timezone.now()
        # What changes while the books are read is read again by whoever follows from here on.
        position = position_now()
        state = State(
            database=database_identity(), slices=cut_slices(), last=position.last, gaps=position.gaps
        )
        folder = root() / f"{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 1_000_000_000:09d}"
        try:
            folder.mkdir()
            with unusable_if_it_fails():
                done = _write_all(folder, state, progress)
            state.write(folder, at=started)
            replace_text(root() / "current", folder.name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _clear_away_all_but(folder)
        return done


class Writer:
    """Brings the index in force in step; one process of a host at a time."""

    def __init__(self) -> None:
        """Raises Unusable if there is no index, or none that can be written to."""
        with unusable_if_it_fails():
            self.folder = current_folder()
            self.state = State.read(self.folder)
            self.files = Files(self.folder)
            self.index = tantivy.Index.open(str(self.folder))
            s.register_tokenizers(self.index)
            self.writer = self.index.writer(FOLLOWING_MEMORY, 1)

    def is_in_force(self) -> bool:
        """Whether readers still use this index: another may have been built, or the folder cleared away.

        Raises Unusable if its files have been overwritten.
        """
        with unusable_if_it_fails():
            if current_folder() != self.folder or not (self.folder / "meta.json").exists():
                return False
            self.files.look()
            return True

    def renew(self, keys: Iterable[int]) -> None:
        """Read these books again, and the other editions of their works; readers see it at once."""
        waiting = sorted(keys)
        documents = Documents(self.state.slices)
        with unusable_if_it_fails():
            for start in range(0, len(waiting), AT_ONCE):
                some = waiting[start : start + AT_ONCE]
                rows = books_and_siblings(some)
                # By a query: deleting by a term takes a number for a signed one, and finds nothing.
                old = Query.term_set_query(s.schema(), s.KEY, [*{*some, *(row.pk for row in rows)}])
                self.writer.delete_documents_by_query(old)
                for document in documents.of(rows):
                    self.writer.add_document(document)
            self.writer.commit()

    def note(self, last: int, gaps: list[tuple[int, int, float]]) -> None:
        """Remember how far the index has followed the database."""
        self.state.last, self.state.gaps = last, gaps
        with unusable_if_it_fails():
            self.state.write(self.folder, at=timezone.now())


def _write_all(folder: Path, state: State, progress: Callable[[int], None]) -> int:
    index = tantivy.Index(s.schema(), str(folder))
    s.register_tokenizers(index)
    writer = index.writer(BUILDING_MEMORY, 1)
    documents = Documents(state.slices)
    done = 0
    for rows in every_book():
        for document in documents.of(rows):
            writer.add_document(document)
        done += len(rows)
        progress(done)
    writer.commit()
    writer.wait_merging_threads()
    return done


def _clear_away_all_but(folder: Path) -> None:
    for other in root().iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)  # who has it open can still read it
