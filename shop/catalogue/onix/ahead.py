"""A long message is read by a process of its own: while the one decides and writes, the other reads on."""

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from .reading import Header, UnreadableMessage
from .taking import Taken, take_records
from .wanted import Terms

WORTH_IT = 4 * 1024 * 1024  # bytes of a file: a process takes a second to start
AT_ONCE = 50  # records handed over together
HEAVIEST = 1024 * 1024  # or so many bytes of XML
HANDS = 24  # of these that wait for the other process: more than a batch, of which a pipe alone holds little


class ReaderEnded(UnreadableMessage):
    """The process that reads was killed, or memory ran out: nothing is wrong with the message, and it can go on."""


def take_ahead(path: Path, *, position: int, terms: Terms) -> Generator[tuple[Header, Taken], None, None]:
    """What `take_records` gives, of a long message from another process.

    That one is never far ahead: it waits while enough is ready. It ends with this one. Raises
    ReaderEnded, and what `take_records` does.
    """
    if not path.exists() or path.stat().st_size < WORTH_IT:
        yield from take_records(path, position=position, terms=terms)
        return
    reader = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup(); from {__name__} import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        start_new_session=True,  # Ctrl-C is for this process, which ends the other one
    )
    assert reader.stdin and reader.stdout
    try:
        pickle.dump((path.absolute(), position, terms, get_language()), reader.stdin)
        reader.stdin.close()
        yield from _handed_over(reader.stdout)
    finally:
        reader.kill()
        reader.stdout.close()
        reader.wait()


def _handed_over(pipe: IO[bytes]) -> Iterator[tuple[Header, Taken]]:
    while True:
        try:
            header, records, error = pickle.load(pipe)
        except (EOFError, pickle.UnpicklingError) as ended:  # it ended between two, or in the middle of one
            problem = _("The process that reads the file was ended from outside. Import the file again.")
            raise ReaderEnded(problem) from ended
        for taken in records:
            yield header, taken
        if error:
            raise error
        if not records:
            return


def hand_over(path: Path, *, position: int, terms: Terms, give: Callable[[bytes], None]) -> None:
    """Read the message and give it on; at the end, or where the message cannot be read on, that is given last."""
    made: list[Taken] = []
    weight = 0
    header, error = Header(), None

    def send(*what: Any) -> None:
        give(pickle.dumps(what, protocol=pickle.HIGHEST_PROTOCOL))

    try:
        for header, taken in take_records(path, position=position, terms=terms):
            made.append(taken)
            weight += taken.weight
            if len(made) == AT_ONCE or weight > HEAVIEST:
                send(header, made, None)
                made, weight = [], 0
    except UnreadableMessage as problem:
        error = problem
    if made:
        send(header, made, None)
    send(header, [], error)


def main() -> None:
    """What the other process does: one thread reads, one waits for whoever takes."""
    path, position, terms, language = pickle.load(sys.stdin.buffer)
    waiting: queue.Queue[bytes | None] = queue.Queue(HANDS)
    writer = threading.Thread(target=_write, args=[waiting, sys.stdout.buffer])
    writer.start()
    try:
        with override(language):
            hand_over(path, position=position, terms=terms, give=waiting.put)
    finally:
        waiting.put(None)
        writer.join()


def _write(waiting: "queue.Queue[bytes | None]", to: IO[bytes]) -> None:
    try:
        while (made := waiting.get()) is not None:
            to.write(made)
            to.flush()
    except BrokenPipeError:  # nobody wants the rest
        os._exit(1)
