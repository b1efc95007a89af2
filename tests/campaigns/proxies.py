"""nginx as docs/running.md sets it up, in front of processes of this machine."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.missing import SYSTEM
from tests.programs import ROOT, Web
from tests.s3 import free_port

FENCE = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
PORTS = ("8001", "8002")  # as documented
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {documented}
}}
"""


def documented(port: int, ports: list[int]) -> str:
    """Return what the documentation says, on other ports and without a certificate."""
    (said,) = FENCE.findall((ROOT / "docs/running.md").read_text(encoding="utf-8"))
    lines = [line for line in said.splitlines() if "ssl_certificate" not in line]
    plain = "\n".join(lines).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    for there, here in zip(PORTS, ports, strict=True):
        assert f"127.0.0.1:{there}" in plain
        plain = plain.replace(f"127.0.0.1:{there}", f"127.0.0.1:{here}")
    return plain


@contextmanager
def nginx(ports: list[int], folder: Path) -> Iterator[Web]:
    folder.mkdir()
    port = free_port()
    told = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # whose folder this is
    told.write_text(AROUND.format(user=user, folder=folder, documented=documented(port, ports)))
    program = shutil.which("nginx", path=SYSTEM)
    assert program, "nginx is missing; on Debian: apt-get install nginx-light"
    words = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(told)]
    with subprocess.Popen(words, text=True) as process:  # noqa: S603 - Debian's program
        try:
            web = Web(process, f"http://127.0.0.1:{port}")
            _wait_for(web, folder)
            yield web
        finally:
            process.terminate()


def _wait_for(web: Web, folder: Path) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            web.get("/healthz")
        except ConnectionError:
            continue
        return
    raise AssertionError((folder / "error.log").read_text())
