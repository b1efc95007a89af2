"""The sandbox beside the demonstration: a bank at which no money is real."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from marketplace.payments.gateway import StripeGateway, doors

KEY = "sk_test_demonstration"  # the sandbox takes any
FILES = {
    "STRIPE_WEBHOOK_SECRETS": "sandbox-secrets.txt",
    "STRIPE_ACCOUNTS_SECRETS": "sandbox-secrets-accounts.txt",
    "STRIPE_THIN_SECRETS": "sandbox-secrets-thin.txt",
}


@contextmanager
def beside(folder: Path) -> Iterator[Callable[[], str]]:
    """Run the sandbox until the end of the block, or of this process; it remembers in a folder.

    What is yielded waits until it listens, and returns its address.
    """
    words = [sys.executable, "-m", "sandbox", "--attached", "--port", "0"]
    with subprocess.Popen(
        [*words, "--data", str(folder / "sandbox.db")],
        stdin=subprocess.PIPE,  # it ends when this is closed
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl+C is for us: what is being answered may need it
    ) as program:
        yield lambda: _address(program)


def _address(program: "subprocess.Popen[str]") -> str:
    said = program.stdout.readline() if program.stdout else ""
    if not said:
        raise SystemExit("The sandbox did not start.")
    return said.split()[0]


def pay_through(sandbox: str, app: Flask, address: str, folder: Path) -> None:
    """Have an application that listens at an address pay through the sandbox, and hear from it.

    The secrets of its news are shown once for each address: what was shown is kept in the folder.
    """
    news, there = f"http://127.0.0.1:{urlsplit(address).port}", StripeGateway(KEY, sandbox)
    for setting, path, listen in doors(there):
        kept = folder / FILES[setting]
        if secret := listen(news + path):
            with kept.open("a", encoding="utf-8") as file:
                file.write(f"{secret}\n")
        app.config[setting] = kept.read_text(encoding="utf-8").split()
    app.config["STRIPE_API"] = sandbox
    app.config["STRIPE_KEY"] = KEY  # from now on there is somebody to ask
