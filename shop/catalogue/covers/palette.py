"""The colours of a drawn cover, derived from its subject's, evenly to the eye (OKLCH)."""

import math
import re
from random import Random
from typing import NamedTuple

DEFAULT = "#3d4f5c"
READABLE = 5.0  # contrast of type with its ground; WCAG AA asks for 4.5


class Palette(NamedTuple):
    """The ground of the sheet, the type on it, the label laid on patterns, and the ornament's colours."""

    ground: str
    ink: str
    label: str
    label_ink: str
    art: tuple[str, str, str, str]  # from quiet to loud


def palette(colour: str, tone: str, chance: Random) -> Palette:
    """A palette from the subject's colour in one of three tones: dark, mid or pale."""
    _, chroma, hue = to_oklch(colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else DEFAULT)
    hue += chance.uniform(-14, 14)
    chroma = min(max(chroma * chance.uniform(0.9, 1.15), 0.035), 0.16)
    second = hue + chance.choice((45, -45, 150, 180, 205))
    cream = to_hex(0.955, *chance.choice(((0.024, 85), (0.022, 95), (0.014, hue))))
    night = to_hex(0.255, min(chroma, 0.05), hue)
    warm = to_hex(0.80, 0.105, chance.choice((78, 88, second)))
    accent = to_hex(0.66, 0.12, second)
    if tone == "pale":
        ground, ink = cream, to_hex(0.27, min(chroma, 0.06), hue)
        art = (to_hex(0.83, chroma * 0.55, hue), warm, accent, to_hex(0.43, chroma, hue))
    else:
        lightness = 0.31 if tone == "dark" else 0.47
        ground, ink = to_hex(lightness, chroma * (0.75 if tone == "dark" else 1), hue), cream
        art = (to_hex(lightness + 0.12, chroma, hue), accent, warm, cream)
    while contrast(ground, ink) < READABLE:
        lightness, *rest = to_oklch(ground)
        ground = to_hex(lightness - 0.02, rest[0], rest[1])
    return Palette(ground, ink, cream, night, art)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: str) -> list[float]:
    """Red, green and blue as amounts of light."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma, hue in degrees."""
    r, g, b = linear(colour)
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    b = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def to_hex(lightness: float, chroma: float, hue: float) -> str:
    """The colour as #rrggbb; what a screen cannot show is made duller until it can."""
    for step in range(12):
        channels = _srgb(lightness, chroma * (1 - step / 12), math.radians(hue))
        if all(-0.002 <= c <= 1.002 for c in channels):
            break
    return "#" + "".join(f"{round(255 * min(max(c, 0), 1)):02x}" for c in channels)


def _srgb(lightness: float, chroma: float, angle: float) -> list[float]:
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    light = (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
    return [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in light]
