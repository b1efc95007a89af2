import pytest
from flask import request

pytestmark = pytest.mark.only("sqlite")  # bytes are the same on both databases


@pytest.fixture
def told(house):
    house.view_functions["doors.open"] = lambda: f"{request.full_path} {request.args.get('q')}"


class TestSpelled:
    @pytest.mark.parametrize(
        ("sent", "read"),
        [
            ("q=\xff", "/doors/open?q=%FF %FF"),
            ("q=a%2b%ff", "/doors/open?q=a%2b%ff a+%FF"),
            ("q=ma\xc3\xa7\xc3\xa3&x=1", "/doors/open?q=ma%C3%A7%C3%A3&x=1 maçã"),
        ],
    )
    def test_reads_bytes_that_are_no_text(self, visitor, told, sent, read):
        """A client's raw byte is a character of Latin-1 to WSGI."""
        answer = visitor.get("/doors/open", environ_overrides={"QUERY_STRING": sent})

        assert (answer.status_code, answer.text) == (200, read)

    @pytest.mark.parametrize("path", ["/entrar", "/produtos", "/nada"])
    def test_breaks_no_page(self, client, path):
        told = {"QUERY_STRING": "q=\xff&voltar=\x85"}

        assert client.get(path, environ_overrides=told).status_code in (200, 404)
