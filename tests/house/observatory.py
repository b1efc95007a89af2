"""What Mozilla Observatory gives an answer for its headers: 100, and more or less for each rule.

Redirection from http is left out: it belongs to the proxy (`docs/running.md`) and counts 0 when it
is there. A site that is not on the browsers' preload list gets nothing for HSTS.

**Source:** MDN HTTP Observatory, "Tests and scoring"; its `src/grader/charts.js` (points) and
`src/analyzer/tests/` (what earns them), read in November 2026.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from werkzeug.datastructures import Headers

START, NEEDED_FOR_EXTRA = 100, 90
HALF_A_YEAR = 15_768_000  # seconds
BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
INLINE = {"'unsafe-inline'", "data:"}
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
LEAKY = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
RUNNING = ("script", "style", "object")
Policy = dict[str, set[str]]


@dataclass(frozen=True)
class Points:
    """Points of one rule, and why."""

    rule: str
    why: str
    number: int


def score(headers: Headers, page: str = "") -> int:
    """Return the score of an answer sent by https; extra points are only for the good ones."""
    points = [point.number for point in judged(headers, page)]
    least = START + sum(number for number in points if number < 0)
    extra = sum(number for number in points if number > 0)
    return max(0, least + (extra if least >= NEEDED_FOR_EXTRA else 0))


def judged(headers: Headers, page: str = "") -> Iterator[Points]:
    policy = parsed(headers.getlist("Content-Security-Policy"))
    yield Points("content-security-policy", *_policy(policy))
    yield Points("cookies", *_cookies(headers))
    yield Points("cross-origin-resource-sharing", *_sharing(headers))
    yield Points("referrer-policy", *_referrer(headers))
    yield Points("strict-transport-security", *_transport(headers))
    yield Points("subresource-integrity", *_scripts(headers, page))
    yield Points("x-content-type-options", *_sniffing(headers))
    yield Points("x-frame-options", *_framing(headers, policy))
    yield Points("cross-origin-resource-policy", *_resources(headers))


def parsed(told: list[str]) -> Policy:
    """Return the sources of each directive; of one that is told twice, the first counts."""
    policy: Policy = {}
    for directive in ";".join(told).split(";"):
        name, *sources = directive.split() or [""]
        if name:
            policy.setdefault(name.lower(), {source.lower() for source in sources})
    return policy


def _policy(policy: Policy) -> tuple[str, int]:
    if not policy:
        return "none", -25
    default = policy.get("default-src", {"*"})
    scripts, styles, objects = (policy.get(f"{of}-src", default) for of in RUNNING)
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    active = set().union(*(policy[name] for name in policy.keys() - {"img-src", "media-src"}))
    findings = (
        (scripts & (BROAD | INLINE) or objects & BROAD, "unsafe scripts or objects", -20),
        (_insecure(active), "http: for what runs", -20),
        ("'unsafe-eval'" in scripts | styles, "eval", -10),
        (_insecure(passive), "http: for pictures", -10),
        (styles & (BROAD | INLINE), "unsafe styles", 0),
        (default != {"'none'"}, "no default-src 'none'", 5),
        (policy.get("form-action", {"*"}) & BROAD, "forms may be sent anywhere", 5),
    )
    return next(((why, number) for found, why, number in findings if found), ("strict", 10))


def _insecure(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def _cookies(headers: Headers) -> tuple[str, int]:
    each = [_cookie(told) for told in headers.getlist("Set-Cookie")]
    return min(each, key=lambda points: points[1], default=("none", 0))


def _cookie(told: str) -> tuple[str, int]:
    name = told.partition("=")[0].lower()
    flags = dict(flag.strip().lower().partition("=")[::2] for flag in told.split(";")[1:])
    is_session = "sess" in name or "login" in name
    if is_session and "httponly" not in flags:
        return f"{name} is open to scripts", -30
    if flags.get("samesite", "lax") not in ("lax", "strict", "none"):
        return f"{name} has an odd SameSite", -20
    if "csrf" in name and "samesite" not in flags:
        return f"{name} without SameSite", -20
    if "secure" not in flags:
        return f"{name} without Secure", -10 if is_session else -5
    return (f"{name} is kept well", 5) if "samesite" in flags else (f"{name} without SameSite", 0)


def _sharing(headers: Headers) -> tuple[str, int]:
    credentials = headers.get("Access-Control-Allow-Credentials", "").lower() == "true"
    if "Access-Control-Allow-Origin" in headers and credentials:
        return "anybody may ask in the reader's name", -50
    return "not in the reader's name", 0


def _referrer(headers: Headers) -> tuple[str, int]:
    told = ",".join(headers.getlist("Referrer-Policy")).lower().split(",")
    known = [policy.strip() for policy in told if policy.strip() in PRIVATE | LEAKY]
    if not any(told):
        return "none", 0
    return (known[-1], 5) if known and known[-1] in PRIVATE else ("leaky or unknown", -5)


def _transport(headers: Headers) -> tuple[str, int]:
    told = re.search(r"max-age\s*=\s*\"?([0-9]+)", headers.get("Strict-Transport-Security", ""))
    if not told:
        return "none", -20
    return ("long enough", 0) if int(told[1]) >= HALF_A_YEAR else ("too short", -10)


def _sniffing(headers: Headers) -> tuple[str, int]:
    told = headers.get("X-Content-Type-Options", "").strip().lower()
    return ("nosniff", 0) if told == "nosniff" else ("none", -5)


def _framing(headers: Headers, policy: Policy) -> tuple[str, int]:
    if "frame-ancestors" in policy:
        return "by the policy", 5
    told = headers.get("X-Frame-Options", "").strip().lower()
    return ("by its header", 0) if told in ("deny", "sameorigin") else ("none", -20)


def _resources(headers: Headers) -> tuple[str, int]:
    told = headers.get("Cross-Origin-Resource-Policy", "cross-origin").strip().lower()
    if told in ("same-origin", "same-site"):
        return told, 10
    return (told, 0) if told == "cross-origin" else ("unknown", -5)


class _Scripts(HTMLParser):
    """Finds which scripts a page loads, and with which seal."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []  # address, sealed
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "script" and told.get("src"):
            self.found.append((told["src"] or "", bool(told.get("integrity"))))


def _scripts(headers: Headers, page: str) -> tuple[str, int]:
    if not headers.get("Content-Type", "").startswith("text/html"):
        return "no page", 0
    scripts = _Scripts(page).found
    foreign = [found for found in scripts if re.match(r"(https?:)?//", found[0])]
    worst = min((_foreign(*found) for found in foreign), default=0)
    if foreign:
        return "scripts from elsewhere", worst
    return ("all sealed", 5) if scripts and all(s for _, s in scripts) else ("our own", 0)


def _foreign(address: str, sealed: bool) -> int:
    """Return the points of a script from elsewhere, by how it comes and whether it is sealed."""
    secure = address.startswith("https:")
    return {(True, True): 5, (False, True): -5, (True, False): -20, (False, False): -50}[
        (sealed, secure)
    ]
