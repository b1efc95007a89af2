"""What nobody should type, and the forms of a page into which it is typed."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from marketplace.core.sheets.writing import write_xlsx

TAG, ATTRIBUTE, FORMULA, SUM = "zqtag", "zqattr", "=zq9+1", "62710561"
MARKUP = f"""'"></script></textarea><{TAG} {ATTRIBUTE}=1>{{{{7919*7919}}}}${{7919*7919}}"""
CATALOGUE: dict[str, list[str]] = {
    "numbers": [
        "-1",
        "0",
        "1e309",
        "NaN",
        "9" * 40,
        "2147483648",
        "1.234,56",
        "1,2,3",
        "\u0663",
        "\uff11\uff12",
        "0x1F",
        "1_0",
    ],
    "unicode": ["e\u0301" * 30, "\u202egnp.exe", "💥" * 50, "İıß", "\ufdfa" * 20, "\u200b", "日本"],
    "control": ["a\0b", "\0", "\x1b[31m", "a\x08b", "\ud800", "\x7f", "\u2028a"],
    "markup": [MARKUP, "<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;b&gt;", "]]>"],
    "templates": ["{{7919*7919}}", "{% raw %}", "${7919*7919}", "#{1}", "%(name)s", "%s%n", "{0}"],
    "sql": ["' OR '1'='1", '"; DROP TABLE users;--', "1) UNION SELECT 1--", "%", "_", "\\"],
    "paths": [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/dev/null",
        "file:///etc/passwd",
        "//x.example",
    ],
    "breaks": ["a\r\nX-Zq: 1", "a\r\n\r\n<html>", "a\nBcc: zq@example.org", "\r"],
    "formulas": [FORMULA, "@SUM(1)", "+1-1", "-2+3", "\t=1", "\uff1d1"],
    "huge": ["a" * 20_000, "é" * 9_000, "1" * 9_000, "\n" * 5_000, " " * 5_000],
    "words": [
        "null",
        "true",
        "[]",
        '{"a":1}',
        "on",
        "2026-02-30",
        "24:61",
        "9999-12-31",
        "x@",
        "@",
    ],
    "empty": ["", " ", "\u00a0"],
}
BYTES = ["\xff", "\xc3", "\xed\xa0\x80", "\xc3\xa9", "\x85\x00"]  # as WSGI tells them: in Latin-1
KEPT_KINDS = {"text", "search", "tel", "email", "number", "date", "time", "textarea", "url"}


@dataclass
class Box:
    """One thing that a form sends."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page: where it leads, how, and what it sends when nothing is changed."""

    action: str
    method: str
    multipart: bool
    boxes: dict[str, Box] = field(default_factory=dict)

    @property
    def untouched(self) -> dict[str, str]:
        return {box.name: box.value or _likely(box) for box in self.boxes.values()}

    @property
    def sign(self) -> tuple[str, ...]:
        return self.method, *sorted(self.boxes)


def _likely(box: Box) -> str:
    """Return what somebody would fill in, so that the rest of a form does not hide one field."""
    if box.choices:
        return next((choice for choice in box.choices if choice), "")
    likely = {"date": "2026-12-25", "time": "08:30", "email": "lia@example.org", "number": "1"}
    return likely.get(box.kind, "92999990000" if box.kind == "tel" else "1")


class Page(HTMLParser):
    """The forms of a page, what is marked as wrong, and what should not be there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.unescaped: list[str] = []
        self.ids: set[str] = set()
        self.wrong: list[list[str]] = []  # the ids of what describes each faulty field
        self._form: Form | None = None
        self._box: Box | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == TAG or ATTRIBUTE in told:
            self.unescaped.append(self.get_starttag_text() or tag)
        self.ids.add(told.get("id", ""))
        if told.get("aria-invalid") == "true":
            self.wrong.append(told.get("aria-describedby", "").split())
        if tag == "a":
            self.links.append(told.get("href", ""))
        elif tag == "form":
            self._begin(told)
        elif self._form is not None:
            self._part(self._form, tag, told)

    def _begin(self, told: dict[str, str]) -> None:
        multipart = told.get("enctype") == "multipart/form-data"
        self._form = Form(told.get("action", ""), told.get("method", "get").upper(), multipart)
        self.forms.append(self._form)

    def _part(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", tag if tag != "input" else "text")
        if tag == "option" and self._box:
            self._box.choices.append(told.get("value", ""))
        elif tag in ("input", "select", "textarea", "button") and name:
            known = form.boxes.get(name)
            self._box = known or form.boxes.setdefault(name, Box(name, kind, told.get("value", "")))
            if kind in ("radio", "checkbox") or known:
                self._box.choices.append(told.get("value", "on"))
                self._box.value = told.get("value", "on") if "checked" in told else self._box.value

    def handle_data(self, data: str) -> None:
        if self._box and self._box.kind == "textarea":
            self._box.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in ("textarea", "select"):
            self._box = None


def shown_value(page: Page, action: str, name: str) -> str | None:
    """Return what a field holds on a page, if it is there."""
    here = (
        form for form in page.forms if form.action.split("?")[0] == action and name in form.boxes
    )
    return next((form.boxes[name].value for form in here), None)


def multipart(boundary: str, *parts: tuple[str, str]) -> bytes:
    """Return a body of parts, each a head and a body, as they are."""
    told = "".join(f"--{boundary}\r\n{head}\r\n\r\n{body}\r\n" for head, body in parts)
    return f"{told}--{boundary}--\r\n".encode("utf-8", "surrogatepass")


def odd_bodies(name: str) -> list[dict[str, Any]]:
    """Return requests that are no form, or a strange one with a field of this name."""
    disposition = f'Content-Disposition: form-data; name="{name}"'
    kind = "multipart/form-data; boundary=b"
    bodies = [
        ("application/json", b'{"a": NaN}'),
        ("text/plain", b"a=b"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"%s=%%FF%%FE" % name.encode()),
        ("application/x-www-form-urlencoded", b"&=&%%&%s=%%ZZ&;" % name.encode()),
        ("application/x-www-form-urlencoded", f"{name}=1&".encode() * 201),
        ("multipart/form-data", b"no boundary"),
        (kind, b"--b\r\n"),
        (kind, b"--b--"),
        (kind, multipart("b", (f'{disposition}; filename="../\0a.csv"', "a;b"))),
        (kind, multipart("b", (f'{disposition}; filename="a\ud800.csv"', "nome;a\n1;2"))),
        (kind, multipart("b", (f"{disposition}; filename*=utf-8''%00%FF.jpg", "\0"))),
        (kind, multipart("b", *[(disposition, "a")] * 101)),
        (kind, multipart("b", (f"{disposition}\r\nContent-Type: text/x; charset=none", "é"))),
        (kind, multipart("b", ('Content-Disposition: form-data; name="a\0b[]"', "1"))),
        (kind, b"--b\r\n" + disposition.encode() + b"\r\n\r\nhalf"),
    ]
    return [{"content_type": told, "data": body} for told, body in bodies]


def odd_headers(value: str) -> list[dict[str, Any]]:
    """Return what surrounds a request, with bytes that are no text in one place of each."""
    names = ("ACCEPT_LANGUAGE", "REFERER", "USER_AGENT", "HOST", "IF_NONE_MATCH", "AUTHORIZATION")
    told = [{f"HTTP_{name}": value} for name in (*names, "ORIGIN", "ACCEPT_ENCODING")]
    told += [{"HTTP_COOKIE": value}, {"HTTP_COOKIE": f"paneiro_session={value}; {value}={value}"}]
    return [*told, {"HTTP_X_FORWARDED_FOR": value}, {"HTTP_RANGE": f"bytes={value}"}]


SHEETS = {  # who brings it, where: a row that is taken
    ("mara", "/painel/produtos/importar"): {
        "nome": "Cesto",
        "segmento": "artesanato",
        "preço (R$)": "12,50",
        "estoque": "3",
        "descrição": "De arumã",
        "materiais": "arumã",
        "técnica": "trançado",
        "arquivo da foto": "a.jpg",
    },
    ("arti", "/gestao/empreendimentos/importar"): {
        "code": "E77",
        "name": "Novas",
        "kind": "cooperativa",
        "municipality": "Manaus",
        "segment": "artesanato",
        "story": "Começou assim",
        "members_women": "7",
    },
    ("head", "/gestao/relatorios/declarados/importar"): {
        "ano": "2019",
        "mês": "novembro",
        "valor (R$)": "12.345,00",
        "como se sabe": "documentado",
        "quem declara": "Planilha da feira",
        "município": "Manaus",
        "segmento": "artesanato",
        "como foi vendido": "fair_stall",
        "feira": "Largo",
        "pessoas": "30",
        "vagas": "12",
    },
}


def sheets(values: list[str]) -> Iterator[tuple[str, str, str, bytes]]:
    """Yield sheets with an odd value in every column, and alone in each: who, where, name, file."""
    for (who, path), fine in SHEETS.items():
        headers = list(fine)
        for value in values:
            rows = [list(fine.values()), [value] * len(headers)]
            rows += [[*(fine | {name: value}).values()] for name in headers]
            shown = value.encode("utf-8", "replace").decode()[:9000]
            plain = [[cell.replace(value, shown) if value else cell for cell in r] for r in rows]
            if values.index(value) % 2:
                yield who, path, f"{shown[:80]}.csv", _csv([headers, *plain])
            else:
                yield who, path, "a.xlsx", write_xlsx(headers, plain)
    for who, path in SHEETS:
        headers = [value.encode("utf-8", "replace").decode()[:200] for value in values[:50]]
        yield who, path, "odd headers.csv", _csv([headers, headers])


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()
