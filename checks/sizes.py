"""How long files and functions are; what is over the limits of the house."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

from checks.rules import ROOT, files

FUNCTION_LINES, FILE_LINES, ARGUMENTS = 40, 300, 5
Function = ast.FunctionDef | ast.AsyncFunctionDef


def measure(root: Path = ROOT) -> tuple[list[str], list[str]]:
    """Return lines to print, and faults."""
    functions: list[int] = []
    lengths: list[int] = []
    faults: list[str] = []
    for file in files(root, "marketplace/**/*.py", "config.py"):
        source, name = file.read_text(encoding="utf-8"), str(file.relative_to(root))
        lengths.append(source.count("\n"))
        if lengths[-1] > FILE_LINES:
            faults.append(f"{name}: {lengths[-1]} lines, at most {FILE_LINES}")
        for function in _functions(ast.parse(source)):
            functions.append(_lines(function))
            faults += (f"{name}:{function.lineno}: {fault}" for fault in _faults(function))
    shown = [_summary("files", lengths), _summary("functions", functions)]
    return shown, faults


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _lines(function: Function) -> int:
    """Count a function's lines without those of its docstring."""
    first = function.body[0]
    described = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if described else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def _faults(function: Function) -> Iterator[str]:
    if (lines := _lines(function)) > FUNCTION_LINES:
        yield f"{function.name} has {lines} lines, at most {FUNCTION_LINES}"
    positional = [*function.args.posonlyargs, *function.args.args]
    taken = [each for each in positional if each.arg not in ("self", "cls")]
    if len(taken) > ARGUMENTS:
        yield f"{function.name} takes {len(taken)} positional arguments, at most {ARGUMENTS}"


def _summary(what: str, lengths: list[int]) -> str:
    middle, longest = statistics.median(lengths or [0]), max(lengths, default=0)
    return f"{len(lengths)} {what}: median {middle:g} lines, longest {longest}"
