"""Fetch and cut the fonts of screen and paper into `resources/fonts`, which git ignores.

Noto Sans SC is shipped as one variable TrueType file; reportlab draws only its default (thin) instance, so
static Regular and Bold are cut from it. What it lacks of the Chinese characters comes from Noto Sans CJK, whose
outlines reportlab cannot read, as a small TrueType font of its own: Zhaohu Rare. Run by dev.py inside the
virtual environment; needs fontTools and pip. Does nothing when the folder holds what this recipe makes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
_SCRATCH = "making-"
RECORD = "fonts.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel that holds a font: its pin, its hash, and what is taken out of it."""

    pin: str
    sha256: str
    font: str
    licence: str


NOTO_SC = Package(
    "justmytype-intl-cjk==0.1.0",
    "06d9665542bfcad373716bb80583aa2d9bb2086a054fe11f706b9bd41e03f256",
    "justmytype_intl_cjk/fonts/ofl/notosanssc/NotoSansSC[wght].ttf",
    "justmytype_intl_cjk/fonts/ofl/notosanssc/OFL.txt",
)
NOTO_CJK = Package(
    "noto-cjk-sans-otc==0.0.1",
    "44596df7f0c1590cb9c4cfe85b9213b7e91e1086a8a024f1a05df6d6badd33ec",
    "noto_cjk_sans_otc/NotoSansCJK-Regular.ttc",
    "noto_cjk_sans_otc-0.0.1.dist-info/licenses/LICENSE",
)
WEIGHTS = {"Regular": 400, "Bold": 700}
RARE_FAMILY = "Zhaohu Rare"
# Radicals, extension A, unified, compatibility, and the two planes of further ideographs.
CJK_RANGES = ((0x2E80, 0x2FDF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
MAX_ERROR_UNITS = 1.0  # how far a quadratic outline may lie from the cubic one, of 1000 units per em


class CannotFetch(Exception):  # noqa: N818 - not a fault of the program
    """The font packages did not come, or are not the ones that were pinned."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def recipe() -> str:
    """What the fonts are made by: this file's text; a change of it makes them anew."""
    text = Path(__file__).read_text("utf-8")  # newlines normalised, so Windows checkouts agree
    return hashlib.sha256(text.encode()).hexdigest()


def is_current(folder: Path) -> bool:
    """Whether `folder` holds, unharmed, what this recipe makes."""
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        return record["recipe"] == recipe() and all(
            sha256_of(folder / name) == digest for name, digest in record["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def fetch(packages: tuple[Package, ...], folder: Path) -> dict[str, Path]:
    """Download the wheels through pip, which checks their hashes.

    Raises:
        CannotFetch: No network, no such package, or another hash than the pinned one.
    """
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{p.pin} --hash=sha256:{p.sha256}\n" for p in packages), "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--require-hashes", "--only-binary=:all:", "--dest", str(folder), "-r", str(pins)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if "ERROR" in line), "pip gave no reason")
        raise CannotFetch(
            f"The font packages could not be fetched ({reason.strip()}). "
            "Check the network and pip's index setting, then run: python3 installer/dev.py fonts"
        )
    found = {sha256_of(wheel): wheel for wheel in folder.glob("*.whl")}
    return {package.pin: found[package.sha256] for package in packages}


def unpack(wheel: Path, member: str, target: Path) -> Path:
    """Write one member of a wheel to `target`."""
    with zipfile.ZipFile(wheel) as archive:
        target.write_bytes(archive.read(member))
    return target


def cut_weight(source: Path, style: str, target: Path) -> None:
    """Cut one static weight, with every character but without layout features, out of the variable font."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    font = TTFont(source, lazy=True, recalcTimestamp=False)
    options = subset.Options(layout_features=[], name_IDs=["*"], hinting=False, notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "vhea", "vmtx"]
    cutter = subset.Subsetter(options)  # first: fewer glyphs and tables to interpolate
    cutter.populate(unicodes=font.getBestCmap())
    cutter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS[style]}, inplace=True, optimize=False)
    rename_weight(font, style)
    font.save(target)


def rename_weight(font, style: str) -> None:
    """Make the names and flags say family Noto Sans SC and the style, instead of the variable font's Thin."""
    bold = style == "Bold"
    names = {1: "Noto Sans SC", 2: style, 4: "Noto Sans SC Bold" if bold else "Noto Sans SC"}
    names |= {3: f"2.004;ADBO;NotoSansSC-{style}", 6: f"NotoSansSC-{style}"}
    table = font["name"]
    table.names = [n for n in table.names if n.nameID < 16]
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[style]
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0


def cut_rare(main: Path, collection: Path, target: Path) -> None:
    """Make Zhaohu Rare: the Chinese characters that Noto Sans SC lacks, as TrueType outlines."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTCollection, TTFont

    have = TTFont(main, lazy=True).getBestCmap()
    fonts = TTCollection(collection, lazy=True).fonts
    # All members share one glyph set; the simplified Chinese one decides first which shape a character has.
    fonts = sorted(fonts, key=lambda font: not font["name"].getDebugName(6).startswith("NotoSansCJKsc"))
    shapes: dict[int, str] = {}
    for font in fonts:
        for code, glyph in font.getBestCmap().items():
            if code not in have and any(first <= code <= last for first, last in CJK_RANGES):
                shapes.setdefault(code, glyph)
    source = fonts[0]
    outlines, advances = source.getGlyphSet(), source["hmtx"].metrics
    glyphs, metrics = {}, {}
    for name in [".notdef", *dict.fromkeys(shapes[code] for code in sorted(shapes))]:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, MAX_ERROR_UNITS, reverse_direction=True))
        glyphs[name] = pen.glyph()
        metrics[name] = advances[name][0]
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(shapes)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({n: (width, glyphs[n].xMin if glyphs[n].numberOfContours else 0)
                                    for n, width in metrics.items()})  # fmt: skip
    line = source["hhea"]
    builder.setupHorizontalHeader(ascent=line.ascent, descent=line.descent)
    name_rare(builder, source)
    builder.setupOS2(usWinAscent=line.ascent, usWinDescent=-line.descent, sTypoAscender=line.ascent,
                     sTypoDescender=line.descent, usWeightClass=400, fsSelection=0x40)  # fmt: skip
    builder.setupPost(keepGlyphNames=False)
    moment = source["head"].modified
    builder.updateHead(created=moment, modified=moment)
    builder.font.recalcTimestamp = False
    builder.save(target)


def name_rare(builder, source) -> None:
    """Give Zhaohu Rare its names: its own family, for it is a changed font, and whose work it is."""
    table = source["name"]
    builder.setupNameTable(
        {
            "copyright": table.getDebugName(0),
            "familyName": RARE_FAMILY,
            "styleName": "Regular",
            "uniqueFontIdentifier": "ZhaohuRare-Regular",
            "fullName": RARE_FAMILY,
            "version": "Version 1.000",
            "psName": "ZhaohuRare-Regular",
            "licenseDescription": table.getDebugName(13),
            "licenseInfoURL": table.getDebugName(14),
        },
        mac=False,
    )


def build(folder: Path) -> None:
    """Fetch the packages and write the three fonts, their licences and the record into `folder`.

    Raises:
        CannotFetch: The packages did not come.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_SCRATCH}*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder) as scratch:
        work, made = Path(scratch), Path(scratch, "made")
        made.mkdir()
        wheels = fetch((NOTO_SC, NOTO_CJK), work)
        main = unpack(wheels[NOTO_SC.pin], NOTO_SC.font, work / "main.ttf")
        cjk = unpack(wheels[NOTO_CJK.pin], NOTO_CJK.font, work / "cjk.ttc")
        unpack(wheels[NOTO_SC.pin], NOTO_SC.licence, made / "OFL-NotoSansSC.txt")
        unpack(wheels[NOTO_CJK.pin], NOTO_CJK.licence, made / "OFL-ZhaohuRare.txt")
        with ProcessPoolExecutor(max_workers=3) as pool:
            jobs = [pool.submit(cut_weight, main, style, made / f"NotoSansSC-{style}.ttf") for style in WEIGHTS]
            jobs.append(pool.submit(cut_rare, main, cjk, made / "ZhaohuRare.ttf"))
            for job in jobs:
                job.result()
        files = {path.name: sha256_of(path) for path in sorted(made.iterdir())}
        for name in files:
            (made / name).replace(folder / name)
    record = {"recipe": recipe(), "packages": {p.pin: p.sha256 for p in (NOTO_SC, NOTO_CJK)}, "files": files}
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Make the fonts unless they are there; 0 done, 1 they could not be fetched."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FONTS, help="where the fonts go")
    folder = parser.parse_args(arguments).folder
    if is_current(folder):
        return 0
    try:
        build(folder)
    except CannotFetch as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
