"""What is somebody's own in a record: names and subjects that mean something only with the one who wrote them."""

import re
from urllib.parse import urlsplit

from django.conf import settings

from .schemes import PLACES, Place

PROPRIETARY = "24"  # list 27
NAME = 50  # characters of an owner
BETWEEN = " > "  # the names of a subject and what it is part of
A_PATH = re.compile(r"[-\w]{1,60}(?:/[-\w]{1,60})*", re.ASCII)  # in the tree of subjects


def own_name() -> str:
    """The shop as the owner of what it numbers or names itself: its host, for shops may bear one name."""
    return urlsplit(settings.SHOP_URL).hostname or ""


def with_owner(owner: str, code: str) -> str:
    """A code of somebody's own subject scheme, as the shop keeps it among the codes of all."""
    return f"{owner[:NAME]}: {code}"


def parted(kept: str) -> tuple[str, str]:
    """Owner and code of what `with_owner` made."""
    owner, _colon, code = kept.rpartition(": ")
    return owner, code


def is_own(scheme: str, kept: str) -> bool:
    """Whether a code is one of this shop's own subjects, as it exports them itself."""
    return scheme == PROPRIETARY and parted(kept)[0] == own_name()[:NAME]


def own_places(kept: str, heading: str) -> tuple[Place, ...]:
    """Where in the shop's tree its own code belongs, from the top down; none if it is no path.

    The names are those of the heading, if it has one for each step.
    """
    path = parted(kept)[1]
    if len(path) > 200 or not A_PATH.fullmatch(path):
        return ()
    steps, names = path.split("/"), [name.strip()[:100] for name in heading.split(BETWEEN)]
    if len(names) != len(steps) or not all(names):
        names = [step.replace("-", " ").strip().capitalize() or step for step in steps]
    paths = ["/".join(steps[:depth]) for depth in range(1, len(steps) + 1)]
    return tuple(
        PLACES.get(path, Place(path, name))._replace(name=name)
        for path, name in zip(paths, names, strict=True)
    )
