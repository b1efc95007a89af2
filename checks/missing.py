"""What the tests need beyond Python: put in place as root on Debian, else said in one line."""

import os
import shutil
import subprocess
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path
from typing import NamedTuple

from checks import postgres

SYSTEM = os.environ.get("PATH", "") + ":/usr/sbin"  # not in everybody's PATH
LOCK, INSTALLED = Path("package-lock.json"), Path("node_modules/installed.json")


class Need(NamedTuple):
    what: str
    package: str
    is_there: Callable[[], object]


NEEDS = (
    Need("PostgreSQL's server", "postgresql", postgres.programs),
    Need("Chromium", "chromium fonts-liberation", lambda: shutil.which("chromium")),
    Need("libatomic", "libatomic1", lambda: find_library("atomic")),  # playwright's driver
    Need("nginx", "nginx-light", lambda: shutil.which("nginx", path=SYSTEM)),
    Need("zbarimg", "zbar-tools", lambda: shutil.which("zbarimg")),
    Need("npm", "npm", lambda: shutil.which("npm")),
)


def put_in_place(*only: str) -> None:
    """Install what is missing of the packages named, or of all.

    :raises SystemExit: naming what is missing and how to get it, where it may not be installed.
    """
    asked = [need for need in NEEDS if not only or need.package in only]
    missing = [need for need in asked if not need.is_there()]
    packages = " ".join(need.package for need in missing)
    if missing and not (os.geteuid() == 0 and shutil.which("apt-get")):
        names = ", ".join(need.what for need in missing)
        raise SystemExit(f"missing: {names}; on Debian: sudo apt-get install {packages}")
    if missing:
        print(f"Installing: {packages}", flush=True)
        _say("apt-get", "update", "-qq")
        _say("apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages.split())
    if not only and not _has_modules():
        _say("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        shutil.copy(LOCK, INSTALLED)


def _has_modules() -> bool:
    """Whether what the tests load into a browser is that of the lock, and not of an older one."""
    return INSTALLED.exists() and INSTALLED.read_bytes() == LOCK.read_bytes()


def _say(*command: str) -> None:
    """Run a command that is heard only when it fails."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
