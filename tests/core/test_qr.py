import pytest

from marketplace.core.qr import alike_qr_path, qr_path

START = "https://paneiro.example/painel/entregas#"


class TestAlikeQrPath:
    @pytest.mark.parametrize(
        "rest",
        ["1001-A-000000", "1001-A-123456", "987654-Z-999999", "7-B-080808", "~\x7f !", "0", ""],
    )
    def test_is_what_the_whole_text_is_drawn_as(self, rest):
        assert alike_qr_path(START, rest) == qr_path(START + rest)

    def test_is_so_for_each_start(self):
        for start in (START, START.replace("paneiro", "outro"), "a"):
            assert alike_qr_path(start, "42-C-271828") == qr_path(f"{start}42-C-271828")
