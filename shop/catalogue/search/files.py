"""The files of an index, and whether they still are what was written.

tantivy writes each file of a segment once and maps it into memory. Where one is cut short in place, reading what is
mapped ends the process with SIGBUS, and no exception tells; so it is looked at before. Each ends with a checksum.
"""

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path

DOUBTED = "doubted"  # the file by which a reader tells whoever follows that reading the index failed
CHUNK = 1 << 20  # bytes read at a time

Written = tuple[int, int, int]


class Unusable(Exception):
    """There is no index, or it cannot be read."""


class Files:
    """The files of the segments that were committed, as they were when they were first seen."""

    def __init__(self, folder: Path) -> None:
        """Raises Unusable or OSError if there is no index."""
        self.folder = folder
        self.seen: dict[Path, Written] = {}
        self.look()

    def look(self) -> None:
        """Check them, and see which there are now; raises Unusable or OSError as both do."""
        self.check()
        seen = {}
        for path in segment_files(self.folder):
            with suppress(FileNotFoundError):  # merged into another since
                seen[path] = self.seen.get(path) or _written(path)
        self.seen = seen

    def check(self) -> None:
        """Raises Unusable if one has changed. One that is gone can still be read by whoever has opened it."""
        for path, written in self.seen.items():
            with suppress(FileNotFoundError):
                if _written(path) != written:
                    raise Unusable(f"{path} has been overwritten")


def segment_files(folder: Path) -> list[Path]:
    """What is in the folder of the segments that were committed; raises Unusable or OSError if that cannot be read."""
    try:
        segments = {
            segment["segment_id"].replace("-", ""): (segment["deletes"] or {}).get("opstamp")
            for segment in json.loads((folder / "meta.json").read_text())["segments"]
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"{folder / 'meta.json'}: {error}") from error
    paths = []
    for name in os.listdir(folder):
        segment, _, kind = name.partition(".")
        # Of what is deleted there is a file for each commit; only the last is certain to be whole.
        if segment in segments and (not kind.endswith("del") or kind == f"{segments[segment]}.del"):
            paths.append(folder / name)
    return paths


def doubt(folder: Path) -> None:
    """Have whoever follows look into this index: reading it failed."""
    with suppress(OSError):  # it is gone, or belongs to whoever follows
        (folder / DOUBTED).touch()


def is_doubted(folder: Path) -> bool:
    """Whether reading this index failed, and nobody has looked into it yet."""
    return (folder / DOUBTED).exists()


def look_into(folder: Path) -> None:
    """Compare every file with its checksum, and clear the doubt; raises Unusable if one is broken."""
    for path in segment_files(folder):
        with suppress(FileNotFoundError):
            if not _is_whole(path):
                raise Unusable(f"{path} is broken")
    (folder / DOUBTED).unlink(missing_ok=True)


def _written(path: Path) -> Written:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _is_whole(path: Path) -> bool:
    """Whether the file is as its footer says: JSON with the checksum of what comes before, its length, a number."""
    with path.open("rb") as file:
        try:
            size = file.seek(-8, os.SEEK_END)
            length = int.from_bytes(file.read(4), "little")
            left = file.seek(size - length)
            expected = json.loads(file.read(length))["crc"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        checksum = 0
        while left > 0 and (chunk := file.read(min(left, CHUNK))):
            checksum = zlib.crc32(chunk, checksum)
            left -= len(chunk)
    return bool(checksum == expected)
