"""The covers that the shop draws."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random
from threading import Barrier
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from shop.catalogue.covers import draw_cover
from shop.catalogue.covers.lettering import Face, garamond, words_of
from shop.catalogue.covers.palette import contrast, palette, to_hex, to_oklch

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = ["#7a2e2a", "#1f4e5f", "#2f5d3a", "#8a5a1c", "#4a3a6b", "#ffffff", "#000000", "#ffff00", ""]
TITLES = [
    "It",
    "",
    "1984",
    "Middlemarch",
    "The Lion, the Witch and the Wardrobe",
    "<script>alert('1')</script> & \"co\"",
    "Supercalifragilisticexpialidocious Slaughterhouse-Five",
    "W" * 1000,
    "word " * 200,
    "The Strange Case of Dr Jekyll and Mr Hyde and Other Tales of Terror, with an Introduction, Notes and Essays",
    "Le Petit Prince 😀",
    "😀😀",
    "ألف ليلة وليلة",
    "吾輩は猫である" * 12,
    "Война и мир",
    "Ὀδύσσεια",
    "Dziady część III",
    "bell\x07 null\x00 \ud800 override\u202e \ufffe\uffff",
    "e\u0301 decomposed",
    "- -- --- a-b-c-",
]
BYLINES = [
    "",
    "Ann Lee",
    "Gabriel García Márquez, Gregory Rabassa and Nobody Else At All Of Very Long Name",
    "刘慈欣",
]


class Extent(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Extent") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: "Extent") -> bool:
        slack = 0.6  # numbers are rounded to a tenth, curves are measured by their control points
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


def drawn(seed="9780000000001", **changes):
    words = {"title": "Persuasion", "subtitle": "", "byline": "Jane Austen", "colour": "#1f4e5f"} | changes
    return draw_cover(seed=seed, **words)


def every_kind_of_cover():
    """Each title under seeds enough to meet every layout."""
    for number, title in enumerate(TITLES):
        for seed in range(30):
            yield drawn(
                seed=f"{seed}-{number}",
                title=title,
                subtitle="A Novel of the Sea & its People" if seed % 3 == 0 else "",
                byline=BYLINES[seed % len(BYLINES)],
                colour=COLOURS[seed % len(COLOURS)],
            )


@cache
def outline_box(path):
    """The extent of an outline in relative commands, its curves' control points included."""
    across, down = zip(*path_points(path), strict=True)
    return min(across), min(down), max(across), max(down)


def path_points(path):
    x = y = start_x = start_y = 0
    for command, numbers in re.findall(r"([mlhvqcz])([^mlhvqcz]*)", path):
        values = [int(number) for number in re.findall(r"-?\d+", numbers)]
        if command == "z":
            x, y = start_x, start_y
        elif command == "h":
            x += values[0]
        elif command == "v":
            y += values[0]
        else:
            points = [(x + a, y + b) for a, b in zip(values[::2], values[1::2], strict=True)]
            yield from points
            x, y = points[-1]
        if command == "m":
            start_x, start_y = x, y
        yield x, y


def plain_box(path):
    """The extent of a filled rectangle, or None for any other figure."""
    found = re.fullmatch(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path.get("d", ""))
    if not found or path.get("fill") == "none":
        return None
    x, y, width, height = map(float, found.groups())
    return Extent(x, y, x + width, y + height)


def grounds_and_lines(svg):
    """What is painted, in order: (extent, colour) of plain fills, (extent, None) of pictures; and lines of type
    as (extent, colour, what was painted before it)."""
    root = ElementTree.fromstring(svg)
    outlines = {path.get("id"): outline_box(path.get("d")) for path in root[0]}
    painted, lines = [], []
    for part in root[1:]:
        if part.tag == f"{SVG}path":
            if box := plain_box(part):
                painted.append((box, part.get("fill")))
        elif part.tag == f"{SVG}svg":
            x, y, width, height = (float(part.get(name)) for name in ("x", "y", "width", "height"))
            painted.append((Extent(x, y, x + width, y + height), None))
            art = painted[-1][0]
        elif part.tag == f"{SVG}use":
            down = float(part.get("y"))
            painted.append((art._replace(top=art.top + down, bottom=art.bottom + down), None))
        elif part.tag == f"{SVG}g":
            x, y, scale = map(float, re.findall(r"-?[\d.]+", part.get("transform")))
            corners = [
                (x + scale * (float(use.get("x", 0)) + px), y + scale * py)
                for use in part
                for left, top, right, bottom in [outlines[use.get("href")[1:]]]
                for px, py in [(left, top), (right, bottom)]
            ]
            across, down = zip(*corners, strict=True)
            extent = Extent(min(across), min(down), max(across), max(down))
            lines.append((extent, part.get("fill"), list(painted)))
    return lines


def test_a_cover_is_a_well_formed_picture_of_two_by_three():
    root = ElementTree.fromstring(drawn())
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 400 600"
    assert root.get("aria-label") == "Persuasion, Jane Austen"


def test_the_same_words_and_seed_give_the_same_cover_and_another_seed_another():
    assert drawn() == drawn()
    assert len({drawn(seed=str(number)) for number in range(20)}) == 20


def test_any_title_gives_well_formed_xml_without_script_or_style():
    for svg in every_kind_of_cover():
        root = ElementTree.fromstring(svg)
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {"svg", "defs", "path", "circle", "g", "use", "pattern", "text"}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "class")}


def test_type_stays_within_the_sheet_and_stands_on_one_plain_colour_it_contrasts_with():
    seen = 0
    for svg in every_kind_of_cover():
        for extent, colour, painted in grounds_and_lines(svg):
            ground, ground_colour = [(box, fill) for box, fill in painted if box.overlaps(extent)][-1]
            assert ground.holds(extent), (extent, ground)
            assert Extent(8, 8, 392, 592).holds(extent), extent
            assert ground_colour is not None, "type on an ornament"
            assert contrast(ground_colour, colour) >= 4.5
            seen += 1
    assert seen > 1000


def test_lines_of_type_do_not_run_into_each_other():
    for svg in every_kind_of_cover():
        extents = [extent for extent, *_ in grounds_and_lines(svg)]
        for number, one in enumerate(extents):
            for other in extents[number + 1 :]:
                shared = min(one.bottom, other.bottom) - max(one.top, other.top)
                assert not one.overlaps(other) or shared < 0.3 * (one.bottom - one.top), (one, other)


def letters(svg):
    """The characters drawn, by the code in each letter's name."""
    return {chr(int(code, 16)) for code in re.findall(r'<path id="[gj]([0-9a-f]+)"', svg)}


def test_the_letters_drawn_are_those_of_the_title_and_the_authors():
    assert letters(drawn(title="Emma", byline="Jo Ox")) == set("EmaJoOx")


def test_an_emoji_is_left_out_and_the_rest_is_set():
    assert letters(drawn(title="Le Prince 😀", byline="")) == set("LePrince")


@pytest.mark.parametrize("title", ["ألف ليلة وليلة", "吾輩は猫である"])
def test_scripts_that_the_fonts_lack_are_left_to_the_viewers_fonts(title):
    root = ElementTree.fromstring(drawn(title=title))
    text = "".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    assert set(title) - {" "} == set(text) - {" "}


@pytest.mark.parametrize("title", ["Война и мир", "Οδύσσεια", "Dziady część"])
def test_greek_cyrillic_and_polish_are_set_in_our_own_type(title):
    svg = drawn(title=title, byline="")
    assert "<text" not in svg
    assert letters(svg) == set(title) - {" "}


def test_a_long_byline_names_the_first_and_others():
    label = ElementTree.fromstring(drawn(byline=", ".join(f"Author Number {n}" for n in range(12)))).get(
        "aria-label"
    )
    assert label == "Persuasion, Author Number 0, Author Number 1 and others"


def test_a_very_long_title_ends_with_an_ellipsis_after_a_whole_word():
    label = ElementTree.fromstring(drawn(title="longest " * 200, byline="")).get("aria-label")
    assert re.fullmatch(r"(longest )+longest…", label)
    assert len(label) <= 151


def test_words_part_at_spaces_and_after_hyphens():
    assert words_of("Catch-22 now") == ["Catch-", "22", " now"]


def test_type_is_kerned():
    assert garamond().width("AV") < garamond().width("A") + garamond().width("V")


def test_a_palette_keeps_type_readable_whatever_the_subjects_colour():
    for number, colour in enumerate(COLOURS * 20):
        for tone in ("dark", "mid", "pale"):
            colours = palette(colour, tone, Random(number))
            assert contrast(colours.ground, colours.ink) >= 4.5
            assert contrast(colours.label, colours.label_ink) >= 4.5


def test_colours_survive_the_way_through_oklch():
    for colour in ("#1f4e5f", "#7a2e2a", "#ffffff", "#000000"):
        assert to_hex(*to_oklch(colour)) == colour


def test_covers_are_drawn_by_many_threads_at_once():
    """A letter is unpacked from the font on first use, which fontTools cannot do twice at the same time."""
    letters = [chr(code) for code in range(0x21, 0x17F) if chr(code).isalpha()]
    for _ in range(5):
        face = Face("EBGaramond-SemiBold.ttf", "t", 0.65)
        start = Barrier(8)

        def draw(face=face, start=start):
            start.wait()
            return [face.glyph.__wrapped__(face, letter) for letter in letters if face.has(letter)]

        with ThreadPoolExecutor(8) as threads:
            drawn = [future.result() for future in [threads.submit(draw) for _ in range(8)]]

        assert all(each == drawn[0] for each in drawn)
