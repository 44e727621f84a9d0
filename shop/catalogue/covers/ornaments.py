"""The patterns of the drawn covers, after printed endpapers. Each fills a box of the given width and height from
four colours, quiet to loud, and may overrun it: whoever places it clips it."""

import math
from collections.abc import Callable
from random import Random

Colours = tuple[str, str, str, str]
Ornament = Callable[[float, float, Colours, Random], str]


def n(number: float) -> str:
    """A number as short as a picture needs it."""
    return f"{number:.1f}".rstrip("0").rstrip(".")


def quarters(width: float, height: float, colours: Colours, chance: Random) -> str:
    """Quarter circles in squares, turned by chance."""
    side = width / chance.choice((4, 5))
    parts = []
    for row in range(math.ceil(height / side)):
        for column in range(round(width / side)):
            x, y = column * side, row * side
            back, front = chance.sample(range(4), 2)
            turn = chance.choice((0, 90, 180, 270))
            square = (
                f'<path fill="{colours[back]}" d="M0 0h{n(side + 0.5)}v{n(side + 0.5)}h-{n(side + 0.5)}z"/>'
            )
            shape = chance.choice(("q", "q", "q", "l", "o"))
            if shape == "o":
                figure = f'<circle fill="{colours[front]}" cx="{n(side / 2)}" cy="{n(side / 2)}" r="{n(side / 3.2)}"/>'
            else:
                use = f'<use href="#{shape}" fill="{colours[front]}"'
                half = n(side / 2)
                figure = f'{use} transform="rotate({turn} {half} {half})"/>' if turn else f"{use}/>"
            parts.append(f'<g transform="translate({n(x)} {n(y)})">{square}{figure}</g>')
    s = n(side)
    shapes = (
        f'<path id="q" d="M0 0h{s}a{s} {s} 0 0 1-{s} {s}z"/>'
        f'<path id="l" d="M0 0a{s} {s} 0 0 1 {s} {s}a{s} {s} 0 0 1-{s}-{s}"/>'
    )
    return f"<defs>{shapes}</defs>" + "".join(parts)


def scallops(width: float, height: float, colours: Colours, chance: Random) -> str:
    """Overlapping waves of rings, as on Japanese papers."""
    radius = width / chance.choice((5, 6, 8))
    rings = [colours[3], colours[0], colours[1], colours[0], colours[2]]
    circles = "".join(
        f'<circle r="{n(radius * (1 - i * 0.2))}" fill="{colour}"/>' for i, colour in enumerate(rings)
    )
    parts, row = [], 0
    y = -radius * 0.3
    while y < height + radius:
        x = 0.0 if row % 2 else -radius
        while x <= width + radius:
            parts.append(f'<use href="#s" x="{n(x)}" y="{n(y)}"/>')
            x += 2 * radius
        y, row = y + radius / 2, row + 1
    return f'<defs><g id="s">{circles}</g></defs>' + "".join(parts)


def sunrise(width: float, height: float, colours: Colours, chance: Random) -> str:
    """A sun of rings over the lower edge."""
    centre = width * chance.choice((0.5, 0.5, 0.3, 0.7))
    reach = min(height * 0.97, width * 0.72)
    steps = chance.choice((5, 6, 7))
    return "".join(
        f'<circle cx="{n(centre)}" cy="{n(height)}" r="{n(reach * (steps - i) / steps)}"'
        f' fill="{colours[i % 3 if i < steps - 1 else 3]}"/>'
        for i in range(steps)
    )


def arches(width: float, height: float, colours: Colours, chance: Random) -> str:
    """An arcade of arches within arches."""
    bay = width / chance.choice((2, 3, 4))
    order = chance.sample((0, 1, 2, 3), 4)
    rings = [*order, order[0], order[2]]
    parts = []
    for i, index in enumerate(rings):
        inset = bay / 2 * i / len(rings)
        r = bay / 2 - inset
        parts.append(
            f'<path fill="{colours[index]}" d="M{n(inset)} {n(height)}V{n(bay / 2)}'
            f'a{n(r)} {n(r)} 0 0 1 {n(2 * r)} 0V{n(height)}z"/>'
        )
    columns = "".join(f'<use href="#a" x="{n(i * bay)}"/>' for i in range(1, round(width / bay)))
    return f'<g id="a">{"".join(parts)}</g>{columns}'


def stripes(width: float, height: float, colours: Colours, chance: Random) -> str:
    """Stripes that swell and fade, as light through a blind."""
    count = chance.choice((9, 11, 14))
    pitch = height / count
    flip = chance.random() < 0.5
    parts = []
    for i in range(count):
        share = (count - i) / count if flip else (i + 1) / count
        colour = colours[1 + (i * 5 // count) % 3]
        parts.append(
            f'<path fill="{colour}" d="M0 {n(i * pitch)}h{n(width)}v{n(max(pitch * share, 1.2))}h-{n(width)}z"/>'
        )
    return "".join(parts)


def waves(width: float, height: float, colours: Colours, chance: Random) -> str:
    """Combed marbling: one wave behind the other."""
    count = chance.choice((8, 10, 12))
    order = chance.sample((0, 1, 2, 3), 4)
    half = width / chance.choice((2, 3, 4))
    parts = []
    for i in range(count):
        y = height * (0.06 + 0.94 * i / count)
        rise = height / count * chance.uniform(0.8, 2.1)
        start = -half * chance.random() * 2
        bends = f"q{n(half / 2)} -{n(rise)} {n(half)} 0t{n(half)} 0" + f"t{n(half)} 0" * (
            math.ceil((width - start) / half) - 1
        )
        parts.append(
            f'<path fill="{colours[order[i % 4]]}" d="M{n(start)} {n(y)}{bends}V{n(height)}H{n(start)}z"/>'
        )
    return "".join(parts)


def endpaper(width: float, height: float, colours: Colours, chance: Random) -> str:
    """Crossed leaves with a bud between: the shop's own endpaper."""
    side = width / chance.choice((5, 6, 7, 8))
    h, s = n(side / 2), n(side)
    leaf = f"M0 0C{n(side * 0.3)} {n(side * 0.07)} {n(side * 0.48)} {n(side * 0.28)} {h} {h}"
    leaf += f"C{n(side * 0.21)} {n(side * 0.48)} {n(side * 0.07)} {n(side * 0.3)} 0 0z"
    leaves = "".join(f'<use href="#f" transform="rotate({turn} {h} {h})"/>' for turn in (90, 180, 270))
    d, r = n(side * 0.075), n(side * 0.05)
    return (
        f'<defs><pattern id="e" width="{s}" height="{s}" patternUnits="userSpaceOnUse">'
        f'<g fill="{colours[0]}"><path id="f" d="{leaf}"/>{leaves}</g>'
        f'<circle cx="{h}" cy="{h}" r="{r}" fill="{colours[2]}"/>'
        f'<path fill="{colours[1]}" d="M0 {n(side * 0.4)}l{d} {n(side * 0.1)}-{d} {n(side * 0.1)}z'
        f'M{s} {n(side * 0.4)}l-{d} {n(side * 0.1)} {d} {n(side * 0.1)}z"/>'
        f'<path fill="{colours[3]}" d="M{n(side * 0.42)} 0h{n(side * 0.16)}l-{n(side * 0.08)} {d}z'
        f'M{n(side * 0.42)} {s}h{n(side * 0.16)}l-{n(side * 0.08)}-{d}z"/>'
        f'</pattern></defs><path fill="url(#e)" d="M0 0h{n(width)}v{n(height)}H0z"/>'
    )


def rays(width: float, height: float, colours: Colours, chance: Random) -> str:
    """Beams from one point on the edge."""
    x, y = width * chance.choice((0, 0.5, 1)), height
    count = chance.choice((16, 20, 24))
    reach = width + height
    parts = []
    for i in range(0, count, 2):
        one, two = (math.pi * (1 + (i + k) / count) for k in (0, 1))
        parts.append(
            f'<path fill="{colours[(i // 2) % 3]}" d="M{n(x)} {n(y)}'
            f"L{n(x + reach * math.cos(one))} {n(y + reach * math.sin(one))}"
            f'L{n(x + reach * math.cos(two))} {n(y + reach * math.sin(two))}z"/>'
        )
    r = min(width, height)
    return "".join(parts) + "".join(
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r * size)}" fill="{colours[c]}"/>'
        for size, c in ((0.34, 3), (0.25, 1))
    )


def dots(width: float, height: float, colours: Colours, chance: Random) -> str:
    """A screen of dots that grow towards one corner."""
    columns = chance.choice((8, 10, 11))
    side = width / columns
    rows = math.ceil(height / side)
    corner = chance.choice((0, 1))
    sizes: dict[int, list[str]] = {}
    for row in range(rows):
        for column in range(columns):
            across = column / (columns - 1)
            share = (across if corner else 1 - across) * 0.5 + row / max(rows - 1, 1) * 0.5
            sizes.setdefault(round(share * 12), []).append(
                f"M{n((column + 0.5) * side)} {n((row + 0.5) * side)}h0"
            )
    screen = "".join(
        f'<path stroke-width="{n(side * (0.12 + 0.8 * size / 12))}" d="{"".join(points)}"/>'
        for size, points in sizes.items()
    )
    x, y, r = width * (0.68 if corner else 0.32), height * 0.52, min(width, height) * 0.33
    big = f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{colours[1]}"/>'
    return f'{big}<g stroke="{colours[3]}" stroke-linecap="round">{screen}</g>'


def broad(ornament: Ornament) -> Ornament:
    """The ornament three times as wide, to be seen in part: its figures keep their size in a narrow strip."""
    return lambda width, height, colours, chance: ornament(3 * width, height, colours, chance)


def facets(width: float, height: float, colours: Colours, chance: Random) -> str:
    """Triangles in rows, shaded by chance."""
    side = width / chance.choice((4, 5, 6))
    shapes: dict[str, list[str]] = {colour: [] for colour in colours}
    for row in range(math.ceil(height / side)):
        for column in range(round(width / side)):
            x, y = n(column * side), n(row * side)
            s = n(side)
            for path in (f"M{x} {y}h{s}v{s}z", f"M{x} {y}v{s}h{s}z") if (row + column) % 2 else (
                f"M{x} {y}h{s}l-{s} {s}z", f"M{n((column + 1) * side)} {y}v{s}h-{s}z",
            ):  # fmt: skip
                shapes[chance.choices(colours, (3, 2, 2, 1))[0]].append(path)
    return "".join(f'<path fill="{colour}" d="{"".join(paths)}"/>' for colour, paths in shapes.items())
