"""The process that reads one spreadsheet: the file comes on standard input, lines of JSON go out, and it ends.

Nothing of the profile is open here: no database, no keys, no window.
"""

from __future__ import annotations

import sys

from zhaohu import i18n
from zhaohu.errors import BadInput
from zhaohu.exchange import plain, tables
from zhaohu.i18n import _


def main() -> None:
    """Read, answer, end."""
    language, memory_bytes = sys.argv[1], int(sys.argv[2])
    _limit(memory_bytes)
    i18n.set_language(language)
    out = sys.stdout.buffer
    try:
        for line in plain.lines(tables.read_sheets(sys.stdin.buffer.read(tables.MAX_BYTES + 1))):
            out.write(line)
    except BadInput as refused:
        out.write(plain.refusal_line(refused.code, refused.message))
    except MemoryError:
        message = _("The file unpacks to more than we take in; save the table as a new file.")
        out.write(plain.refusal_line("too_large", message))
    out.flush()


def _limit(memory_bytes: int) -> None:
    """No more memory, no files, no dump of what was read; on Windows the parent looks after the memory alone."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
