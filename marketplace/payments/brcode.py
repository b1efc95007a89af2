"""Static Pix BR Codes: the text behind the QR code that pays a key, written and strictly read.

A static code carries no proof of payment: it can be paid twice, or with another amount.

**Source:** Banco Central do Brasil, Manual de Padrões para Iniciação do Pix; EMVCo, QR Code
Specification for Payment Systems, Merchant-Presented Mode; CRC-16/CCITT-FALSE.
"""

import binascii
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from marketplace.core.identifiers import BadIdentifier, cpf, pix_key

GUI: Final = "br.gov.bcb.pix"
NO_TXID: Final = "***"
NAME_LENGTH, CITY_LENGTH, INFO_LENGTH, TEMPLATE_LENGTH = 25, 15, 72, 99
MAX_CENTS = 10**12 - 1
_REQUIRED = {"00", "26", "52", "53", "58", "59", "60", "62", "63"}
_KNOWN = _REQUIRED | {"01", "54", "61"}


class BadBRCode(ValueError):
    """Not a static Pix code, or none can be made; ``reason`` is stable, for programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class BRCode:
    """What a static code says; amount in centavos, none where the payer types it."""

    key: str
    name: str
    city: str
    amount_cents: int | None = None
    txid: str = NO_TXID
    info: str | None = None
    single_use: bool | None = None


def encode(code: BRCode) -> str:
    """Return the payload; name and city lose their accents and what is over their length.

    :raises BadBRCode: if key, amount, txid or information text cannot be in a code.
    """
    account = {"00": GUI, "01": code.key, "02": _printable(code.info or "")}
    initiation = {None: "", True: "12", False: "11"}[code.single_use]
    fields = {
        "00": "01",
        "01": initiation,
        "26": _joined(account.items()),
        "52": "0000",
        "53": "986",
        "54": _amount(code.amount_cents),
        "58": "BR",
        "59": _printable(code.name)[:NAME_LENGTH].strip(),
        "60": _printable(code.city)[:CITY_LENGTH].strip(),
        "62": _joined([("05", code.txid)]),
    }
    unsealed = _joined(fields.items()) + "6304"
    payload = unsealed + checksum(unsealed)
    parse(payload)
    return payload


def parse(payload: str) -> BRCode:
    """Return what the payload says, every rule of a static code checked.

    :raises BadBRCode: with the first rule it breaks.
    """
    _require(payload.isascii() and payload.isprintable(), "characters")
    _require(payload[-8:-4] == "6304", "crc_missing")
    _require(checksum(payload[:-4]) == payload[-4:], "crc_mismatch")
    fields = _split(payload)
    _check_frame(fields)
    account, additional = _split(fields["26"]), _split(fields["62"])
    _check_account(account)
    _check_txid(additional)
    return BRCode(
        key=account["01"],
        name=fields["59"],
        city=fields["60"],
        amount_cents=_cents(fields.get("54")),
        txid=additional["05"],
        info=account.get("02"),
        single_use={None: None, "12": True, "11": False}[fields.get("01")],
    )


def checksum(text: str) -> str:
    """Return CRC-16/CCITT-FALSE of ASCII text as four hexadecimal capitals."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise BadBRCode(reason)


def _joined(fields: Iterable[tuple[str, str]]) -> str:
    present = [(tag, value) for tag, value in fields if value]
    for tag, value in present:
        _require(len(value) <= TEMPLATE_LENGTH, f"length_{tag}")
    return "".join(f"{tag}{len(value):02d}{value}" for tag, value in present)


def _split(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    while text:
        _require(bool(re.match("[0-9]{4}", text)), "tlv_header")
        tag, length = text[:2], int(text[2:4])
        _require(0 < length <= len(text) - 4, "tlv_length")
        _require(tag not in fields, "tlv_twice")
        fields[tag], text = text[4 : 4 + length], text[4 + length :]
    return fields


def _check_frame(fields: Mapping[str, str]) -> None:
    tags = list(fields)
    _require(fields.get("00") == "01" and tags[0] == "00", "format")
    _require(_REQUIRED <= fields.keys() <= _KNOWN and tags[-1] == "63", "fields")
    _require(fields.get("01") in (None, "11", "12"), "initiation")
    _require(bool(re.fullmatch("[0-9]{4}", fields["52"])), "category")
    _require(fields["53"] == "986", "currency")
    _require(fields["58"] == "BR", "country")
    _require(len(fields["59"]) <= NAME_LENGTH, "name_length")
    _require(len(fields["60"]) <= CITY_LENGTH, "city_length")


def _check_account(account: Mapping[str, str]) -> None:
    _require(account.get("00", "").lower() == GUI, "gui")
    _require(("01" in account) != ("25" in account), "key_xor_url")
    _require("25" not in account, "dynamic")
    _require(account.keys() <= {"00", "01", "02"}, "account")
    _require(len(account.get("02", "")) <= INFO_LENGTH, "info_length")
    _require(_is_canonical(account["01"]), "key")


def _is_canonical(key: str) -> bool:
    try:
        return key == (cpf(key) if re.fullmatch("[0-9]{11}", key) else pix_key(key).value)
    except BadIdentifier:
        return False


def _check_txid(additional: Mapping[str, str]) -> None:
    _require(additional.keys() == {"05"}, "additional")
    txid = additional["05"]
    _require(txid == NO_TXID or bool(re.fullmatch("[A-Za-z0-9]{1,25}", txid)), "txid_format")


def _amount(cents: int | None) -> str:
    if cents is None:
        return ""
    _require(type(cents) is int and 0 < cents <= MAX_CENTS, "amount_format")
    return f"{cents // 100}.{cents % 100:02d}"


def _cents(amount: str | None) -> int | None:
    if amount is None:
        return None
    _require(bool(re.fullmatch(r"(0|[1-9][0-9]{0,9})\.[0-9]{2}", amount)), "amount_format")
    _require((cents := int(amount.replace(".", ""))) > 0, "amount_format")
    return cents


def _printable(text: str) -> str:
    """Leave of the text what every bank's reader shows: ASCII letters, digits, punctuation."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^ -~]+", " ", bare).strip()
