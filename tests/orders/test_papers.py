import pytest

from marketplace.core.rights import HOUSE
from marketplace.orders.operations import handovers, moves
from marketplace.orders.queries import papers
from marketplace.payments import brcode
from marketplace.payments.models.payments import Method
from tests.factories.accounts import saved_change
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import make_delivered, make_order

KEY = "+5592999990000"


def paid_by_pix(**given):
    enterprise = make_enterprise(pix_key=KEY, pix_holder="Associação Mãos do Cuieiras")
    product = make_published(enterprise=enterprise)
    return make_order(products=[product], method=Method.OWN_PIX, **given)


class TestPixCode:
    def test_asks_for_the_amount_at_the_enterprises_own_key(self):
        order = paid_by_pix()

        code = brcode.parse(papers.pix_code(order, NOW))

        assert (code.key, code.amount_cents, code.txid) == (
            *(KEY, 5000),
            f"P{order.purchase.number}A",
        )
        assert (code.name, code.city) == ("Associacao Maos do Cuieir", "Manaus")

    def test_asks_for_less_when_less_is_set_apart(self):
        order = paid_by_pix()
        separated = {order.lines[0].id: 1}
        moves.mark_ready(order.id, separated=separated, reason="one broke", by=HOUSE, now=NOW)

        assert brcode.parse(papers.pix_code(order, NOW)).amount_cents == 2500

    def test_is_none_for_cash_without_a_key_or_once_it_is_paid(self):
        assert papers.pix_code(make_order(), NOW) is None
        order = paid_by_pix()
        saved_change(order.enterprise, pix_key="")
        assert papers.pix_code(order, NOW) is None
        saved_change(order.enterprise, pix_key=KEY)
        handovers.hand_over(
            *(order.id, order.handover_code), paid_with=Method.OWN_PIX, by=HOUSE, now=NOW
        )
        assert papers.pix_code(order, NOW) is None

    def test_is_none_for_a_key_that_no_bank_would_take(self):
        order = paid_by_pix()
        saved_change(order.enterprise, pix_key="ask Maria")

        assert papers.pix_code(order, NOW) is None


class TestLegalBlock:
    def test_names_the_enterprise_by_its_cnpj(self):
        enterprise = make_enterprise(cnpj="12ABC34501DE35", responsible_cpf="52998224725")

        legal = papers.legal_block(make_order(products=[make_published(enterprise=enterprise)]))

        assert (legal.cnpj, legal.responsible_cpf) == ("12ABC34501DE35", "")

    def test_names_who_answers_where_there_is_no_cnpj(self):
        who = {"responsible_name": "Maria do Rosário", "responsible_cpf": "52998224725"}
        enterprise = make_enterprise(**who, address="Rua da Casa, 1")
        saved_change(enterprise.division, address="Rua da Divisão, 2")

        legal = papers.legal_block(make_order(products=[make_published(enterprise=enterprise)]))

        assert (legal.responsible_name, legal.responsible_cpf) == tuple(who.values())
        assert legal.address == "Rua da Divisão, 2"

    @pytest.mark.parametrize(
        ("product", "withdrawal"),
        [({}, "given"), ({"perishable": True}, "on_request"), ({"to_order": True}, "on_request")],
    )
    def test_tells_how_what_is_delivered_is_given_back(self, product, withdrawal):
        assert papers.legal_block(make_delivered(product=product)).withdrawal == withdrawal

    def test_tells_that_what_is_bought_at_the_stall_is_seen_there(self):
        assert papers.legal_block(make_order()).withdrawal == "at_the_stall"
