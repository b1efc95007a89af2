"""The sheet of a price: lines of material, of work and of other costs, for a batch of pieces."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.catalogue import labels
from marketplace.catalogue.fair_price import MOST_SHARED
from marketplace.catalogue.forms.products import MOST_PRICE, TrimmedField
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.price_sheet import OVERHEADS, Input, PriceSheet
from marketplace.core.fields import IntegerField, LineField, MoneyField
from marketplace.core.text import fold

MOST_PIECES, MOST_AMOUNT, MOST_UNIT_COST, MOST_HOURS = 100_000, 100_000_000, 10_000_000, 2_000_000
EACH = {"materials": (3, 12), "work": (2, 10), "overheads": (2, 8)}  # boxes at first, at most
KINDS = [SelectChoice(str(kind), labels.LINES[kind]) for kind in OVERHEADS]


class MaterialRow(Form):
    label = LineField(_("Material"), required=False, most=80)
    amount = TrimmedField(_("How much"), required=False, places=3, most=MOST_AMOUNT)
    measure = LineField(_("Of which measure"), required=False, most=20)
    cost = MoneyField(_("What each costs"), required=False, most=MOST_UNIT_COST)
    loss = TrimmedField(_("Lost on top of it"), required=False, places=1, most=900)
    solidarity = BooleanField(_("Bought from a solidarity enterprise"))
    supplier = LineField(_("Which one"), required=False, most=120)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.label.data and not self.amount.data and not self.amount.errors:
            self.amount.errors, valid = [gettext("Write how much of it goes in.")], False
        if not self.label.data and (self.amount.data or self.cost.data):
            self.label.errors, valid = [gettext("Write the name of this material.")], False
        return valid

    def input(self) -> Input | None:
        if not self.label.data:
            return None
        return Input(
            LineKind.MATERIAL,
            self.label.data,
            self.amount.data or 0,
            self.cost.data or 0,
            self.measure.data,
            self.loss.data or 0,
            bool(self.solidarity.data or self.supplier.data),
        )


class WorkRow(Form):
    member = SelectField(_("Who worked"), coerce=int, default=0)
    label = LineField(_("Name, if not in the list"), required=False, most=80)
    hours = TrimmedField(_("Hours"), required=False, places=3, most=MOST_HOURS)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if (self.member.data or self.label.data) and not (self.hours.data or self.hours.errors):
            self.hours.errors, valid = [gettext("Write how many hours.")], False
        return valid

    def input(self) -> Input | None:
        if not self.hours.data:
            return None
        member = self.member.data or None
        label = "" if member else self.label.data
        return Input(LineKind.LABOUR, label, self.hours.data, member_id=member)


class OverheadRow(Form):
    kind = SelectField(_("What for"), choices=KINDS)
    label = LineField(_("Which"), required=False, most=80)
    cost = MoneyField(_("Cost in all"), required=False, most=MOST_PRICE)

    def input(self) -> Input | None:
        if not self.cost.data or self.kind.data not in OVERHEADS:  # shown again unchecked
            return None
        return Input(LineKind(self.kind.data), self.label.data, 1000, self.cost.data)


class PriceSheetForm(FlaskForm):
    """Everything but the price is of the whole batch."""

    pieces = IntegerField(_("How many pieces did you make?"), least=1, most=MOST_PIECES)
    materials = FieldList(FormField(MaterialRow), max_entries=EACH["materials"][1])
    work = FieldList(FormField(WorkRow), max_entries=EACH["work"][1])
    overheads = FieldList(FormField(OverheadRow), max_entries=EACH["overheads"][1])
    hour = MoneyField(_("What 1 hour is worth"), required=False, most=1_000_000)
    surplus = TrimmedField(_("Surplus of the group"), required=False, places=1, most=900)
    fund = TrimmedField(_("Solidarity fund"), required=False, places=1, most=900)
    payment_fee = TrimmedField(_("Payment fee"), required=False, places=1, most=900)
    taxes = TrimmedField(_("Taxes"), required=False, places=1, most=900)
    price = MoneyField(_("Selling price"), required=False, least=1, most=MOST_PRICE)

    SHARES: Mapping[str, LineKind] = {
        str(kind): kind for kind in (LineKind.FUND, LineKind.PAYMENT_FEE, LineKind.TAXES)
    }

    def offer(self, workers: Iterable[tuple[int, str]]) -> None:
        named = [(0, gettext("Somebody else")), *workers]
        choices = [SelectChoice(member_id, name) for member_id, name in named]
        for row in self.work:
            row.form.member.choices = choices

    def validate_taxes(self, _field: Any) -> None:
        shares = [self[name].data or 0 for name in (*self.SHARES, "surplus")]
        if sum(shares) > MOST_SHARED:
            raise ValidationError(gettext("These parts leave too little of the price."))

    def find_suppliers(self, known: Mapping[str, int]) -> bool:
        """Say which suppliers are not in the record; whether all are."""
        unknown = gettext("Not in the record. Choose from the list, or leave it empty.")
        found = True
        for row in self.materials:
            field = row.form.supplier
            if field.data and fold(field.data) not in known and not field.errors:
                field.errors, found = [unknown], False
        return found

    def supplier_names(self) -> list[str]:
        return [row.form.supplier.data for row in self.materials if row.form.supplier.data]

    def sheet(self, suppliers: Mapping[str, int]) -> PriceSheet:
        """Return what was typed; of what cannot be read, nothing."""
        lines = [self._supplied(row.form, suppliers) for row in self.materials]
        lines += [row.form.input() for part in (self.work, self.overheads) for row in part]
        shares = {kind: self[name].data for name, kind in self.SHARES.items() if self[name].data}
        told = tuple(line for line in lines if line)
        surplus, pieces = self.surplus.data or 0, self.pieces.data or 1
        return PriceSheet(pieces, told, shares, surplus, self.hour.data or None)

    def grow(self, part: str) -> None:
        """Offer one more line of a part, unless it has the most."""
        rows, most = self[part], EACH[part][1]
        if len(rows) < most:
            rows.append_entry()

    @staticmethod
    def _supplied(row: Any, suppliers: Mapping[str, int]) -> Input | None:
        line: Input | None = row.input()
        if line is None or not row.supplier.data:
            return line
        found = suppliers.get(fold(row.supplier.data))
        return Input(**{**vars(line), "supplier_id": found})

    @classmethod
    def data_of(cls, sheet: PriceSheet, price: int, names: Mapping[int, str]) -> dict[str, Any]:
        """Return what the form shows of a sheet, with empty lines to go on."""
        of = {part: [] for part in EACH}  # type: dict[str, list[dict[str, Any]]]
        for line in sheet.lines:
            part, row = _row(line, names)
            of[part].append(row)
        for part, (least, most) in EACH.items():
            empty: dict[str, Any] = {}
            of[part] += [empty] * max(least - len(of[part]), int(0 < len(of[part]) < most))
        shares = {name: sheet.shares.get(kind) for name, kind in cls.SHARES.items()}
        rest = {"pieces": sheet.pieces, "hour": sheet.hour_cents, "price": price or None}
        return of | shares | rest | {"surplus": sheet.surplus_permille or None}


def _row(line: Input, names: Mapping[int, str]) -> tuple[str, dict[str, Any]]:
    if line.kind is LineKind.MATERIAL:
        kept = {"label": line.label, "amount": line.amount, "measure": line.measure}
        more = {"cost": line.unit_cost_cents, "loss": line.loss_permille or None}
        supplier = names.get(line.supplier_id or 0, "")
        return "materials", kept | more | {"solidarity": line.solidarity, "supplier": supplier}
    if line.kind is LineKind.LABOUR:
        return "work", {"member": line.member_id or 0, "label": line.label, "hours": line.amount}
    return "overheads", {"kind": str(line.kind), "label": line.label, "cost": line.unit_cost_cents}
