"""What the demonstration tells of the council: a report, an opinion, two questions, minutes."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marketplace.accounts.models import Role
from marketplace.accounts.queries import division, person_of
from marketplace.core import clock, papers
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.oversight.models.council import Choice
from marketplace.oversight.models.minutes import Body
from marketplace.oversight.operations import minutes, opinions, questions
from marketplace.oversight.operations.minutes import Written
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.operations import issuing

DAY = timedelta(days=1)
OPINION = "As contas do trimestre fecham com os fatos. Pedimos a cobertura por zona no próximo."
ANSWER = "Duas feiras caíram em dia de chuva, e três grupos não informaram o que venderam."
MEETINGS = (
    (Body.COUNCIL, "4/2026", 40, "Prestação de contas do trimestre", "Aprovadas por unanimidade."),
    (Body.COMMISSION, "2/2026", 75, "Selos de comércio justo", "Três grupos foram avaliados."),
    (Body.ASSEMBLY, "1/2026", 120, "Parte do fundo solidário", "O fundo recebe 1 % das vendas."),
)
PAGE = "BT /F1 18 Tf 72 760 Td ({}) Tj ET"
PDF = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
    "/Encoding/WinAnsiEncoding>>>>>>>>endobj\n"
    "4 0 obj<</Length {length}>>stream\n{page}\nendstream endobj\n"
    "trailer<</Root 1 0 R>>\n%%EOF\n"
)


def tell(division_id: int, people: Mapping[Role, int], *, now: datetime) -> None:
    """Issue the last quarter's report, let the council speak of it and ask; publish minutes.

    ``people`` are ids of who holds which role.
    """
    head, member, staff = (
        person_of(people[role]) for role in (Role.HEAD, Role.COUNCIL, Role.ARTICULATION)
    )
    today = clock.today(find_one(division(division_id)).time_zone, now)
    told: dict[str, Any] = {"division_id": division_id, "reason": ""}
    quarter = clock.month_after(today.replace(day=1), -3)
    report_id = issuing.issue(ReportKind.QUARTERLY, quarter, **told, by=head, now=now)
    until = today + 10 * DAY
    opinion_id = opinions.write_opinion(report_id, OPINION, until, by=member, now=now)
    opinions.cast_vote(opinion_id, Choice.FOR, "Conferi as somas.", by=member, now=now)
    _ask(division_id, report_id, member, staff, now=now)
    for body, number, days, subject, summary in MEETINGS:
        written = Written(subject, summary, papers.take_in(io.BytesIO(_pdf(subject))))
        meeting = (body, today - days * DAY, number)
        minutes.publish(division_id, meeting, written, by=staff, now=now - (days - 5) * DAY)


def _ask(division_id: int, report_id: int, member: Person, staff: Person, *, now: datetime) -> None:
    """Ask something that was answered, and something that waits."""
    subject, words = "Queda nas feiras de setembro", "Por que se vendeu menos que em agosto?"
    asked = questions.ask_question(division_id, subject, words, by=member, now=now - 30 * DAY)
    questions.answer(asked, ANSWER, by=staff, now=now - 12 * DAY)
    subject, words = "Cobertura por zona", "Quantas bancas informaram na zona leste?"
    told: dict[str, Any] = {"report_id": report_id, "by": member, "now": now}
    questions.ask_question(division_id, subject, words, **told)


def _pdf(title: str) -> bytes:
    """Return a page with one line, as any program opens it."""
    page = PAGE.format(title)
    return PDF.format(length=len(page), page=page).encode("cp1252")
