"""A browser before a served house: pages as people see them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
POLL_SECONDS = 0.02  # between two looks at whether to end
# Unstuck, as what scrolls under a bar is not a small target; and stuck again.
BAR = "for (const bar of document.querySelectorAll('.tabbar, .paybar')) bar.style.position = "
UNSTUCK, STUCK = BAR + "'static'", BAR + "''"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def served(house: Any, *, to_the_end: bool = False) -> Iterator[str]:
    """Serve a house, or any WSGI application, on a port of this machine; yield its address.

    ``to_the_end`` also waits for answers that nobody waits for any more; a browser's open lines
    would hold that up.
    """
    server = make_server("127.0.0.1", 0, house, threaded=True)
    server.daemon_threads = not to_the_end  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=[POLL_SECONDS])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def program() -> str | None:
    return shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS.split())
        yield browser
        browser.close()


@contextmanager
def opened_page(browser: Browser, url: str, size: ViewportSize, **options: Any) -> Iterator[Page]:
    """Yield a page of a browser that nobody has used.

    :raises AssertionError: at the end, if a script failed, a part was refused or the house broke.
    """
    faults: list[str] = []
    context = browser.new_context(base_url=url, viewport=size, locale="pt-BR", **options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda said: faults.extend([said.text] * is_fault(said)))
    page.on("response", lambda it: faults.extend([f"{it.status} {it.url}"] * (it.status >= 500)))
    yield page
    context.close()
    assert not faults, faults


def is_fault(said: Any) -> bool:
    """Whether a line of the console is more than the note of a refusal, or of a test's own gap.

    The sandbox names no icon: a browser looks for one by itself, and is cut short when it leaves.
    """
    expected = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    asked_for = not where(said).endswith("/favicon.ico")
    return said.type == "error" and asked_for and not any(part in said.text for part in expected)


def where(said: Any) -> str:
    """Return the address that a line of the console is about."""
    return str(said.location.get("url", ""))


def axe(page: Page, *only: str) -> list[str]:
    """Return what axe-core holds against the page, by all rules or these: rule and element."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = {"runOnly": list(only)} if only else {"rules": {"target-size": {"enabled": True}}}
    found = page.evaluate("(rules) => axe.run(rules)", rules)["violations"]
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return int(page.evaluate(SIDEWAYS))
