"""The index on this host's disk, and how readers find the one that is in force.

The folder holds one or more built indexes, each a folder of its own, and the file `current` with the name of the
one in force, which is replaced as a whole: readers have the old index or the new one, never half of one.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings
from django.db import connection

from .files import Files, Unusable, doubt, is_doubted
from .ordering import Slices
from .schema import VERSION, register_tokenizers

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25  # seconds between two looks at the disk for a newer index
LOOK_AGAIN = 2.0  # the same while there is none that can be used


@dataclass
class State:
    """What is kept beside an index: what it was built from, and how far it has followed the database."""

    database: str  # which one, in the words of changes.database_identity
    slices: Slices
    last: int  # the last change that was read
    gaps: list[tuple[int, int, float]] = field(default_factory=list)  # keys of changes that may yet turn up
    followed_at: str = ""
    version: int = VERSION

    @classmethod
    def read(cls, folder: Path) -> "State":
        """Raises Unusable if there is none, or if another version of the shop has written it."""
        try:
            state = cls(**json.loads((folder / "state.json").read_text()))
            state.gaps = [(int(low), int(high), float(since)) for low, high, since in state.gaps]
        except (OSError, ValueError, TypeError) as error:
            raise Unusable(f"{folder}: {error}") from error
        if state.version != VERSION:
            raise Unusable(f"{folder}: of version {state.version}, not {VERSION}")
        return state

    def write(self, folder: Path, *, at: datetime) -> None:
        """Replace what is kept."""
        self.followed_at = at.isoformat()
        replace_text(folder / "state.json", json.dumps(asdict(self)))


class Opened:
    """An index that readers use; `stamp` tells what had been committed to it when they looked last."""

    def __init__(self, folder: Path) -> None:
        with unusable_if_it_fails():
            self.folder = folder
            if is_doubted(folder):
                raise Unusable(f"{folder}: reading it failed")
            self.state = State.read(folder)
            self.files = Files(folder)
            self.index = tantivy.Index.open(str(folder))
            register_tokenizers(self.index)
            self.index.config_reader("manual")
            self.stamp = self._written()
            self.index.reload()

    def searcher(self) -> tantivy.Searcher:
        """What is in the index now, and stays so for this searcher; raises Unusable if its files have changed."""
        with unusable_if_it_fails():
            self.files.check()
        return self.index.searcher()

    def catch_up(self) -> None:
        """Read what was committed since."""
        with unusable_if_it_fails():
            stamp = self._written()
            self.files.check()
            if stamp != self.stamp:
                self.files.look()
                self.index.reload()
                self.stamp = stamp

    def _written(self) -> tuple[int, int]:
        stat = (self.folder / "meta.json").stat()
        return stat.st_mtime_ns, stat.st_ino


class _Reader:
    """The process's own look at the index."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.opened: Opened | None = None
        self.look_at = 0.0
        self.is_told = False

    def current(self) -> Opened | None:
        if time.monotonic() >= self.look_at:
            with self.lock:
                self._look()
        return self.opened

    def set_aside(self, error: Unusable) -> None:
        """Do without an index for a while; said in the log once until there is one again."""
        if self.opened:
            doubt(self.opened.folder)
        self.opened = None
        self.look_at = time.monotonic() + LOOK_AGAIN
        if not self.is_told:
            self.is_told = True
            log.warning("No search index, so the database is searched: %s", str(error).partition("\n")[0])

    def _look(self) -> None:
        if time.monotonic() < self.look_at:
            return  # another thread has just looked
        try:
            folder = current_folder()
            if self.opened is None or self.opened.folder != folder:
                self.opened = Opened(folder)
                if self.is_told:
                    log.info("The search index is there again.")
                self.is_told = False
            else:
                self.opened.catch_up()
            self.look_at = time.monotonic() + LOOK_EVERY
        except Unusable as error:
            self.set_aside(error)


_reader = _Reader()


def opened() -> Opened | None:
    """The index to read from; None if there is none that can be used."""
    return _reader.current()


def set_aside(error: Unusable) -> None:
    """Do without the index for a while, because reading from it failed."""
    _reader.set_aside(error)


def forget() -> None:
    """Look at the disk afresh with the next request: another folder is to be read, or the process has forked."""
    global _reader
    _reader = _Reader()


os.register_at_fork(after_in_child=forget)


@contextmanager
def unusable_if_it_fails() -> Iterator[None]:
    """What tantivy raises for files that are gone or broken, as one exception."""
    try:
        yield
    except Unusable:
        raise
    except (OSError, ValueError) as error:
        raise Unusable(str(error)) from error
    except BaseException as error:  # a panic of tantivy's is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Unusable(str(error)) from error


def root() -> Path:
    """The folder of this database's indexes: another database has another, also with the same setting."""
    database: dict[str, Any] = connection.settings_dict
    name = "\0".join(str(database.get(key, "")) for key in ("ENGINE", "HOST", "PORT", "NAME"))
    return Path(settings.SEARCH_INDEX) / blake2b(name.encode(), digest_size=6).hexdigest()


def current_folder() -> Path:
    """The folder of the index in force; raises Unusable if there is none."""
    try:
        name = (root() / "current").read_text().strip()
    except (OSError, ValueError) as error:
        raise Unusable(str(error)) from error
    if not name or name != Path(name).name:
        raise Unusable(f"{root() / 'current'} says {name!r}")
    return root() / name


def replace_text(path: Path, text: str) -> None:
    """Write the file so that whoever reads it has the old text or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    beside.write_text(text)
    os.replace(beside, path)
