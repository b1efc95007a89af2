"""What the steps of a registration ask."""

from collections.abc import Container, Iterable, Mapping
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField  # which takes no text for a file
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.accounts.consents import ASKED, Purpose
from marketplace.accounts.forms import AREA
from marketplace.accounts.models import Municipality, Neighbourhood
from marketplace.core.fields import (
    CnpjField,
    CpfField,
    EmailField,
    IntegerField,
    LineField,
    MobileField,
    ParagraphsField,
    PixKeyField,
)
from marketplace.core.identifiers import PixKey
from marketplace.core.look import SEGMENTS
from marketplace.core.text import fold
from marketplace.enterprises.labels import CHOOSE, KINDS, choices
from marketplace.enterprises.models import Enterprise, Kind, Segment, Standing

OLDEST = 1850


def segment_choices() -> list[SelectChoice]:
    return [SelectChoice(Segment(code), segment.name) for code, segment in SEGMENTS.items()]


class StepForm(FlaskForm):
    """A step's fields by the mark under which staff may ask to mend them."""

    marks: ClassVar[dict[str, tuple[str, ...]]] = {}

    def keep_only(self, marks: Container[str]) -> None:
        for mark, names in self.marks.items():
            for name in names if mark not in marks else ():
                del self[name]

    def columns(self) -> dict[str, Any]:
        """Return the columns of the enterprise that the fields shown fill."""
        return self.filled(self.marks)

    def filled(self, marks: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
        named = (name for names in marks.values() for name in names if name in self)
        return {name: self[name].data for name in named}


class GroupForm(StepForm):
    marks: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name",),
        "kind": ("kind",),
        "legal": ("legal_form", "cnpj"),
        "founded": ("founded_year",),
    }
    name = LineField(
        _("Name of the group"), required=_("Write the name of the group."), least=3, most=100
    )
    kind = RadioField(
        _("What kind of group is it?"), choices=choices(KINDS), coerce=Kind, validators=[CHOOSE]
    )
    legal_form = LineField(
        _("Legal form"),
        required=False,
        most=80,
        description=_("As in the statute, if there is one: private association, for example"),
    )
    cnpj = CnpjField(
        _("CNPJ"), required=False, description=_("Without CNPJ you can register all the same.")
    )
    founded_year = IntegerField(_("In which year did it begin?"), required=False, least=OLDEST)

    def columns(self) -> dict[str, Any]:
        found = self.filled(GroupForm.marks)
        return found | ({"cnpj": found["cnpj"] or None} if "cnpj" in found else {})


class SegmentsForm(StepForm):
    marks: ClassVar[dict[str, tuple[str, ...]]] = {"segments": ("segment", "segments")}
    segment = RadioField(_("What do you do most?"), coerce=Segment, validators=[CHOOSE])
    segments = SelectMultipleField(_("What else?"), coerce=Segment)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment.choices = self.segments.choices = segment_choices()

    def columns(self) -> dict[str, Any]:
        main, more = self.segment.data, self.segments.data or []
        return {"segment": main, "segments": list(dict.fromkeys([str(main), *map(str, more)]))}


class PlaceForm(StepForm):
    marks: ClassVar[dict[str, tuple[str, ...]]] = {
        "place": ("municipality_code", "neighbourhood", "community", "river", "address")
    }
    municipality_code = SelectField(_("Municipality"), coerce=int)
    neighbourhood = LineField(
        _("Neighbourhood"), required=False, description=_("In the city. Choose it from the list.")
    )
    community = LineField(
        _("Community"), required=False, most=100, description=_("Outside the city")
    )
    river = LineField(_("River, lake or road"), required=False, most=100)
    address = LineField(
        _("Address, or how to get there"),
        required=False,
        most=200,
        description=_("Only the Division sees it."),
    )

    def offer(
        self, municipalities: Iterable[Municipality], neighbourhoods: Iterable[Neighbourhood]
    ) -> None:
        self.municipality_code.choices = [
            SelectChoice(place.code, f"{place.name} · {place.state}") for place in municipalities
        ]
        self.known = {(n.municipality_code, n.folded): n.id for n in neighbourhoods}

    def validate_neighbourhood(self, field: Any) -> None:
        if field.data and self._neighbourhood_id() is None:
            raise ValidationError(
                gettext("We do not know this neighbourhood there. Choose it from the list.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        fine: bool = super().validate(extra_validators)
        if fine and not (self.neighbourhood.data or self.community.data):
            self.neighbourhood.errors = [gettext("Write the neighbourhood or the community.")]
            return False
        return fine

    def columns(self) -> dict[str, Any]:
        found = self.filled(PlaceForm.marks)
        del found["neighbourhood"]
        return found | {"neighbourhood_id": self._neighbourhood_id()}

    def _neighbourhood_id(self) -> int | None:
        return self.known.get((self.municipality_code.data, fold(self.neighbourhood.data or "")))


class ContactForm(StepForm):
    marks: ClassVar[dict[str, tuple[str, ...]]] = {
        "contact": ("mobile", "email"),
        "story": ("story",),
    }
    mobile = MobileField(
        _("Mobile of the group, with area code"),
        required=_("Write a mobile with area code."),
        area=AREA,
    )
    number_on_page = BooleanField(
        ASKED[Purpose.NUMBER_ON_PAGE].text,
        description=_("Only if it is your own number. As long as you say no, the page hides it."),
    )
    email = EmailField(_("E-mail"), required=False)
    story = ParagraphsField(
        _("The story of the group"),
        required=_("Tell the story of the group, even if short."),
        least=20,
        most=2000,
        description=_(
            "How did it begin? What do you make? Use the microphone of the keyboard"
            " to speak instead of writing."
        ),
    )

    def columns(self) -> dict[str, Any]:
        return {name: value or "" for name, value in self.filled(self.marks).items()}


class PhotoForm(FlaskForm):
    photo = FileField(_("Take a photo of the group"))
    photo_alt = LineField(
        _("What is in the photo?"),
        required=False,
        most=160,
        description=_("For people who cannot see it"),
    )


class MoneyForm(StepForm):
    marks: ClassVar[dict[str, tuple[str, ...]]] = {
        "pix": ("pix_key", "pix_holder"),
        "responsible": ("responsible_name", "responsible_cpf"),
    }
    pix_key = PixKeyField(
        _("Pix key"),
        required=False,
        description=_("CPF, CNPJ, mobile with +55, e-mail or random key. Buyers pay to it."),
    )
    pix_holder = LineField(_("In whose name is the Pix key?"), required=False, most=100)
    responsible_name = LineField(_("Name of the responsible person"), required=False, most=120)
    responsible_cpf = CpfField(_("CPF of the responsible person"), required=False)

    def columns(self) -> dict[str, Any]:
        found = {name: value or "" for name, value in self.filled(self.marks).items()}
        if isinstance(key := found.get("pix_key"), PixKey):
            found |= {"pix_key": key.value, "pix_key_kind": key.kind}
        elif "pix_key" in found:
            found |= {"pix_key_kind": "", "pix_holder": ""}
        return found


class RecordForm(PlaceForm, SegmentsForm, GroupForm):
    """All that was vetted, to be corrected by the Division."""

    marks: ClassVar[dict[str, tuple[str, ...]]] = {
        **GroupForm.marks,
        **SegmentsForm.marks,
        **PlaceForm.marks,
    }

    def columns(self) -> dict[str, Any]:
        parts = (GroupForm, SegmentsForm, PlaceForm)
        return {name: value for part in parts for name, value in part.columns(self).items()}


def told_before(step: str, enterprise: Enterprise) -> dict[str, Any]:
    """Return what a step's fields show at first: what was told there, or is known already."""
    begun = step in enterprise.steps_done and (step != "contact" or enterprise.mobile)
    if not begun and enterprise.standing is Standing.DRAFT:
        user = next((member.user for member in enterprise.live_members if member.user), None)
        return (
            {"mobile": user.mobile, "email": user.email, "responsible_name": user.name}
            if user
            else {}
        )
    names = (column.key for column in sa.inspect(Enterprise).column_attrs)
    told = {name: getattr(enterprise, name) for name in names}
    return told | {"neighbourhood": enterprise.neighbourhood and enterprise.neighbourhood.name}
