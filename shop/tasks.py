"""Work for after the transaction: mail, and whatever talks to the world outside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import Failure
from django_q.tasks import async_task

# Time enough for staff to see them in the admin and have them done again.
FAILED_ARE_KEPT = timedelta(days=14)


def enqueue(task: Callable[..., None], *args: Any) -> None:
    """Have `task(*args)` done once the current transaction has committed; never if it rolls back.

    With a worker (TASKS_NEED_WORKER) the task is a row written in this very transaction, done at least
    once even if this process dies: tasks must be idempotent. Without one, the embedded default, it is
    done in this process right after the commit. Arguments are primary keys and texts, never objects.

    The row holds the arguments, also where they are a mail with a link that logs somebody in. It is deleted
    once the task is done, and nothing is kept of it (`save_limit` in settings). What failed is kept with
    its arguments, whether a later try succeeds or not, until `forget_failed`.
    """
    if settings.TASKS_NEED_WORKER:
        async_task(task, *args)
    else:
        # No partial: Django names a robust callback that raises by its __qualname__, which a partial lacks.
        transaction.on_commit(lambda: task(*args), robust=True)


def forget_failed() -> int:
    """Delete what is kept of tasks that failed long ago, and say how many there were."""
    long_ago = timezone.now() - FAILED_ARE_KEPT
    return Failure.objects.filter(stopped__lt=long_ago).delete()[0]
