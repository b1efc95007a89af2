"""Numbers as they are written in Brazil; whatever could be read in two ways is refused."""

import re
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import lazy_gettext as _

MAX_DIGITS = 15


class BadNumber(ValueError):
    """What was typed is not a number in the form asked for; its text may be shown."""


@dataclass(frozen=True)
class Style:
    """A way to write numbers: what parts the thousands and what the decimals."""

    group: str
    point: str

    @property
    def sample(self) -> str:
        return f"1{self.group}234{self.point}56"

    def reads(self, text: str) -> bool:
        """Whether the text is a number in this style, its thousands grouped or not at all."""
        group, point = re.escape(self.group), re.escape(self.point)
        pattern = rf"(?:[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{point}[0-9]+)?"
        return bool(re.fullmatch(pattern, text))


PTBR = Style(group=".", point=",")
ENGLISH = Style(group=",", point=".")


def row_id(text: str) -> int:
    """Return an id that a form sends; 0, which no row has, for whatever no id can be.

    To be given to ``request.form.get(…, type=row_id)``.
    """
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def parse_decimal(text: str, style: Style = PTBR) -> Decimal:
    """Return the number, zero or more, that is written in the style.

    :raises BadNumber: if it is not one, also for a grouping that is not exactly by thousands.
    """
    if not style.reads(typed := text.strip()):
        raise BadNumber(_("Write the number like %(sample)s.", sample=style.sample))
    if sum(char.isdigit() for char in typed) > MAX_DIGITS:
        raise BadNumber(_("This number is too long."))
    return Decimal(typed.replace(style.group, "").replace(style.point, "."))


def parse_decimal_ptbr(text: str) -> Decimal:
    """Return the number written as ``1.234,56``.

    :raises BadNumber: if it is anything else; ``12.5`` is refused, ``1.234`` is 1234.
    """
    return parse_decimal(text, PTBR)


def parse_money(text: str) -> int:
    """Return centavos of what is written as ``1.234,56``, ``12``, ``12,5`` or ``R$ 12,50``.

    :raises BadNumber: if it is anything else, or has a fraction of a centavo.
    """
    typed = re.sub(r"^\s*R\$", "", text)
    if re.fullmatch(r"\s*[0-9]+\.[0-9]{1,2}\s*", typed):
        raise BadNumber(_("Use a comma before the centavos, like 12,50."))
    return scaled(parse_decimal(typed), 2)


def scaled(number: Decimal, places: int) -> int:
    """Return the number in units of ``10 ** -places``: centavos for 2, whole units for 0.

    :raises BadNumber: if something would be lost.
    """
    units = number.scaleb(places)
    if units != (whole := int(units)):
        if places == 0:
            raise BadNumber(_("Write a whole number."))
        raise BadNumber(_("Use at most %(places)d digits after the comma.", places=places))
    return whole
