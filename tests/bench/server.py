"""The shop as production serves it, on this machine, and the CPU time that it takes."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

PORT = 8765


@contextmanager
def served(*, workers: int = 1) -> Iterator[list[int]]:
    """A production server with so many workers, ready to answer; gives the workers' processes."""
    command = [sys.executable, "-m", "gunicorn", "shop.wsgi", "-b", f"127.0.0.1:{PORT}", "-w", str(workers)]
    server = subprocess.Popen([*command, "--log-level", "error"])
    try:
        yield _workers(server.pid, workers)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _workers(server: int, expected: int) -> list[int]:
    for _ in range(100):
        time.sleep(0.1)
        workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        if len(workers) == expected and _answers():
            return [int(worker) for worker in workers]
    sys.exit("The server did not start.")


def _answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", PORT), timeout=30) as visit:
            visit.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return bool(visit.recv(1))
    except OSError:
        return False


def cpu_ms(process: int | None) -> float:
    """CPU time that a process has used so far; 0.0 for none."""
    if process is None:
        return 0.0
    clock = (
        ~process << 3
    ) | 2  # what clock_getcpuclockid(3) gives, which Python lacks: nanoseconds, not ticks
    return time.clock_gettime(clock) * 1000


def database_process() -> int | None:
    """The process of the database server, if it is one of its own on this machine."""
    if connection.vendor == "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@pid_file")
        return int(Path(cursor.fetchone()[0]).read_text())
