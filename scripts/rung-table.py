#!/usr/bin/env python3
"""Prints how often each rung of the ladder fired on a benchmark and how that compares with what the maintainers did.

usage: rung-table.py --reports DIR --scores SCORES.csv --cases CASES [--list AGREE ...]

DIR holds, per case, the report `CASE.json` (schema forebay.rebase/1) and the written queue `CASE/`. SCORES.csv has the
columns case, mode, peer, patch, truth, agree; rows of mode `chain` and peer `forebay-review` count. CASES/CASE holds
`case.json` (`pairs`: old name to new name) and `new-patches/`, the maintainers' queue.

The left columns count patches: once for each rung and grade that placed one of a patch's hunks, so that a row tells in
what company a rung was right or wrong, not that it was to blame. The right columns count the hunks themselves, for
patches that the maintainers kept: right where all removed and added lines of the written hunk are among those of the
maintainers' patch for that file. --list prints the patches with these agreements and their rungs.
"""
import argparse
import collections
import csv
import json
import pathlib
import re

PLAIN = {"", "exact", "three-way"}
WRITTEN = {"untouched", "refreshed", "merged", "review"}
COLUMNS = ["same", "exact", "near", "misplaced", "different", "upstreamed", "claimed", "dropped"]


def file_diffs(path):
    """{file: [(first old line, [removed and added lines])]} of a patch."""
    files, name, hunks = {}, None, None
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        if line.startswith("--- ") and not line.startswith("--- \t"):
            name = line[4:].split("\t")[0].strip()
        elif line.startswith("+++ "):
            new = line[4:].split("\t")[0].strip()
            name = name if new == "/dev/null" else new
            hunks = files.setdefault(name.split("/", 1)[-1], [])
        elif line.startswith("@@ ") and hunks is not None:
            start = re.match(r"@@ -(\d+)", line)
            hunks.append((int(start[1]), []))
        elif hunks and line[:1] in ("-", "+"):
            hunks[-1][1].append(line[0] + " ".join(line[1:].split()))
    return files


def hunk_right(mine, theirs, path, line):
    """Whether the written hunk nearest to `line` holds only lines of the maintainers' patch; None where it has none."""
    near = min(mine.get(path, []), key=lambda hunk: abs(hunk[0] - (line or 0)), default=None)
    if not near:
        return None
    known = collections.Counter(text for _, lines in theirs.get(path, []) for text in lines)
    return not collections.Counter(near[1]) - known


def rungs_of(patch):
    """(rung, grade) of every hunk that needed more than a three-way merge."""
    hunks = [hunk for file in patch["files"] for hunk in file["hunks"]]
    return {(hunk["rung"], hunk["grade"]) for hunk in hunks if hunk["rung"] not in PLAIN}


def rows(reports, scores):
    """(score row, patch of the report) of every patch that was written."""
    cache = {}
    with open(scores, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["mode"], row["peer"]) != ("chain", "forebay-review"):
                continue
            case = row["case"]
            if case not in cache:
                path = reports / f"{case}.json"
                patches = json.loads(path.read_text(encoding="utf-8"))["patches"] if path.exists() else []
                cache[case] = {patch["name"]: patch for patch in patches}
            patch = cache[case].get(row["patch"])
            if patch and patch["verdict"] in WRITTEN:
                yield row, patch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=pathlib.Path, required=True)
    parser.add_argument("--scores", type=pathlib.Path, required=True)
    parser.add_argument("--cases", type=pathlib.Path, required=True)
    parser.add_argument("--list", nargs="*", default=[])
    arguments = parser.parse_args()
    table = collections.defaultdict(collections.Counter)
    pairs = {}
    for row, patch in rows(arguments.reports, arguments.scores):
        outcome = row["agree"] or row["truth"]
        rungs = rungs_of(patch)
        for rung in rungs:
            table[rung][outcome] += 1
        case = row["case"]
        if case not in pairs:
            pairs[case] = json.loads((arguments.cases / case / "case.json").read_text(encoding="utf-8"))["pairs"]
        if row["agree"] and row["patch"] in pairs[case]:
            mine = file_diffs(arguments.reports / case / row["patch"])
            theirs = file_diffs(arguments.cases / case / "new-patches" / pairs[case][row["patch"]][0])
            for file in patch["files"]:
                for hunk in file["hunks"]:
                    if hunk["rung"] not in PLAIN and hunk["verdict"] != "dropped-absorbed":
                        right = hunk_right(mine, theirs, file["onto_path"], hunk["new_line"])
                        table[hunk["rung"], hunk["grade"]]["hunks right" if right else "hunks wrong"] += right is not None
                        if right is False and "hunks" in arguments.list:
                            print("hunk", case, row["patch"], file["onto_path"], hunk["index"], hunk["rung"], hunk["grade"])
        if outcome in arguments.list:
            print(outcome, row["case"], row["patch"], patch["verdict"], row["truth"], sorted(rungs, key=str))
    print("| rung | grade | " + " | ".join(COLUMNS) + " | hunks right | hunks wrong | wrong share |")
    print("|---|---|" + "---|" * (len(COLUMNS) + 3))
    for (rung, grade), count in sorted(table.items(), key=str):
        right, wrong = count["hunks right"], count["hunks wrong"]
        share = f"{100 * wrong / (right + wrong):.0f} %" if right + wrong else "-"
        cells = [str(count[column]) for column in COLUMNS] + [str(right), str(wrong), share]
        print(f"| {rung} | {grade} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
