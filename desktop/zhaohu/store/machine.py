"""What kind of PC this is."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes

    class _Memory(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows API."""

        _fields_ = (
            ("length", ctypes.c_uint32),
            ("load", ctypes.c_uint32),
            ("total", ctypes.c_uint64),
            *((name, ctypes.c_uint64) for name in ("free", "page", "free_page", "virtual", "free_virtual", "extended")),
        )

    def memory_bytes() -> int:
        """The memory that is built in."""
        memory = _Memory(length=ctypes.sizeof(_Memory))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(memory))
        return int(memory.total)

else:
    import os

    def memory_bytes() -> int:
        """The memory that is built in."""
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
