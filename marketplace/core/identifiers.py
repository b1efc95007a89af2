"""Numbers and addresses that identify people and enterprises: checked, kept in one form.

**Source:** Receita Federal, CPF and CNPJ check digits (the CNPJ with letters: Instrução Normativa
RFB 2.229/2024); ITU-T E.164; Anatel, resolution 553/2010 (the ninth digit of mobiles); Banco
Central do Brasil, Manual Operacional do DICT (kinds of Pix keys).
"""

import re
from typing import Literal, NamedTuple

import phonenumbers
from flask_babel import lazy_gettext as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from stdnum.br import cnpj as stdnum_cnpj
from stdnum.br import cpf as stdnum_cpf
from stdnum.exceptions import ValidationError

BRAZIL = 55
EMAIL_LENGTH, PIX_EMAIL_LENGTH = 254, 77
_EMAIL = re.compile(
    r"(?=.{1,64}@)[a-z0-9!#$%&'*+/=?^_{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_RANDOM_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BadIdentifier(ValueError):
    """What was typed cannot be such an identifier; its text may be shown."""


class PixKey(NamedTuple):
    kind: Literal["cpf", "cnpj", "mobile", "email", "evp"]
    value: str


def cpf(text: str) -> str:
    """Return the eleven digits.

    :raises BadIdentifier: if check digits are wrong or all digits are the same.
    """
    try:
        digits = stdnum_cpf.validate(text)
    except ValidationError:
        digits = ""
    if not re.fullmatch(r"(?!(.)\1*$)[0-9]{11}", digits):
        raise BadIdentifier(_("This CPF is not right. Check its 11 digits."))
    return digits


def cnpj(text: str) -> str:
    """Return the fourteen characters, in capitals; since July 2026 the first twelve may be letters.

    :raises BadIdentifier: if check digits are wrong or all characters are the same.
    """
    try:
        characters = stdnum_cnpj.validate(text)
    except ValidationError:
        characters = ""
    if not re.fullmatch(r"(?!(.)\1*$)[0-9A-Z]{12}[0-9]{2}", characters):
        raise BadIdentifier(_("This CNPJ is not right. Check its 14 letters and digits."))
    return characters


def mobile(text: str, area: str | None = None) -> str:
    """Return a mobile number in E.164, e.g. ``+5592999990000``.

    ``area`` completes a Brazilian number typed without its area code; abroad begins with ``+``.

    :raises BadIdentifier: if it is none; for a mobile without its ninth digit it says which one.
    """
    typed = text.strip()
    if not re.fullmatch(r"\+?[0-9() ./\u00a0-]{8,24}", typed):
        raise BadIdentifier(_("Write the mobile number with its area code, like (92) 99999-0000."))
    if area and re.fullmatch(r"[6-9][0-9]{7,8}", digits := re.sub(r"\D", "", typed)):
        typed = area + digits
    return _checked_mobile(typed)


def _checked_mobile(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, "BR")
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    kind = phonenumbers.number_type(number)
    if kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if kind == PhoneNumberType.FIXED_LINE:
        raise BadIdentifier(_("This is a landline. Write a mobile number."))
    if old := re.fullmatch(r"([1-9]{2})([6-9][0-9]{3})([0-9]{4})", str(number.national_number)):
        meant = "({}) 9 {}-{}".format(*old.groups())
        raise BadIdentifier(
            _("Mobiles have nine digits now. Did you mean %(number)s?", number=meant)
        )
    raise BadIdentifier(_("Write the mobile number with its area code, like (92) 99999-0000."))


def show_mobile(number: str) -> str:
    """Show a number kept in E.164: ``(92) 99999-0000``, or ``+57 310 1234567`` from abroad."""
    parsed = phonenumbers.parse(number)
    home = parsed.country_code == BRAZIL
    manner = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, manner)


def email(text: str) -> str:
    """Return the address in lower case.

    :raises BadIdentifier: if mail could not be sent to it.
    """
    address = text.strip().lower()
    if len(address) > EMAIL_LENGTH or not _EMAIL.fullmatch(address):
        raise BadIdentifier(_("This e-mail address is not right. It looks like name@example.com."))
    return address


def pix_key(text: str) -> PixKey:
    """Return the kind of a Pix key and the key as banks keep it.

    :raises BadIdentifier: if it is none, or could be a CPF as well as a mobile number.
    """
    typed = text.strip()
    if "@" in typed:
        return PixKey("email", _short_email(typed))
    if _RANDOM_KEY.fullmatch(typed.lower()):
        return PixKey("evp", typed.lower())
    if re.match(r"[+(]", typed):
        return PixKey("mobile", _brazilian_mobile(typed))
    return _key_of_digits(typed)


def _short_email(typed: str) -> str:
    if len(address := email(typed)) > PIX_EMAIL_LENGTH:
        raise BadIdentifier(_("A Pix key has at most 77 letters. Use another key."))
    return address


def _brazilian_mobile(typed: str) -> str:
    if not (number := mobile(typed)).startswith(f"+{BRAZIL}"):
        raise BadIdentifier(_("A Pix key is a Brazilian mobile number, with +55."))
    return number


def _key_of_digits(typed: str) -> PixKey:
    if re.fullmatch(r"[0-9A-Za-z]{14}", re.sub(r"[ ./-]", "", typed)):
        return PixKey("cnpj", cnpj(typed))
    readings = [key for key in (_try_cpf(typed), _try_mobile(typed)) if key]
    if len(readings) > 1:
        raise BadIdentifier(_("This may be a CPF or a mobile number. Begin a mobile with +55."))
    if not readings:
        raise BadIdentifier(
            _("This is not a Pix key. Use a CPF, CNPJ, mobile number, e-mail or random key.")
        )
    return readings[0]


def _try_cpf(typed: str) -> PixKey | None:
    try:
        return PixKey("cpf", cpf(typed))
    except BadIdentifier:
        return None


def _try_mobile(typed: str) -> PixKey | None:
    if re.fullmatch(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-?[0-9]{2}", typed):
        return None  # dots are how a CPF is written
    try:
        return PixKey("mobile", _brazilian_mobile(typed))
    except BadIdentifier:
        return None
