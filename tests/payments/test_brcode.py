import json
import re
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from marketplace.core.qr import qr_path
from marketplace.payments.brcode import (
    MAX_CENTS,
    BadBRCode,
    BRCode,
    checksum,
    encode,
    parse,
)

VECTORS = json.loads(Path(__file__).with_name("pix_vectors.json").read_text())
PIXELS_PER_MODULE = 4
BASKET = BRCode(
    key="+5592999990000", name="Fio de Tucum", city="Manaus", amount_cents=14500, txid="2481A"
)


def vectors(kind):
    return pytest.mark.parametrize("vector", VECTORS[kind], ids=lambda vector: vector["id"])


def asked(vector):
    given = vector["input"]
    names = ("key", "name", "city", "txid", "info", "single_use")
    return BRCode(amount_cents=given["centavos"], **{name: given[name] for name in names})


def resealed(payload):
    return payload[:-4] + checksum(payload[:-4])


class TestEncode:
    @vectors("valid")
    def test_writes_what_others_write(self, vector):
        assert encode(asked(vector)) == vector["payload"]

    @pytest.mark.parametrize("cents", [0, -1, MAX_CENTS + 1, 1.5, True])
    def test_refuses_an_amount_nobody_can_pay(self, cents):
        with pytest.raises(BadBRCode, match="amount_format"):
            encode(replace(BASKET, amount_cents=cents))

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"key": ""}, "key_xor_url"),
            ({"key": "123"}, "key"),
            ({"key": "(92) 99999-0000"}, "key"),
            ({"key": "11111111111"}, "key"),
            ({"txid": "2481-A"}, "txid_format"),
            ({"txid": "A" * 26}, "txid_format"),
            ({"txid": ""}, "fields"),
            ({"name": "日本"}, "fields"),
            ({"info": "x" * 73}, "length_26"),
        ],
    )
    def test_refuses_what_a_bank_would(self, change, reason):
        with pytest.raises(BadBRCode) as refusal:
            encode(replace(BASKET, **change))

        assert refusal.value.reason == reason

    def test_takes_eleven_digits_for_a_cpf_even_where_a_mobile_has_the_same(self):
        assert parse(encode(replace(BASKET, key="92981288784"))).key == "92981288784"

    @settings(derandomize=True, deadline=None)
    @given(
        name=st.text(min_size=1, max_size=60),
        city=st.text(min_size=1, max_size=60),
        cents=st.none() | st.integers(1, MAX_CENTS),
        txid=st.from_regex("[A-Za-z0-9]{1,25}", fullmatch=True),
    )
    def test_is_read_back_as_it_was_meant(self, name, city, cents, txid):
        code = BRCode(BASKET.key, f"Feira {name}", f"Manaus {city}", cents, txid)

        read = parse(encode(code))

        assert (read.key, read.amount_cents, read.txid) == (code.key, cents, txid)
        assert encode(read) == encode(code)


class TestParse:
    @vectors("valid")
    def test_reads_what_others_write(self, vector):
        read, expected = parse(vector["payload"]), vector["parsed"]

        assert {name: getattr(read, name) for name in expected if hasattr(read, name)} == {
            name: value for name, value in expected.items() if hasattr(read, name)
        }
        assert read.amount_cents == expected["amount_centavos"]
        assert read.single_use == (True if expected["initiation"] == "12" else None)

    @vectors("invalid")
    def test_refuses_with_the_reason(self, vector):
        with pytest.raises(BadBRCode) as refusal:
            parse(vector["payload"])

        assert refusal.value.reason == vector["reason"]

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("000201", "000202", "format"),
            ("5802BR", "5802PT", "country"),
            ("52040000", "5204000X", "category"),
            ("5406145.00", "54060.0000", "amount_format"),
            ("5406145.00", "54040.00", "amount_format"),
            ("5406145.00", "5406145.005303986", "tlv_twice"),
            ("5406145.00", "5500", "tlv_length"),
            ("5406145.00", "550212", "fields"),
            ("5406145.00", "010213", "initiation"),
            ("5912Fio de Tucum", "5926" + "x" * 26, "name_length"),
            ("6006Manaus", "6016" + "x" * 16, "city_length"),
            ("6006Manaus", "", "fields"),
            ("62090505", "62090605", "additional"),
        ],
    )
    def test_refuses_each_broken_rule(self, old, new, reason):
        payload = encode(BASKET)
        assert old in payload

        with pytest.raises(BadBRCode) as refusal:
            parse(resealed(payload.replace(old, new)))

        assert refusal.value.reason == reason

    def test_refuses_what_is_not_plain_ascii(self):
        with pytest.raises(BadBRCode, match="characters"):
            parse(encode(BASKET).replace("Manaus", "Manáus"))

    @settings(derandomize=True, deadline=None, max_examples=300)
    @given(st.text(), st.integers(0, 120), st.integers(0, 120))
    def test_any_other_text_is_refused_and_nothing_worse(self, noise, start, end):
        payload = encode(BASKET)
        for text in (noise, payload[:start] + noise + payload[end:]):
            with suppress(BadBRCode):
                parse(resealed(text) if text.isascii() else text)


class TestChecksum:
    def test_is_the_one_of_the_standard(self):
        assert checksum(VECTORS["crc"]["check"]["input"]) == VECTORS["crc"]["check"]["output"]


class TestQrPath:
    @vectors("valid")
    def test_a_reader_sees_the_payload(self, vector, tmp_path):
        path, side = qr_path(vector["payload"])

        assert scanned(drawn(path, side), tmp_path) == vector["payload"]

    def test_is_path_data_and_nothing_else(self):
        path, side = qr_path(encode(BASKET))

        assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
        assert side == max(map(int, re.findall(r"M\d+ (\d+)h", path))) + 1 + 4


def drawn(path, side):
    """Draw the path as a browser would, black on white."""
    picture = Image.new("1", (side, side), 1)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", path):
        ImageDraw.Draw(picture).line([(int(x), int(y)), (int(x) + int(length) - 1, int(y))], 0)
    return picture.resize((side * PIXELS_PER_MODULE,) * 2, Image.Resampling.NEAREST)


def scanned(picture, folder):
    picture.save(folder / "code.png")
    reader = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "code.png"]
    answer = subprocess.run(reader, cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603
    return answer.stdout.removesuffix("\n")
