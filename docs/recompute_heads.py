"""Work the daily heads of the audit out of an exported file, with none of the house's code.

    flask audit export audit.jsonl                     # the Division, for who checks
    python3 docs/recompute_heads.py audit.jsonl codigos-do-dia.csv

or one day alone, of the file that the head of the Division downloads for it:

    python3 docs/recompute_heads.py auditoria-2026-11-26.jsonl codigos-do-dia.csv 2026-11-26

Each line of the first file is one entry. Its hash is the SHA-256 of the hash before it, as 64
letters, and the line; before the first of all stand 64 zeros, before the first of a day the code of
the day before. The second file is that of the public page, `/transparencia/auditoria`: better a
copy that you kept than the one of today.

Exit 1 if a published hash does not come out again, or a day's file has another number of lines.
Days that came after a whole file was written are named as such; see that there are none but those.
"""

import csv
import hashlib
import sys
from pathlib import Path


def recompute(exported: Path, entries: int, previous: str) -> dict[int, str]:
    """Return the hash after so many entries, of each that follows the first so many."""
    found = {entries: previous}
    with exported.open("rb") as lines:
        for number, line in enumerate(lines, start=entries + 1):
            previous = hashlib.sha256(previous.encode() + line.rstrip(b"\n")).hexdigest()
            found[number] = previous
    return found


def main(exported: str, published: str, day: str = "") -> int:
    """Print each day with what came out; return how many days differ."""
    with Path(published).open(encoding="utf-8-sig", newline="") as file:
        heads = sorted(csv.DictReader(file, delimiter=";"), key=lambda head: head["day"])
    before = [
        ("0", "0" * 64),
        *((head["entries"], head["hash"]) for head in heads if head["day"] < day),
    ]
    found, differ = recompute(Path(exported), int(before[-1][0]), before[-1][1]), 0
    asked = [head for head in heads if day in ("", head["day"])]
    for head in asked:
        entries = int(head["entries"])
        if entries > max(found) and not day:
            print(head["day"], entries, "after the end of the file")
            continue
        same = found.get(entries) == head["hash"] and (not day or entries == max(found))
        differ += not same
        print(head["day"], entries, "as published" if same else "DIFFERS")
    return differ if asked else 1


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:4]) else 0)
