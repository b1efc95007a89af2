"""Work the daily heads of the audit out of an exported file, with none of the house's code.

    flask audit export audit.jsonl                     # the Division, for who checks
    python3 docs/recompute_heads.py audit.jsonl codigos-do-dia.csv

Each line of the first file is one entry. Its hash is the SHA-256 of the hash before it, as 64
letters, and the line; before the first stand 64 zeros. The second file is that of the public page,
`/transparencia/auditoria`: better a copy that you kept than the one of today.

Exit 1 if a published hash does not come out again. Days that came after the file was written are
named as such; see that there are none but those.
"""

import csv
import hashlib
import sys
from pathlib import Path


def recompute(exported: Path) -> dict[int, str]:
    """Return the hash after so many entries, of each."""
    found, previous = {0: "0" * 64}, "0" * 64
    with exported.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            previous = hashlib.sha256(previous.encode() + line.rstrip(b"\n")).hexdigest()
            found[number] = previous
    return found


def main(exported: str, published: str) -> int:
    """Print each day with what came out; return how many days differ."""
    found, differ = recompute(Path(exported)), 0
    with Path(published).open(encoding="utf-8-sig", newline="") as file:
        for head in csv.DictReader(file, delimiter=";"):
            entries = int(head["entries"])
            if entries > max(found):
                print(head["day"], entries, "after the end of the file")
                continue
            same = found.get(entries) == head["hash"]
            differ += not same
            print(head["day"], entries, "as published" if same else "DIFFERS")
    return differ


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:3]) else 0)
