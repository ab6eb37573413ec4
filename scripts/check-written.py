#!/usr/bin/env python3
"""Carries real queues and proves every written patch: no fuzz, no offset, and no line that nobody spoke of.

usage: check-written.py --forebay PATH --cases CASES [--case NAME ...] [--keep DIR]

Each CASES/NAME holds `repo.git` (tags `old` and `new`) and `old-patches/` with a `series`. For each:
 1. `forebay rebase --from git:repo.git#old --onto git:repo.git#new` writes the new queue and its JSON report;
 2. GNU patch applies every written patch, in the order of the new series, to the files of the tag `new`, with
    `--fuzz=0`; a failure, an offset, a fuzz or a reject counts. Patches that hold binary hunks go through `git apply`.
 3. the removed and added lines of each automatic patch (grade A or B) are compared with the input's as multisets, per
    file. Where they differ, some hunk or the file must say so: it was dropped because it is upstream, or a rung whose
    rule changes lines placed it. Anything else counts as untold.
Prints a row a case and the sum; exits 1 where anything failed or is untold.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

AUTOMATIC = {"untouched", "refreshed", "merged"}
WRITTEN = AUTOMATIC | {"review"}
# Rungs whose rule says that lines change: other indentation or ending, a blank line left out, a separator, words.
CHANGING = {"spacing", "adjacent", "list", "aligned", "token", "absorbed", "absorbed-lines", "absorbed-patch"}
COLUMNS = ["patches", "written", "exact", "failed", "automatic", "same lines", "told", "untold"]


def run(*words, data=None, folder=None):
    return subprocess.run(words, input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, check=False)


def lines_of(data):
    """Counter of (sign, line) of a patch; line endings aside."""
    found, old, new = collections.Counter(), 0, 0
    for line in data.split(b"\n"):
        if old <= 0 and new <= 0:
            head = re.match(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", line)
            if head:
                old, new = int(head[1] or 1), int(head[2] or 1)
            continue
        if line.startswith(b"\\"):
            continue
        old -= not line.startswith(b"+")
        new -= not line.startswith(b"-")
        if line[:1] in (b"+", b"-"):
            found[line.rstrip(b"\r")] += 1
    return found


def series(folder):
    """[(name, strip level)]"""
    rows = []
    for line in (folder / "series").read_text(encoding="utf-8", errors="surrogateescape").split("\n"):
        words = line.split("#")[0].split()
        if words:
            level = [word[2:] for word in words[1:] if re.fullmatch(r"-p\d+", word)]
            rows.append((words[0], int(level[0]) if level else 1))
    return rows


class Tree:
    """The files of a revision that patches name, written to a folder when first named."""

    def __init__(self, repo, revision, folder):
        self.repo, self.revision, self.folder, self.known = repo, revision, folder, set()

    def bring(self, data, strip):
        names = re.findall(rb"^(?:---|\+\+\+|Index:|rename from|rename to|copy from|copy to) ([^\t\n\r]+)", data, re.M)
        for name in names:
            text = name.decode("utf-8", "surrogateescape").strip().strip('"')
            parts = [part for part in text.split("/") if part]
            for path in {"/".join(parts[strip:]), text}:
                if path and not path.startswith("/") and path not in self.known and ".." not in path.split("/"):
                    self.known.add(path)
                    self.write(path)

    def write(self, path):
        got = subprocess.run(["git", "--git-dir", self.repo, "ls-tree", self.revision, "--", path], stdout=subprocess.PIPE, check=True).stdout
        if not got:
            return
        mode, kind, blob = got.split(b"\t")[0].split()
        if kind != b"blob":
            return
        data = subprocess.run(["git", "--git-dir", self.repo, "cat-file", "blob", blob], stdout=subprocess.PIPE, check=True).stdout
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if mode == b"120000":
            place.symlink_to(data.decode())
        else:
            place.write_bytes(data)
            place.chmod(0o755 if mode == b"100755" else 0o644)


def apply(tree, data, strip):
    """What is wrong with a written patch; empty where it applies exactly."""
    tree.bring(data, strip)
    if b"\nGIT binary patch" in data:
        done = run("git", "apply", f"-p{strip}", "--verbose", data=data, folder=tree.folder)
        text = done.stdout.decode("utf-8", "replace")
        return text if done.returncode or "offset" in text else ""
    done = run("patch", "--batch", "--forward", "--remove-empty-files", "--fuzz=0", f"-p{strip}", data=data, folder=tree.folder)
    text = done.stdout.decode("utf-8", "replace")
    wrong = done.returncode or re.search(r"^Hunk #\d+ (?:succeeded at|FAILED)", text, re.M)
    return text if wrong else ""


def is_told(report):
    """Whether the report says of a file or a hunk that lines change."""
    for file in report["files"]:
        if file["verdict"] == "absorbed" or (file["evidence"] if "evidence" in file else []):
            return True
        for hunk in file["hunks"]:
            if hunk["verdict"] == "dropped-absorbed" or (hunk["rung"] in CHANGING and hunk["evidence"]):
                return True
    return False


def case(forebay, folder, keep):
    count, notes = collections.Counter(), []
    repo, queue = str((folder / "repo.git").resolve()), folder / "old-patches"
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        out = (keep / folder.name) if keep else place / "queue"
        done = run(forebay, "rebase", "--queue", str(queue), "--from", f"git:{repo}#old", "--onto", f"git:{repo}#new", "--out", str(out), "--report", f"json={place / 'report.json'}")
        if not (place / "report.json").exists():
            raise SystemExit(f"{folder.name}: {done.stdout.decode('utf-8', 'replace')}")
        rows = json.loads((place / "report.json").read_text(encoding="utf-8"))["patches"]
        levels = dict(series(out))
        (place / "tree").mkdir()
        tree = Tree(repo, "new", place / "tree")
        for row in rows:
            count["patches"] += 1
            if row["verdict"] not in WRITTEN:
                continue
            count["written"] += 1
            data = (out / row["name"]).read_bytes()
            problem = apply(tree, data, levels.get(row["name"], 1))
            count["failed" if problem else "exact"] += 1
            if problem:
                notes.append(f"{folder.name}: {row['name']}: {problem.strip()[:400]}")
            if row["verdict"] in AUTOMATIC:
                count["automatic"] += 1
                same = lines_of(data) == lines_of((queue / row["name"]).read_bytes())
                told = "same lines" if same else "told" if is_told(row) else "untold"
                count[told] += 1
                if told == "untold":
                    notes.append(f"{folder.name}: {row['name']}: lines differ and no hunk says why")
    return count, notes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forebay", required=True)
    parser.add_argument("--cases", type=pathlib.Path, required=True)
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    total, notes = collections.Counter(), []
    print("| case | " + " | ".join(COLUMNS) + " |")
    print("|---|" + "---|" * len(COLUMNS))
    for folder in sorted(arguments.cases.iterdir()):
        if (folder / "repo.git").exists() and (not arguments.case or folder.name in arguments.case):
            count, said = case(arguments.forebay, folder, arguments.keep)
            total.update(count)
            notes += said
            print(f"| {folder.name} | " + " | ".join(str(count[column]) for column in COLUMNS) + " |", flush=True)
    print("| all | " + " | ".join(str(total[column]) for column in COLUMNS) + " |")
    print("\n".join(notes))
    sys.exit(1 if total["failed"] or total["untold"] or not total["written"] else 0)


if __name__ == "__main__":
    main()
