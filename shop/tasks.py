"""Work for after the transaction: mail, and whatever talks to the world outside."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.models import Failure, OrmQ
from django_q.tasks import async_task

# Time enough for staff to see them in the admin and have them done again.
FAILED_ARE_KEPT = timedelta(days=14)
LONGEST_SECONDS = 12 * 60 * 60


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


def enqueue_long(task: Callable[..., None], *args: Any, command: Sequence[str]) -> None:
    """The same for a task of minutes or hours, which nobody is to wait for.

    Without a worker it is `manage.py` with this command, in a process of its own. With one it may be given out again
    while it runs, and beside itself: it must notice that somebody is at work on the same, and then do nothing.
    """
    if settings.TASKS_NEED_WORKER:
        async_task(task, *args, timeout=LONGEST_SECONDS)
    else:
        transaction.on_commit(lambda: start_process(command), robust=True)


def start_process(command: Sequence[str]) -> None:
    """Have `manage.py` do something beside this process, and after its end."""
    process = subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(
        target=process.wait, daemon=True
    ).start()  # its end is to be taken note of, or it stays a zombie


def forget_failed() -> int:
    """Delete what is kept of tasks that failed long ago, and say how many there were."""
    long_ago = timezone.now() - FAILED_ARE_KEPT
    return Failure.objects.filter(stopped__lt=long_ago).delete()[0]


def forget_tasks_about(text: str) -> None:
    """Delete the tasks that have this text among their arguments, be they queued or have they failed: mails to an
    address that is to be forgotten."""
    queued = [task.pk for task in OrmQ.objects.all() if text in (task.args() or ())]
    failed = [task.pk for task in Failure.objects.all() if text in (task.args or ())]
    OrmQ.objects.filter(pk__in=queued).delete()
    Failure.objects.filter(pk__in=failed).delete()
