"""A throwaway MariaDB: `python -m tests.mariadb [--durable] COMMAND [ARGS...]`.

The command runs with DATABASE_URL naming a new, empty server of its own. Whatever becomes of the command, the
server is stopped and its files are removed. From Python: `with throwaway_mariadb() as server: ...`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATABASE = "endpaper"
START_SECONDS = 60
ZONES = Path("/usr/share/zoneinfo")

# Tests want speed and throw the data away; a benchmark wants what a shop would run with.
FAST = ("--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite", "--innodb-buffer-pool-size=64M")
DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1", "--innodb-buffer-pool-size=1G")


class MariaDBUnavailable(RuntimeError):
    """No MariaDB server can be started here; the message says why, for a person."""


def program(name: str) -> str:
    """The path of a MariaDB program; Debian keeps the server outside an ordinary user's PATH."""
    path = shutil.which(
        name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    )
    if path is None:
        raise MariaDBUnavailable(f"{name} is not installed: on Debian, apt-get install mariadb-server")
    return path


class Server:
    """One MariaDB server in a folder of its own, reached by a unix socket only."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.socket = folder / "s"
        self.log = folder / "log"
        self.url = f"mysql://root@localhost/{DATABASE}?unix_socket={self.socket}"
        self.options = DURABLE if durable else FAST
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def account(self) -> list[str]:
        """The server refuses to run as root unless told to; other people run it as themselves."""
        return ["--user=root"] if os.geteuid() == 0 else []

    def create(self) -> None:
        """Make the data folder, start, and make the empty database with its time zones."""
        self._run(
            [
                program("mariadb-install-db"),
                "--no-defaults",
                *self.account,
                f"--datadir={self.folder / 'data'}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ]
        )
        self.start()
        self.query(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        self._load_time_zones()

    def start(self) -> None:
        """Start the server and return once it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    program("mariadbd"),
                    "--no-defaults",
                    *self.account,
                    f"--datadir={self.folder / 'data'}",
                    # Of its own too: a server that starts clears the place of the temporary tables it finds there.
                    f"--tmpdir={self.folder}",
                    f"--socket={self.socket}",
                    f"--pid-file={self.folder / 'pid'}",
                    "--skip-networking",
                    "--character-set-server=utf8mb4",
                    "--collation-server=utf8mb4_unicode_ci",
                    "--max-connections=200",
                    *self.options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the command; the server is stopped after it
            )
        ping = [program("mariadb-admin"), "--no-defaults", f"--socket={self.socket}", "--user=root", "ping"]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ping, capture_output=True).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise MariaDBUnavailable(f"MariaDB did not start. Its log ends:\n{self._end_of_log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server and keep its data, so that `start` brings everything back."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=START_SECONDS)
            self.process = None

    def discard(self) -> None:
        """End the server at once: nobody will read its data again."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def query(self, sql: str, *, database: str = "") -> str:
        """Run SQL as the server's root and return what the client prints."""
        client = [program("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch"]
        return self._run([*client, f"--database={database}"] if database else client, sql)

    def _load_time_zones(self) -> None:
        """CONVERT_TZ knows only UTC offsets until the zones' tables are filled."""
        if ZONES.is_dir():
            tables = subprocess.run(
                [program("mariadb-tzinfo-to-sql"), "--skip-write-binlog", str(ZONES)],
                capture_output=True,
                text=True,
            )
            self.query(tables.stdout, database="mysql")

    def _run(self, command: list[str], standard_input: str = "") -> str:
        done = subprocess.run(command, input=standard_input, capture_output=True, text=True)
        if done.returncode != 0:
            raise MariaDBUnavailable(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}".strip())
        return done.stdout

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


@contextmanager
def throwaway_mariadb(*, durable: bool = False) -> Iterator[Server]:
    """A running server with an empty utf8mb4 database; gone, with its files, when the block ends.

    Raises MariaDBUnavailable where no server is installed or it does not start.
    """
    # A socket's path may have no more than 107 characters: a long TMPDIR will not do.
    parent = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"
    with tempfile.TemporaryDirectory(prefix="endpaper-", dir=parent, ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), durable=durable)
        try:
            server.create()
            yield server
        finally:
            server.discard()


def run_with_server(command: list[str], *, durable: bool = False) -> int:
    """Run a command against a throwaway server and return the command's exit code."""
    with throwaway_mariadb(durable=durable) as server:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": server.url})
        try:
            return child.wait()
        finally:  # stopped half-way: the command ends before its database does
            if child.poll() is None:
                child.terminate()
                child.wait()


def leave(signum: int, frame: object) -> None:
    """Turn a signal into an ordinary exit, so that every `finally` above runs."""
    sys.exit(128 + signum)


def main() -> int:
    """Read the command line; the exit code is the command's, or 69 where no server can be had."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mariadb", description="Run a command on a throwaway MariaDB."
    )
    parser.add_argument("--durable", action="store_true", help="flush at every commit, as a real shop would")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the command and its arguments")
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("name a command to run")
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, leave)
    try:
        return run_with_server(arguments.command, durable=arguments.durable)
    except MariaDBUnavailable as reason:
        print(f"No throwaway MariaDB: {reason}", file=sys.stderr)
        return os.EX_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
