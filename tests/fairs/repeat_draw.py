"""Repeat a draw from its published sheet alone: `python repeat_draw.py sorteio.csv`."""

import csv
import hashlib
import sys


def repeat(path):
    with open(path, encoding="utf-8-sig", newline="") as sheet:  # noqa: PTH123 - plain on purpose
        rows = list(csv.DictReader(sheet, delimiter=";"))
    for row in rows:
        text = row["seed"] + "-" + row["number"]
        row["mine"] = hashlib.sha256(text.encode("utf-8")).hexdigest()
    rows.sort(key=lambda row: (-int(row["credit"]), row["mine"]))
    placed = {}
    for row in rows:
        same = [n for n, (segment, _) in placed.items() if segment == row["segment"]]
        if len(same) < int(row["segment_quota"]):
            placed[row["number"]] = (row["segment"], "quota")
    for row in rows:
        if row["number"] not in placed and len(placed) < int(row["places"]):
            placed[row["number"]] = (row["segment"], "open")
    return [(row["number"], placed.get(row["number"], ("", "waiting"))[1]) for row in rows]


if __name__ == "__main__":
    for line in repeat(sys.argv[1]):
        print(*line)  # noqa: T201
