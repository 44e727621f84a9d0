"""Files that staff hand in, kept apart from what the shop serves until they have been read."""

import re
import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

KEPT_SECONDS = 24 * 60 * 60  # as long as a sheet that was looked at may wait to be confirmed
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


def forget_left_behind() -> int:
    """Delete the sheets that were looked at and never brought in; how many there were."""
    count = 0
    for path in folder().glob("*.sheet"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)
            count += 1
    return count
