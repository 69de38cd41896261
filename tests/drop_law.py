#!/usr/bin/env python3
"""A law of manifests: taking something out of a file changes nothing that has nothing to do with it.

    tests/drop_law.py --plimsoll BIN FOLDER [--files N] [--full] [--seed N]

Of N files below FOLDER, most of them with several documents, a document or a line is dropped, each time from the whole file. With every
check on and what is absent counted as missing (--complete), a run must end in time and without a crash, and no *unrelated* finding may
appear that was not there before.

A document is *untouched* when its bytes are the same before and after; the others are the changed ones. A finding in an untouched
document is *related* when its document and a changed one (as it was or as it is) have to do with each other:
  - one names the other: the other's metadata.name, or the namespace it makes, stands in it as a word or as the first part of a host name,
  - one selects the other: all pairs of a selector stand among the other's labels, or a selector is empty or written with expressions,
  - one is a NetworkPolicy, LimitRange or ResourceQuota, which is for a whole namespace, and both write the same namespace or none.
A finding that speaks of a namespace or of the whole set stands at the first object; when that one goes, it moves and is not new: only
messages of a check that the file did not have before count.

By default one document and two lines of each file are dropped, with --full every document and 25 lines. Standard library only.
"""
import argparse
import bisect
import collections
import concurrent.futures
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile

SEPARATOR = re.compile(rb"---(\s|$)")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
PAIR = re.compile(r"^\s*([\"']?)([\w./-]+)\1\s*:\s*([\"']?)([^\"'#\s]+)\3\s*(?:#.*)?$")
FLOW_PAIR = re.compile(r"([\"']?)([\w./-]+)\1\s*:\s*([\"']?)([^\"',{}\s]+)\3")
BLOCK = re.compile(r"^(\s*(?:- )*)[\"']?([A-Za-z]*[lL]abels|[a-zA-Z]*[sS]elector|metadata)[\"']?\s*:\s*(.*?)\s*$")
LARGEST = 200_000   # bytes; larger files say no more and cost much


def documents(data):
    """The documents of a file, separators included, as lists of lines."""
    parts = [[]]
    for line in data.splitlines(keepends=True):
        if SEPARATOR.match(line):
            parts.append([line])
        else:
            parts[-1].append(line)
    return [part for part in parts if part]


def body(part):
    return b"".join(part[1:] if SEPARATOR.match(part[0]) else part)


class Facts:
    """What a document says of itself and of others, by its text alone: names, words, label pairs and selectors."""

    def __init__(self, text):
        self.words, self.names, self.labels, self.selectors = set(), set(), set(), []
        text = text.decode("utf-8", "replace")
        self.namespaces = set(re.findall(r"^\s+namespace:\s*[\"']?([\w.-]+)", text, re.M))
        self.rules_namespace = bool(re.search(r"^\s*kind:\s*[\"']?(NetworkPolicy|LimitRange|ResourceQuota)\b", text, re.M))
        for word in WORD.findall(text):
            word = word.rstrip(".:-")
            self.words.update((word, word.split(".")[0], *word.split(":")))
        lines = text.splitlines()
        for number, line in enumerate(lines):
            match = BLOCK.match(line)
            if match:
                self.block(match, lines, number)
        if text.lstrip().startswith("{"):
            self.names.update(re.findall(r"\"name\"\s*:\s*\"([^\"]+)\"", text))

    def block(self, match, lines, number):
        depth, key, inline = len(match.group(1)), match.group(2), match.group(3)
        inner = [inline] if inline and not inline.startswith("#") else []
        if not inner:
            for line in lines[number + 1:]:
                if line.strip() and not line.lstrip().startswith("#"):
                    if len(line) - len(line.lstrip()) <= depth:
                        break
                    inner.append(line)
        pairs = {(m.group(2), m.group(4)) for line in inner for m in [PAIR.match(line)] if m}
        pairs |= {(m.group(2), m.group(4)) for line in inner if "{" in line for m in FLOW_PAIR.finditer(line)}
        if key == "metadata":
            self.names.update(value for name, value in pairs if name in ("name", "generateName"))
        elif key.lower().endswith("labels") and key != "matchLabels":
            self.labels |= pairs
        else:
            open_ended = not pairs or any("matchExpressions" in line or line.strip() == "{}" for line in inner)
            self.selectors.append(frozenset() if open_ended else frozenset(p for p in pairs if p[0] != "matchLabels"))

    def points_at(self, other):
        return bool(self.words & other.names) or any(selector <= other.labels for selector in self.selectors)

    def touches(self, other):
        shares = self.namespaces & other.namespaces or not self.namespaces or not other.namespaces
        return self.points_at(other) or other.points_at(self) or bool(shares and (self.rules_namespace or other.rules_namespace))


class Failure(Exception):
    pass


def check(plimsoll, folder, path, data):
    """Findings of a file: (document's digest, check, message, line in the document, container) of each, and (check, message) of all."""
    target = os.path.join(folder, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(data)
    command = [plimsoll, "check", "-f", "json", "--no-config", "--no-suppressions", "--profile", "strict", "--complete", "-j", "1", path]
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)
    except subprocess.TimeoutExpired:
        raise Failure("still running after 20 s")
    if done.returncode not in (0, 1, 2):
        raise Failure(f"ended with code {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-300:]}")
    report = json.loads(done.stdout)
    if any(f["check"] == "internal-error" for f in report["findings"]):
        raise Failure("internal-error")
    return report["findings"]


def placed(findings, parts):
    """Counts the findings by document and place in it."""
    starts, line = [], 1
    for part in parts:
        starts.append(line)
        line += len(part)
    found, shown = collections.Counter(), {}
    for finding in findings:
        at = finding["range"]["start"]["line"]
        index = max(bisect.bisect_right(starts, at) - 1, 0)
        text = body(parts[index])
        skipped = 1 if SEPARATOR.match(parts[index][0]) else 0
        key = (hashlib.sha256(text).digest(), finding["check"], at - starts[index] - skipped, finding.get("container", ""))
        found[key] += 1
        shown[key] = finding["message"]
    return found, shown


def general(check_id, message):
    """A message without the counts in it."""
    return check_id, re.sub(r"\d+", "0", message)


def new_findings(before, after, parts, left):
    """What appears in documents that are the same in both, and has nothing to do with what changed."""
    old, _ = placed(before, parts)
    new, shown = placed(after, left)
    known = {general(f["check"], f["message"]) for f in before}
    was = {hashlib.sha256(body(p)).digest(): body(p) for p in parts}
    now = {hashlib.sha256(body(p)).digest(): body(p) for p in left}
    suspects = [key for key in new - old if key[0] in was and general(key[1], shown[key]) not in known]
    if not suspects:
        return
    facts = {digest: Facts(text) for digest, text in {**was, **now}.items()}
    changed = [facts[d] for d in was.keys() ^ now.keys()]
    for key in suspects:
        if not any(facts[key[0]].touches(c) for c in changed):
            yield f"{key[1]}: {shown[key]}"


def drops(parts, random_numbers, full):
    """(what, documents that are left) for some ways to drop something."""
    chosen = range(len(parts)) if full else random_numbers.sample(range(len(parts)), 1)
    for index in chosen:
        if len(parts) > 1:
            yield f"document {index}", parts[:index] + parts[index + 1:]
    lines = [line for part in parts for line in part]
    for index in sorted(random_numbers.sample(range(len(lines)), min(len(lines), 25 if full else 2))):
        yield f"line {index + 1}", documents(b"".join(lines[:index] + lines[index + 1:]))


def law(plimsoll, source, path, seed, full):
    """(problems, number of drops) of one file."""
    with open(os.path.join(source, path), "rb") as file:
        parts = documents(file.read())
    random_numbers = random.Random(f"{seed} {path}")
    problems, count = [], 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            before, what = check(plimsoll, folder, path, b"".join(b"".join(p) for p in parts)), "the file as it is"
            for what, left in drops(parts, random_numbers, full):
                count += 1
                after = check(plimsoll, folder, path, b"".join(b"".join(p) for p in left))
                problems += [f"{path}: without {what}: {problem}" for problem in new_findings(before, after, parts, left)]
        except Failure as problem:
            problems.append(f"{path}: without {what}: {problem}")
    return problems, count


def sample(folder, wanted, seed):
    """Paths: four in five with several documents, as far as there are any."""
    several, single = [], []
    for at, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(at, name)
            if not name.endswith((".yaml", ".yml", ".json")) or not 0 < os.path.getsize(path) <= LARGEST:
                continue
            with open(path, "rb") as file:
                (several if len(documents(file.read())) > 1 else single).append(os.path.relpath(path, folder))
    random_numbers = random.Random(seed)
    picked = random_numbers.sample(sorted(several), min(len(several), wanted * 4 // 5))
    return sorted(picked + random_numbers.sample(sorted(single), min(len(single), wanted - len(picked))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("folder")
    arguments = parser.parse_args()
    plimsoll = os.path.abspath(arguments.plimsoll)
    paths = sample(arguments.folder, arguments.files, arguments.seed)
    failed = passed = count = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for problems, drop_count in pool.map(lambda path: law(plimsoll, arguments.folder, path, arguments.seed, arguments.full), paths):
            print("".join(problem + "\n" for problem in problems), end="")
            failed, passed, count = failed + bool(problems), passed + (not problems), count + drop_count
    print(f"{count} drops from {len(paths)} files")
    print(f"{passed} passed, {failed or not paths:d} failed")
    sys.exit(1 if failed or not paths else 0)


if __name__ == "__main__":
    main()
