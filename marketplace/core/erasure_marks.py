"""Marks of whoever was erased: keyed hashes in a file that outlives the database.

A line is the key's own mark, the mark and the day. Nobody reads a person from it, but who has the
key and an older copy of the database finds again whom to erase there. `flask backup` puts a copy
beside each archive, `flask restore` takes in what lies beside the one it restores.
"""

import hashlib
import hmac
import os
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

NAME = "erasures.txt"


class UnknownKey(click.ClickException):
    """The file was written with a key that is not here."""


def mark_of(kind: str, token: str, key: str = "") -> str:
    secret = (key or current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"erased:{kind}:{token}".encode(), hashlib.sha256).hex()


def marks_of(kind: str, token: str) -> set[str]:
    """Return the marks that somebody may have, by the keys we have and had."""
    return {mark_of(kind, token, key) for key in _keys()}


def kept() -> set[str]:
    """Return the marks of the file.

    :raises UnknownKey: if some were written with a key that is not among ours.
    """
    told = [line.split(" ") for line in _lines(_file())]
    unknown = {parts[0] for parts in told} - {_name_of(key) for key in _keys()}
    if unknown:
        raise UnknownKey(
            f"{_file()} was written with {len(unknown)} key(s) that are not here:"
            " name the former SECRET_KEY in SECRET_KEY_FALLBACKS and try again."
        )
    return {parts[1] for parts in told}


def keep(mark: str, on: datetime) -> None:
    """Have a mark on the disk, once."""
    if mark not in kept():
        _append([f"{_name_of(current_app.config['SECRET_KEY'])} {mark} {on:%Y-%m-%d}"])


def copy_to(folder: Path) -> None:
    """Put a copy of the file beside an archive."""
    if (lines := _lines(_file())) and folder.resolve() != _file().resolve().parent:
        written = folder / f".{NAME}.new"
        written.write_text("\n".join(lines) + "\n", "ascii")
        written.replace(folder / NAME)


def take_from(folder: Path) -> None:
    """Take in the marks that lie beside an archive."""
    known = set(_lines(_file()))
    if more := [line for line in _lines(folder / NAME) if line not in known]:
        _append(more)


def _append(lines: list[str]) -> None:
    """Write whole lines in one piece, and wait until the disk has them."""
    _file().parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, "".join(f"{line}\n" for line in lines).encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


def _lines(path: Path) -> list[str]:
    return path.read_text("ascii").splitlines() if path.exists() else []


def _name_of(key: str) -> str:
    """Return what tells a key from others and nothing else about it."""
    return hmac.digest(key.encode(), b"erasures", hashlib.sha256).hex()[:16]


def _keys() -> list[str]:
    config = current_app.config
    return [config["SECRET_KEY"], *(config.get("SECRET_KEY_FALLBACKS") or ())]


def _file() -> Path:
    return Path(current_app.config["ERASURES_FILE"])
