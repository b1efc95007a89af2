"""The crowd: who comes when, what counts as a wait and as a fault, and a whole small load."""

import asyncio
from collections import Counter

import pytest

from bench.load import __main__ as program
from bench.load import crowd, scene, uploads, wire
from bench.load.crowd import Crowd
from bench.load.played import Played
from bench.load.scene import Scene, Uploads
from config import Testing

PATHS = {kind: [f"/{kind}"] for kind in scene.SHARES}
SCENE = Scene(20, 100, 10, PATHS, [(1, 2, 3)], 7, [8, 9], seed=1)
FORM = "".join(f'<input name="{name}" value="{name}!">' for name in crowd.FIELDS)
KIND = Testing.SQLALCHEMY_DATABASE_URI.partition("+")[0].partition(":")[0]


class TestScene:
    def test_has_as_many_come_as_the_rates_say(self):
        assert len(list(SCENE.visits())) == 2000
        assert len(list(SCENE.bought())) == 155

    def test_is_the_same_for_the_same_seed(self):
        assert list(SCENE.visits()) == list(SCENE.visits())
        assert list(SCENE.visits()) != list(SCENE._replace(seed=2).visits())
        assert Scene.read(SCENE.written()).seed == 1

    def test_has_everybody_come_in_order_and_order_before_the_end(self):
        for comers, last in ((SCENE.visits(), 20), (SCENE.bought(), 20 - scene.STEPS[-1][1])):
            instants = [comer.at for comer in comers]
            assert instants == sorted(instants)
            assert instants[-1] <= last

    def test_shares_the_pages_out(self):
        kinds = Counter(visit.kind for visit in SCENE.visits())
        assert sum(scene.SHARES.values()) == 100
        assert all(abs(kinds[kind] / 20 - share) < 5 for kind, share in scene.SHARES.items())


class TestNumbers:
    @pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1, 100), (0, 1)])
    def test_a_percentile_is_the_nearest_rank(self, share, value):
        values = [*range(1, 101, 2), *range(100, 0, -2)]
        assert scene.percentile(values, share) == value

    def test_of_nothing_there_is_none(self):
        assert scene.percentile([], 0.99) == 0
        assert scene.growth([(0, 5)]) == 0

    def test_growth_is_the_slope_through_what_wavers(self):
        samples = [(second, 200 + second / 100 + (-1) ** second) for second in range(1000)]
        assert scene.growth(samples) == pytest.approx(0.01, rel=0.01)


class Town:
    """A house of canned answers; what it was asked is kept."""

    def __init__(self, **instead):
        self.asked, self.instead, self.cut_short = [], instead, 0
        self.answering = set()

    async def answer(self, reader, writer):
        self.answering.add(asyncio.current_task())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if "multipart" in head and "fotos" not in self.instead:
            with pytest.raises(asyncio.IncompleteReadError):
                await reader.readexactly(wire.PHOTO_BYTES)
            self.cut_short += 1
            writer.close()
            return
        length = [int(line.split()[1]) for line in head.splitlines() if "Length: " in line]
        length = [] if "multipart" in head else length
        body = (await reader.readexactly(sum(length))).decode()
        self.asked.append((head, body))
        method, path = head.split()[:2]
        usual = "303 See\r\nLocation: /ordered" if method == "POST" else "200 Fine"
        told = self.instead.get(path.strip("/").split("?")[0].replace("/", "_"), usual)
        if told:
            writer.write(f"HTTP/1.1 {told}\r\nSet-Cookie: cesta=c; Secure\r\n\r\n{FORM}".encode())
        writer.close()

    async def play(self, played, doors=1):
        servers = [await asyncio.start_server(self.answer, wire.HOST, 0) for _ in range(doors)]
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        met = Crowd(played, ports)
        await met.play()
        for server in servers:
            server.close()
        await asyncio.gather(*self.answering)
        return met


def played(town, **changed):
    short = SCENE._replace(seconds=0.05, pages=100, purchases=0)
    return asyncio.run(town.play(short._replace(**changed), doors=2))


@pytest.fixture
def hasty(monkeypatch):
    """Buyers who do all at once."""
    monkeypatch.setattr(scene, "STEPS", tuple((kind, 0.0) for kind, _after in scene.STEPS))
    return {"pages": 0, "purchases": 20}


class TestCrowd:
    def test_counts_a_wait_for_each_answer(self):
        met = played(Town())
        assert sum(map(len, met.waits.values())) == len(met.late_ms) == 5
        assert met.faults == {}

    def test_counts_answers_that_nobody_should_get(self):
        wrong = dict.fromkeys(scene.SHARES, "500 Oh no")
        met = played(Town(**wrong))
        assert sum(met.faults.values()) == 5
        assert {name.split(": ")[1] for name in met.faults} == {"500"}

    def test_counts_connections_that_end_without_one(self):
        met = played(Town(**dict.fromkeys(scene.SHARES, "")))
        assert sum(met.faults.values()) == 5
        assert {name.split(": ")[1] for name in met.faults} == {"ConnectionError"}
        assert met.waits == {}

    def test_buys_with_its_own_cookie_and_what_the_form_holds(self, hasty):
        town = Town()
        met = played(town, **hasty)
        asked = [head.split()[:2] for head, _body in town.asked]
        assert asked == [
            *[["POST", "/cesta/itens"]] * 3,
            ["GET", "/cesta"],
            ["GET", "/finalizar"],
            ["POST", "/finalizar"],
            ["GET", "/ordered"],
        ]
        assert all("Cookie: cesta=c" in head for head, _body in town.asked[1:])
        assert [body for _head, body in town.asked[:3]] == [
            f"product_id={number}&quantity=1" for number in (1, 2, 3)
        ]
        order = town.asked[5][1]
        assert "csrf_token=csrf_token%21" in order
        assert "plan=c7&window_7=9" in order
        assert met.faults == {}

    def test_buys_what_a_full_basket_holds(self, hasty, monkeypatch):
        monkeypatch.setattr(scene, "STEPS", (("put", -1), ("form", 0), ("order", 0)))
        monkeypatch.setattr(scene, "FULL_ALREADY", 0)
        town = Town()
        played(town, **hasty, full=True)
        assert [head.split()[:2] for head, _body in town.asked] == [
            ["GET", "/finalizar"],
            ["POST", "/finalizar"],
        ]
        assert "Cookie: cesta=full-1-0\r" in town.asked[0][0]

    def test_leaves_after_a_fault(self, hasty):
        town = Town(cesta="503 Busy")
        met = played(town, **hasty)
        assert met.faults == {"basket: 503": 1}
        assert len(town.asked) == 4

    def test_goes_where_the_fewest_wait(self):
        async def waiting():
            doors = wire.Doors([1, 2])
            doors._waiting[1] = 1
            with pytest.raises(OSError, match=r"127\.0\.0\.1.*2|refused"):
                await doors.ask(b"", wire.HOST, 1)
            return doors._waiting

        assert asyncio.run(waiting()) == {1: 1, 2: 0}


class TestUploads:
    """The house of canned answers takes no photo, or takes it as long as it comes."""

    SENT = Uploads(3, "/fotos", "session=s", pause_seconds=0.01)

    def test_are_sent_until_the_others_have_gone(self):
        town = Town()
        met = played(town, uploads=self.SENT)
        assert met.faults == {}
        assert sum(map(len, met.waits.values())) == 5
        assert town.cut_short == 3

    def test_that_are_not_taken_are_faults(self):
        met = played(Town(fotos="413 Too much"), uploads=self.SENT)
        assert met.faults == {"upload: cut short": 3}

    def test_tell_how_many_times_longer_buyers_wait(self):
        alone, beside = (
            Played({"waits": {"home": values}, "faults": faults}, 1, {}, {})
            for values, faults in (([10.0, 20.0], {}), ([15.0, 50.0], {"upload: cut short": 2}))
        )
        told = [line.told().split()[:4] for line in uploads.lines([alone], [beside])]
        assert told == [
            ["uploads.slower_p50", "1.5", "times", "2"],
            ["uploads.slower_p95", "2.5", "times", "2!"],
            ["uploads.errors", "2.0", "0!", "2"],
        ]


class TestLines:
    def test_mark_what_is_over_its_most(self):
        told = {"waits": {"home": [400.0], "order": [700.0]}, "faults": {}}
        memory = {who: [(0, 200), (5, 200)] for who in ("web", "worker")}
        met = Played(told | {"late_ms": []}, 10, {"web": 5}, memory)
        pages, order, errors, memory, *_rest = [line.told().split() for line in program.lines(met)]
        assert pages[:4] == ["load.pages_p99", "400.0", "ms", "300!"]
        assert order[:4] == ["load.orders_p99", "700.0", "ms", "800"]
        assert errors[:3] == ["load.errors", "0.0", "0"]
        assert memory[:4] == ["load.memory_growth", "0.0", "MiB/h", "10"]

    def test_of_a_small_load_are_all_told_and_the_books_agree(self, capsys):
        """Those who warm up fill their baskets themselves."""
        sizes = ["--products", "60", "--lines", "50", "--minutes", "0.1", "--database", KIND]
        program.main([*sizes, "--pages", "2", "--purchases", "1", "--full-baskets"])
        told, *lines = capsys.readouterr().out.splitlines()
        values = {line[:26].strip(): line.split() for line in lines}
        assert "2 web processes and a worker" in told
        assert values["load.errors"][1] == values["load.rules_broken"][1] == "0.0"
        assert values["load.faults_logged"][1] == "0.0"
        assert float(values["purchases in the books"][4]) > 0
        spent = {who: float(values[f"processor, {who}"][2]) for who in ("web", "crowd", "database")}
        assert [who for who, share in spent.items() if not share] == (
            ["database"] if KIND == "sqlite" else []
        )
