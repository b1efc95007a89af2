"""A hundred bad files and some honest ones, sent to a web process whose memory is watched.

**Source:** OWASP, "File Upload Cheat Sheet"; CWE-409, CWE-434, CWE-776.
"""

import io
import secrets
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from config import EXAMPLE_PAYER
from marketplace.accounts.models import Role
from marketplace.core import clock, limits
from marketplace.core.database import db
from marketplace.core.sheets.writing import write_xlsx
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.payouts import PayoutState
from tests import books
from tests.campaigns.servers import HOST, Browser, Installation, Server, served
from tests.campaigns.shops import open_shop
from tests.factories.accounts import make_staff
from tests.factories.bank_returns import END, make_answer, put
from tests.factories.catalogue import make_published
from tests.factories.payouts import batch_of, make_approved

Files = Iterator[tuple[str, bytes]]
Round = tuple[int, list[str]]  # how many files, and what was wrong with the answers
MOST_MB, MOST_SECONDS = 150, 3.0  # of a process: more memory than at rest; work for one file
UNREADABLE = 422
REFUSED, TAKEN = {413, UNREADABLE}, {302, 303}
KINDS = ("JPEG", "PNG", "WEBP")


def picture(kind: str, size: tuple[int, int] = (640, 480), mode: str = "RGB", **how: Any) -> bytes:
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(file := io.BytesIO(), kind, **how)
    return file.getvalue()


def png(width: int, height: int, body: bytes = b"\0" * 100, depth: int = 8) -> bytes:
    """Return a PNG that says it is so large, whatever its body holds."""
    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def frames(kind: str) -> bytes:
    still = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    still[0].save(file := io.BytesIO(), kind, save_all=True, append_images=still[1:])
    return file.getvalue()


TEXTS = {
    "drawing": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "drawing with entities": "<!DOCTYPE a [<!ENTITY b 'cc'>]><svg>&b;</svg>",
    "page": "<!doctype html><script>alert(1)</script>",
    "script": "#!/bin/sh\nrm -rf /",
    "paper": "%PDF-1.7\n1 0 obj",
    "nothing": "",
    "one letter": "a",
    "picture and script": "GIF89a/*<svg/onload=alert(1)>*/=1;",
    "php": "<?php system($_GET[0]);",
    "postscript": "%!PS-Adobe-3.0\n(r) file",
    "sheet": "nome;preço\nCesto;1",
    "program": "MZ\x90\0\x03",
    "list": '{"photo": "a.jpg"}',
}
OTHERS = ("GIF", "BMP", "TIFF", "ICO", "PPM", "PCX", "TGA", "PDF", "EPS", "JPEG2000", "SGI")
TOO_LARGE = ((8_001, 10), (10, 8_001), (5_000, 5_000), (60_000, 60_000), (2**31 - 1, 1))
LIES = ((0, 10), (10, 0), (4_000, 4_000), (7_999, 3_000))


def bad_pictures() -> Files:
    yield from spoiled()
    yield from ((f"{kind} called a photo", picture(kind, (64, 64))) for kind in OTHERS)
    yield from ((f"{kind} that moves", frames(kind)) for kind in ("PNG", "WEBP", "GIF"))
    yield from ((name, text.encode()) for name, text in TEXTS.items())
    yield from ((f"said to be {size}", png(*size)) for size in (*TOO_LARGE, *LIES))
    yield "too deep", png(100, 100, depth=64)
    yield "large WebP", picture("WEBP", (3_100, 2_000), method=0)
    yield "too many bytes", picture("JPEG") + b"\0" * 8 * 1024 * 1024
    yield "marks alone", b"\xff\xd8\xff\xe0\x00\x10JFIF\0\xff\xd9"
    yield "no end of marks", b"\xff\xd8" + b"\xff\xe1\xff\xff" * 1000


def spoiled() -> Files:
    """Yield photos that are cut short, begin with something else, or run backwards."""
    for kind in KINDS:
        raw = picture(kind)
        parts = (1, 8, 20, 60, len(raw) // 8, len(raw) // 4, len(raw) // 2, len(raw) * 3 // 4)
        yield from ((f"{kind} cut at {part}", raw[:part]) for part in parts)
        yield f"{kind} with a zeroed head", b"\0" * 16 + raw[16:]
        yield f"{kind} after a page", b"<html><script>1</script>" + raw
        yield f"{kind} after a zip", b"PK\x03\x04" + raw
        yield f"{kind} backwards", raw[::-1]


def honest_pictures() -> Files:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Phone of Ana"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in KINDS:
        yield f"{kind} turned", picture(kind, exif=exif)
        yield f"{kind} with a profile", picture(kind, icc_profile=profile)
    for mode in ("RGBA", "LA", "P", "1", "I;16"):
        yield f"PNG {mode}", picture("PNG", mode=mode) if mode != "I;16" else sixteen()
    yield "WebP clear", picture("WEBP", mode="RGBA")
    yield "JPEG for print", picture("JPEG", mode="CMYK")
    for kind in ("JPEG", "PNG"):
        yield f"{kind} of 24 megapixels", picture(kind, (6_000, 4_000))
    yield "PNG of 24 megapixels, clear", picture("PNG", (6_000, 4_000), "RGBA")
    yield "WebP of 6 megapixels, clear", picture("WEBP", (3_000, 2_000), "RGBA", method=0)


def sixteen() -> bytes:
    Image.new("I;16", (64, 64), 9).save(file := io.BytesIO(), "PNG")
    return file.getvalue()


def workbook(**parts: bytes) -> bytes:
    """Return a workbook with parts put in, or in place of its own."""
    named = {name.replace("__", "/").replace("_", "."): data for name, data in parts.items()}
    with zipfile.ZipFile(io.BytesIO(write_xlsx(["nome"], [["Cesto"]]))) as book:
        kept = {name: book.read(name) for name in book.namelist()} | named
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in kept.items():
            book.writestr(name, data)
    return file.getvalue()


def bad_sheets() -> Files:
    sheet, fine = "xl__worksheets__sheet1_xml", workbook()
    entities = b'<!DOCTYPE a [<!ENTITY b "%s">]><worksheet>&b;</worksheet>' % (b"c" * 1000)
    yield "zip bomb", workbook(**{sheet: b"<a>" * 20_000_000})
    yield "bomb in another part", workbook(xl__media__a_png=b"\0" * 60_000_000)
    yield "entities", workbook(**{sheet: entities})
    yield "a file of the machine", workbook(**{sheet: entities.replace(b'"c', b'SYSTEM "c')})
    yield "no xml", workbook(**{sheet: b"\xff\xfe"})
    yield "many members", workbook(**{f"xl__{number}": b"" for number in range(1_001)})
    for part in (4, 30, len(fine) // 4, len(fine) // 2, len(fine) - 100, len(fine) - 10):
        yield f"workbook cut at {part}", fine[:part]
    yield "old", b"\xd0\xcf\x11\xe0" + b"\0" * 2_000
    yield "rows", b"nome\n" + b"Cesto\n" * 5_001
    yield "columns", ";".join(f"c{number}" for number in range(51)).encode()
    yield "bytes", b"nome\n" + b"a" * 5 * 1024 * 1024
    yield "quotes", b'nome;a\n"Cesto;b\n'
    yield "twice", b"nome;nome\na;b"
    yield "outside", b"nome\na;b"
    yield "nothing", b""
    yield "blank", b"\n\n ; ;\n"
    yield "half of UTF-16", b"\xff\xfen\0o\0m"
    yield "NUL", b"nome\0\0\0\na"
    yield "photo", picture("PNG")


def honest_sheets() -> Files:
    text = "nome;segmento;preço (R$)\nCesto de arumã;artesanato;12,50\n"
    for encoding in ("utf-8", "utf-8-sig", "latin-1", "utf-16"):
        yield f"CSV in {encoding}", text.encode(encoding)
    yield "CSV with commas", text.replace("12,50", "12").replace(";", ",").encode()
    yield "XLSX", write_xlsx(["nome", "segmento"], [["Cesto de arumã", "artesanato"]])


def bad_returns(answer: bytes) -> Files:
    """Yield what is no answer of the bank, from an answer that is one."""
    records = answer.decode("latin-1").removesuffix(END).split(END)
    head, *rest, last = records
    yield from ((name, text.encode()) for name, text in TEXTS.items())
    yield from ((f"{name}, a sheet", content) for name, content in bad_sheets())
    for part in (1, 8, 143, 240, 500, len(answer) // 2, len(answer) - 250):
        yield f"cut at {part}", answer[:part]
    for name, words in (("bank", put(head, 1, "999")), ("tax id", put(head, 19, "9" * 14))):
        yield f"of another {name}", joined([words, *rest, last])
    yield "of another account", joined([put(head, 59, "7" * 12), *rest, last])
    yield "sent by us", joined([put(head, 143, "1"), *rest, last])
    yield "of an older layout", joined([record + " " * 160 for record in records])
    yield "a letter too long", joined([head + "X", *rest, last])
    yield "without its end", joined([head, *rest])
    yield "without its head", joined([*rest, last])
    yield "a payment less", joined([head, *rest[:1], *rest[2:], last])
    yield "twice in one", answer + answer
    yield "backwards", answer[::-1]
    for count in ("000000", "999999", "-00001", "\xb2\xb2\xb2\xb2\xb2\xb2", "\0" * 6):
        yield f"so many records: {count!r}", joined([head, *rest, put(last, 24, count)])
    yield "NUL", b"\0" * 240 + b"\n" + b"\0" * 240
    yield "blank", (b" " * 240 + b"\r\n") * 4_000
    yield "lines alone", b"\n" * 1_000_000
    yield "half a million records", b"a\n" * 500_000
    yield "ever the same payment", joined([head, *rest[1:2] * 4_100])
    yield "UTF-16", answer.decode("latin-1").encode("utf-16")
    yield "UTF-8 with a mark", b"\xef\xbb\xbf" + answer
    yield "an old Macintosh's lines", answer.replace(b"\r\n", b"\r")
    yield "bytes", answer + b" " * 1_000_000 + b"x"


def honest_returns(answer: bytes) -> Files:
    lines = answer.decode("latin-1").split(END)
    yield "return", answer
    yield "return with a Unix machine's lines", answer.replace(b"\r\n", b"\n")
    yield "return whose blank ends were cut", joined([line.rstrip() for line in lines]) + b"\x1a"
    yield "return with letters of ours", joined([put(lines[0], 73, "CR\xc9DITO"), *lines[1:]])
    yield "return that is told later", joined([put(lines[0], 144, "31122026"), *lines[1:]])


def joined(records: list[str]) -> bytes:
    return END.join(records).encode("latin-1")


class Sender:
    """Somebody who sends files to the process that is watched, with what else their form has."""

    def __init__(self, place: Installation, server: Server, user_id: int, **form: object) -> None:
        self.server, self.user_id, self.form = server, user_id, form
        self.browser: Browser = place.log_in(user_id)

    def send(self, path: str, field: str, content: bytes) -> tuple[int, str]:
        """Return the status of the answer to a file, and its page."""
        limits.forget("upload", f"user:{self.user_id}")
        edge = secrets.token_hex(8)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in self.form.items()
        ]
        named = f'name="{field}"; filename="a.jpg"'
        parts.append(f"--{edge}\r\nContent-Disposition: form-data; {named}\r\n\r\n")
        body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
        told = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items()),
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Origin": self.server.origin,
            "X-CSRF-Token": self.browser.token(),
        }
        connection = HTTPConnection(HOST, self.server.port, timeout=120)
        connection.request("POST", path, body, told)
        answer = connection.getresponse()
        read = answer.read().decode()
        connection.close()
        return answer.status, read

    def figures(self) -> tuple[float, float]:
        """Return the most memory the process has had, in MB, and its work so far in seconds."""
        proc = Path(f"/proc/{self.server.process.pid}")
        peak = (proc / "status").read_text().partition("VmHWM:")[2]
        ticks = (proc / "stat").read_text().rpartition(")")[2].split()[11:13]
        return int(peak.split()[0]) / 1024, sum(map(int, ticks)) / 100

    def judge(
        self, path: str | Callable[[], str], field: str, files: Files, right: set[int]
    ) -> Round:
        """Send files to one page, or each to another."""
        number, wrong = 0, []
        for name, content in files:
            number, where = number + 1, path if isinstance(path, str) else path()
            before = self.figures()[1]
            status, page = self.send(where, field, content)
            work = self.figures()[1] - before
            if status not in right:
                wrong.append(f"{name}: {status}")
            if status == UNREADABLE and 'class="err"' not in page:
                wrong.append(f"{name}: no word of why")
            if work > MOST_SECONDS:
                wrong.append(f"{name}: {work:.1f} s")
        return number, wrong


class Producer(Sender):
    """Somebody of an enterprise, who sends photos and sheets."""

    def __init__(self, place: Installation, server: Server) -> None:
        self.shop = open_shop(9)
        super().__init__(place, server, self.shop.user_id)
        self.photos = f"/painel/produtos/{self.shop.product_id}/fotos"

    def another(self) -> str:
        """Return where photos of a new product go: each has room for eight."""
        enterprise = db.session.get_one(Enterprise, self.shop.enterprise_id)
        product = make_published(enterprise=enterprise, left=0, now=clock.now())
        return f"/painel/produtos/{product.id}/fotos"


@pytest.mark.only("sqlite")  # pictures and sheets: no database reads them
def test_takes_honest_files_and_no_other(place: Installation, record_property: Any) -> None:
    with served(place, 1) as (server,):
        sender = Producer(place, server)
        sender.send(sender.photos, "photos", picture("JPEG"))
        rest, sheets = sender.figures()[0], "/painel/produtos/importar"
        bad = [
            sender.judge(sender.photos, "photos", bad_pictures(), REFUSED),
            sender.judge(sheets, "sheet", bad_sheets(), REFUSED),
        ]
        honest = [
            sender.judge(sender.another, "photos", honest_pictures(), TAKEN),
            sender.judge(sheets, "sheet", honest_sheets(), TAKEN),
        ]
        more = sender.figures()[0] - rest
    record_property("told", f"uploads: {told(bad, honest, more)}")
    assert sum(number for number, _ in bad) >= 100


@pytest.mark.only("sqlite")  # what a file says is decided on both in tests/payments
def test_takes_the_bank_s_answers_and_nothing_else(
    place: Installation, record_property: Any
) -> None:
    place.settings = {"BANK_PAYER": ",".join(EXAMPLE_PAYER)}
    batch = make_approved(5_000, 7_501)
    answer, batch_id, door = make_answer(batch), batch.id, "/gestao/repasses/retornos"
    with served(place, 1) as (server,):
        finance = make_staff(Role.FINANCE, batch.division).id
        sender = Sender(place, server, finance, division_id=batch.division_id)
        rest = sender.figures()[0]
        bad = sender.judge(door, "file", bad_returns(answer), REFUSED)
        waiting = {payout.state for payout in batch_of(batch_id).payouts}
        honest = sender.judge(door, "file", honest_returns(answer), TAKEN)
        more = sender.figures()[0] - rest
    record_property("told", f"returns of a bank: {told([bad], [honest], more)}")
    assert waiting == {PayoutState.APPROVED}
    assert {payout.state for payout in batch_of(batch_id).payouts} == {PayoutState.CONFIRMED}
    assert books.faults("payments.") == {}


def told(bad: list[Round], honest: list[Round], more: float) -> str:
    """Return what rounds came to, and how many MB they took; nothing may have been wrong."""
    wrong = [fault for _, faults in bad + honest for fault in faults]
    assert not wrong, "\n".join(wrong)
    assert more <= MOST_MB
    refused, taken = (sum(number for number, _ in rounds) for rounds in (bad, honest))
    return f"{refused} bad files, {taken} honest, {len(wrong)} wrong, +{more:.0f} MB"
