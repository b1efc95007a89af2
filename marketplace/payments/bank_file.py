"""The bank's own file of a batch: CNAB 240, one lot of Pix transfers, segments A and B.

Pure: what a batch froze goes in, the same file comes out, however often it is asked for. The
file's number is the batch's, which only grows: a bank refuses a number that it has seen.

**Source:** FEBRABAN, "Layout Padrão FEBRABAN 240 posições", version 10 (file layout 103, lot layout
046): the records of "Pagamento através de crédito em conta, cheque, OP, DOC, TED, Pix"; fields by
their codes there, written here beside each. Taken from implementations of it that name each field
by its code; the manual itself was not at hand, so no page is told. Each bank publishes what it
asks differently: `docs/homologacao.md` has its file checked before it pays.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

WIDTH, END = 240, "\r\n"
FILE_LAYOUT, LOT_LAYOUT = "103", "046"  # G019, G030
SENT = "1"  # G015: from the company to the bank
CREDIT, SUPPLIERS, PIX = "C", "20", "45"  # G028, G025, G029
FROM_ACCOUNT = "01"  # P014: debited to the account in the header
SPI = "009"  # P001: the chamber of Pix
BY_KEY = {"mobile": "01", "email": "02", "cpf": "03", "cnpj": "03", "evp": "04"}  # G100
UNKNOWN, CPF, CNPJ = "0", "1", "2"  # G005
LOT, HEADER_LOT, TRAILER_LOT = "0001", "0000", "9999"  # G002


@dataclass(frozen=True)
class Payer:
    """The account from which payouts are paid: as the contract with the bank calls it."""

    bank: str
    agreement: str
    branch: str
    branch_digit: str
    account: str
    account_digit: str
    tax_id: str
    holder: str
    bank_name: str = ""


@dataclass(frozen=True)
class Payment:
    """One Pix, in centavos of BRL: to which key, in whose name, and what we call it."""

    number: int
    cents: int
    key: str
    key_kind: str
    holder: str


class UnknownKey(ValueError):
    """A key is of no kind that the layout has a number for."""


def write(
    payer: Payer, payments: Iterable[Payment], *, number: int, made_at: datetime, pay_on: date
) -> str:
    """Return the file: 240 characters a line, ASCII, each line ended.

    ``made_at`` is local; the lot is paid on one day.

    :raises UnknownKey: for a kind of key that the layout does not know.
    """
    paid = list(payments)
    details: list[str] = []
    for payment in paid:
        details.append(_segment_a(payer, payment, len(details) + 1, pay_on))
        details.append(_segment_b(payer, payment, len(details) + 1))
    lot = [_lot_header(payer), *details, _lot_trailer(payer, paid, len(details) + 2)]
    lines = [_header(payer, number, made_at), *lot, _trailer(payer, len(lot) + 2)]
    return "".join(line + END for line in lines)


def _header(payer: Payer, number: int, made_at: datetime) -> str:
    return _line(
        payer.bank + HEADER_LOT + "0",
        _text("", 9),
        _company(payer),
        _text(payer.bank_name, 30),
        _text("", 10),
        SENT,
        f"{made_at:%d%m%Y%H%M%S}",  # G016, G017
        _number(number % 1_000_000, 6),  # G018
        FILE_LAYOUT,
        _number(0, 5),  # G020
        _text("", 69),
    )


def _lot_header(payer: Payer) -> str:
    return _line(
        payer.bank + LOT + "1",
        CREDIT + SUPPLIERS + PIX + LOT_LAYOUT + " ",
        _company(payer),
        _text("", 40 + 30),  # G031, G032: no message, no address
        _number(0, 5),
        _text("", 15 + 20),
        _number(0, 5),
        _text("", 3 + 2),
        FROM_ACCOUNT,
        _text("", 16),
    )


def _segment_a(payer: Payer, payment: Payment, row: int, pay_on: date) -> str:
    return _line(
        payer.bank + LOT + "3",
        _number(row, 5) + "A",  # G038, G039
        "0" + "00",  # G060, G061: taken in, to be paid
        SPI,
        _number(0, 8) + " " + _number(0, 12) + "  ",  # P002, G008 to G012: the key tells where
        _text(payment.holder, 30),
        _text(str(payment.number), 20),  # G064: by which the bank's answer is known
        f"{pay_on:%d%m%Y}",  # P009
        "BRL" + _number(0, 15),  # G040, G041
        _number(payment.cents, 15),  # P010
        _text("", 20),
        _number(0, 8 + 15),  # P003, P004: the bank's answer
        _text("", 40 + 2 + 5 + 2 + 3),
        "0",  # P006: no notice
        _text("", 10),
    )


def _segment_b(payer: Payer, payment: Payment, row: int) -> str:
    if (form := BY_KEY.get(payment.key_kind)) is None:
        raise UnknownKey(payment.key_kind)
    is_cpf, is_cnpj = payment.key_kind == "cpf", payment.key_kind == "cnpj"
    return _line(
        payer.bank + LOT + "3",
        _number(row, 5) + "B",
        _text(form, 3),
        CPF if is_cpf else CNPJ if is_cnpj else UNKNOWN,
        payment.key.rjust(14, "0") if is_cpf or is_cnpj else _number(0, 14),  # G006
        _text("", 35 + 60),  # G101: information 10 and 11
        _key(payment.key),  # G101: information 12
        _number(0, 6 + 8),  # P012, P015
    )


def _lot_trailer(payer: Payer, payments: list[Payment], records: int) -> str:
    return _line(
        payer.bank + LOT + "5",
        _text("", 9),
        _number(records, 6),  # G057: this and the lot's header too
        _number(sum(payment.cents for payment in payments), 18),  # P007
        _number(0, 18),
        _number(0, 6),
        _text("", 175),
    )


def _trailer(payer: Payer, records: int) -> str:
    return _line(
        payer.bank + TRAILER_LOT + "9",
        _text("", 9),
        _number(1, 6),  # G049
        _number(records, 6),  # G056
        _number(0, 6),
        _text("", 205),
    )


def _company(payer: Payer) -> str:
    """Return who pays and from where, as both headers have it (G005 to G013)."""
    return (
        (CPF if len(payer.tax_id) == len("00000000000") else CNPJ)
        + payer.tax_id.rjust(14, "0")
        + _text(payer.agreement, 20)
        + payer.branch.rjust(5, "0")
        + _text(payer.branch_digit, 1)
        + payer.account.rjust(12, "0")
        + _text(payer.account_digit, 1)
        + " "
        + _text(payer.holder, 30)
    )


def _number(value: int, width: int) -> str:
    return f"{value:0{width}d}"


def _text(value: str, width: int) -> str:
    """Return capitals without accents or signs, cut or filled to its width."""
    bare = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().upper()
    kept = "".join(char if char.isalnum() else " " for char in bare)
    return f"{' '.join(kept.split()) if value.strip() else '':{width}}"[:width]


def _key(value: str) -> str:
    """Return a Pix key as it is: its signs and small letters belong to it."""
    return f"{value:99}"


def _line(*fields: str) -> str:
    line = "".join(fields)
    if len(line) != WIDTH or not line.isascii():
        raise ValueError(f"a record has {len(line)} characters")
    return line
