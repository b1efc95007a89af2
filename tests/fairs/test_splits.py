"""What a common desk took is shared out by two people, and is in the books to the centavo."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.products import Product
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs import errors
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.splits import BankingKind, DeskBanking, DeskPart, DeskShare, DeskSplit
from marketplace.fairs.operations import bankings, splits
from marketplace.fairs.operations.matters import confirm_pix
from marketplace.fairs.queries import split_goods
from marketplace.payments.chart import AccountName
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.payouts import finance
from tests.factories.tills import (
    line,
    make_reserved,
    make_till,
    reduced,
    results,
    send,
    told_handover,
    told_sale,
    told_void,
)

EVENING = NOW + timedelta(days=12, hours=9)


class Desk:
    """A fair with two groups and a device at its common desk."""

    def __init__(self, fee_cents=0):
        self.one = make_enterprise()
        self.two = make_enterprise(division=self.one.division)
        self.fair = make_announced(self.one, self.two, fee_cents=fee_cents)
        self.till = make_till(self.one, desk=True, fair=self.fair)
        self.goods = [make_published(enterprise=each, left=50) for each in (self.one, self.two)]
        self.people = [finance(self.one.division) for _each in range(2)]

    def sell(self, *quantities, **given):
        lines = [line(goods, n) for goods, n in zip(self.goods, quantities, strict=False) if n]
        sale = told_sale(*lines, **given)
        assert results(send(self.till, sale)) == ["new"]
        return sale

    def prepare(self, in_cash=()):
        who, day = self.people[0], self.fair.days[0].id
        to = [each.id for each in in_cash]
        return splits.prepare_split(self.fair.id, day, in_cash=to, by=who, now=EVENING)

    def approve(self, split_id):
        splits.approve_split(split_id, by=self.people[1], now=EVENING)

    def split(self, in_cash=()):
        split_id = self.prepare(in_cash)
        self.approve(split_id)
        return split_id

    def bank(self, kind, cents):
        told = {"counted_cents": cents, "proof": "D1", "now": EVENING}
        banking_id = bankings.note_banking(self.fair.id, kind, by=self.people[0], **told)
        bankings.confirm_banking(banking_id, by=self.people[1], now=EVENING)

    def box(self):
        return balance(AccountName("cash_box", self.fair.id))


def of(base, enterprise=None):
    db.session.expire_all()
    return balance(AccountName(base, enterprise.id if enterprise else None))


@pytest.fixture
def desk():
    return Desk()


class TestInTheBooks:
    def test_each_gets_what_was_sold_of_its_own_to_the_centavo(self, desk):
        desk.sell(2, 1)  # 75,00 in cash
        desk.sell(1, 3, tenders={"cash": 3000, "machine": 7000})
        desk.sell(1, tenders={"own_pix": 2500})
        assert of("direct_received", desk.one) == 0
        assert desk.box() == 0

        desk.split()

        shares = {s.enterprise_id: s for s in db.session.scalars(sa.select(DeskShare))}
        one, two = shares[desk.one.id], shares[desk.two.id]
        assert (one.cash_cents, one.machine_cents, one.pix_cents) == (7500, 0, 2500)
        assert (two.cash_cents, two.machine_cents, two.pix_cents) == (3000, 7000, 0)
        assert (of("payable", desk.one), of("payable", desk.two)) == (-7500, -3000)
        assert (of("pending", desk.two), of("acquirer"), desk.box()) == (-7000, 7000, 10500)

    def test_cash_and_fee_leave_the_box_and_the_rest_goes_to_the_bank(self):
        desk = Desk(fee_cents=1000)
        desk.sell(2, 1, tenders={"cash": 5000, "machine": 2500})

        desk.split(in_cash=[desk.one])

        assert (of("payable", desk.one), of("stall_fees"), desk.box()) == (0, -1000, 1000)
        desk.bank(BankingKind.CASH, 900)
        assert (desk.box(), of("bank"), of("losses")) == (0, 900, 100)
        desk.bank(BankingKind.MACHINE, 2400)
        assert (of("payable", desk.two), of("pending", desk.two)) == (-2500, 0)
        assert (of("acquirer"), of("acquirer_fees"), of("bank")) == (0, 100, 3300)
        desk.sell(1)
        desk.split()  # the fee is kept once
        assert (of("payable", desk.one), of("stall_fees")) == (-2500, -1000)

    def test_what_is_undone_before_is_in_it_with_nothing(self, desk):
        sale = desk.sell(1, 1)
        desk.sell(0, 1)
        send(desk.till, voids=[told_void(sale)])

        desk.split()

        (share,) = db.session.scalars(sa.select(DeskShare))
        assert (share.enterprise_id, share.cash_cents, desk.box()) == (desk.two.id, 2500, 2500)

    def test_what_is_undone_later_is_taken_back_and_owed_where_it_is_gone(self, desk):
        sale = desk.sell(1, 1, tenders={"cash": 5000})
        desk.split(in_cash=[desk.one])
        send(desk.till, voids=[told_void(sale)], now=EVENING)

        desk.split()

        assert (of("payable", desk.one), of("debt", desk.one)) == (0, 2500)
        assert (of("payable", desk.two), desk.box(), of("losses")) == (0, 0, -2500)

    def test_a_reservation_paid_at_the_desk_is_in_it(self, desk):
        order = make_reserved(desk.till, enterprise=desk.one)
        send(desk.till, handovers=[told_handover(order)])

        desk.split()

        assert (of("payable", desk.one), of("direct_received", desk.one)) == (-5000, 0)

    def test_a_reservation_paid_by_pix_at_the_desk_is_told_and_owed_to_nobody(self, desk):
        paid = make_reserved(desk.till, enterprise=desk.one)
        told = [told_handover(paid, tenders={"own_pix": 5000})]
        told.append(told_handover(make_reserved(desk.till, enterprise=desk.two)))
        send(desk.till, handovers=told)

        split_id = desk.split()

        shares = db.session.scalars(sa.select(DeskShare).order_by(DeskShare.enterprise_id)).all()
        kinds = [(one.cash_cents, one.pix_cents, one.due_cents) for one in shares]
        assert kinds == [(0, 5000, 0), (5000, 0, 5000)]
        assert (of("payable", desk.one), of("direct_received", desk.one)) == (0, 0)
        assert (of("payable", desk.two), desk.box()) == (-5000, 5000)
        confirm_pix(db.session.scalars(sa.select(Matter.id)).one(), arrived=True, by=HOUSE, now=NOW)
        assert (of("payable", desk.one), of("direct_received", desk.one)) == (0, 5000)
        goods = split_goods.goods_of(split_id)
        assert [good.pieces for good in goods[desk.one.id]] == [2]
        assert books.faults("fairs.") == {}

    def test_a_discount_is_told_to_who_bears_it(self, desk):
        lines = [reduced(desk.goods[0], 1, 2000), line(desk.goods[1])]
        discount = {"cents": 500, "reason": "Amassado"}
        send(desk.till, told_sale(*lines, discount=discount))

        desk.split()

        shares = db.session.scalars(sa.select(DeskShare).order_by(DeskShare.enterprise_id))
        assert [share.discount_cents for share in shares] == [500, 0]

    def test_a_slip_tells_each_thing_of_its_own_with_its_code(self, desk):
        order = make_reserved(desk.till, enterprise=desk.one)
        undone = desk.sell(1, 1)
        desk.sell(3, 1)
        send(desk.till, handovers=[told_handover(order)], voids=[told_void(undone)])

        told = split_goods.goods_of(desk.split())

        mine, reserved = desk.goods[0], order.lines[0]
        assert sorted(told[desk.one.id]) == sorted(
            [
                (mine.code, mine.name, mine.price_cents, 3),
                (
                    db.session.get_one(Product, reserved.product_id).code,
                    reserved.name,
                    reserved.price_cents,
                    2,
                ),
            ]
        )
        assert [good.pieces for good in told[desk.two.id]] == [1]

    def test_a_stall_of_its_own_is_in_none(self, desk):
        till = make_till(desk.one, fair=desk.fair)
        send(till, told_sale(line(desk.goods[0])))

        with pytest.raises(errors.NothingToSplit):
            desk.prepare()
        assert of("direct_received", desk.one) == 2500


class TestTwoPeople:
    def test_one_who_prepared_does_not_approve(self, desk):
        desk.sell(1)
        split_id = desk.prepare()

        with pytest.raises(errors.AnotherApprovesSplit):
            splits.approve_split(split_id, by=desk.people[0], now=EVENING)
        with pytest.raises(errors.SplitWaits):
            desk.prepare()
        desk.approve(split_id)
        with pytest.raises(errors.SplitMoved):
            desk.approve(split_id)

    def test_what_came_since_asks_for_another_split(self, desk):
        desk.sell(1)
        split_id = desk.prepare()
        desk.sell(1)

        with pytest.raises(errors.SplitChanged):
            desk.approve(split_id)
        splits.discard_split(split_id, by=desk.people[1], now=EVENING)
        assert db.session.scalars(sa.select(DeskPart)).all() == []
        desk.split()
        assert of("payable", desk.one) == -5000

    def test_money_at_the_bank_is_seen_by_two(self, desk):
        desk.sell(1)
        with pytest.raises(errors.NothingToBank):
            desk.bank(BankingKind.CASH, 1)
        desk.split()
        told = {"counted_cents": 2500, "proof": " ", "by": desk.people[0], "now": EVENING}
        with pytest.raises(errors.ProofMissing):
            bankings.note_banking(desk.fair.id, BankingKind.CASH, **told)
        told |= {"proof": "D9"}
        banking_id = bankings.note_banking(desk.fair.id, BankingKind.CASH, **told)
        with pytest.raises(errors.BankingWaits):
            bankings.note_banking(desk.fair.id, BankingKind.CASH, **told)
        with pytest.raises(errors.AnotherConfirmsBanking):
            bankings.confirm_banking(banking_id, by=desk.people[0], now=EVENING)
        bankings.drop_banking(banking_id, by=desk.people[0], now=EVENING)
        with pytest.raises(errors.BankingMoved):
            bankings.confirm_banking(banking_id, by=desk.people[1], now=EVENING)

    def test_the_machine_pays_no_more_than_was_sold(self, desk):
        desk.sell(1, tenders={"machine": 2500})
        desk.split()

        with pytest.raises(errors.MoreThanPaid):
            desk.bank(BankingKind.MACHINE, 2501)


def test_is_done_on_pages_with_slips_for_all_and_for_each(desk, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    desk.sell(2, 1)
    address = f"/gestao/feiras/{desk.fair.id}/repartir"
    client.log_in(make_staff("articulation", desk.one.division))
    day = {"day_id": desk.fair.days[0].id, "in_cash": desk.one.id}
    assert "R$" in client.get(address).text
    assert client.post(address, data=day).status_code == 303
    split = db.session.scalars(sa.select(DeskSplit)).one()
    assert client.get(f"{address}/{split.id}/comprovantes.pdf").mimetype == "application/pdf"
    client.log_in(make_staff("finance", desk.one.division))
    client.post(f"{address}/{split.id}/aprovacao")
    banking = {"kind": "cash", "counted": "25,00", "proof": "D1"}
    assert client.post(f"{address}/banco", data=banking | {"proof": ""}).status_code == 422
    assert client.post(f"{address}/banco", data=banking).status_code == 303
    noted = db.session.scalars(sa.select(DeskBanking)).one()
    client.log_in(make_staff("finance", desk.one.division))
    client.post(f"{address}/banco/{noted.id}/confirmacao")
    assert (desk.box(), of("payable", desk.two)) == (0, -2500)
    assert "D1" in client.get(address).text

    client.log_in(make_producer("manager", enterprise=desk.one)[0])
    page = client.get("/painel/feiras/caixa-coletivo")
    share = db.session.scalars(
        sa.select(DeskShare).where(DeskShare.enterprise_id == desk.one.id)
    ).one()
    assert desk.fair.name in page.text
    slip = f"/painel/feiras/caixa-coletivo/{share.id}.pdf"
    assert client.get(slip).mimetype == "application/pdf"
    client.log_in(make_producer("manager", enterprise=desk.two)[0])
    assert client.get(slip).status_code == 404
