"""Whether every message of the house is there in every language, whole and up to date."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from checks.rules import ROOT

LANGUAGES = ("pt_BR", "es")  # English stands in the sources
KEYWORDS: dict[str, tuple[int, int] | None] = {"_": None, "gettext": None, "lazy_gettext": None}
KEYWORDS |= {"ngettext": (1, 2), "lazy_ngettext": (1, 2)}
Marked = tuple[str, int, str | tuple[str, ...], list[str], str | None]
SLOT = re.compile(r"%\((\w+)\)[sd]")


def faults(root: Path = ROOT) -> Iterator[str]:
    marked = extracted(root)
    used = catalogue_of(marked)
    yield from both_ways(marked)
    for language in LANGUAGES:
        file = root / f"marketplace/translations/{language}/LC_MESSAGES/messages.po"
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=language)
        yield from (f"{language}: {fault}" for fault in compare(used, catalogue))


def extracted(root: Path = ROOT) -> list[Marked]:
    """Return the messages that the sources mark, as they stand there."""
    with (root / "babel.cfg").open(encoding="utf-8") as opened:
        mapping, options = parse_mapping_cfg(opened)  # type: ignore[no-untyped-call]
    return list(extract_from_dir(str(root), mapping, options, KEYWORDS, directory_filter=_is_ours))


def catalogue_of(marked: list[Marked]) -> Catalog:
    used = Catalog()
    for file, line, message, _comments, context in marked:
        used.add(message, None, [(file, line)], context=context)
    return used


def both_ways(marked: list[Marked]) -> Iterator[str]:
    """Yield what is counted in one place and not in another: the latter finds no translation."""
    counted = {text[0] for _file, _line, text, *_rest in marked if not isinstance(text, str)}
    for file, line, text, *_rest in marked:
        if isinstance(text, str) and text in counted:
            yield f"{file}:{line}: {text!r} has a plural elsewhere: use other words"


def compare(used: Catalog, catalogue: Catalog) -> Iterator[str]:
    """Yield what a language lacks, has wrong, or keeps though nothing uses it."""
    for message in used:
        if message.id:
            where = f"{message.locations[0][0]}:{message.locations[0][1]}: {_first(message)!r}"
            found = catalogue.get(message.id, message.context)
            yield from (f"{where} {fault}" for fault in _faults(message, found))
    for message in catalogue:
        if message.id and used.get(message.id, message.context) is None:
            yield f"{_first(message)!r} is used nowhere"


def _faults(used: Message, found: Message | None) -> Iterator[str]:
    if found is None or not found.string or not all(_forms(found.string)):
        yield "is not translated"
    elif found.fuzzy:
        yield "is only guessed (fuzzy)"
    elif bool(used.pluralizable) != bool(found.pluralizable):
        yield "has a plural on one side only"
    else:
        yield from _slots(used, found)


def _slots(used: Message, found: Message) -> Iterator[str]:
    """Compare named slots; a singular may do without its number."""
    wanted = set(SLOT.findall(_forms(used.id)[-1]))
    *singular, last = (set(SLOT.findall(form)) for form in _forms(found.string or ""))
    if last != wanted or any(form - wanted or len(wanted - form) > 1 for form in singular):
        yield "has other slots in its translation"


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _first(message: Message) -> str:
    return _forms(message.id)[0]


def _is_ours(folder: str | Path) -> bool:
    name = Path(folder).name
    return name == "." or not (name.startswith(".") or name in ("node_modules", "var", "tests"))
