"""Makes the two fonts of the drawn covers from their npm packages; see README.md beside it.

python shop/catalogue/covers/fonts/build.py NODE_MODULES
"""

import sys
from pathlib import Path

from fontTools.merge import Merger, Options
from fontTools.subset import Options as SubsetOptions
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

HERE = Path(__file__).parent
FACES = {"eb-garamond": "EBGaramond-SemiBold", "jost": "Jost-SemiBold"}
SCRIPTS = ["latin", "latin-ext", "greek", "cyrillic"]
KEPT = [
    *range(0x20, 0x250), *range(0x370, 0x400), *range(0x400, 0x460), 0x490, 0x491, *range(0x1E00, 0x1F00),
    *range(0x2010, 0x2045), 0x20AC, 0x2116, 0x2122,
]  # fmt: skip
KERNED = [*range(0x20, 0x7F), *range(0xC0, 0x180), 0x2018, 0x2019, 0x201C, 0x201D]


def build(package: str, name: str, node_modules: Path) -> None:
    """Join the package's files by script, keep outlines, advances and kerning of Latin letters."""
    folder = node_modules / "@fontsource" / package
    files = [folder / "files" / f"{package}-{script}-600-normal.woff2" for script in SCRIPTS]
    plain = []
    for file in files:
        if file.exists():
            font = TTFont(file)
            font.flavor = None
            plain.append(HERE / f"{file.stem}.tmp")
            font.save(plain[-1])
    font = Merger(Options(drop_tables=["GSUB", "GDEF", "STAT", "DSIG", "MATH"])).merge(
        [str(p) for p in plain]
    )
    for path in plain:
        path.unlink()
    pairs = kerning(font)
    subsetter = Subsetter(SubsetOptions(layout_features=[], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=KEPT)
    subsetter.subset(font)
    if pairs:
        kern, table = newTable("kern"), KernTable_format_0()
        table.coverage, table.tupleIndex, table.kernTable = 1, None, pairs
        kern.version, kern.kernTables = 0, [table]
        font["kern"] = kern
    font.save(HERE / f"{name}.ttf")
    (HERE / f"{name}.LICENSE.txt").write_text((folder / "LICENSE").read_text())


def kerning(font: TTFont) -> dict[tuple[str, str], int]:
    """The pair adjustments that GPOS gives the letters most titles are set in, in font units."""
    cmap = font.getBestCmap()
    letters = [cmap[code] for code in KERNED if code in cmap]
    pairs: dict[tuple[str, str], int] = {}
    features = [f.Feature for f in font["GPOS"].table.FeatureList.FeatureRecord if f.FeatureTag == "kern"]
    for index in sorted({i for feature in features for i in feature.LookupListIndex}):
        for subtable in font["GPOS"].table.LookupList.Lookup[index].SubTable:
            subtable = getattr(subtable, "ExtSubTable", subtable)
            if subtable.LookupType == 2:
                add_pairs(subtable, letters, pairs)
    return {pair: value for pair, value in pairs.items() if abs(value) >= 4}


def add_pairs(subtable, letters: list[str], pairs: dict[tuple[str, str], int]) -> None:  # type: ignore[no-untyped-def]
    """Add one pair-positioning subtable's values, single glyphs (format 1) or classes (format 2)."""
    for left in (letter for letter in subtable.Coverage.glyphs if letter in letters):
        if subtable.Format == 1:
            records = subtable.PairSet[subtable.Coverage.glyphs.index(left)].PairValueRecord
            values = {record.SecondGlyph: record.Value1 for record in records}
        else:
            row = subtable.Class1Record[subtable.ClassDef1.classDefs.get(left, 0)].Class2Record
            values = {right: row[subtable.ClassDef2.classDefs.get(right, 0)].Value1 for right in letters}
        for right in letters:
            if right in values and values[right] is not None:
                pairs.setdefault((left, right), getattr(values[right], "XAdvance", 0))


if __name__ == "__main__":
    for package, name in FACES.items():
        build(package, name, Path(sys.argv[1]))
