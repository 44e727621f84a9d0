"""Use cases in processes that are killed at a chosen moment, and what the database holds afterwards."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, connections, models

Use = Callable[[], Any]
NUMBERS = models.DecimalField | models.IntegerField | models.BooleanField
NO_NUMBERS = {"shop_mail.about"}  # but a row's primary key


@dataclass(frozen=True)
class End:
    """How a process ended: killed or at its own end, and after how many commits."""

    was_killed: bool
    commits: int


class Clock:
    """Counts the moments at which a process could be killed: a statement is about to be sent to the database, a COMMIT
    is, or a COMMIT has been. Kills it at one of them."""

    def __init__(self, deadly: int, told: int) -> None:
        self.deadly, self.told = deadly, told
        self.passed = 0
        self.commit = connection._commit

    def tick(self) -> None:
        self.passed += 1
        if self.passed == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def at_statement(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.tick()
        return execute(*args)

    def at_commit(self) -> None:
        self.tick()
        self.commit()
        os.write(self.told, b"c")
        self.tick()


def killed_at(moment: int, use: Use) -> End:
    """Do something in a process of its own, killed with SIGKILL at its so many-th moment, if it has so many."""
    connections.close_all()  # nobody shares a connection with a process that dies
    hears, tells = os.pipe()
    child = os.fork()
    if not child:
        _do(use, Clock(moment, tells))
    os.close(tells)
    with os.fdopen(hears, "rb") as told:
        commits = told.read().count(b"c")
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it failed: see above"
    return End(os.WIFSIGNALED(status), commits)


def _do(use: Use, clock: Clock) -> None:
    """In the child, which ends here whatever happens."""
    try:
        connection.ensure_connection()
        connection._commit = clock.at_commit
        with connection.execute_wrapper(clock.at_statement):
            use()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def everything() -> dict[str, Any]:
    """All tables: how many rows each has, how many of each status, and the sums of its numbers."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_questions()))
        return {name: value for name, value in cursor.fetchall() if value}


def _questions() -> Iterator[str]:
    quoted = connection.ops.quote_name
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        yield f"SELECT '{table}' AS name, COUNT(*) AS value FROM {quoted(table)}"
        for field in model._meta.local_concrete_fields:
            name, column = f"{table}.{field.column}", quoted(field.column)
            if field.name == "status":
                for key, _label in field.choices:
                    yield f"SELECT '{name}: {key}', COUNT(*) FROM {quoted(table)} WHERE {column} = '{key}'"
            elif isinstance(field, NUMBERS) and not field.unique and name not in NO_NUMBERS:
                yield f"SELECT '{name}', ROUND(SUM({column}), 2) FROM {quoted(table)}"


def change_since(before: dict[str, Any]) -> dict[str, float]:
    """What has come to the tables, or gone from them; nothing where all is as it was."""
    now = everything()
    changes = {name: round(float(now.get(name, 0)) - float(before.get(name, 0)), 2) for name in now | before}
    return {name: change for name, change in changes.items() if change}
