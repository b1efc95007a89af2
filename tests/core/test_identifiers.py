import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.identifiers import (
    BadIdentifier,
    PixKey,
    cnpj,
    cpf,
    email,
    mobile,
    pix_key,
    show_mobile,
)

EVERY_READER = (cpf, cnpj, mobile, email, pix_key)
A_CPF_AND_A_MOBILE = "92981288784"


class TestCpf:
    @pytest.mark.parametrize("text", ["123.456.789-09", "12345678909", " 123 456 789 09\n"])
    def test_keeps_the_digits(self, text):
        assert cpf(text) == "12345678909"

    @pytest.mark.parametrize(
        "text", ["123.456.789-08", "111.111.111-11", "1234567890", "", "x" * 11]
    )
    def test_refuses_wrong_check_digits_and_eleven_equal_ones(self, text):
        with pytest.raises(BadIdentifier, match="CPF is not right"):
            cpf(text)


class TestCnpj:
    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("12.ABC.345/01DE-35", "12ABC34501DE35"),
            ("12.abc.345/01de-35\n", "12ABC34501DE35"),
            ("11.222.333/0001-81", "11222333000181"),
        ],
    )
    def test_keeps_letters_and_digits_in_capitals(self, text, kept):
        assert cnpj(text) == kept

    @pytest.mark.parametrize("text", ["12.ABC.345/01DE-36", "0" * 14, "1122233300018", ""])
    def test_refuses_wrong_check_digits_and_fourteen_equal_ones(self, text):
        with pytest.raises(BadIdentifier, match="CNPJ is not right"):
            cnpj(text)


class TestMobile:
    @pytest.mark.parametrize(
        "text",
        ["(92) 99999-0000", "92 9 9999 0000", "092999990000", "+55 92 99999-0000", "5592999990000"],
    )
    def test_keeps_it_as_the_world_dials_it(self, text):
        assert mobile(text) == "+5592999990000"

    def test_takes_the_area_from_where_the_page_is_about(self):
        assert mobile("99999-0000", area="92") == "+5592999990000"
        assert mobile("(97) 99999-0000", area="92") == "+5597999990000"

    @pytest.mark.parametrize(
        "text", ["99999-0000", "", "9999", "0800 000 0000", "(92) 99999-00001"]
    )
    def test_asks_for_the_whole_number(self, text):
        with pytest.raises(BadIdentifier, match="area code"):
            mobile(text)

    @pytest.mark.parametrize(
        "text", ["92 99999-0000 ext. 5", "92 99999-000O", "tel:+5592999990000"]
    )
    def test_takes_no_letters(self, text):
        with pytest.raises(BadIdentifier, match="area code"):
            mobile(text)

    @pytest.mark.parametrize(("text", "area"), [("92 8888-7777", None), ("8888-7777", "92")])
    def test_offers_the_ninth_digit_to_an_old_mobile(self, text, area):
        with pytest.raises(BadIdentifier, match=r"Did you mean \(92\) 9 8888-7777\?"):
            mobile(text, area)

    def test_refuses_a_landline(self):
        with pytest.raises(BadIdentifier, match="landline"):
            mobile("(92) 3232-1234")

    def test_takes_a_neighbour_abroad_with_the_country_code(self):
        assert mobile("+57 310 1234567") == "+573101234567"


class TestShowMobile:
    def test_shows_it_as_it_is_read_aloud_here(self):
        assert show_mobile("+5592999990000") == "(92) 99999-0000"

    def test_shows_the_country_of_a_number_abroad(self):
        assert show_mobile("+573101234567") == "+57 310 1234567"


class TestEmail:
    def test_keeps_it_in_lower_case(self):
        assert email("  Ana.Lima+feira@Exemplo.COM.br ") == "ana.lima+feira@exemplo.com.br"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "ana",
            "ana@",
            "@x.br",
            "ana@x",
            "a..b@x.br",
            "ana@x..br",
            "ana@-x.br",
            "a b@x.br",
            "ana@x.br\nBcc: eva@x.br",
            "ana@x.br>",
            "ã@x.br",
            f"{'a' * 65}@x.br",
            f"a@{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 60}.br",
        ],
    )
    def test_refuses_what_no_mail_reaches(self, text):
        with pytest.raises(BadIdentifier, match="e-mail"):
            email(text)


class TestPixKey:
    @pytest.mark.parametrize(
        ("text", "kind", "value"),
        [
            ("123.456.789-09", "cpf", "12345678909"),
            ("12.abc.345/01de-35", "cnpj", "12ABC34501DE35"),
            ("(92) 99999-0000", "mobile", "+5592999990000"),
            ("92999990000", "mobile", "+5592999990000"),
            ("+5592999990000", "mobile", "+5592999990000"),
            ("Feira@Producao.example", "email", "feira@producao.example"),
            ("7F6F2A3E-0C1D-4B5A-9E77-2D4C8A10B3F1", "evp", "7f6f2a3e-0c1d-4b5a-9e77-2d4c8a10b3f1"),
        ],
    )
    def test_knows_the_kind_and_keeps_what_banks_keep(self, text, kind, value):
        assert pix_key(text) == PixKey(kind, value)

    def test_does_not_guess_between_a_cpf_and_a_mobile(self):
        with pytest.raises(BadIdentifier, match=r"Begin a mobile with \+55"):
            pix_key(A_CPF_AND_A_MOBILE)

        assert pix_key("+55" + A_CPF_AND_A_MOBILE).kind == "mobile"
        assert pix_key("929.812.887-84").kind == "cpf"

    def test_takes_no_mobile_from_abroad(self):
        with pytest.raises(BadIdentifier, match=r"with \+55"):
            pix_key("+57 310 1234567")

    def test_takes_no_address_longer_than_the_bank_code_holds(self):
        assert pix_key("a" * 64 + "@" + "b" * 9 + ".br").kind == "email"
        with pytest.raises(BadIdentifier, match="at most 77"):
            pix_key("a" * 64 + "@" + "b" * 10 + ".br")

    @pytest.mark.parametrize("text", ["", "abc", "12345678908", "000.000.000-00", "7f6f2a3e"])
    def test_refuses_what_is_no_key(self, text):
        with pytest.raises(BadIdentifier, match="not a Pix key"):
            pix_key(text)


class TestEveryReader:
    @settings(derandomize=True, deadline=None, max_examples=300)
    @given(st.text() | st.text(alphabet="0123456789+()-. @abAB/", max_size=30))
    def test_keeps_a_form_it_reads_again_as_itself_or_refuses(self, text):
        for read in EVERY_READER:
            try:
                kept = read(text)
            except BadIdentifier:
                continue
            assert read(kept.value if isinstance(kept, PixKey) else kept) == kept
