#!/usr/bin/env python3
"""Prints every automatic result of a benchmark that differs from what the maintainers made, and what stands behind it.

usage: differing-results.py --rows DIR --scores SCORES.csv --cases CASES [--mode MODE] [--near] [--show]

DIR holds, per case, `CASE.forebay.jsonl`: one row a patch with `mode`, `patch`, `base` (the tree it was applied to),
`status` and `changes` (path: [mode, blob], null where deleted). SCORES.csv has the columns case, mode, peer, patch, truth,
agree, sim. CASES/CASE holds `repo.git` (tag `old`, branch `old-queue`, one commit a patch with the patch's name as its
subject), `old-patches/`, `new-patches/` and `case.json` (`pairs`: old name to new name).

A row tells:
  agree    misplaced or different (near with --near), as the score says
  carried  how the lines that the result adds and removes compare with the input's: `whole` where they are the very same
  rewrote  how alike the maintainers' new patch is to their own old one, by added and removed lines; in brackets the
           files that only one of them has
  git      what git's merge (`merge-tree`, merge-ort) of the same patch gives on the same tree: `same bytes`, `conflict`,
           or `other bytes`
  class    `rewritten`: the patch was carried whole and the maintainers changed the patch itself: no tool can know that
           `placed`: carried whole, the same lines stand elsewhere in the maintainers' version
           `merged`: the result is not the input's lines, so the engine decided something; these are its own
--show prints, below each row, the lines that only the result or only the maintainers' patch has.
"""
import argparse
import collections
import csv
import json
import pathlib
import re
import subprocess

WRONG = ("misplaced", "different")


def git(repo, *words, ok=(0,)):
    done = subprocess.run(["git", "--git-dir", str(repo), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in ok:
        raise SystemExit(f"git {' '.join(words)}: {done.stderr.decode('utf-8', 'replace')}")
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape")


def lines_of(text):
    """Counter of (file, '+' or '-', line without white space) of a patch."""
    found, name, old, new = collections.Counter(), "", 0, 0
    for line in text.split("\n"):
        head = re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", line)
        if old <= 0 and new <= 0:
            if head:
                old, new = int(head[1] or 1), int(head[2] or 1)
            elif line.startswith(("--- ", "+++ ")):
                path = line[4:].split("\t")[0].strip()
                name = name if path == "/dev/null" else path.split("/", 1)[-1]
            continue
        if line.startswith("\\"):
            continue
        old -= not line.startswith("+")
        new -= not line.startswith("-")
        bare = "".join(line[1:].split())
        if line[:1] in ("+", "-") and bare:
            found[name, line[0], bare] += 1
    return found


def alike(one, other):
    """Percent of lines that two patches share, the file's name aside."""
    loose = lambda bag: sum((collections.Counter({key[1:]: count}) for key, count in bag.items()), collections.Counter())
    one, other = loose(one), loose(other)
    size = sum(one.values()) + sum(other.values())
    return 100 * 2 * sum((one & other).values()) // size if size else 100


def read(path):
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def queue(repo):
    """{patch name: (tree before, tree after)} of the old queue."""
    _, text = git(repo, "log", "--reverse", "--first-parent", "--format=%H %P %s", "old..old-queue")
    rows = [line.split(" ", 2) for line in text.split("\n") if line]
    return {name: (parent, commit) for commit, parent, name in rows}


def changes(repo, base, tree):
    """{path: blob or None} of what a tree changes."""
    _, text = git(repo, "diff-tree", "-r", "-z", "--no-renames", base, tree)
    parts = text.split("\0")
    found = {}
    for meta, path in zip(parts[0::2], parts[1::2]):
        words = meta.split(" ")
        found[path] = None if set(words[3]) == {"0"} else words[3]
    return found


def result_lines(repo, base, changed):
    """The lines that a result adds and removes, through git's own difference of the blobs."""
    found = collections.Counter()
    for path, new in changed.items():
        _, listed = git(repo, "ls-tree", base, "--", path)
        old = listed.split()[2] if listed else None
        if not (old and new):
            _, text = git(repo, "cat-file", "blob", old or new[1])
            bare = ("".join(line.split()) for line in text.split("\n"))
            found.update((path, "-" if old else "+", line) for line in bare if line)
            continue
        _, text = git(repo, "diff", "-U0", "--no-color", "--text", old, new[1])
        found.update({(path, mark, line): count for (_, mark, line), count in lines_of(text).items()})
    return found


def by_git(repo, row, pair):
    code, text = git(repo, "-c", "merge.renameLimit=20000", "merge-tree", "--write-tree", f"--merge-base={pair[0]}", row["base"], pair[1], ok=(0, 1))
    if code:
        return "conflict"
    theirs = changes(repo, row["base"], text.split("\n")[0])
    mine = {path: new[1] if new else None for path, new in row["changes"].items()}
    return "same bytes" if mine == theirs else "other bytes"


def describe(row, cases, agree, show):
    case = cases / row["case"]
    repo = case / "repo.git"
    pairs = json.loads(read(case / "case.json"))["pairs"]
    old = lines_of(read(case / "old-patches" / row["patch"]))
    new = lines_of(read(case / "new-patches" / pairs[row["patch"]][0]))
    got = result_lines(repo, row["base"], row["changes"])
    whole = alike(got, old) == 100
    files = [len({key[0] for key in one} - {key[0] for key in other}) for one, other in ((old, new), (new, old))]
    rewrote = alike(old, new)
    kind = "merged" if not whole else "placed" if rewrote == 100 else "rewritten"
    extra = f" (-{files[0]} +{files[1]} files)" if any(files) else ""
    answer = by_git(repo, row, queue(repo)[row["patch"]])
    print(f"| {row['mode']} | {row['case'].split('__')[0]} | {row['patch']} | {agree} | {'whole' if whole else f'{alike(got, old)} %'} | {rewrote} %{extra} | {answer} | {kind} |")
    if show:
        for sign, bag in (("only in the result:", got - new), ("only the maintainers':", new - got)):
            for (path, mark, line), count in sorted(bag.items())[:40]:
                print(f"    {sign} {path}: {mark}{line[:120]}{f' ({count} times)' if count > 1 else ''}")
    return kind


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=pathlib.Path, required=True)
    parser.add_argument("--scores", type=pathlib.Path, required=True)
    parser.add_argument("--cases", type=pathlib.Path, required=True)
    parser.add_argument("--mode", choices=["chain", "forced"])
    parser.add_argument("--near", action="store_true")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    wanted = WRONG + (("near",) if arguments.near else ())
    scores = {}
    with open(arguments.scores, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["peer"] == "forebay" and row["agree"] in wanted and arguments.mode in (None, row["mode"]):
                scores[row["case"], row["mode"], row["patch"]] = f"{row['agree']} {100 * float(row['sim'] or 0):.0f} %"
    print("| mode | case | patch | agree | carried | rewrote | git | class |")
    print("|---|---|---|---|---|---|---|---|")
    kinds = collections.Counter()
    for case in sorted({key[0] for key in scores}):
        with open(arguments.rows / f"{case}.forebay.jsonl", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                agree = scores.get((case, row["mode"], row["patch"]))
                if agree and row["status"] == "clean":
                    kinds[row["mode"], describe(row, arguments.cases, agree, arguments.show)] += 1
    print()
    print("; ".join(f"{mode}: {count} {kind}" for (mode, kind), count in sorted(kinds.items())) or "none")


if __name__ == "__main__":
    main()
