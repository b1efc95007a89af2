"""Fields of forms: what people type made into values, kept as typed when it cannot be.

Each field says itself whether it must be filled in (``required``, the usual case) and within which
bounds; a form adds validators only for what is special to it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import DateInput, EmailInput, TelInput, TextInput, TimeInput

from marketplace.core import identifiers, map_points, numbers
from marketplace.core.text import clean

DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
HOUR = re.compile(r"([0-9]{1,2})(?:[:h]([0-9]{2})?)?(?::[0-9]{2})?")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def _is_empty(field: Any) -> bool:
    """Whether nothing would be kept of what was typed: spaces, control characters, nothing."""
    return not any(clean(str(part)) for part in field.raw_data or ())


class Required:
    """Something must be filled in; a field of spaces is empty."""

    field_flags = {"required": True}

    def __init__(self, message: object = None) -> None:
        self.message = message or _("Fill in this field.")

    def __call__(self, _form: object, field: Any) -> None:
        if _is_empty(field):
            field.errors[:] = []
            raise StopValidation(self.message)


class Optional:
    """Left empty it is fine, whatever else is asked of it."""

    field_flags = {"optional": True}

    def __call__(self, _form: object, field: Any) -> None:
        if _is_empty(field):
            field.errors[:] = []
            raise StopValidation


class Length:
    """Counted after normalising, as it will be kept."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most
        self.field_flags = {"maxlength": most}

    def __call__(self, _form: object, field: Any) -> None:
        written = len(field.data or "")
        if written > self.most:
            raise ValidationError(
                _(
                    "Use at most %(most)d letters; there are %(written)d.",
                    most=self.most,
                    written=written,
                )
            )
        if written < self.least:
            raise ValidationError(_("Write at least %(least)d letters.", least=self.least))


def _asked(required: object, more: Sequence[Any]) -> list[Any]:
    """Return the validators; ``required`` may be the sentence that asks for what is missing."""
    if required is False:
        return [Optional(), *more]
    return [Required(None if required is True else required), *more]


class LineField(StringField):
    """One line of text, cleaned; empty when left out."""

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        required: object = True,
        least: int = 0,
        most: int = 200,
        **options: Any,
    ) -> None:
        asked = _asked(required, [Length(least, most), *validators])
        super().__init__(label, asked, filters=[_line], **options)


class ParagraphsField(TextAreaField):
    """Text of several lines, cleaned; empty when left out."""

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        required: object = True,
        least: int = 0,
        most: int = 4000,
        **options: Any,
    ) -> None:
        asked = _asked(required, [Length(least, most), *validators])
        super().__init__(label, asked, filters=[_lines], **options)


class ParsedField(Field):
    """A value written as text; ``data`` is None when empty or unreadable, the text is kept."""

    widget = TextInput()

    def __init__(
        self,
        label: object = None,
        validators: Sequence[Any] = (),
        *,
        required: object = True,
        **options: Any,
    ) -> None:
        super().__init__(label, _asked(required, validators), **options)

    def process_formdata(self, sent: list[Any]) -> None:
        self.data = None
        if sent and (typed := clean(str(sent[0]))):
            self.data = self.parse(typed)

    def _value(self) -> str:
        if self.raw_data:
            return clean(str(self.raw_data[0]))
        return "" if self.data in (None, "") else self.show(self.data)

    def parse(self, typed: str) -> Any:
        """Return the value; a ValueError's text is shown beside the field."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        return str(value)


class BoundedField(ParsedField):
    """A whole number of some unit, between two bounds that can be shown."""

    places = 0

    def __init__(self, *args: Any, least: int = 0, most: int = 10**9, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(*args, **options)

    def parse(self, typed: str) -> int:
        value = self.read(typed)
        if value < self.least:
            raise ValueError(_("Use %(least)s or more.", least=self.show(self.least)))
        if value > self.most:
            raise ValueError(_("Use %(most)s or less.", most=self.show(self.most)))
        return value

    def read(self, typed: str) -> int:
        return numbers.scaled(numbers.parse_decimal_ptbr(typed), self.places)

    def show(self, value: int) -> str:
        """Write it as people type it here: ``1234,50``."""
        whole, part = divmod(value, 10**self.places)
        return f"{whole},{part:0{self.places}d}" if self.places else str(whole)


class IntegerField(BoundedField):
    """A whole number, zero or more unless told."""


class MoneyField(BoundedField):
    """Reais typed as ``1.234,56``; ``data`` is centavos."""

    places = 2

    def __init__(self, *args: Any, most: int = 10**9, **options: Any) -> None:
        super().__init__(*args, most=most, **options)

    def read(self, typed: str) -> int:
        return numbers.parse_money(typed)


class ScaledField(BoundedField):
    """A number with a comma, kept as an integer: ``1,5`` kg with three places is 1500 grams."""

    def __init__(self, *args: Any, places: int, **options: Any) -> None:
        self.places = places
        super().__init__(*args, **options)


class DateField(ParsedField):
    """A day, as browsers send it or as people write it: ``2026-11-22``, ``22/11/2026``."""

    widget = DateInput()

    def parse(self, typed: str) -> date:
        try:
            if found := DAY.fullmatch(typed):
                day, month, year = map(int, found.groups())
                read = date(year, month, day)
            else:
                read = date.fromisoformat(typed)
        except ValueError:
            read = date.min
        if not FIRST_YEAR <= read.year <= LAST_YEAR:
            raise ValueError(_("Write the date like 22/11/2026."))
        return read

    def show(self, value: date) -> str:
        return value.isoformat()


class TimeField(ParsedField):
    """An hour of the day: ``08:00``, ``8h``, ``8h30``."""

    widget = TimeInput()

    def parse(self, typed: str) -> time:
        found = HOUR.fullmatch(typed.lower().replace(" ", ""))
        try:
            return time(int(found[1]), int(found[2] or 0)) if found else _no_hour()
        except ValueError as error:
            raise ValueError(_("Write the time like 08:30.")) from error

    def show(self, value: time) -> str:
        return value.strftime("%H:%M")


class IdentifierField(ParsedField):
    """Something that `core.identifiers` can check."""

    reader: Callable[[str], Any]

    def parse(self, typed: str) -> Any:
        return type(self).reader(typed)


class MobileField(IdentifierField):
    """A mobile number; ``data`` is E.164. ``area`` completes one typed without its area code."""

    widget = TelInput()

    def __init__(self, *args: Any, area: str | None = None, **options: Any) -> None:
        self.area = area
        super().__init__(*args, **options)

    def parse(self, typed: str) -> str:
        return identifiers.mobile(typed, self.area)

    def show(self, value: str) -> str:
        return identifiers.show_mobile(value)


class EmailField(IdentifierField):
    widget = EmailInput()
    reader = staticmethod(identifiers.email)


class CpfField(IdentifierField):
    reader = staticmethod(identifiers.cpf)


class CnpjField(IdentifierField):
    reader = staticmethod(identifiers.cnpj)


class PixKeyField(IdentifierField):
    """``data`` is a `PixKey`; show one with its value."""

    reader = staticmethod(identifiers.pix_key)

    def show(self, value: Any) -> str:
        return str(getattr(value, "value", value))


class MapPointField(IdentifierField):
    """A point on a map, typed or pasted from a map's link; ``data`` is a `MapPoint`."""

    reader = staticmethod(map_points.point)


def _line(text: object) -> str:
    return clean(text) if isinstance(text, str) else ""  # a file in place of a text is none


def _lines(text: object) -> str:
    return clean(text, lines=True) if isinstance(text, str) else ""


def _no_hour() -> time:
    raise ValueError
