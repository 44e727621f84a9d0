"""The sheet a cover is drawn on: fills, ornaments, and type fitted to its box."""

from collections.abc import Callable
from html import escape
from random import Random
from typing import NamedTuple

from .lettering import Face, Glyph, Line, Paragraph, Unlettered, face_for, garamond, jost, words_of
from .ornaments import Colours, Ornament, n
from .palette import Palette

WIDTH, HEIGHT = 400, 600


class Box(NamedTuple):
    """A part of the sheet."""

    x: float
    y: float
    width: float
    height: float


class Style(NamedTuple):
    """How a text is set: its face, largest and smallest size, where it stands in its box (0 start to 1 end)."""

    face: Callable[[], Face]
    largest: float
    smallest: float
    across: float = 0
    down: float = 0
    leading: float = 1.04
    tracking: float = 0


SERIF = Style(garamond, 92, 21, leading=0.98)
SANS = Style(jost, 84, 19, leading=1.02, tracking=-0.012)
SMALL = Style(garamond, 21, 15, leading=1.12)
NAMES = Style(jost, 24, 14, leading=1.2, tracking=0.01)


class Block(NamedTuple):
    """A text fitted to a width: its lines and their size."""

    lines: list[Line]
    face: Face | Unlettered
    size: float
    style: Style

    @property
    def height(self) -> float:
        """From the top of the capitals to below the last descender."""
        lines = (len(self.lines) - 1) * self.style.leading
        return self.size * (lines + self.face.cap_height + 0.24) if self.lines else 0


def fitted(text: str, style: Style, width: float, height: float) -> Block:
    """The text as large as goes into the box; what is too long even for the smallest size loses its end."""
    face, text = face_for(text, style.face())
    paragraph = Paragraph(words_of(text), face, style.tracking)
    size = style.largest
    while size > style.smallest and not paragraph.fits(width / size, line_count(height, size, style)):
        size *= 0.95
    size = round(max(size, style.smallest), 1)
    lines = paragraph.broken(width / size)
    room = line_count(height, size, style)
    if len(lines) > room:
        last = lines[room - 1].text.rstrip("… ,;:-")
        while face.width(last + "…", style.tracking) > width / size:
            last = last[:-1].rstrip()
        lines = [*lines[: room - 1], Line(last + "…", face.width(last + "…", style.tracking))]
    return Block(lines, face, size, style)


def line_count(height: float, size: float, style: Style) -> int:
    """How many lines of this size go into the height; one always does."""
    return max(1, int((height / size - 0.94) / style.leading + 1))


class Sheet:
    """The cover being drawn: what stands on it so far, and the letters it uses."""

    def __init__(self, *, title: str, subtitle: str, byline: str, colours: Palette, chance: Random) -> None:
        self.title, self.subtitle, self.byline = title, subtitle, byline
        self.colours, self.chance = colours, chance
        self._parts: list[str] = []
        self._letters: dict[str, Glyph] = {}
        self.fill(Box(0, 0, WIDTH, HEIGHT), colours.ground)

    def fill(self, box: Box, colour: str) -> None:
        """A plain rectangle."""
        x, y, width, height = map(n, box)
        self._parts.append(f'<path fill="{colour}" d="M{x} {y}h{width}v{height}h-{width}z"/>')

    def frame(self, box: Box, colour: str, thickness: float = 1) -> None:
        """The outline of a rectangle."""
        x, y, width, height = map(n, box)
        outline = f"M{x} {y}h{width}v{height}h-{width}z"
        self._parts.append(
            f'<path fill="none" stroke="{colour}" stroke-width="{n(thickness)}" d="{outline}"/>'
        )

    def art(self, box: Box, ornament: Ornament, colours: Colours, *, again_at: float | None = None) -> None:
        """The ornament, clipped to its box; once more further down if asked."""
        x, y, width, height = map(n, box)
        drawn = ornament(box.width, box.height, colours, self.chance)
        self._parts.append(f'<svg id="art" x="{x}" y="{y}" width="{width}" height="{height}">{drawn}</svg>')
        if again_at is not None:
            self._parts.append(f'<use href="#art" y="{n(again_at - box.y)}"/>')

    def title_block(self, box: Box, style: Style, colour: str) -> float:
        """The title, and under it the subtitle if there is one; returns where they end."""
        small = SMALL._replace(across=style.across)
        under = fitted(self.subtitle, small, min(box.width, 330), min(box.height * 0.3, 75))
        gap = 14 if under.lines else 0
        head = fitted(self.title, style, box.width, box.height - under.height - gap)
        y = box.y + (box.height - head.height - gap - under.height) * style.down
        self._set(head, box, y, colour)
        self._set(under, box, y + head.height + gap, colour)
        return y + head.height + gap + under.height

    def names(self, box: Box, colour: str, style: Style = NAMES) -> None:
        """Who wrote it."""
        block = fitted(self.byline, style, box.width, box.height)
        self._set(block, box, box.y + (box.height - block.height) * style.down, colour)

    def _set(self, block: Block, box: Box, y: float, colour: str) -> None:
        baseline = y + block.size * block.face.cap_height
        for line in block.lines:
            if isinstance(block.face, Face):
                x = box.x + (box.width - line.width * block.size) * block.style.across
                self._set_outlines(line.text, block, (x, baseline), colour)
            else:
                x = box.x + box.width * block.style.across
                self._set_text(line.text, block, (x, baseline), colour)
            baseline += block.size * block.style.leading

    def _set_text(self, text: str, block: Block, at: tuple[float, float], colour: str) -> None:
        anchor = ("start", "middle", "end")[round(2 * block.style.across)]
        self._parts.append(
            f'<text x="{n(at[0])}" y="{n(at[1])}" font-size="{n(block.size)}" font-family="serif"'
            f' text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
        )

    def _set_outlines(self, text: str, block: Block, at: tuple[float, float], colour: str) -> None:
        assert isinstance(block.face, Face)
        starts, _end = block.face.positions(text, block.style.tracking)
        letters = []
        for char, start in zip(text, starts, strict=True):
            glyph = block.face.glyph(char)
            if glyph.path:
                self._letters[glyph.name] = glyph
                letters.append(
                    f'<use href="#{glyph.name}" x="{start}"/>' if start else f'<use href="#{glyph.name}"/>'
                )
        scale = f"{block.size / 1000:.4f}".lstrip("0")
        self._parts.append(
            f'<g fill="{colour}" transform="translate({n(at[0])} {n(at[1])})scale({scale})">{"".join(letters)}</g>'
        )

    def document(self) -> str:
        """The finished SVG."""
        letters = "".join(f'<path id="{glyph.name}" d="{glyph.path}"/>' for glyph in self._letters.values())
        label = escape(", ".join(part for part in (self.title, self.byline) if part))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
            f' height="{HEIGHT}" role="img" aria-label="{label}"><defs>{letters}</defs>{"".join(self._parts)}</svg>'
        )
