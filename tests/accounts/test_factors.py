"""The second step: set up, taken once, stood in for, taken away by somebody else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries, totp
from marketplace.accounts.errors import HasFactor, NotOneself, SecondPersonNeeded, WrongFactor
from marketplace.accounts.models import CodePurpose, RecoveryCode, SecondFactor
from marketplace.accounts.operations import codes, factors, sessions
from marketplace.core import mail, queue
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.limits import TooMany
from marketplace.core.rights import HOUSE
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_division, make_staff, make_user, reread
from tests.factories.clock import NOW

KEY = totp.new_key()
HALF_MINUTE = timedelta(seconds=30)


def code_at(now, key=KEY):
    return totp.code_of(key, totp.step_at(now))


def enrol(user, now=NOW, **more):
    by = queries.person_of(user.id)
    return factors.enrol(user.id, KEY, code_at(now), **{"by": by, "now": now} | more)


def told(user):
    return list(db.session.scalars(sa.select(Notice.kind).where(Notice.user_id == user.id)))


@pytest.fixture
def dora():
    return make_staff("administrator", name="Dora")


class TestEnrol:
    def test_gives_ten_recovery_codes_and_keeps_neither_them_nor_the_key(self, dora):
        given = enrol(dora)

        kept = reread(SecondFactor)
        hashes = set(db.session.scalars(sa.select(RecoveryCode.code_hash)))
        assert len(set(given)) == len(hashes) == 10
        assert not hashes & set(given)
        assert totp.shown(KEY).replace(" ", "") not in kept.sealed
        assert KEY.hex() not in kept.sealed
        assert told(dora) == ["factor_kept"]

    def test_keeps_nothing_unless_the_app_shows_the_key_s_code(self, dora):
        with pytest.raises(WrongFactor):
            factors.enrol(dora.id, totp.new_key(), code_at(NOW), by=HOUSE, now=NOW)

        assert not queries.has_factor(dora.id)

    def test_puts_no_other_app_in_place_of_the_first_unless_told(self, dora):
        former = enrol(dora)
        with pytest.raises(HasFactor):
            enrol(dora, NOW + HALF_MINUTE)

        enrol(dora, NOW + HALF_MINUTE, replace=True)

        with pytest.raises(WrongFactor):
            factors.check_code(dora.id, former[0], now=NOW)

    def test_is_one_s_own(self, dora):
        with pytest.raises(NotAllowed):
            factors.enrol(dora.id, KEY, code_at(NOW), by=queries.person_of(make_user().id), now=NOW)

    def test_takes_the_code_it_was_set_up_with_for_nothing_else(self, dora):
        enrol(dora)

        with pytest.raises(WrongFactor):
            factors.check_code(dora.id, code_at(NOW), now=NOW)


class TestCheckCode:
    later = NOW + 2 * HALF_MINUTE

    def test_takes_each_code_once_and_none_before_it(self, dora):
        enrol(dora)
        factors.check_code(dora.id, code_at(self.later), now=self.later)

        for code in (code_at(self.later), code_at(self.later - HALF_MINUTE)):
            with pytest.raises(WrongFactor):
                factors.check_code(dora.id, code, now=self.later)
        factors.check_code(dora.id, code_at(self.later + HALF_MINUTE), now=self.later)

    def test_takes_it_as_apps_show_it(self, dora):
        enrol(dora)
        code = code_at(self.later)

        factors.check_code(dora.id, f" {code[:3]} {code[3:]} ", now=self.later)

    @pytest.mark.parametrize("code", ["", "000 000", "12345", "1234567", "ABCDE-FGHJK", "١٢٣٤٥٦"])
    def test_refuses_what_is_none(self, dora, code):
        enrol(dora)

        with pytest.raises(WrongFactor):
            factors.check_code(dora.id, code, now=self.later)

    def test_refuses_everything_where_none_is_set_up(self, dora):
        with pytest.raises(WrongFactor):
            factors.check_code(dora.id, code_at(NOW), now=NOW)

    def test_stops_after_five_wrong_ones_even_with_the_right_one(self, dora):
        given = enrol(dora)
        for _ in range(5):
            with pytest.raises(WrongFactor):
                factors.check_code(dora.id, "000000", now=self.later)

        for right in (code_at(self.later), given[0]):
            with pytest.raises(TooMany):
                factors.check_code(dora.id, right, now=self.later)
        much_later = self.later + timedelta(minutes=5, seconds=1)
        factors.check_code(dora.id, code_at(much_later), now=much_later)

    def test_takes_a_recovery_code_once_and_tells_the_person(self, dora):
        given = enrol(dora)

        factors.check_code(dora.id, given[3].lower(), now=self.later)

        with pytest.raises(WrongFactor):
            factors.check_code(dora.id, given[3], now=self.later)
        assert queries.recovery_codes_left(dora.id) == 9
        assert "recovery_code_used" in told(dora)

    def test_takes_nobody_else_s_recovery_code(self, dora):
        given, other = enrol(dora), make_staff("head")
        enrol(other)

        with pytest.raises(WrongFactor):
            factors.check_code(other.id, given[0], now=self.later)

    def test_seals_the_key_anew_so_that_a_former_secret_goes_out_of_use(
        self, app, monkeypatch, dora
    ):
        enrol(dora)
        former, ours = app.config["SECRET_KEY"], "not a secret: the one that came after it"
        monkeypatch.setitem(app.config, "SECRET_KEY", ours)
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [former])
        factors.check_code(dora.id, code_at(self.later), now=self.later)
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])

        now = self.later + HALF_MINUTE
        factors.check_code(dora.id, code_at(now), now=now)

    def test_lets_nobody_in_when_the_secret_is_lost(self, app, monkeypatch, dora):
        enrol(dora)
        monkeypatch.setitem(app.config, "SECRET_KEY", "not a secret: the one that came after it")

        with pytest.raises(WrongFactor):
            factors.check_code(dora.id, code_at(self.later), now=self.later)


class TestRenewRecoveryCodes:
    def test_makes_the_former_void(self, dora):
        former = enrol(dora)

        given = factors.renew_recovery_codes(dora.id, by=queries.person_of(dora.id), now=NOW)

        with pytest.raises(WrongFactor):
            factors.check_code(dora.id, former[0], now=NOW)
        factors.check_code(dora.id, given[0], now=NOW)

    def test_is_one_s_own(self, dora):
        enrol(dora)

        with pytest.raises(NotAllowed):
            factors.renew_recovery_codes(dora.id, by=queries.person_of(make_user().id), now=NOW)


class TestResetFactor:
    def reset(self, user, by, now=NOW):
        by = by if by == HOUSE else queries.person_of(by.id)
        factors.reset_factor(user.id, reason="Perdeu o celular.", by=by, now=now)

    @pytest.fixture
    def caio(self):
        return make_staff("head", email="caio@example.org")

    @pytest.fixture
    def here(self, caio):
        return queries.live_grants(caio.id)[0].division

    @pytest.fixture
    def admin(self, here):
        return make_staff("administrator", here)

    def test_takes_it_away_ends_the_sessions_and_tells_them(self, caio, admin):
        enrol(caio)
        token = sessions.start_session(caio.id, device="", code_at=NOW, now=NOW)

        self.reset(caio, admin)

        assert not queries.has_factor(caio.id)
        assert queries.recovery_codes_left(caio.id) == 0
        assert db.session.scalar(queries.session_by(token)) is None
        assert "factor_reset" in told(caio)
        queue.work_all(now=NOW)
        assert any("Perdeu o celular." in letter.text for letter in mail.kept())

    def test_is_never_one_s_own(self, admin):
        enrol(admin)

        with pytest.raises(NotOneself):
            self.reset(admin, admin)

    @pytest.mark.parametrize("role", ["head", "articulation", "finance", "council"])
    def test_is_the_administrator_s(self, caio, here, role):
        enrol(caio)

        with pytest.raises(NotAllowed):
            self.reset(caio, make_staff(role, here))

    def test_stays_in_the_division(self, caio):
        enrol(caio)

        with pytest.raises(NotFound):
            self.reset(caio, make_staff("administrator", make_division()))

    def test_needs_another_than_who_gave_a_new_password(self, caio, admin, here):
        enrol(caio)
        codes.issue_code(caio.id, CodePurpose.RESET, by=queries.person_of(admin.id), now=NOW)

        with pytest.raises(SecondPersonNeeded):
            self.reset(caio, admin, NOW + timedelta(days=2, hours=23))
        self.reset(caio, make_staff("administrator", here))

    def test_and_who_did_it_gives_no_new_password(self, caio, admin, here):
        enrol(caio)
        self.reset(caio, admin)

        with pytest.raises(SecondPersonNeeded):
            codes.issue_code(caio.id, CodePurpose.RESET, by=queries.person_of(admin.id), now=NOW)
        other = queries.person_of(make_staff("administrator", here).id)
        assert codes.issue_code(caio.id, CodePurpose.RESET, by=other, now=NOW)

    def test_may_come_from_a_command(self, caio):
        enrol(caio)

        self.reset(caio, HOUSE)

        assert not queries.has_factor(caio.id)
