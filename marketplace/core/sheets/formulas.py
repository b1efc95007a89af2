"""Text that a spreadsheet would run as a formula, made to stay text, and back.

**Source:** OWASP, "CSV Injection".
"""

import re

_STARTS = "[=+\\-@\t\r\n＝＋－＠]"  # noqa: RUF001 - full-width forms run too


def guarded(cell: str) -> str:
    """Put an apostrophe before what would run; one that is there already gets another."""
    return f"'{cell}" if re.match(f"'*{_STARTS}", cell) else cell


def unguarded(cell: str) -> str:
    """Take off again one apostrophe that keeps a formula text."""
    return cell[1:] if re.match(f"'+{_STARTS}", cell) else cell
