"""Locks between the processes of one host; the system takes them back from a process that dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Taken(Exception):
    """Another process has the lock."""


@contextmanager
def lock(path: Path, *, wait: bool = False) -> Iterator[int]:
    """Hold the lock of that file, whose descriptor is given; raises Taken if another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise Taken(path) from error
        yield descriptor
    finally:
        os.close(descriptor)


def is_held(path: Path, descriptor: int) -> bool:
    """Whether the descriptor still is that file's: whoever clears the folder away takes the lock with it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False
