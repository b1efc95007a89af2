"""The bank's file of a batch: field by field, as FEBRABAN's layout of 240 characters has it."""

from datetime import UTC, date, datetime

import pytest

from marketplace.payments.bank_file import END, Payer, Payment, UnknownKey, write

PAYER = Payer(
    bank="001",
    agreement="000123456",
    branch="1234",
    branch_digit="5",
    account="98765",
    account_digit="X",
    tax_id="11222333000181",
    holder="Associação de São João, Economia Solidária",
    bank_name="Banco do Brasil",
)
MADE, PAID_ON = datetime(2026, 11, 27, 9, 5, 7, tzinfo=UTC), date(2026, 11, 30)
EVP = "2f6e0ab1-7c0d-4d8e-9f5a-0123456789ab"


def payment(number=7, cents=12_345, key="+5592988887777", kind="mobile", holder="Maria das Dores"):
    return Payment(number, cents, key, kind, holder)


def lines(*payments, number=31):
    told = write(PAYER, payments, number=number, made_at=MADE, pay_on=PAID_ON)
    assert told.endswith(END)
    return told.removesuffix(END).split(END)


def at(line, first, last):
    """Return the characters of a field, by its positions in the layout."""
    return line[first - 1 : last]


def fields(line, *spans):
    return [at(line, *span) for span in spans]


class TestEveryLine:
    def test_has_240_characters_of_ascii(self):
        told = lines(payment(), payment(key="a.b@example.org", kind="email", holder="Açaí & Cia."))

        assert {len(line) for line in told} == {240}
        assert all(line.isascii() and line.isprintable() for line in told)
        assert {at(line, 1, 3) for line in told} == {"001"}

    def test_stands_in_its_order(self):
        told = lines(payment(), payment())

        assert [at(line, 8, 8) for line in told] == list("01333359")
        assert [at(line, 14, 14) for line in told[2:6]] == list("ABAB")
        assert [at(line, 9, 13) for line in told[2:6]] == ["00001", "00002", "00003", "00004"]
        assert [at(line, 4, 7) for line in told] == ["0000", *["0001"] * 6, "9999"]


class TestHeaders:
    def test_of_the_file_name_who_pays_when_and_which_file(self):
        head = lines(payment())[0]

        assert fields(head, (18, 18), (19, 32), (33, 52)) == [
            *("2", "11222333000181", "000123456".ljust(20)),
        ]
        assert fields(head, (53, 57), (58, 58), (59, 70), (71, 71), (72, 72)) == [
            *("01234", "5", "000000098765", "X", " "),
        ]
        assert at(head, 73, 102) == "ASSOCIACAO DE SAO JOAO ECONOMI"
        assert at(head, 103, 132) == "BANCO DO BRASIL".ljust(30)
        assert fields(head, (143, 143), (144, 151), (152, 157)) == ["1", "27112026", "090507"]
        assert fields(head, (158, 163), (164, 166), (167, 171)) == ["000031", "103", "00000"]

    def test_of_the_lot_say_pix_out_of_the_account(self):
        head = lines(payment())[1]

        assert fields(head, (9, 9), (10, 11), (12, 13), (14, 16)) == ["C", "20", "45", "046"]
        assert fields(head, (18, 32), (53, 72)) == ["211222333000181", "012345000000098765X "]
        assert fields(head, (173, 177), (213, 217), (223, 224)) == ["00000", "00000", "01"]
        assert at(head, 225, 240) == " " * 16


class TestPayment:
    def test_segment_a_says_to_whom_how_much_and_when(self):
        a = lines(payment(holder="Mãe d'Água"))[2]

        assert fields(a, (15, 17), (18, 20), (21, 23), (24, 28)) == ["000", "009", "000", "00000"]
        assert fields(a, (30, 41), (44, 73)) == ["0" * 12, "MAE D AGUA".ljust(30)]
        assert fields(a, (74, 93), (94, 101)) == ["7".ljust(20), "30112026"]
        assert fields(a, (102, 104), (105, 119), (120, 134)) == [
            *("BRL", "0" * 15, "000000000012345"),
        ]
        assert fields(a, (155, 162), (163, 177), (230, 230)) == ["0" * 8, "0" * 15, "0"]

    @pytest.mark.parametrize(
        ("key", "kind", "form", "whose"),
        [
            ("+5592988887777", "mobile", "01 ", "0" + "0" * 14),
            ("a.b+c@example.org", "email", "02 ", "0" + "0" * 14),
            ("52998224725", "cpf", "03 ", "1" + "00052998224725"),
            ("11222333000181", "cnpj", "03 ", "2" + "11222333000181"),
            ("12ABC34501DE35", "cnpj", "03 ", "2" + "12ABC34501DE35"),
            (EVP, "evp", "04 ", "0" + "0" * 14),
        ],
    )
    def test_segment_b_says_which_key(self, key, kind, form, whose):
        b = lines(payment(key=key, kind=kind))[3]

        assert fields(b, (15, 17), (18, 32)) == [form, whose]
        assert at(b, 128, 226) == key.ljust(99)
        assert fields(b, (33, 127), (227, 240)) == [" " * 95, "0" * 14]

    def test_is_refused_with_a_key_of_another_kind(self):
        with pytest.raises(UnknownKey):
            lines(payment(kind="account"))


class TestTrailers:
    def test_count_their_records_and_add_up(self):
        told = lines(payment(cents=1), payment(cents=99_999_999_99))
        lot, end = told[-2:]

        assert fields(lot, (18, 23), (24, 41)) == ["000006", f"{99_999_999_99 + 1:018d}"]
        assert fields(lot, (42, 59), (60, 65)) == ["0" * 18, "0" * 6]
        assert fields(end, (18, 23), (24, 29), (30, 35)) == ["000001", "000008", "000000"]


def test_the_same_batch_is_the_same_file():
    assert lines(payment()) == lines(payment())
