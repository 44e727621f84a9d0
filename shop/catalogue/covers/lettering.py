"""Setting type as outlines: a picture shown by <img> may load no fonts, so its letters must be drawn."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from fontTools.pens.basePen import BasePen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
LINKING = {
    "a",
    "an",
    "and",
    "at",
    "by",
    "de",
    "for",
    "from",
    "in",
    "la",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
    "&",
}
KEEP_WHOLE = ("Mn", "Mc", "Cf")  # combining marks and joiners: nothing without the letters around them


class Glyph(NamedTuple):
    """One letter of a face, in thousandths of an em, y downwards from the baseline."""

    name: str
    advance: int
    path: str
    top: int
    bottom: int


class Line(NamedTuple):
    """A line of text and its width in ems."""

    text: str
    width: float


class Face:
    """A typeface read from shop/catalogue/covers/fonts."""

    def __init__(self, file: str, prefix: str, cap_height: float) -> None:
        self.prefix = prefix
        self.cap_height = cap_height
        self._reading = Lock()  # fontTools unpacks a glyph on first use: no job for two threads at once
        font = TTFont(FONTS / file, lazy=True)
        self._glyphs = font.getGlyphSet()
        self._names: dict[int, str] = font.getBestCmap()
        self._kerning: dict[tuple[str, str], int] = font["kern"].kernTables[0].kernTable

    def has(self, text: str) -> bool:
        """Whether the face can set the whole text."""
        return all(ord(char) in self._names for char in text)

    @lru_cache(maxsize=1024)  # noqa: B019 - the faces live as long as the process
    def glyph(self, char: str) -> Glyph:
        """The letter's outline and advance."""
        name = self._names[ord(char)]
        outline, bounds = CompactPen(self._glyphs), BoundsPen(self._glyphs)
        with self._reading:
            self._glyphs[name].draw(outline)
            self._glyphs[name].draw(bounds)
            advance = self._glyphs[name].width
        _, low, _, high = bounds.bounds or (0, 0, 0, 0)
        return Glyph(f"{self.prefix}{ord(char):x}", advance, outline.written(), -high, -low)

    def kern(self, left: str, right: str) -> int:
        """By how much the pair is moved apart (negative: together), in thousandths of an em."""
        return self._kerning.get((self._names[ord(left)], self._names[ord(right)]), 0)

    def positions(self, text: str, tracking: float) -> tuple[list[int], int]:
        """Where each letter starts and where the last one ends, in thousandths of an em."""
        starts, x, last = [], 0.0, ""
        for char in text:
            if last:
                x += self.kern(last, char) + tracking * 1000
            starts.append(round(x))
            x += self.glyph(char).advance
            last = char
        return starts, round(x)

    def width(self, text: str, tracking: float = 0) -> float:
        """The text's width in ems."""
        return self.positions(text, tracking)[1] / 1000


class Unlettered:
    """Stands in for a face where none of ours has the letters: the viewer's own fonts set the text.

    Widths are generous guesses: an em for the wide letters of East Asia, less for others.
    """

    prefix = ""
    cap_height = 0.72

    def width(self, text: str, tracking: float = 0) -> float:
        """The text's width in ems, guessed."""
        return sum(self.advance(char) for char in text)

    @staticmethod
    def advance(char: str) -> float:
        """One letter's width in ems, guessed."""
        if unicodedata.category(char) in KEEP_WHOLE:
            return 0
        return 1.05 if unicodedata.east_asian_width(char) in "WF" else 0.7


class CompactPen(BasePen):
    """Writes an outline as a short SVG path: whole numbers, relative, y downwards."""

    def __init__(self, glyphs: object) -> None:
        super().__init__(glyphs)
        self._parts: list[str] = []
        self._at = (0, 0)

    def written(self) -> str:
        """The path so far."""
        return "".join(self._parts)

    def _relative(self, command: str, *points: tuple[float, float]) -> None:
        x0, y0 = self._at
        numbers = []
        for x, y in points:
            numbers += [round(x) - x0, -round(y) - y0]
        text = "".join(f"{n}" if i == 0 or n < 0 else f" {n}" for i, n in enumerate(numbers))
        self._parts.append(command + text)
        self._at = (round(points[-1][0]), -round(points[-1][1]))

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self._relative("m", pt)
        self._start = self._at

    def _lineTo(self, pt: tuple[float, float]) -> None:
        x, y = round(pt[0]), -round(pt[1])
        if y == self._at[1]:
            self._parts.append(f"h{x - self._at[0]}")
            self._at = (x, y)
        elif x == self._at[0]:
            self._parts.append(f"v{y - self._at[1]}")
            self._at = (x, y)
        else:
            self._relative("l", pt)

    def _qCurveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float]) -> None:
        self._relative("q", pt1, pt2)

    def _curveToOne(
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._relative("c", pt1, pt2, pt3)

    def _closePath(self) -> None:
        self._parts.append("z")
        self._at = self._start


@cache
def garamond() -> Face:
    """The serif."""
    return Face("EBGaramond-SemiBold.ttf", "g", 0.65)


@cache
def jost() -> Face:
    """The sans."""
    return Face("Jost-SemiBold.ttf", "j", 0.70)


def cleaned(text: str) -> str:
    """The text on one line, composed, without characters that nobody could see or XML could hold."""
    seen = (c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return unicodedata.normalize("NFC", " ".join("".join(seen).split()))


def face_for(text: str, preferred: Face) -> tuple[Face | Unlettered, str]:
    """The face that can set the text, and the text without the ornaments (emoji) that it lacks."""
    faces = (preferred, garamond(), jost())
    for face in faces:
        if face.has(text):
            return face, text
    for face in faces:
        lacking = {char for char in text if not face.has(char)}
        kept = " ".join("".join(c for c in text if c not in lacking).split())
        if kept and not any(unicodedata.category(char)[0] in "LNM" for char in lacking):
            return face, kept
    return Unlettered(), text


class Paragraph:
    """A text measured word by word, to be tried at one size after another. It may break at spaces and after hyphens."""

    def __init__(self, words: list[str], face: Face | Unlettered, tracking: float = 0) -> None:
        """`words` as `words_of` gives them: each with the space before it, if there is one."""
        self.face, self.tracking = face, tracking
        self.words = words
        self.widths = [face.width(word.lstrip(), tracking) for word in words]
        self.space = face.width(" ") + 2 * tracking

    def fits(self, room: float, lines: int) -> bool:
        """Whether the text goes into so many lines of `room` ems without cutting a word."""
        return max(self.widths, default=0) <= room and len(self._filled(room)) <= lines

    def broken(self, room: float) -> list[Line]:
        """The text in as few lines of `room` ems as it takes, evenly filled; words too long are cut."""
        if len(self.words) > 0 and max(self.widths) > room:
            cut = [piece for word in self.words for piece in self._pieces(word, room)]
            if cut != self.words:
                return Paragraph(cut, self.face, self.tracking).broken(room)
        count = len(self._filled(room))
        narrow, wide = max(self.widths, default=0), room
        for _ in range(8):  # the narrowest column that takes no more lines
            middle = (narrow + wide) / 2
            if len(self._filled(middle)) <= count:
                wide = middle
            else:
                narrow = middle
        lines = self._filled(wide)
        for line, following in pairwise(lines):  # "The Lord / of the Rings", not "The Lord of / the Rings"
            while links(line[-1]) and not all(links(word) for word in line[:-1]):
                if self._width([line[-1], *following]) > room:
                    break
                following.insert(0, line.pop())
        return [Line("".join(line).lstrip(), self._width(line)) for line in lines]

    def _width(self, words: list[str]) -> float:
        return self.face.width("".join(words).lstrip(), self.tracking)

    def _filled(self, room: float) -> list[list[str]]:
        lines: list[list[str]] = []
        x = room
        for word, width in zip(self.words, self.widths, strict=True):
            x += width + (self.space if word[0] == " " else 0)
            if x > room or not lines:
                lines.append([])
                x = width
            lines[-1].append(word)
        return lines

    def _pieces(self, word: str, room: float) -> list[str]:
        found, piece, width = [], "", 0.0
        for char in word:
            advance = self.face.width(char) + self.tracking if char != " " else 0
            if piece.strip() and width + advance > room and unicodedata.category(char) not in KEEP_WHOLE:
                found.append(piece)
                piece, width = "", 0.0
            piece += char
            width += advance
        return [*found, piece]


def words_of(text: str) -> list[str]:
    """The text's unbreakable parts, each with the space before it: "Catch-22 now" is "Catch-", "22", " now"."""
    return [part for part in re.split(r"(?= )|(?<=[^ -]-)(?=[^ -])", text) if part]


def links(word: str) -> bool:
    """Whether the word belongs to what follows it: a line should not end with it."""
    return word.strip().lower() in LINKING
