"""A boleto as a document to print: one page, without any value."""

from marketplace.payments import boleto
from sandbox.world import Thing

MARGIN, TOP = 60, 780
POINTS = 0.9  # of one module of the bar code


def pdf_of(intent: Thing) -> bytes:
    """Return a waiting boleto as a PDF of one page: that it is invented, its number, its bars.

    **Source:** ISO 32000-1, 7.5 (structure of a file) and 9.4 (text).
    """
    number = intent["next_action"]["boleto_display_details"]["number"]
    amount = f"R$ {intent['amount'] // 100},{intent['amount'] % 100:02d}"
    lines = ("BOLETO DO SANDBOX, SEM VALOR", amount, boleto.shown(number))
    shown = "".join(f"({line}) Tj 0 -24 Td " for line in lines)
    drawn = f"BT /F1 13 Tf {MARGIN} {TOP} Td {shown}ET {_bars(number)}".encode("latin-1")
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream, font])


def _bars(number: str) -> str:
    bars, _width, height = boleto.bars(boleto.bar_code(number))
    at = TOP - 130
    return " ".join(
        f"{MARGIN + x * POINTS:.1f} {at} {wide * POINTS:.1f} {height} re f" for x, wide in bars
    )


def _file(objects: list[bytes]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    ending = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return written + head + ending % (len(objects) + 1, len(written))
