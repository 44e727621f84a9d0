"""Where the files of uploaded covers are.

A cover's name says all: covers/9780441013593-k3v9q0xw2m5a-800x1200.webp is 800 pixels wide, and the narrower ones are
beside it, covers/9780441013593-k3v9q0xw2m5a-480.webp and so on for each of WIDTHS. Nobody has to ask the storage, which
may be far away, what there is. No name is used twice, so browsers may keep what they have for ever.
"""

import re

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils.crypto import get_random_string

from .pictures import WIDTHS, Picture

FOLDER = "covers"
NAME = re.compile(r"(?P<stem>.+)-(?P<width>\d+)x\d+\.webp")
TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789"


def names_by_width(name: str) -> dict[int, str]:
    """The files of one cover, the narrowest first; {} for what is no name of ours."""
    parts = NAME.fullmatch(name)
    if parts is None:
        return {}
    stem, widest = parts["stem"], int(parts["width"])
    return {width: f"{stem}-{width}.webp" for width in WIDTHS if width < widest} | {widest: name}


def srcset(storage: Storage, name: str) -> str:
    """The addresses of one cover with their widths, as the attribute of <img> has them; "" if there is but one."""
    names = names_by_width(name)
    return ", ".join(f"{storage.url(file)} {width}w" for width, file in names.items())


def write_files(storage: Storage, isbn: str, picture: Picture) -> str:
    """Store the picture, and say the name of the widest file, which stands for all.

    Raises whatever the storage raises, after removing what was written until then.
    """
    token = get_random_string(12, TOKEN)
    name = f"{FOLDER}/{isbn}-{token}-{picture.width}x{picture.height}.webp"
    try:
        for width, file in names_by_width(name).items():
            storage.save(file, ContentFile(picture.files[width]))
    except BaseException:
        remove_files(storage, name)
        raise
    return name


def remove_files(storage: Storage, name: str) -> None:
    """Delete all files of a cover; what is gone already does not matter."""
    if name:
        for file in (*names_by_width(name).values(), name):
            storage.delete(file)
