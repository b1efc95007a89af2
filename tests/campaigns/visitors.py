"""Visitors of a served house: plain HTTP, cookies, the forms that its pages hold."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

HOST = "feira.example.org"
HIDDEN = r'name="{}"[^>]*value="([^"]*)"'


class Failed(Exception):
    """An answer that no visitor should get."""


@dataclass
class Visitor:
    """Somebody with a browser; each request is on a connection of its own."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    def get(self, path: str, status: int = 200) -> str:
        return self._ask("GET", path, b"", {}, status)[0]

    def post(self, path: str, typed: dict[str, object], status: int = 303) -> str:
        """Send a form; return where the answer leads."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(typed).encode(), kind, status)[1]

    def token(self, page: str) -> dict[str, str]:
        return {"csrf_token": found} if (found := shown(page, "csrf_token")) else {}

    def headers(self) -> dict[str, str]:
        said = {"Host": HOST, "Connection": "close"}
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return said

    def _ask(
        self, method: str, path: str, body: bytes, headers: dict[str, str], status: int
    ) -> tuple[str, str]:
        self.requests += 1
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        said = self.headers() | headers
        if method == "POST":
            said["Origin"] = f"http://{HOST}"
        try:
            connection.request(method, path, body, said)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status != status:
            raise Failed(f"{method} {path}: {answer.status}\n{text[:2000]}")
        return text, urlsplit(answer.headers.get("Location") or "").path


def shown(page: str, name: str) -> str:
    """Return the value of a hidden box, or nothing."""
    found = re.search(HIDDEN.format(name), page)
    return found[1] if found else ""
