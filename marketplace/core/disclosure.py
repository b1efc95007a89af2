"""What the house keeps about somebody, for themselves: as a page, and as a copy to take along.

**Source:** LGPD (Lei 13.709/2018), art. 9 (clear words), art. 18, II and V (access, portability).
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import Response
from flask_babel import lazy_gettext as _

from marketplace.core.formats import day_of, long_day, phone
from marketplace.core.money import format_cents
from marketplace.core.privacy import Holding, Subject, register, rows

MOST = 30  # rows of a kind on the page; all are in the copy
WORDS: dict[str, Any] = {
    "name": _("Name"),
    "mobile": _("Mobile number"),
    "email": _("E-mail"),
    "made_at": _("Noted on"),
    "facts": _("What was said"),
    "seen_at": _("Last seen"),
    "device": _("Device"),
    "reason": _("Reason"),
    "closing_reason": _("Why it was closed or opened"),
    "end_reason": _("Why it ended"),
    "given_at": _("Given"),
    "ended_at": _("Ended"),
    "accepted_at": _("Accepted"),
    "decided_at": _("Decided"),
    "happened_at": _("When"),
    "joined_on": _("Since"),
    "left_on": _("Until"),
    "function": _("What the person does"),
    "legal_form": _("Legal form"),
    "cnpj": "CNPJ",
    "community": _("Community"),
    "river": _("River"),
    "address": _("Address"),
    "street": _("Street and number"),
    "city": _("City"),
    "state": _("State (UF)"),
    "postal_code": _("CEP"),
    "tax_id": _("CPF or CNPJ"),
    "story": _("Story"),
    "photo_alt": _("What the photo shows"),
    "amount_cents": _("Amount"),
    "opened_at": _("Since"),
    "pix_key": _("Pix key"),
    "pix_holder": _("Holder of the Pix key"),
    "responsible_name": _("Who answers for it"),
    "responsible_cpf": "CPF",
    "pause_note": _("Why it pauses"),
    "number": _("Number"),
    "letter": _("Part"),
    "placed_at": _("Ordered"),
    "buyer_name": _("Name"),
    "buyer_mobile": _("Mobile number"),
    "buyer_email": _("E-mail"),
    "total_cents": _("Total"),
    "ordered": _("Quantity"),
    "handed_over_at": _("Received"),
    "occurred_on": _("Day"),
    "product_name": _("Product"),
    "quantity": _("Quantity"),
    "gross_cents": _("Total"),
    "description": _("Description"),
    "size": _("Size"),
    "care": _("Care"),
    "technique": _("Technique"),
    "label": _("Name"),
    "alt": _("What the photo shows"),
    "file_name": _("File"),
    "moved_at": _("When"),
    "answered_at": _("When"),
    "added_at": _("Noted on"),
    "words": _("What was said"),
    "title": _("Name"),
    "issued_on": _("Day"),
    "expires_on": _("Until"),
    "check_note": _("Reason"),
    "met_on": _("Day"),
    "reasons": _("Reason"),
    "conditions": _("Conditions"),
    "valid_until": _("Until"),
    "sent_at": _("When"),
    "visited_on": _("Day"),
    "present": _("Who of the group was there?"),
    "note": _("What was said"),
}
"""How readers call a column, whatever row it is of."""


class Kept(NamedTuple):
    """Rows of one kind that are kept for one reason."""

    title: str
    rows: list[list[tuple[str, str]]]
    more: int  # that are only in the copy


class Purpose(NamedTuple):
    """What is kept to one end, and what allows it."""

    why: str
    ground: str
    kinds: list[Kept]


def purposes(theirs: Subject, zone: str) -> list[Purpose]:
    """Return what is kept about somebody by purpose; moments are days in a zone."""
    found: dict[tuple[str, str], list[Kept]] = {}
    for holding in register.holdings:
        if holding.title and (kept := _kept(holding, theirs, zone)):
            found.setdefault((str(holding.why), str(holding.ground)), []).append(kept)
    return [Purpose(why, ground, kinds) for (why, ground), kinds in found.items()]


def copy(theirs: Subject, now: datetime) -> Response:
    """Return everything that is kept about somebody as a file of JSON."""
    told = {"made_at": now, "kept": list(_told(theirs))}
    text = json.dumps(told, ensure_ascii=False, indent=1, default=_plain)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="paneiro-{now:%Y-%m-%d}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _told(theirs: Subject) -> Iterator[dict[str, Any]]:
    for holding in register.holdings:
        if there := rows(holding, theirs):
            reason = {"purpose": str(holding.why), "ground": str(holding.ground)}
            yield {"table": holding.table.name} | reason | {"rows": there}


def _kept(holding: Holding, theirs: Subject, zone: str) -> Kept | None:
    """Return what a reader sees of a holding; nothing if every row is empty."""
    there = [told for row in rows(holding, theirs) if (told := _readable(holding, row, zone))]
    return Kept(str(holding.title), there[:MOST], max(0, len(there) - MOST)) if there else None


def _readable(holding: Holding, row: dict[str, Any], zone: str) -> list[tuple[str, str]]:
    told = ((name, _said(name, row[name], zone)) for name in holding.shows)
    return [(str(WORDS[name]), value) for name, value in told if value]


def _said(name: str, value: Any, zone: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return "; ".join(told for told in value.values() if isinstance(told, str))
    if isinstance(value, datetime):
        return long_day(day_of(value, zone))
    if isinstance(value, date):
        return long_day(value)
    if name.endswith("_cents"):
        return format_cents(value)
    return phone(value) if name.endswith("mobile") else str(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)
