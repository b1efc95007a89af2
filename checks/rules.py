"""Rules of the house that no bought tool knows: a pattern, and the files that may not hold it."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]


class Rule(NamedTuple):
    """What a line may not hold, and where."""

    name: str
    pattern: re.Pattern[str]
    files: tuple[str, ...]
    but: tuple[str, ...] = ()  # the files, as globs, that may


def rule(name: str, pattern: str, *files: str, but: tuple[str, ...] = ()) -> Rule:
    return Rule(name, re.compile(pattern), files, but)


PYTHON, TEMPLATES, EMAILS = "marketplace/**/*.py", "templates/**/*.*", "templates/emails/*"
PLANTED = "tests/checks/test_rules.py"  # holds a fault of each kind
LOCKS = ("requirements*.*", "package*.json", "pyproject.toml", ".npmrc", "migrations/alembic.ini")
RULES = (
    rule("one way to commit: @operation", r"\.commit\(", PYTHON, but=("marketplace/core/*.py",)),
    rule(
        "one clock: core.clock",
        r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(",
        *(PYTHON, "demo/**/*.py"),
        but=("marketplace/core/clock.py",),
    ),
    rule(
        "text becomes a page only in a template",
        r"render_template_string|\btext\(f[\"']",
        PYTHON,
    ),
    rule(
        "a model loads what it relates to: whoever loads it may ask",
        r"\bTYPE_CHECKING\b",
        *("marketplace/*/models.py", "marketplace/*/models/*.py"),
    ),
    rule("no style in a page: the policy refuses it", r"\sstyle=|<style", TEMPLATES, but=(EMAILS,)),
    rule(
        "no script in a page: the policy refuses it",
        r"<script(?![^>]*\b(src=|type=\"application/(ld\+)?json\"))|\son[a-z]+=\"|href=\"javascript:",
        TEMPLATES,
    ),
    rule("everything is escaped", r"\|\s*safe\b|autoescape\s+false", TEMPLATES),
    rule(
        "no host in a lock or settings file",
        r"^(?!.*\"(url|homepage)\": \"https://).*(https?://|--(extra-)?index|--find-links|--trusted)",
        *LOCKS,
    ),
    rule(
        "finished, or in an issue",
        r"\b(TODO|FIXME|XXX)\b",
        *(PYTHON, TEMPLATES, "static/js/*.js", "static/css/*.css", "tests/**/*.py"),
        but=(PLANTED,),
    ),
    rule(
        "a test waits for nothing",
        r"\bsleep\(|pytest\.(skip|xfail)|mark\.(skip|xfail)",
        "tests/**/*.py",
        but=(PLANTED,),
    ),
)
VAGUE = ("utils", "helpers", "common", "manager", "managers", "service", "services", "misc")


def faults(root: Path = ROOT) -> Iterator[str]:
    """Yield what breaks a rule: file, line, rule."""
    for each in RULES:
        for file in files(root, *each.files):
            if not any(fnmatch(str(file.relative_to(root)), but) for but in each.but):
                yield from _in_file(each, file, root)
    for file in files(root, "marketplace/**/*.py", "templates/**/*.*", "tests/**/*.py"):
        if {file.stem, file.parent.name} & set(VAGUE):
            yield f"{file.relative_to(root)}: says nothing of what it holds"


def files(root: Path, *globs: str) -> list[Path]:
    found = {file for glob in globs for file in root.glob(glob) if file.is_file()}
    return sorted(file for file in found if "__pycache__" not in file.parts)


def _in_file(each: Rule, file: Path, root: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if each.pattern.search(line):
            yield f"{file.relative_to(root)}:{number}: {each.name}: {line.strip()[:80]}"
