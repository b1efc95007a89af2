"""The bank's answer to a batch's file: CNAB 240, of which segments A and Z tell what was paid.

Pure: bytes go in, what the bank says of each payment comes out. Positions are those of `bank_file`.

**Source:** as `bank_file`; positions of a return (135, 155, 163, 231 of segment A, 79 of segment Z)
as the same implementations name them (G043, P003, P004, G059; segment Z "Autenticação Bancária").
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from marketplace.core.text import clean
from marketplace.payments.bank_file import TRAILER_LOT, WIDTH, Payer
from marketplace.payments.errors import NotABankReturn, ReturnCutShort, ReturnOfAnotherAccount

MOST_ID = 2_147_483_647
MAX_BYTES = 1_000_000
MAX_RECORDS = MAX_BYTES // WIDTH  # some 4,000
ANSWER = "2"  # G015: from the bank to the company
TAKEN_BACK = "3"  # G060: it was paid, and came back
FILE, LOT, DETAIL, LOT_END, FILE_END = "01359"
CODES, CODE_WIDTH = slice(230, 240), 2  # G059: up to five


@dataclass(frozen=True)
class Line:
    """What the bank says of one payment, in centavos of BRL, or of a whole lot without a number.

    ``number`` is the record's, from 1; ``ours`` is what we call the payment (G064), as it stands
    there; ``codes`` are its occurrences.
    """

    number: int
    ours: str
    cents: int
    codes: tuple[str, ...]
    bank_number: str = ""
    paid_on: date | None = None
    taken_back: bool = False
    of_lot: bool = False

    @property
    def payout_id(self) -> int | None:
        """Return the number of one of our payouts, if it is such a number at all."""
        is_number = self.ours.isascii() and self.ours.isdecimal()
        return int(self.ours) if is_number and int(self.ours) <= MOST_ID else None


def read(content: bytes, payer: Payer) -> list[Line]:
    """Return what a file says of each payment, and of each lot that was refused whole.

    :raises NotABankReturn: for anything else. :raises ReturnCutShort: if records are missing.
    :raises ReturnOfAnotherAccount: unless it is of the account that pays here.
    """
    records = _records(content)
    head, last = records[0], records[-1]
    if head[7] != FILE or head[142] != ANSWER or head[3:7] != "0000":
        raise NotABankReturn
    if last[7] != FILE_END or last[3:7] != TRAILER_LOT or _whole(last[23:29]) != len(records):
        raise ReturnCutShort
    told = (head[:3], _bare(head[18:32]), _bare(head[58:70]))
    if told != (payer.bank, _bare(payer.tax_id), _bare(payer.account)):
        raise ReturnOfAnotherAccount
    return list(_lines(records))


def _records(content: bytes) -> list[str]:
    """Return its records, filled to their width: some programs cut what is blank at the end."""
    if len(content) > MAX_BYTES or content.count(b"\n") > MAX_RECORDS:
        raise NotABankReturn
    text = content.decode("latin-1").rstrip("\x1a\r\n ")
    records = [record.rstrip("\r").ljust(WIDTH) for record in text.split("\n")]
    if len(records) < len((FILE, FILE_END)) or any(len(each) != WIDTH for each in records):
        raise NotABankReturn
    return records


def _lines(records: list[str]) -> Iterator[Line]:
    last: Line | None = None
    for number, record in enumerate(records, start=1):
        if record[7] == DETAIL and record[13] == "Z" and last:
            last = replace(last, bank_number=clean(record[78:103]) or last.bank_number)
            continue
        if last and not (record[7] == DETAIL and record[13] != "A"):
            yield last
            last = None
        if record[7] == DETAIL and record[13] == "A":
            last = _payment(number, record)
        elif record[7] in (LOT, LOT_END) and (codes := _codes(record)):
            yield Line(number, "", 0, codes, of_lot=True)


def _payment(number: int, record: str) -> Line:
    return Line(
        number=number,
        ours=clean(record[73:93]),
        cents=_whole(record[162:177]) or _whole(record[119:134]),
        codes=_codes(record),
        bank_number=clean(record[134:154]).lstrip("0"),
        paid_on=_day(record[154:162]),
        taken_back=record[14] == TAKEN_BACK,
    )


def _codes(record: str) -> tuple[str, ...]:
    said = record[CODES]
    pairs = (said[at : at + CODE_WIDTH] for at in range(0, len(said), CODE_WIDTH))
    return tuple(code for pair in pairs if (code := clean(pair)))


def _bare(code: str) -> str:
    """Return a number that may have letters without what fills it up."""
    return code.strip().lstrip("0")


def _whole(digits: str) -> int:
    """Return a number; 0 for what is none."""
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _day(digits: str) -> date | None:
    try:
        return date(_whole(digits[4:]), _whole(digits[2:4]), _whole(digits[:2]))
    except ValueError:
        return None
