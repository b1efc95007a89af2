"""A hundred bad files and some honest ones, sent to a web process whose memory is watched.

**Source:** OWASP, "File Upload Cheat Sheet"; CWE-409, CWE-434, CWE-776.
"""

import io
import secrets
import struct
import zipfile
import zlib
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from marketplace.core import clock, limits
from marketplace.core.database import db
from marketplace.core.sheets.writing import write_xlsx
from marketplace.enterprises.models import Enterprise
from tests.campaigns.servers import HOST, Browser, Installation, Server, served
from tests.campaigns.shops import open_shop
from tests.factories.catalogue import make_published

Files = Iterator[tuple[str, bytes]]
MOST_MB, MOST_SECONDS = 150, 3.0  # of a process: more memory than at rest; work for one file
REFUSED, TAKEN = {413, 422}, {302, 303}
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


class Sender:
    """Somebody of an enterprise, who sends files to the process that is watched."""

    def __init__(self, place: Installation, server: Server) -> None:
        self.place, self.server, self.shop = place, server, open_shop(9)
        self.browser: Browser = place.log_in(self.shop.user_id)
        self.photos = f"/painel/produtos/{self.shop.product_id}/fotos"

    def another(self) -> str:
        """Return where photos of a new product go: each has room for eight."""
        enterprise = db.session.get_one(Enterprise, self.shop.enterprise_id)
        product = make_published(enterprise=enterprise, left=0, now=clock.now())
        return f"/painel/produtos/{product.id}/fotos"

    def send(self, path: str, field: str, content: bytes) -> int:
        """Return the status of the answer to a file."""
        limits.forget("upload", f"user:{self.shop.user_id}")
        edge = secrets.token_hex(8)
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="a.jpg"\r\n'
        body = head.encode() + b"\r\n" + content + f"\r\n--{edge}--\r\n".encode()
        told = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items()),
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Origin": self.server.origin,
            "X-CSRF-Token": self.browser.token(),
        }
        connection = HTTPConnection(HOST, self.server.port, timeout=120)
        connection.request("POST", path, body, told)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def figures(self) -> tuple[float, float]:
        """Return the most memory the process has had, in MB, and its work so far in seconds."""
        proc = Path(f"/proc/{self.server.process.pid}")
        peak = (proc / "status").read_text().partition("VmHWM:")[2]
        ticks = (proc / "stat").read_text().rpartition(")")[2].split()[11:13]
        return int(peak.split()[0]) / 1024, sum(map(int, ticks)) / 100

    def judge(self, path: str, field: str, files: Files, right: set[int]) -> tuple[int, list[str]]:
        """Send files; return how many, and what was wrong with the answers."""
        number, wrong = 0, []
        for name, content in files:
            number, where = number + 1, path or self.another()
            before = self.figures()[1]
            status = self.send(where, field, content)
            work = self.figures()[1] - before
            if status not in right:
                wrong.append(f"{name}: {status}")
            if work > MOST_SECONDS:
                wrong.append(f"{name}: {work:.1f} s")
        return number, wrong


@pytest.mark.only("sqlite")  # pictures and sheets: no database reads them
def test_takes_honest_files_and_no_other(place: Installation, record_property: Any) -> None:
    with served(place, 1) as (server,):
        sender = Sender(place, server)
        sender.send(sender.photos, "photos", picture("JPEG"))
        rest, sheets = sender.figures()[0], "/painel/produtos/importar"
        rounds = [
            sender.judge(sender.photos, "photos", bad_pictures(), REFUSED),
            sender.judge(sheets, "sheet", bad_sheets(), REFUSED),
            sender.judge("", "photos", honest_pictures(), TAKEN),
            sender.judge(sheets, "sheet", honest_sheets(), TAKEN),
        ]
        more = sender.figures()[0] - rest
    (bad, _), (worse, _), *honest = rounds
    wrong = [fault for _, faults in rounds for fault in faults]
    taken = sum(number for number, _ in honest)
    told = f"uploads: {bad + worse} bad files, {taken} honest, {len(wrong)} wrong, +{more:.0f} MB"
    record_property("told", told)
    assert not wrong, "\n".join(wrong)
    assert bad + worse >= 100
    assert more <= MOST_MB
