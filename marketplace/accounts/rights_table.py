"""The table of rights: what each role may do and what it never may; printed in docs/rights.md."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _


class Right(NamedTuple):
    """A role, how people call it, what it may and what it never may."""

    role: str
    name: str
    may: str
    never: str


TABLE = (
    Right(
        "buyer",
        _("Buyer"),
        "browse, buy, own orders by link or login",
        "others' orders",
    ),
    Right(
        "member",
        _("Member of an enterprise"),
        "own enterprise's products, stock, orders, statement",
        "payout data, members",
    ),
    Right(
        "manager",
        _("Manager of an enterprise"),
        "also members, payout data (second factor, 72 h), documents, agreement",
        "other enterprises' lines in a shared purchase",
    ),
    Right(
        "facilitator",
        _("Facilitator"),
        "act for enterprises that accepted, both names recorded",
        "payout data, decisions",
    ),
    Right(
        "stall_till",
        _("Stall till"),
        "sales and hand-overs of its enterprise on its device and fair day",
        "amounts of others",
    ),
    Right(
        "desk_till",
        _("Desk till"),
        "sales of all exhibitors at the common desk",
        "anything after closing",
    ),
    Right(
        "articulation",
        _("Articulation and networks"),
        "register, vet, visits, fairs, places, lists",
        "payments, own enterprise's cases",
    ),
    Right(
        "qualification",
        _("Qualification and research"),
        "studies, indicators, (courses)",
        "vetting decisions, payments",
    ),
    Right(
        "finance",
        _("Finance"),
        "payouts, refunds, uses of the fund, reconciliation, the books; two people for each batch",
        "own enterprise",
    ),
    Right(
        "head",
        _("Head of the Division"),
        "all of the Division's screens, issue reports, set targets, say what the fund gets",
        "ledger corrections alone",
    ),
    Right(
        "council",
        _("Council"),
        "indicators, issued reports, fund statements, minutes, opinions and votes",
        "any single enterprise's sales or people's data",
    ),
    Right(
        "administrator",
        _("Administrator"),
        "roles, settings, categories, zones",
        "money, decisions",
    ),
)
NAMES = {right.role: right.name for right in TABLE}

HEADING = """# Who may do what

Written by `./run flask rights --table` from the table in code (`accounts/rights_table.py`), which
`tests/accounts/test_commands.py` compares with this page. Each route names the roles it opens to:
`./run flask rights` prints them, and `tests/house/test_access.py` tries every one.

A person may hold several roles; in each act one of them is chosen and recorded. The roles of a
Division hold in that Division alone. Nobody gives a role to themselves, nobody decides about an
enterprise they belong to, and the second person of a decision is never the first. A visitor
without a login may do what a buyer may.

Places at a fair: those who act for an enterprise apply for it and give its place up. Articulation
and the head call for places, type the tickets of the lottery, give a place or take it back with a
reason, and note who came; qualification reads. Who belongs to an enterprise that applied does not
draw. Anybody may see a draw and repeat it (ADR 31).

A fair's report, which names groups, is for the head, articulation, qualification and finance. They
(but finance) and the common desk note what visitors say. A group sees its own figures, and of all
together only sums of three groups or more.

Social currency: articulation and finance give out notes for reais and take them back, the head
reads. What was noted wrongly is taken back with a reason. Whoever belongs to the group that brings
notes has no part in it.

Declared totals of past years and of fairs on paper: the head, articulation and qualification
declare and correct them, finance reads them. What was corrected stays (ADR 55).

Issued reports: the head issues them, with a number, and says why where another of the same period
is needed; articulation, qualification, finance and the council read them and take their files
along. They name no group (ADR 40). All but the council compare one with the facts of today.

A report about one enterprise: the head issues it; articulation, qualification and finance read it,
and those who act for that enterprise read their own. The council does not.

Reports sent by themselves: the head asks for one, and any head of the Division pauses or ends it.
Each is issued with the rights that its owner has on that day, or not at all (ADR 58).

Reservations at a fair: those who act for an enterprise that stands there set pieces apart, bring
them back, and see their list of what to bring. Articulation and the head see whether each list
arrived, and note which they passed on by hand (ADR 33).

Sheets of a fair: articulation, the head and qualification print its poster, signs, closing sheets
and blank sheets; the list of reservations, which has names of buyers, articulation and the head,
and each reading of it is noted. Groups print their own price tags.

Fair trade: articulation and the head note visits and write down what the commission decided. The
head names its members, of the Division's staff and the Council: whose only role is administrator,
facilitator or a till's does not sit in it. Who belonged to the group on the day of the meeting
stays out. The group's managers appeal (ADR 54).

Complaints: anybody tells one. The head and articulation of the Division handle it, and each reading
is noted; for who belongs to the group in question it is not there (ADR 43).

The audit: the head reads who did what. Articulation, qualification, finance, the council and
administrators see whether it is whole, and verify a part of it; it names nobody there (ADR 61).

The council: its members write opinions on issued reports, vote on them and ask the Division. The
head, articulation, qualification and finance read that and answer. Who issued a report neither
writes on it nor votes, and who asked does not answer (ADR 62).

Minutes: anybody reads them. Articulation and the head of the Division publish and correct them, and
take down a version that nobody should read.
"""


def markdown() -> str:
    """Return the table as the page docs/rights.md."""
    rows = [f"| `{right.role}` | {right.may} | {right.never} |" for right in TABLE]
    return "\n".join([HEADING, "| role | may | never |", "|---|---|---|", *rows, ""])
