import io

import pytest
from flask import Blueprint

from marketplace.core.rights import GuardedFlask, Person, anyone, current_person, role
from tests.core.test_csrf import HERE
from tests.core.test_headers import open_as


class TestGuardedFlask:
    def test_refuses_to_register_a_route_without_a_rule(self):
        bp = Blueprint("fairs", __name__)
        bp.get("/feiras")(lambda: "")

        with pytest.raises(TypeError, match=r"/feiras: say who may enter"):
            GuardedFlask(__name__, static_folder=None).register_blueprint(bp)

    def test_registers_a_route_with_one(self):
        bp = Blueprint("fairs", __name__)
        bp.get("/feiras", endpoint="index", allow=anyone)(lambda: "in")
        app = GuardedFlask(__name__, static_folder=None)
        app.register_blueprint(bp)

        assert app.rules["fairs.index"] is anyone

    def test_asks_the_rule_before_anything_is_looked_up(self, visitor, house, monkeypatch):
        assert visitor.get("/doors/till").status_code == 401
        open_as(monkeypatch, house, "buyer")
        assert visitor.get("/doors/till").status_code == 403
        open_as(monkeypatch, house, "till")
        assert visitor.get("/doors/till").status_code == 200


class TestRole:
    def test_is_the_first_of_the_door_that_the_person_holds(self, house, monkeypatch):
        open_as(monkeypatch, house, "head", "finance")
        house.rules["doors.till"] = role("articulation", "finance", "head")
        seen = []
        house.view_functions["doors.till"] = lambda: seen.append(current_person()) or ""

        house.test_client().get("/doors/till")

        assert seen == [Person(7, frozenset({"head", "finance"}), acting="finance")]


class TestRowId:
    @pytest.mark.parametrize("fine", [0, 2, 10**9 - 1])
    def test_takes_what_a_row_can_have(self, visitor, fine):
        assert visitor.get(f"/doors/rows/{fine}").text == str(fine)

    @pytest.mark.parametrize(
        "odd",
        [
            2**31,
            2**63 - 1,
            2**63,
            10**19,
            10**400,
            -1,
            "+1",
            "1.0",
            "1e3",
            "٣",
            "0x1",
            "%00",
            "1%0A",
            "a",
            "",
        ],
    )
    def test_finds_nothing_else(self, visitor, odd):
        assert visitor.get(f"/doors/rows/{odd}").status_code == 404


class TestLimit:
    @pytest.mark.parametrize(
        ("path", "size", "status"),
        [
            ("/doors/open", 64_000, 200),
            ("/doors/open", 66_000, 413),
            ("/doors/photos", 66_000, 200),
            ("/doors/photos", 8 * 1024**2 + 1, 413),
            ("/nowhere", 1, 404),
        ],
    )
    def test_is_the_routes_own(self, visitor, path, size, status):
        body = b"x" * size
        answer = visitor.post(path, data=body, headers=HERE, content_type="image/png")

        assert answer.status_code == status
        assert "nosniff" in answer.headers["X-Content-Type-Options"]

    def test_asks_for_the_size_of_a_body_that_does_not_tell_it(self, visitor):
        headers = HERE | {"Transfer-Encoding": "chunked"}

        assert visitor.post("/doors/open", data=b"a=x", headers=headers).status_code == 411

    @pytest.mark.parametrize("content", [b"\r\n", b"\n-", b"x"])
    def test_lets_a_file_in_wherever_its_pieces_are_cut(self, visitor, content):
        sent = {"photo": (io.BytesIO(content * 200_000), "photo.jpg")}

        assert visitor.post("/doors/photos", data=sent, headers=HERE).status_code == 200

    @pytest.mark.parametrize(("fields", "status"), [(200, 200), (201, 413)])
    def test_counts_fields(self, visitor, fields, status):
        form = {f"field{number}": "x" for number in range(fields)}

        assert visitor.post("/doors/open", data=form, headers=HERE).status_code == status
