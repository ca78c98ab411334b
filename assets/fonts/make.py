#!/usr/bin/env python3
"""Fonts of reports: made of Source Sans 3 (Adobe, SIL Open Font License), once, and committed.

    npm pack source-sans@3.52.0 && tar xzf source-sans-3.52.0.tgz
    pip install fonttools==4.68.0
    assets/fonts/make.py package/TTF assets/fonts

What is left: Latin with all its accents, Greek, punctuation, arrows and signs; outlines, widths and kerning. "Source" is a reserved name, so
what was changed has another one; its copyright and licence stay in the files and in docs/fonts-OFL.txt.
"""
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FACES = {"Regular": "Regular", "Semibold": "Semibold"}
RANGES = [(0x20, 0x7E), (0xA0, 0x24F), (0x2BB, 0x2DD), (0x370, 0x3FF), (0x1E80, 0x1E9E), (0x1EF2, 0x1EF3), (0x2010, 0x2015), (0x2018, 0x2027),
          (0x2030, 0x203A), (0x2044, 0x2044), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x2126), (0x2150, 0x215F), (0x2190, 0x2199),
          (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2605, 0x2606), (0x2610, 0x2612), (0x2713, 0x2717)]


def main(source, to):
    for face, name in FACES.items():
        options = subset.Options(hinting=False, layout_features=["kern"], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True,
                                 glyph_names=False, legacy_kern=False, drop_tables=["DSIG", "GDEF", "GSUB", "BASE", "STAT", "meta", "VORG"])
        font = TTFont(source / f"SourceSans3-{face}.ttf", recalcTimestamp=False)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
        cutter.subset(font)
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6):
                record.string = {1: "Fieldhub Sans", 3: f"FieldhubSans-{name}; of Source Sans 3", 4: f"Fieldhub Sans {name}",
                                 6: f"FieldhubSans-{name}"}[record.nameID]
        font.save(to / f"FieldhubSans-{name}.ttf", reorderTables=True)


main(Path(sys.argv[1]), Path(sys.argv[2]))
