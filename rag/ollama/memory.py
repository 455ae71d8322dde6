"""How much memory this machine has."""

from __future__ import annotations

import os
import sys


def total_memory() -> int:
    """Return the bytes of memory of this machine; 0 where the system does not tell."""
    if sys.platform == "win32":
        return _on_windows()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return 0


if sys.platform == "win32":

    def _on_windows() -> int:
        import ctypes

        kilobytes = ctypes.c_ulonglong()
        found = ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
        return kilobytes.value * 1024 if found else 0
