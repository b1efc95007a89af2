"""A server that speaks S3, as a process of its own on this machine."""

import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.request import Request, urlopen

STARTS = "Running on "  # as it says itself
ANYBODY = {"S3_REGION": "us-east-1", "S3_KEY_ID": "somebody", "S3_SECRET": "something"}


class S3(NamedTuple):
    """A running server with one bucket, and the settings that lead there."""

    process: subprocess.Popen[str]
    settings: dict[str, str]


@contextmanager
def served(bucket: str = "feira") -> Iterator[S3]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    plain = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603 - a program of the environment
        command, env=plain, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            next(line for line in process.stderr or () if STARTS in line)
            threading.Thread(target=deque, args=(process.stderr, 0), daemon=True).start()
            address = f"http://127.0.0.1:{port}"
            urlopen(Request(f"{address}/{bucket}", method="PUT")).close()  # noqa: S310
            places = {"MEDIA_URL": f"s3://{bucket}/pictures", "S3_ENDPOINT": address}
            yield S3(process, places | ANYBODY)
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
