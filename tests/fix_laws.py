#!/usr/bin/env python3
"""Laws of --fix over real files: it ends, is stable, and no file gets worse.

    tests/fix_laws.py --plimsoll BIN FOLDER

A copy of FOLDER is fixed twice with every check on, once with safe and once with all fixes. Each file counts: the second run
leaves its bytes alone, it still splits into the same or fewer broken parts, and its line ends and byte order mark stay.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

RANK = {"analysed": 0, "partial": 1, "not_applicable": 2, "failed": 3}
SYNTAX = ("ok", "instruction-error", "parser-error")


def check(plimsoll, folder, *arguments):
    done = subprocess.run([plimsoll, "check", "-f", "json", "--no-config", "--profile", "strict", *arguments, "."], cwd=folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    if done.returncode not in (0, 1, 2):
        sys.exit(f"plimsoll check {' '.join(arguments)} ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-2000:]}\n0 passed, 1 failed")
    return json.loads(done.stdout)


def syntax(plimsoll, folder, paths):
    """What BuildKit's parser would say of each file."""
    result = {}
    for start in range(0, len(paths), 300):
        done = subprocess.run([plimsoll, "dump", "dockerfile", "--", *paths[start:start + 300]], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        for line in done.stdout.splitlines():
            row = json.loads(line)
            result[row["path"]] = row["status"]
    return result


def texts(folder, paths):
    result = {}
    for path in paths:
        with open(os.path.join(folder, path), "rb") as file:
            result[path] = file.read()
    return result


def worse(before, after, path):
    if after["syntax"].get(path) != before["syntax"].get(path) and SYNTAX.index(after["syntax"][path]) > SYNTAX.index(before["syntax"][path]):
        return f"was {before['syntax'][path]}, is {after['syntax'][path]}"
    if RANK[after["status"][path]] > RANK[before["status"][path]]:
        return f"was {before['status'][path]}, is {after['status'][path]}"
    old, new = before["text"][path], after["text"][path]
    if old[:3] == b"\xef\xbb\xbf" and new[:3] != old[:3]:
        return "lost its byte order mark"
    if old.count(b"\n") and old.count(b"\r\n") == old.count(b"\n") and new.count(b"\r\n") != new.count(b"\n"):
        return "lost line ends of the form CR LF"
    return None


def state(plimsoll, folder, report, paths):
    return {"status": {f["path"]: f["status"] for f in report["files"]}, "syntax": syntax(plimsoll, folder, paths), "text": texts(folder, paths)}


def law(plimsoll, source, options):
    """Paths that break a law, with what is wrong; and how many were looked at and changed."""
    wrong = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "corpus")
        shutil.copytree(source, folder)
        report = check(plimsoll, folder)
        paths = sorted(f["path"] for f in report["files"] if f["status"] in ("analysed", "partial"))
        before = state(plimsoll, folder, report, paths)
        check(plimsoll, folder, *options)
        after = state(plimsoll, folder, check(plimsoll, folder), paths)
        check(plimsoll, folder, *options)
        again = texts(folder, paths)
    for path in paths:
        what = "still changes in a second run" if again[path] != after["text"][path] else worse(before, after, path)
        if what:
            wrong[path] = what
    return wrong, len(paths), sum(before["text"][p] != after["text"][p] for p in paths)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("folder")
    arguments = parser.parse_args()
    failed = total = 0
    for options in (("--fix",), ("--fix", "--unsafe-fixes")):
        option = " ".join(options)
        wrong, looked, changed = law(os.path.abspath(arguments.plimsoll), arguments.folder, options)
        for path, what in sorted(wrong.items())[:40]:
            print(f"{option}: {path}: {what}")
        print(f"{option}: {changed} of {looked} files changed")
        failed, total = failed + len(wrong) + (looked == 0), total + looked
    print(f"{total - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
