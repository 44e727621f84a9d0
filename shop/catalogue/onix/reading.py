"""ONIX 3 messages as a stream of products: any size, any encoding, plain or gzip, in flat memory."""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.utils.translation import gettext as _
from lxml import etree

from .tags import Composite, composite, first, only

# Bytes of XML between two products: many times any record, and little to keep. Empty elements take up thirty times
# as much memory as bytes.
LARGEST_PRODUCT = 4 * 1024 * 1024
EXPECTED = "ONIXMessage", "ONIXmessage"
OF_RELEASE_3 = {"DescriptiveDetail", "descriptivedetail", "ProductSupply", "productsupply"}
OF_RELEASE_2 = {
    "ISBN",
    "b004",
    "EAN13",
    "b005",
    "Title",
    "title",
    "SupplyDetail",
    "supplydetail",
    "SeriesTitle",
}


class UnreadableMessage(Exception):
    """The file is no ONIX 3 message, or no more of it can be read; the message says why and where, for a person."""


@dataclass(frozen=True)
class Header:
    """What a message says about itself: who sends it, and what holds for its products unless they say otherwise."""

    sender: str = ""  # the sender's identifier (scheme of list 44, a colon, the identifier), else its name
    sender_name: str = ""
    language: str = ""
    currency: str = ""
    price_type: str = ""


@dataclass(frozen=True)
class Record:
    """A product record as it stands in the message, and the line of the file that it begins on."""

    line: int
    tree: Composite = field(repr=False)


class OnixFile:
    """An ONIX 3.0 or 3.1 message in a file, open for reading.

    `header` is known once the first record has come. `read` and `size` are bytes of the file, to tell progress.
    """

    def __init__(self, path: Path) -> None:
        """Raises UnreadableMessage if there is no such file."""
        self.header = Header()
        try:
            self.size = path.stat().st_size
            self._file = path.open("rb")
            start = self._file.read(4)
            self._file.seek(0)
        except OSError as error:
            raise UnreadableMessage(
                _("%(path)s cannot be opened: %(why)s.") % {"path": path, "why": error.strerror}
            ) from error
        if start == b"PK\x03\x04":
            self._file.close()
            raise UnreadableMessage(_("This is a zip archive: take the XML file out of it first."))
        self._source = _Source(gzip.GzipFile(fileobj=self._file) if start[:2] == b"\x1f\x8b" else self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    @property
    def read(self) -> int:
        return self._file.tell()

    @property
    def unpacked(self) -> int:
        """Bytes of XML read so far."""
        return self._source.total

    def records(self) -> Iterator[Record]:
        """The product records in their order.

        Raises UnreadableMessage, after the last record that can be read, where the rest cannot be.
        """
        try:
            yield from self._records()
        except etree.XMLSyntaxError as error:
            raise UnreadableMessage(_problem(error, bool(self._source.total))) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableMessage(_("The compressed file is damaged or cut off: %s.") % error) from error
        except LookupError as error:  # Python knows no such encoding
            raise UnreadableMessage(_("The file's encoding is unknown: %s.") % error) from error

    def _records(self) -> Iterator[Record]:
        events = etree.iterparse(
            self._source,
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in (*EXPECTED, "Header", "header", "Product", "product")],
            # Nothing is fetched, nothing is expanded: an entity stays a reference, which `composite` reads.
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
        )
        is_known = False
        root = None
        for event, element in events:
            name = etree.QName(element).localname
            if root is None:
                root = element
                is_known = _is_release_3(element)
            if event == "start" or element.getparent() is not root:
                continue
            if name in ("Header", "header"):
                self.header = _header(composite(element))
            elif name in ("Product", "product"):
                if not is_known:
                    is_known = _looks_like_release_3(element)
                yield Record(int(element.sourceline or 0), composite(element))
            self._source.has_come_far()
            element.clear()
            while element.getprevious() is not None:
                del root[0]
        if root is None:
            found = events.root
            raise UnreadableMessage(_no_onix(etree.QName(found).localname if found is not None else "?"))


class _Source:
    """The bytes of a file, refusing to go on for ever without a product."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file
        self._since = 0
        self.total = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._since += len(data)
        self.total += len(data)
        if self._since > LARGEST_PRODUCT:
            raise UnreadableMessage(
                _("No product ends within %(size)d MB: this is no feed of books, or it is damaged.")
                % {"size": LARGEST_PRODUCT // 1024 // 1024}
            )
        return data

    def has_come_far(self) -> None:
        self._since = 0


def _is_release_3(root: etree._Element) -> bool:
    """Whether the message says so; False if it says nothing. Raises UnreadableMessage if it is something else."""
    name = etree.QName(root).localname
    if name not in EXPECTED:
        raise UnreadableMessage(_no_onix(name))
    doctype = root.getroottree().docinfo
    if doctype.internalDTD is not None and any(True for _entity in doctype.internalDTD.iterentities()):
        raise UnreadableMessage(
            _(
                "The file declares entities of its own, as attacks do and no ONIX feed needs to: it is refused."
            )
        )
    release = root.get("release", "").strip()
    namespace = etree.QName(root).namespace or ""
    if release.startswith(("2", "1")) or (not release and "/2." in (doctype.system_url or "") + namespace):
        raise UnreadableMessage(_old_release(release or "2.1"))
    if release.startswith("3") or "/onix/3." in namespace:
        return True
    if release:
        raise UnreadableMessage(
            _("This is ONIX %(release)s. The shop reads ONIX 3.0 and 3.1.") % {"release": release[:20]}
        )
    return False


def _looks_like_release_3(product: etree._Element) -> bool:
    """For messages that name no release; raises UnreadableMessage if this is of an earlier one, or nobody knows."""
    names = {etree.QName(child).localname for child in product if isinstance(child.tag, str)}
    if names & OF_RELEASE_3:
        return True
    if names & OF_RELEASE_2:
        raise UnreadableMessage(_old_release("2.1"))
    raise UnreadableMessage(
        _('The message does not say which release of ONIX it is: ask for ONIX 3.0 or 3.1 (release="3.0").')
    )


def _old_release(release: str) -> str:
    return _(
        "This is ONIX %(release)s, whose support ended in 2014. The shop reads ONIX 3.0 and 3.1: "
        "ask the sender for one of those."
    ) % {"release": release[:20]}


def _no_onix(root: str) -> str:
    return _("This is no ONIX message: it begins with <%(root)s> instead of <ONIXMessage>.") % {
        "root": root[:50]
    }


def _header(tree: Composite) -> Header:
    sender = only(tree, "Sender")
    name = first(sender, "SenderName")
    identifiers = [
        (first(identifier, "SenderIDType"), first(identifier, "IDTypeName"), first(identifier, "IDValue"))
        for identifier in sender.get("SenderIdentifier", [])
        if first(identifier, "IDValue")
    ]
    # What is registered somewhere beats a private number: GLN, SAN and so on before 01.
    kind, scheme, value = min(identifiers, key=lambda found: found[0] == "01", default=("", "", ""))
    return Header(
        sender=(":".join(filter(None, (kind, scheme, value))) if value else name)[:200],
        sender_name=(name or value)[:200],
        language=first(tree, "DefaultLanguageOfText"),
        currency=first(tree, "DefaultCurrencyCode"),
        price_type=first(tree, "DefaultPriceType"),
    )


def _problem(error: etree.XMLSyntaxError, has_bytes: bool) -> str:
    """What is wrong with the XML, and on which line, for a person."""
    codes = etree.ErrorTypes
    line = error.lineno or 1
    why = re.sub(r", line \d+, column \d+.*", "", error.msg or "").rstrip(".")
    if not has_bytes:
        return _("The file is empty.")
    if error.code in (codes.ERR_DOCUMENT_EMPTY, codes.ERR_DOCUMENT_START):
        return _("This is not an XML file.")
    if error.code == codes.ERR_DOCUMENT_END and why.startswith("Extra content"):
        return _("On line %(line)d the file goes on after the end of its message.") % {"line": line}
    if error.code in (codes.ERR_DOCUMENT_END, codes.ERR_TAG_NOT_FINISHED, codes.ERR_GT_REQUIRED):
        return _("The file ends on line %(line)d in the middle of the message: it has been cut off.") % {
            "line": line
        }
    if error.code in (codes.ERR_INVALID_ENCODING, codes.I18N_CONV_FAILED):
        return _(
            "Line %(line)d is not written in the encoding that the file declares (or in UTF-8, if it declares none)."
        ) % {"line": line}
    if error.code == codes.ERR_INVALID_CHAR:
        return _("Line %(line)d has a character that XML does not allow.") % {"line": line}
    if error.code in (codes.ERR_UNKNOWN_ENCODING, codes.ERR_UNSUPPORTED_ENCODING):
        return _("The file is written in an encoding that is not known here: %(why)s.") % {"why": why}
    return _("Line %(line)d is not well-formed XML: %(why)s.") % {"line": line, "why": why}
