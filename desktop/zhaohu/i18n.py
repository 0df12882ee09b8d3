"""Words: gettext catalogs, and dates and numbers as people of each language write them.

Interface words are English msgids in domain `zhaohu` (zh_CN is complete and the default); the official terms of
forms and code lists are Chinese msgids in domain `forms` (translated for `en`).
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from zhaohu import paths

DEFAULT = "zh_CN"
LANGUAGES = {"zh_CN": "简体中文", "en": "English"}


class _State:
    language = DEFAULT
    interface: _gettext.NullTranslations = _gettext.NullTranslations()
    terms: _gettext.NullTranslations = _gettext.NullTranslations()


def set_language(language: str) -> None:
    """Choose the language of everything that is shown from now on; before any widget is made.

    Raises:
        ValueError: The program has no such language.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    folder = str(paths.catalogs())
    _State.language = language
    _State.interface = _gettext.translation("zhaohu", folder, [language], fallback=language == "en")
    _State.terms = _gettext.translation("forms", folder, [language], fallback=language == DEFAULT)


def language() -> str:
    """The language in use, as a key of `LANGUAGES`."""
    return _State.language


def language_from_environment() -> str:
    """`ZHAOHU_LANG` when it names a language of ours, else the default."""
    wanted = os.environ.get("ZHAOHU_LANG", DEFAULT)
    return wanted if wanted in LANGUAGES else DEFAULT


def _(message: str) -> str:
    """The interface sentence in the language in use; placeholders are filled afterwards with `.format`."""
    return _State.interface.gettext(message) if message else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The sentence for `n` things; fill `{n}` afterwards."""
    return _State.interface.ngettext(one, many, n)


def pgettext(context: str, message: str) -> str:
    """A sentence whose English word has two meanings, told apart by context."""
    return _State.interface.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a sentence for translation where it is declared; `_` it where it is shown."""
    return message


def form_term(term: str) -> str:
    """An official term of a form or code list, Chinese in the data, in the language in use."""
    return _State.terms.gettext(term) if term else ""


def format_moment(stamp: str | None) -> str:
    """A stored moment to the minute, as the clock of this PC showed it; a dash for none."""
    return f"{datetime.fromisoformat(stamp):%Y-%m-%d %H:%M}" if stamp else "—"


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after the other, with no space between in Chinese; empty ones are left out."""
    return ("" if _State.language == DEFAULT else " ").join(filter(None, parts))


def format_date(day: date | None) -> str:
    """A calendar day as written on screen and paper: 2026年3月5日, Mar 5, 2026; empty for none."""
    if day is None:
        return ""
    if _State.language == DEFAULT:  # Babel takes 147 µs a call: too slow for table cells
        return f"{day.year}年{day.month}月{day.day}日"
    from babel.dates import format_date as babel_date

    return babel_date(day, "medium", locale=_State.language)


@lru_cache(maxsize=4096)
def _number(value: float, decimals: int | None, language_: str) -> str:
    from babel.numbers import format_decimal

    pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=language_)


def format_number(value: float | None, decimals: int | None = None) -> str:
    """A number with the language's grouping and, when given, that many decimals; empty for none."""
    return "" if value is None else _number(value, decimals, _State.language)


def format_size(size_bytes: int) -> str:
    """The size of a file, in millions of bytes as file managers count them."""
    return f"{format_number(size_bytes / 1_000_000, 1)} MB"


def format_percent(part: int, whole: int) -> str:
    """A share in percent with one decimal; a dash when there is nothing to divide by."""
    return "—" if whole == 0 else f"{format_number(100 * part / whole, 1)}%"
