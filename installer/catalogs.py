"""Collect the words to translate, bring the catalogs up to date, compile them; run by dev.py.

Domain `zhaohu`: the English msgids of the code, translated in i18n/zh_CN. Domain `forms`: the official Chinese
terms of the form files and code lists, translated in i18n/en.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = ROOT / "i18n"
SOURCE = ROOT / "desktop" / "zhaohu"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def words_of_code(source: Path = SOURCE) -> Catalog:
    """Every marked msgid of the program, with the files it stands in."""
    template = Catalog(domain="zhaohu")
    found = extract_from_dir(source, [("**.py", "python")], keywords=KEYWORDS, comment_tags=["Translators:"])
    for name, _line, message, comments, context in found:
        place = (source.relative_to(ROOT) / name).as_posix()
        template.add(message, locations=[(place, None)], auto_comments=comments, context=context)
    return template


def words_of_forms(resources: Path = ROOT / "resources") -> Catalog:
    """Every official term of the form files, schedules, code lists and growth standards, with its file."""
    from zhaohu.records.code_lists import parse_codes
    from zhaohu.rules.finding_terms import OwnNote
    from zhaohu.rules.forms.loader import parse_form
    from zhaohu.rules.forms.terms import form_terms
    from zhaohu.rules.growth.terms import Level, Status
    from zhaohu.rules.growth.trend.loading import parse_trend
    from zhaohu.rules.growth.trend.rules import trend_terms
    from zhaohu.rules.schedule import parse_schedule, schedule_terms
    from zhaohu.rules.vaccine_editions import edition_terms, parse_edition

    template = Catalog(domain="forms")

    def add(terms: Iterable[str], place: Path) -> None:
        for term in terms:
            template.add(term, locations=[(place.relative_to(ROOT).as_posix(), None)])

    for path in [*sorted((resources / "forms").rglob("*.toml")), resources / "tables" / "measurements.toml"]:
        add(form_terms(parse_form(path.read_text("utf-8"), path.name)), path)
    for path in sorted((resources / "schedules").glob("*.toml")):
        schedule = parse_schedule(path.read_text("utf-8"), path.name)
        add(schedule_terms(schedule), path)
    for path in sorted((resources / "vaccination").glob("*.toml")):
        add(edition_terms(parse_edition(path.read_text("utf-8"), path.name)), path)
    trend = resources / "growth" / "trend.toml"
    add(trend_terms(parse_trend(trend.read_text("utf-8"), trend.name, schedule)), trend)
    for path in sorted((resources / "codes").glob("*.csv")):
        add(parse_codes(path.read_text("utf-8"), path.name).values(), path)
    add([str(term) for words in (Level, Status) for term in words], SOURCE / "rules" / "growth" / "terms.py")
    add(map(str, OwnNote), SOURCE / "rules" / "finding_terms.py")
    return template


def empty(language: str, domain: str) -> Catalog:
    """A catalog without words, its head without anybody's name."""
    return Catalog(
        locale=language,
        domain=domain,
        header_comment=f"# Zhaohu (照护站), domain {domain}",
        project="Zhaohu",
        version=VERSION,
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def read(path: Path, language: str, domain: str) -> Catalog:
    """The catalog in a file, or an empty one.

    Raises:
        ValueError: The file is not a catalog; the message names it.
    """
    if not path.exists():
        return empty(language, domain)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, domain=domain, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error


def write_if_changed(path: Path, data: bytes) -> None:
    """Leave a file alone that already says the same, so that its date says when the words changed."""
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def update(template: Catalog, language: str, folder: Path = CATALOGS) -> list[str]:
    """Bring one catalog up to the template: new words empty, words no longer used gone.

    Returns:
        The msgids that have no translation.
    """
    path = folder / language / "LC_MESSAGES" / f"{template.domain}.po"
    old = read(path, language, template.domain)
    new = empty(language, template.domain)
    new.creation_date, new.revision_date = old.creation_date, old.revision_date  # no change without a change
    missing = []
    for message in template:
        if message.id:
            known = old.get(message.id[0] if message.pluralizable else message.id, message.context)
            words = known.string if known is not None else ""
            new.add(message.id, words, message.locations, (), message.auto_comments, context=message.context)
            if not (all(words) if isinstance(words, (tuple, list)) else words):
                missing.append(message.id[0] if message.pluralizable else message.id)
    text = BytesIO()
    write_po(text, new, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    write_if_changed(path, text.getvalue())
    return missing


def compile_all(folder: Path = CATALOGS) -> int:
    """Compile every catalog; an empty translation falls back to its msgid. Returns how many.

    Raises:
        ValueError: A file is not a catalog.
    """
    paths = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    for path in paths:
        compiled = BytesIO()
        write_mo(compiled, read(path, path.parent.parent.name, path.stem))
        write_if_changed(path.with_suffix(".mo"), compiled.getvalue())
    return len(paths)


def update_all() -> None:
    """Bring both domains up to date and say what is missing."""
    for template, language in ((words_of_code(), "zh_CN"), (words_of_forms(), "en")):
        missing = update(template, language)
        print(f"{template.domain}: {len(template)} words, {len(missing)} without {language}")
        report(missing)


def report(missing: Iterable[str]) -> None:
    """List the msgids that wait for a translator."""
    for msgid in missing:
        print(f"  {msgid}")


def main(arguments: list[str] | None = None) -> int:
    """Compile, or update and compile; 1 with a sentence when a catalog cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("compile", "update"))
    try:
        if parser.parse_args(arguments).what == "update":
            update_all()
        compile_all()
    except ValueError as problem:
        print(f"A catalog cannot be read: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
