"""Messages that staff upload: kept apart, imported beside the shop's pages, stopped and gone on with."""

import logging
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.catalogue import intake
from shop.catalogue.models import FeedImport
from shop.tasks import enqueue_long
from shop.transactions import unlogged_queries

from .ahead import ReaderEnded
from .importing import AlreadyRunning, begin_import, import_onix
from .reading import UnreadableMessage

logger = logging.getLogger(__name__)

Status = FeedImport.Status
UNDER_WAY = (Status.WAITING, Status.RUNNING)
# A run that has said nothing for so long is dead: its process was killed, or the machine went down.
SILENT = timedelta(minutes=3)


class _Stopped(Exception):
    """Somebody has asked the run to stop."""


def receive(*, upload: UploadedFile, by: Any, is_dry_run: bool) -> FeedImport:
    """Keep an uploaded message and have it imported; of a file whose import was interrupted, that one goes on."""
    path = intake.keep(upload, "onix")
    try:
        run = begin_import(path, source=upload.name or "", by=by, is_dry_run=is_dry_run)
        if is_active(run) and run.upload:
            intake.forget(path.name)
            return run
        intake.forget(run.upload)
        FeedImport.objects.filter(pk=run.pk).update(upload=path.name)
        run.upload = path.name
    except BaseException:
        intake.forget(path.name)
        raise
    go_on(run)
    return run


@transaction.atomic(durable=True)
def go_on(run: FeedImport) -> None:
    """Have a run go on from where it has come to."""
    FeedImport.objects.filter(pk=run.pk).update(stop_asked=False, asked_at=timezone.now())
    enqueue_long(run_upload, run.pk, command=["run_onix_upload", str(run.pk)])


def bring_in(run: FeedImport, *, by: Any) -> FeedImport:
    """Import what a dry run has looked at; the dry run lets go of its file."""
    path = intake.folder() / run.upload
    real = begin_import(path, source=run.source, by=by)
    intake.forget(real.upload)
    FeedImport.objects.filter(pk=real.pk).update(upload=run.upload)
    FeedImport.objects.filter(pk=run.pk).update(upload="")
    go_on(real)
    return real


def ask_to_stop(run: FeedImport) -> None:
    """Have a run stop after the batch that it is at; it can go on later."""
    FeedImport.objects.filter(pk=run.pk, status__in=UNDER_WAY).update(stop_asked=True)


def is_active(run: FeedImport) -> bool:
    """Whether the run is at work, or about to be."""
    heard_of = max(run.updated_at or run.asked_at, run.asked_at)
    has_stopped = run.stop_asked and run.updated_at is None
    return run.status in UNDER_WAY and heard_of > timezone.now() - SILENT and not has_stopped


def can_go_on(run: FeedImport) -> bool:
    """Whether it was interrupted, or stopped, and its file is still there."""
    return run.status in UNDER_WAY and not is_active(run) and intake.has(run.upload)


def can_be_brought_in(run: FeedImport) -> bool:
    """Whether it was a look at a message that is still there."""
    return run.is_dry_run and run.status == Status.DONE and intake.has(run.upload)


def run_upload(run_id: int) -> None:
    """Import the message of this run, from where the run has come to; nothing if somebody is at work on it.

    A task: it may be given out several times. Raises what the database raises: then it is to be done again.
    """
    run = _claimed(run_id)
    if run is None:
        return
    try:
        with unlogged_queries():
            import_onix(
                run, intake.folder() / run.upload, on_note=lambda note: None, on_progress=_stop_if_asked
            )
    except _Stopped:
        FeedImport.objects.filter(pk=run.pk).update(updated_at=None)
        return
    except AlreadyRunning:
        logger.warning("Import %s is at work elsewhere", run.pk)
        return
    except ReaderEnded as problem:
        logger.warning("Import %s: %s", run.pk, problem)
        return
    except UnreadableMessage as problem:
        logger.info("Import %s: %s", run.pk, problem)
    if not can_be_brought_in(run):
        intake.forget(run.upload)
        FeedImport.objects.filter(pk=run.pk).update(upload="")


def _claimed(run_id: int) -> FeedImport | None:
    """The run, if it is under way and nobody has been heard of it lately."""
    now = timezone.now()
    silent = Q(updated_at=None) | Q(updated_at__lt=now - SILENT)
    waiting = FeedImport.objects.filter(silent, pk=run_id, status__in=UNDER_WAY, stop_asked=False)
    if not waiting.exclude(upload="").update(updated_at=now):
        return None
    run = FeedImport.objects.get(pk=run_id)
    if intake.has(run.upload):
        return run
    problem = _("The file is not there any more: upload it again.")
    FeedImport.objects.filter(pk=run_id).update(status=Status.FAILED, problem=problem, finished_at=now)
    return None


def _stop_if_asked(run: FeedImport) -> None:
    if FeedImport.objects.filter(pk=run.pk, stop_asked=True).exists():
        raise _Stopped
