"""The list of fair trade cases tells of one Division at a time."""

from tests.factories.accounts import make_division, make_grant, make_staff
from tests.factories.assessments import make_sent
from tests.factories.enterprises import make_enterprise

CASES = "/gestao/comercio-justo"


def test_each_division_has_its_own_cases_and_numbers(client, log_in):
    first, second = make_division(name="Baixada"), make_division(name="Madeira")
    make_sent(make_enterprise(name="Rendeiras", division=first))
    there = [make_sent(make_enterprise(name=name, division=second)) for name in ("Oleiras", "Mel")]
    head = make_staff("head", first)
    make_grant(head, "head", second)
    log_in(head)
    address = f"{CASES}?divisao={second.id}"

    plain, shown = client.get(CASES).text, client.get(address).text
    assert [name in plain for name in ("Rendeiras", "Oleiras", "Mel")] == [True, False, False]
    assert [name in shown for name in ("Rendeiras", "Oleiras", "Mel")] == [False, True, True]
    assert ("Waiting (1)" in plain, "Waiting (2)" in shown) == (True, True)
    assert f'name="divisao" value="{second.id}"' in shown
    assert "Oleiras" not in client.get(f"{address}&q=mel").text
    assert f"{CASES}?divisao={second.id}" in client.get(f"{CASES}/{there[0].id}").text
    back = client.post(f"{CASES}/{there[0].id}/devolucao", data={"reason": "Falta a ata"})
    assert back.location == address


def test_another_division_is_not_there_and_one_alone_is_not_chosen(client, log_in):
    mine = make_division()
    make_sent(make_enterprise(name="Rendeiras", division=mine))
    log_in(make_staff("articulation", mine))

    shown = client.get(CASES).text
    assert "Rendeiras" in shown
    assert "divisao" not in shown.partition("<main")[2].replace(f"comissao?divisao={mine.id}", "")
    for odd in (make_division().id, "zz", 10**30):
        assert client.get(f"{CASES}?divisao={odd}").status_code == 404
