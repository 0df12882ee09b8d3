"""Derive strokes.txt and variants.txt beside this file from the Unihan database.

Only the standard library is used; the folder holds Unihan's text files, plain or packed with bzip2, as Debian's
package unicode-data 15.0.0-1 installs them:

    python3 resources/names/derive.py /usr/share/unicode
"""

from __future__ import annotations

import bz2
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SOURCE = (
    "# Derived from the Unihan database of Unicode 15.0.0 (© 2022 Unicode, Inc.; UNICODE-LICENSE.txt) by derive.py\n"
)
RELATIONS = ("kZVariant", "kSpoofingVariant", "kSemanticVariant", "kSimplifiedVariant", "kTraditionalVariant")
WIDTH = 64
FIRST_SYMBOL = ord("0")


def entries(folder: Path, name: str) -> Iterator[tuple[str, str, str]]:
    """The character, the property and its value of every line of a Unihan file."""
    packed = folder / f"{name}.txt.bz2"
    data = bz2.decompress(packed.read_bytes()) if packed.exists() else (folder / f"{name}.txt").read_bytes()
    for line in data.decode("utf-8").splitlines():
        if line.startswith("U+"):
            code, prop, value = line.split("\t")
            yield chr(int(code[2:], 16)), prop, value


def strokes(folder: Path) -> str:
    """Stretches of 64 code points, one symbol each: the number of strokes counted from "0"; "0" for no character."""
    counts = {
        ord(character): int(value.split()[0])
        for character, prop, value in entries(folder, "Unihan_IRGSources")
        if prop == "kTotalStrokes"
    }
    lines = []
    for start in sorted({code - code % WIDTH for code in counts}):
        symbols = (chr(FIRST_SYMBOL + counts.get(code, 0)) for code in range(start, start + WIDTH))
        lines.append(f"{start:X} {''.join(symbols)}\n")
    return SOURCE + "".join(lines)


def rank(character: str, listed: frozenset[str]) -> int:
    """How common a character is: 0 and 1 for the two levels of GB 2312, 2 for the national list, 3 for the rest."""
    try:
        row = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 2 if character in listed else 3
    return 0 if row < 0xD8 else 1


def variants(folder: Path) -> str:
    """Lines of a common character and the rarer ones that are written for it."""
    listed = frozenset(c for c, prop, _value in entries(folder, "Unihan_Readings") if prop == "kTGHZ2013")
    related: dict[str, dict[str, int]] = defaultdict(dict)
    for character, prop, value in entries(folder, "Unihan_Variants"):
        if prop not in RELATIONS:
            continue
        for part in value.split():
            other = chr(int(part.split("<")[0][2:], 16))
            for one, two in ((character, other), (other, character)):
                nearness = RELATIONS.index(prop)
                related[one][two] = min(nearness, related[one].get(two, nearness))
    plain = {}
    for character, others in related.items():
        best = min(others, key=lambda other: (rank(other, listed), others[other], ord(other)))
        if rank(best, listed) < rank(character, listed):
            plain[character] = best
    groups: dict[str, list[str]] = defaultdict(list)
    for character in sorted(plain):
        common = plain[character]
        while common in plain:
            common = plain[common]
        groups[common].append(character)
    return SOURCE + "".join(f"{common} {''.join(rare)}\n" for common, rare in sorted(groups.items()))


def main() -> None:
    """Write both files."""
    unihan = Path(sys.argv[1])
    (FOLDER / "strokes.txt").write_text(strokes(unihan), "utf-8", newline="\n")
    (FOLDER / "variants.txt").write_text(variants(unihan), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
