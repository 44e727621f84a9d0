"""Work for after the transaction: mail, and whatever talks to the world outside."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task


def enqueue(task: Callable[..., None], *args: Any) -> None:
    """Have `task(*args)` done once the current transaction has committed; never if it rolls back.

    With a worker (TASKS_NEED_WORKER) the task is a row written in this very transaction, done at least
    once even if this process dies: tasks must be idempotent. Without one, the embedded default, it is
    done in this process right after the commit. Arguments are primary keys, never objects.
    """
    if settings.TASKS_NEED_WORKER:
        async_task(task, *args)
    else:
        # No partial: Django names a robust callback that raises by its __qualname__, which a partial lacks.
        transaction.on_commit(lambda: task(*args), robust=True)
