"""What kind of PC this is, and which one."""

from __future__ import annotations

import hashlib
import sys

if sys.platform == "win32":
    import ctypes
    import winreg

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

    def _own_id() -> str:
        """The number that Windows gave itself when it was set up."""
        try:
            access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography", 0, access) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0]).strip()
        except OSError:
            return ""

else:
    import os
    from contextlib import suppress
    from pathlib import Path

    ID_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))

    def memory_bytes() -> int:
        """The memory that is built in."""
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    def _own_id() -> str:
        """The number that the system gave itself when it was set up."""
        for file in ID_FILES:
            with suppress(OSError, UnicodeDecodeError):
                if found := file.read_text("ascii").strip():
                    return found
        return ""


def fingerprint(site: str) -> str:
    """Which PC this is, as a hash that means nothing beyond this site; empty when the system does not say."""
    own = _own_id()
    return hashlib.sha256(f"zhaohu/machine/1\n{site}\n{own}".encode()).hexdigest() if own else ""
