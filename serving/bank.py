"""The sandbox beside the demonstration: a bank at which no money is real."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from marketplace.payments.gateway import StripeGateway

KEY = "sk_test_demonstration"  # the sandbox takes any
SECRETS = "sandbox-secrets.txt"


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

    The secret of its news is shown once for each address: what was shown is kept in the folder.
    """
    news, kept = f"http://127.0.0.1:{urlsplit(address).port}/avisos/stripe", folder / SECRETS
    if secret := StripeGateway(KEY, sandbox).listen(news):
        with kept.open("a", encoding="utf-8") as file:
            file.write(f"{secret}\n")
    app.config["STRIPE_WEBHOOK_SECRETS"] = kept.read_text(encoding="utf-8").split()
    app.config["STRIPE_API"] = sandbox
    app.config["STRIPE_KEY"] = KEY  # from now on there is somebody to ask
