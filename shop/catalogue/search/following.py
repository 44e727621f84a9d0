"""Keeping the index in step with the database: one process of a host does, the others only read.

On the embedded default a thread of the web process does it, started by the first page that wants the index;
in production the service `index_books --follow`.
"""

import logging
import os
import threading
import time
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection

from ..changes import Position, database_identity, is_behind, read_changes
from .building import Writer, build
from .files import is_doubted, look_into
from .index import Unusable, current_folder, root, unusable_if_it_fails
from .locks import Taken, is_held, lock

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds between two looks for changes
RETRY = 5.0  # the same while another process follows
AFTER_FAILURE = 30.0  # the same after the database or the disk has failed
NOTED_EVERY = 60.0  # seconds after which it is noted that nothing has changed


class Follower:
    """Brings the index in step again and again; builds it where there is none that can be."""

    def __init__(self) -> None:
        self.writer: Writer | None = None
        self.noted_at = 0.0

    def step(self) -> int:
        """Bring the index in step with the database as it is now; how many changes were read, or books built."""
        try:
            writer = self._writer()
            position = Position(writer.state.last, writer.state.gaps)
            books, everything, after = read_changes(position)
            if everything:
                return self._build("many books have changed")
            if books:
                writer.renew(books)
            if books or after != position or time.monotonic() > self.noted_at + NOTED_EVERY:
                writer.note(*after)
                self.noted_at = time.monotonic()
            return len(books)
        except Unusable as error:
            return self._build(str(error))

    def _writer(self) -> Writer:
        """The writer of the index in force; raises Unusable if that has to be built anew."""
        with unusable_if_it_fails():
            if is_doubted(current_folder()):
                look_into(current_folder())
        if self.writer is None or not self.writer.is_in_force():
            self.writer = None  # frees its lock
            writer = Writer()
            if writer.state.database != database_identity():
                raise Unusable("it is of another database")
            if is_behind(Position(writer.state.last, writer.state.gaps), writer.state.followed_at):
                raise Unusable("it has not followed the database for long")
            self.writer = writer
        return self.writer

    def _build(self, why: str) -> int:
        self.writer = None
        log.info("The search index is built: %s", why)
        started = time.monotonic()
        books = build()
        log.info("The search index has %d books, built in %.0f s.", books, time.monotonic() - started)
        return books


def follow(stop: threading.Event) -> None:
    """Keep the index in step until told to stop; waits while another process of this host does."""
    while not stop.is_set():
        pause = RETRY
        try:
            with lock(root() / "follower.lock") as descriptor:
                follower = Follower()
                while not stop.is_set() and is_held(root() / "follower.lock", descriptor):
                    close_old_connections()
                    follower.step()
                    stop.wait(EVERY)
        except Taken:
            pass
        except Exception as error:  # whatever it is, pages go on, and it is tried again
            log.warning("The search index cannot be kept current: %s: %s", type(error).__name__, error)
            pause = AFTER_FAILURE
            connection.close()
        stop.wait(pause)


_started_in = 0  # the process whose thread follows
_starting = threading.Lock()


def follow_in_background() -> None:
    """Have a thread of this process follow, unless one does or the settings say that something else does."""
    global _started_in
    if _started_in == os.getpid() or not settings.SEARCH_FOLLOW:
        return
    with _starting:
        if _started_in != os.getpid():
            _started_in = os.getpid()
            threading.Thread(target=_follow_to_the_end, name="search-index", daemon=True).start()


def _follow_to_the_end() -> None:
    follow(threading.Event())


def bring_in_step(**_: Any) -> int:
    """Bring the index in step once, building it where there is none."""
    return Follower().step()
