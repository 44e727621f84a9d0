"""Files that staff hand in, kept apart from what the shop serves until they have been read."""

import re
import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

KEPT_SECONDS = 24 * 60 * 60  # as long as a sheet that was looked at may wait to be confirmed
FEEDS_KEPT_SECONDS = 14 * KEPT_SECONDS  # as long as an import that was stopped may go on
SHEET = re.compile(r"[0-9a-f]{32}\.sheet")


def folder() -> Path:
    """Where they are: in no place that is served, readable by the shop alone."""
    path = Path(settings.INTAKE_ROOT)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(upload: UploadedFile, suffix: str) -> Path:
    """Write an upload into the folder, under a name that nobody guesses."""
    path = folder() / f"{uuid4().hex}.{suffix}"
    with path.open("xb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


def is_kept(name: str) -> bool:
    """Whether a sheet of this name waits there to be confirmed."""
    return bool(SHEET.fullmatch(name)) and (folder() / name).is_file()


def has(name: str) -> bool:
    """Whether a feed of this name, as `keep` gave it, is there."""
    return bool(name) and (folder() / name).is_file()


def forget(name: str) -> None:
    """Delete what was kept under this name, if anything was."""
    if name:
        (folder() / name).unlink(missing_ok=True)


def forget_left_behind() -> int:
    """Delete the sheets that were looked at and never brought in, and feeds of long ago; how many there were."""
    count = 0
    for path in [*folder().glob("*.sheet"), *folder().glob("*.onix")]:
        kept = KEPT_SECONDS if path.suffix == ".sheet" else FEEDS_KEPT_SECONDS
        if path.stat().st_mtime < time.time() - kept:
            path.unlink(missing_ok=True)
            count += 1
    return count
