"""How a cover's parts are arranged: a dozen designs of one family. Each draws on the sheet it is given."""

from collections.abc import Callable

from .ornaments import (
    arches,
    broad,
    dots,
    endpaper,
    facets,
    quarters,
    rays,
    scallops,
    stripes,
    sunrise,
    waves,
)
from .sheet import NAMES, SANS, SERIF, WIDTH, Box, Sheet, Style


def centred(style: Style, largest: float) -> Style:
    """The style in the middle of its box."""
    return style._replace(largest=largest, across=0.5, down=0.5)


def grid(sheet: Sheet) -> None:
    """Rules and names on top, the title between them, a picture below."""
    ink, art = sheet.colours.ink, sheet.colours.art
    sheet.fill(Box(26, 26, 348, 5), art[3])
    sheet.names(Box(26, 40, 348, 26), ink, NAMES._replace(largest=21))
    sheet.fill(Box(26, 74, 348, 1), ink)
    sheet.title_block(Box(26, 92, 348, 152), SERIF._replace(largest=80), ink)
    ornament = sheet.chance.choice((quarters, facets, dots, scallops, arches))
    sheet.art(Box(0, 262, WIDTH, 338), ornament, art)


def bands(sheet: Sheet) -> None:
    """A paper-coloured belt between two bands of pattern."""
    colours = sheet.colours
    sheet.art(Box(0, 0, WIDTH, 138), endpaper, colours.art, again_at=462)
    sheet.fill(Box(0, 138, WIDTH, 324), colours.label)
    for y, thickness in ((138, 5), (147, 1), (452, 1), (457, 5)):
        sheet.fill(Box(0, y, WIDTH, thickness), colours.label_ink)
    sheet.title_block(Box(34, 170, 332, 190), centred(SERIF, 72), colours.label_ink)
    sheet.fill(Box(180, 378, 40, 2), colours.label_ink)
    sheet.names(Box(40, 390, 320, 48), colours.label_ink, centred(NAMES, 22))


def plain(sheet: Sheet) -> None:
    """Nothing but type in a double frame, and a small ornament."""
    ink = sheet.colours.ink
    sheet.frame(Box(18, 18, 364, 564), ink, 2.5)
    sheet.frame(Box(25, 25, 350, 550), ink, 0.8)
    sheet.title_block(Box(48, 70, 304, 320), SERIF._replace(largest=70, across=0.5, down=0.35), ink)
    sheet.art(Box(170, 412, 60, 60), endpaper_mark, sheet.colours.art)
    sheet.names(Box(48, 494, 304, 56), ink, centred(NAMES, 23))


def label(sheet: Sheet) -> None:
    """A paper label on a whole sheet of endpaper."""
    colours = sheet.colours
    sheet.art(Box(0, 0, WIDTH, 600), sheet.chance.choice((endpaper, scallops, endpaper)), colours.art)
    sheet.fill(Box(46, 118, 308, 290), colours.label)
    sheet.frame(Box(54, 126, 292, 274), colours.label_ink, 2)
    sheet.frame(Box(59, 131, 282, 264), colours.label_ink, 0.8)
    sheet.title_block(Box(74, 148, 252, 160), centred(SERIF._replace(smallest=17), 58), colours.label_ink)
    sheet.fill(Box(184, 322, 32, 1.5), colours.label_ink)
    sheet.names(Box(74, 332, 252, 52), colours.label_ink, centred(NAMES, 20))


def horizon(sheet: Sheet) -> None:
    """A large sans title in the sky, a figure rising from below."""
    ink, art = sheet.colours.ink, sheet.colours.art
    sheet.names(Box(30, 32, 340, 32), ink, NAMES)
    end = sheet.title_block(Box(30, 74, 340, 216), SANS, ink)
    top = min(max(end + 24, 230), 310)
    sheet.art(Box(0, top, WIDTH, 600 - top), sheet.chance.choice((sunrise, sunrise, rays)), art)


def arcade(sheet: Sheet) -> None:
    """A centred serif title over an arcade or waves."""
    ink, art = sheet.colours.ink, sheet.colours.art
    end = sheet.title_block(Box(34, 44, 332, 200), SERIF._replace(largest=80, across=0.5), ink)
    sheet.fill(Box(176, end + 8, 48, 2), art[2])
    sheet.names(Box(34, end + 20, 332, 46), ink, NAMES._replace(largest=23, across=0.5))
    top = min(max(end + 84, 250), 330)
    sheet.art(Box(0, top, WIDTH, 600 - top), sheet.chance.choice((arches, waves, waves)), art)


def blind(sheet: Sheet) -> None:
    """Stripes above, a sans title below, names at the foot."""
    ink, art = sheet.colours.ink, sheet.colours.art
    sheet.art(Box(0, 0, WIDTH, 276), sheet.chance.choice((stripes, waves, facets)), art)
    sheet.title_block(Box(28, 304, 344, 200), SANS, ink)
    sheet.fill(Box(28, 526, 344, 2), ink)
    sheet.names(Box(28, 536, 344, 44), ink, NAMES._replace(largest=22, down=0.4))


def poster(sheet: Sheet) -> None:
    """A square of tiles and a block of colour with the type in it."""
    ink, art = sheet.colours.ink, sheet.colours.art
    ornament = sheet.chance.choice((quarters, quarters, facets, dots))
    sheet.art(Box(0, 0, WIDTH, 330), ornament, art)
    sheet.title_block(Box(28, 356, 344, 156), SANS, ink)
    sheet.names(Box(28, 530, 344, 44), ink, NAMES._replace(largest=22, down=0.6))


def spine(sheet: Sheet) -> None:
    """A cloth strip of pattern along the back, as on a quarter-bound book."""
    ink, art = sheet.colours.ink, sheet.colours.art
    sheet.art(Box(0, 0, 96, 600), broad(sheet.chance.choice((scallops, endpaper, stripes, quarters))), art)
    sheet.fill(Box(96, 0, 4, 600), art[2])
    end = sheet.title_block(Box(124, 60, 250, 360), SERIF._replace(largest=76, smallest=17), ink)
    sheet.fill(Box(124, end + 12, 40, 3), art[3])
    sheet.names(Box(124, 500, 250, 64), ink, NAMES._replace(largest=22, down=1))


def endpaper_mark(width: float, height: float, colours: tuple[str, str, str, str], chance: object) -> str:
    """The shop's mark: four leaves and a bud."""
    c = width / 2
    leaf = f"M{c} {c}C{c} {c * 0.5} {c * 1.4} {c * 0.3} {c} 0C{c * 0.6} {c * 0.3} {c} {c * 0.5} {c} {c}z"
    leaves = "".join(f'<path d="{leaf}" transform="rotate({turn} {c} {c})"/>' for turn in range(0, 360, 45))
    return f'<g fill="{colours[3]}">{leaves}</g><circle cx="{c}" cy="{c}" r="4" fill="{colours[2]}"/>'


LAYOUTS: tuple[tuple[str, Callable[[Sheet], None]], ...] = (
    ("pale", grid),
    ("dark", grid),
    ("dark", bands),
    ("mid", bands),
    ("mid", plain),
    ("dark", plain),
    ("dark", label),
    ("mid", label),
    ("dark", horizon),
    ("mid", horizon),
    ("pale", horizon),
    ("dark", arcade),
    ("pale", arcade),
    ("mid", arcade),
    ("pale", blind),
    ("mid", blind),
    ("dark", poster),
    ("pale", poster),
    ("pale", spine),
    ("mid", spine),
)
