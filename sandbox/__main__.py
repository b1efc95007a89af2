"""`./run sandbox`: serve the sandbox on this machine until told to stop."""

import argparse
import os
import sys
import threading
from pathlib import Path

import waitress

from sandbox import application, duties

PAUSE_SECONDS = 1


def main() -> None:
    reader = argparse.ArgumentParser(prog="./run sandbox", allow_abbrev=False)
    reader.add_argument("--port", type=int, default=12_111, metavar="N")
    reader.add_argument(
        "--data", type=Path, metavar="FILE", help="where it remembers (var/sandbox.db)"
    )
    reader.add_argument("--attached", action="store_true", help="end when the input does")
    asked = reader.parse_args()
    file = asked.data or Path(os.environ.get("PANEIRO_DATA", "var")) / "sandbox.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    if asked.attached:
        threading.Thread(target=end_with_input, daemon=True).start()
    serve(file, asked.port)


def end_with_input() -> None:
    """End with whoever holds our input, however that one ends."""
    sys.stdin.read()
    os._exit(0)


def serve(file: Path, port: int) -> None:
    """Answer on the loopback; do what is due and send what waits once a second."""
    app, stop = application.create(file), threading.Event()
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=8, ident=None)
    base = f"http://127.0.0.1:{server.effective_port}"

    def work() -> None:
        while not stop.wait(PAUSE_SECONDS):
            duties.tick(app.extensions["store"], base)

    threading.Thread(target=work, daemon=True).start()
    print(f"{base}  (the sandbox: no money is real here; Ctrl+C ends it)", flush=True)
    try:
        server.run()
    finally:
        stop.set()


if __name__ == "__main__":
    main()
