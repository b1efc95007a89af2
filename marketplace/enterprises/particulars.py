"""An enterprise and its people as plain values: what one call needs to register them."""

from dataclasses import dataclass
from datetime import date

from marketplace.enterprises.models import Access, Kind, Segment, Sex


@dataclass(frozen=True)
class Particulars:
    """What is known of an enterprise; `code` and `division_id` are found when left out."""

    name: str
    kind: Kind
    segment: Segment
    municipality_code: int
    code: str = ""
    division_id: int | None = None
    segments: tuple[Segment, ...] = ()
    legal_form: str = ""
    cnpj: str | None = None
    founded_year: int | None = None
    neighbourhood_id: int | None = None
    community: str = ""
    river: str = ""
    address: str = ""
    mobile: str = ""
    email: str = ""
    story: str = ""
    photo: str | None = None
    photo_alt: str = ""
    pix_key: str = ""
    pix_holder: str = ""
    responsible_name: str = ""
    responsible_cpf: str = ""
    is_demo: bool = False


@dataclass(frozen=True)
class Newcomer:
    """Somebody who joins; `access` beyond none needs the id of their user."""

    name: str
    sex: Sex
    function: str = ""
    on_board: bool = False
    user_id: int | None = None
    access: Access = Access.NONE
    joined_on: date | None = None  # none: today
