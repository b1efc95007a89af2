"""Answers of a bank to the file of a batch: our own file, with what a bank fills in."""

import hashlib
from collections.abc import Mapping
from typing import Any

from marketplace.core import clock
from marketplace.core.rights import Person
from marketplace.payments import bank_return, settings
from marketplace.payments.batch_files import file_of
from marketplace.payments.models.payouts import PayoutBatch
from marketplace.payments.operations.bank_returns import Told, take_in
from tests.factories.payouts import finance

PAID, END = "00", "\r\n"


def make_answer(batch: PayoutBatch, said: Mapping[int, str] | None = None, **changes: str) -> bytes:
    """Return what a bank answers to a batch: that it paid all, or what is said of some by number.

    ``changes`` put words into each record of a payment, ``at_74="..."`` from position 74 on.
    """
    lines = file_of(batch).removesuffix(END).split(END)
    told = [_answered(line, said or {}, changes) for line in lines]
    return (END.join(told) + END).encode("latin-1")


def bring(batch: PayoutBatch, content: bytes, by: Person | None = None) -> int:
    """Have finance of a batch's Division, or somebody, bring an answer; return its file's id."""
    payer = settings.payer()
    assert payer
    lines = bank_return.read(content, payer)
    told = Told("retorno.ret", hashlib.sha256(content).hexdigest(), lines)
    who: Any = by or finance(batch.division)
    return take_in(batch.division_id, told, by=who, now=clock.now())


def put(line: str, position: int, words: str) -> str:
    """Write words into a record, from a position of the layout on."""
    return line[: position - 1] + words + line[position - 1 + len(words) :]


def _answered(line: str, said: Mapping[int, str], changes: Mapping[str, str]) -> str:
    if line[7] == "0":
        return put(line, 143, "2")
    if line[7] + line[13] != "3A":
        return line
    number = int(line[73:93])
    line = put(line, 231, f"{said.get(number, PAID):10}")
    line = put(put(line, 135, f"E{number:019d}"), 155, "01122026" + line[119:134])
    for where, words in changes.items():
        line = put(line, int(where.removeprefix("at_")), words)
    return line
