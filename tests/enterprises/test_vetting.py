import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises import signals
from marketplace.enterprises.errors import (
    ManagerNeeded,
    NothingFlagged,
    OwnEnterprise,
    ReasonNeeded,
    RegisteredByYou,
    WrongStanding,
)
from marketplace.enterprises.models import Decision, DecisionKind, Standing
from marketplace.enterprises.operations import vetting
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member, make_producer, person_of

DECISIONS = {
    "take_up": lambda group_id, by: vetting.take_up(group_id, by=by, now=NOW),
    "return": lambda group_id, by: vetting.return_registration(
        group_id, reason="Falta", fields={"story": ""}, by=by, now=NOW
    ),
    "approve": lambda group_id, by: vetting.approve(group_id, by=by, now=NOW),
    "refuse": lambda group_id, by: vetting.refuse(group_id, reason="Não cabe", by=by, now=NOW),
    "suspend": lambda group_id, by: vetting.suspend(group_id, reason="Denúncia", by=by, now=NOW),
    "reinstate": lambda group_id, by: vetting.reinstate(
        group_id, reason="Resolvido", by=by, now=NOW
    ),
}
FITS = {
    "take_up": {Standing.SENT},
    "return": {Standing.SENT, Standing.IN_ANALYSIS},
    "approve": {Standing.SENT, Standing.IN_ANALYSIS},
    "refuse": {Standing.SENT, Standing.IN_ANALYSIS, Standing.RETURNED},
    "suspend": {Standing.APPROVED},
    "reinstate": {Standing.SUSPENDED},
}
LEADS_TO = {
    "take_up": Standing.IN_ANALYSIS,
    "return": Standing.RETURNED,
    "approve": Standing.APPROVED,
    "refuse": Standing.REFUSED,
    "suspend": Standing.SUSPENDED,
    "reinstate": Standing.APPROVED,
}


def a_case(name, **columns):
    standing = sorted(FITS[name])[0]
    return make_producer(**{"standing": standing} | columns)


@pytest.mark.parametrize("name", DECISIONS)
class TestEachDecision:
    @pytest.mark.parametrize("standing", Standing)
    def test_is_taken_where_it_fits_and_nowhere_else(self, name, standing):
        _user, group = make_producer(standing=standing)

        if standing in FITS[name]:
            decision = DECISIONS[name](group.id, HOUSE)
            assert group.standing is LEADS_TO[name]
            assert (group.standing_since, decision.enterprise_id) == (NOW, group.id)
        else:
            with pytest.raises(WrongStanding):
                DECISIONS[name](group.id, HOUSE)
            assert group.standing is standing

    @pytest.mark.parametrize("role", [Role.ARTICULATION, Role.HEAD])
    def test_is_for_the_articulation_and_the_head_of_the_division(self, name, role):
        _user, group = a_case(name)

        DECISIONS[name](group.id, person_of(make_staff(role, group.division)))

        assert group.standing is LEADS_TO[name]

    @pytest.mark.parametrize("role", [Role.QUALIFICATION, Role.FINANCE, Role.COUNCIL])
    def test_is_not_for_the_others_of_the_division(self, name, role):
        _user, group = a_case(name)

        with pytest.raises(NotFound):
            DECISIONS[name](group.id, person_of(make_staff(role, group.division)))

    def test_is_not_for_another_division(self, name):
        _user, group = a_case(name)

        with pytest.raises(NotFound):
            DECISIONS[name](group.id, person_of(make_staff(Role.HEAD, make_division())))

    def test_is_not_for_who_belongs_to_it(self, name):
        _user, group = a_case(name)
        staff = make_staff(Role.HEAD, group.division)
        make_member(group, user=staff)

        with pytest.raises(OwnEnterprise):
            DECISIONS[name](group.id, person_of(staff))

    def test_tells_those_who_log_in(self, name):
        user, group = a_case(name)

        DECISIONS[name](group.id, HOUSE)

        assert list(db.session.scalars(sa.select(Notice.user_id))) == [user.id]


class TestTheReason:
    @pytest.mark.parametrize("name", ["refuse", "suspend", "reinstate"])
    def test_is_needed(self, name):
        _user, group = a_case(name)
        decide = getattr(vetting, name)

        with pytest.raises(ReasonNeeded):
            decide(group.id, reason="  ", by=HOUSE, now=NOW)


class TestReturnRegistration:
    def give_back(self, group, **fields):
        return vetting.return_registration(
            group.id, reason="Falta algo", fields=fields, by=HOUSE, now=NOW
        )

    def test_keeps_what_is_wrong_with_each_mark(self):
        _user, group = a_case("return")

        decision = self.give_back(group, story="Muito curta", photo="")

        assert decision.fields == {"story": "Muito curta", "photo": ""}

    @pytest.mark.parametrize("fields", [{}, {"standing": "Errado"}])
    def test_needs_a_mark_that_exists(self, fields):
        _user, group = a_case("return")

        with pytest.raises(NothingFlagged):
            self.give_back(group, **fields)


class TestApprove:
    def test_needs_somebody_who_manages(self):
        group = make_enterprise(standing=Standing.SENT)
        make_member(group)

        with pytest.raises(ManagerNeeded):
            vetting.approve(group.id, by=HOUSE, now=NOW)

    def test_is_a_second_persons(self):
        _user, group = make_producer(standing=Standing.SENT)
        staff = make_staff(Role.ARTICULATION, group.division)
        group.registered_by_id = staff.id
        db.session.commit()

        with pytest.raises(RegisteredByYou):
            vetting.approve(group.id, by=person_of(staff), now=NOW)


class TestNews:
    @pytest.mark.parametrize(
        ("name", "signal"),
        [
            ("approve", signals.enterprise_approved),
            ("suspend", signals.enterprise_suspended),
            ("reinstate", signals.enterprise_reinstated),
        ],
    )
    def test_goes_up_within_the_operation(self, name, signal):
        _user, group = a_case(name)
        heard = []

        def hear(_sender, **news):
            heard.append((news["enterprise_id"], group.standing))

        with signal.connected_to(hear):
            DECISIONS[name](group.id, HOUSE)

        assert heard == [(group.id, LEADS_TO[name])]

    def test_of_a_listener_that_refuses_undoes_the_decision(self):
        _user, group = a_case("suspend")

        def refuse(_sender, **_news):
            raise WrongStanding(name="x")

        with (
            signals.enterprise_suspended.connected_to(refuse),
            pytest.raises(WrongStanding),
        ):
            DECISIONS["suspend"](group.id, HOUSE)
        assert group.standing is Standing.APPROVED


class TestADecision:
    def test_is_never_changed(self):
        _user, group = a_case("approve")
        decision = DECISIONS["approve"](group.id, HOUSE)

        with pytest.raises(sa.exc.DBAPIError):
            db.session.execute(
                sa.update(Decision)
                .where(Decision.id == decision.id)
                .values(kind=DecisionKind.REFUSED)
            )
