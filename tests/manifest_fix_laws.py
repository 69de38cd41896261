#!/usr/bin/env python3
"""Laws of safe fixes over real manifests: what is fixed is gone, and nothing else has changed.

    tests/manifest_fix_laws.py --plimsoll BIN FOLDER [--files N] [--full]

A copy of FOLDER is fixed with every check on. For each file of which a finding had a safe fix:
  - it reads no worse: status, and the status of each document,
  - a second run changes nothing and has no safe fix to offer,
  - the number of findings of a check in a document falls by those that were fixable, and never grows; except that a new key is put at the
    end, which may be out of order (yaml-keys-unsorted), that an object whose wrong types were mended is judged from then on, and that what
    an unused volume named may be unused when the volume is gone,
  - documents that no edit lies in decode to the same values (the digest of their canonical JSON),
  - in the others every value that differs stands where an edit was made: at the edited node, in it, or as a new key of a mapping
    that the edit lies in. This one needs PyYAML, and is passed over without it.
The other files keep their bytes. By default N files (those with the most different fixes first), with --full all. Standard library only otherwise.
"""
import argparse
import bisect
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from fix_laws import RANK, check, texts

try:
    import yaml
except ImportError:
    yaml = None

SEPARATOR = re.compile(rb"---(\s|$)")
UNUSED = ("unused-config-object", "unused-persistent-volume-claim")
TYPES = ("env-value-not-string", "schema-wrong-type")


def decoded(plimsoll, folder, paths):
    """For each path the (status, digest, kind, name) of its documents."""
    result = collections.defaultdict(list)
    for start in range(0, len(paths), 300):
        done = subprocess.run([plimsoll, "dump", "documents", "--", *paths[start:start + 300]], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        for line in done.stdout.splitlines():
            row = json.loads(line)
            result[row["path"]].append((row["status"], row.get("sha256"), row["line"]))
    return result


def line_of(text, offset):
    return text.count(b"\n", 0, offset) + 1


def document_at(rows, line):
    """Index of the document a line lies in."""
    return max(bisect.bisect_right([row[2] for row in rows], line) - 1, 0)


def safe_edits(report):
    """Edits of safe fixes by path."""
    edits = collections.defaultdict(list)
    for finding in report["findings"]:
        fix = finding.get("fix")
        if fix and fix["safety"] == "safe":
            edits[finding["path"]] += [(finding, edit) for edit in fix["edits"]]
    return edits


def counted(report, rows):
    """Number of findings, and of those with a safe fix, by (path, document, check)."""
    findings, fixable = collections.Counter(), collections.Counter()
    for finding in report["findings"]:
        path = finding["path"]
        key = (path, document_at(rows[path], finding["range"]["start"]["line"]) if path in rows else 0, finding["check"])
        findings[key] += 1
        fixable[key] += "fix" in finding and finding["fix"]["safety"] == "safe"
    return findings, fixable


# ---- values, node by node ---------------------------------------------------------------------------------------------


def chunks(text):
    """(first line, text) of every document, split as kubectl does."""
    found, start, lines = [], 0, text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if SEPARATOR.match(line) and number > start:
            found.append((start, b"".join(lines[start:number])))
            start = number
    return found + [(start, b"".join(lines[start:]))]


def plain(node, depth=0):
    """A composed node as something that can be compared: order of keys does not count."""
    if depth > 100:
        return None
    if isinstance(node, yaml.MappingNode):
        return frozenset((plain(k, depth + 1), plain(v, depth + 1)) for k, v in node.value)
    if isinstance(node, yaml.SequenceNode):
        return tuple(plain(item, depth + 1) for item in node.value)
    return node.tag, node.value


def strays(old, new, path, first, edited):
    """Paths of values that differ though no edit lies on their lines; `edited` are the edits' first and last line, `first` that of the entry."""
    def untouched(node, begin=None):
        begin = node.start_mark.line if begin is None else begin
        return not any(a <= node.end_mark.line and b >= begin for a, b in edited)

    if plain(old) == plain(new):
        return
    if untouched(old, first):
        yield ".".join(path) or "the document"
    elif isinstance(old, yaml.MappingNode) and isinstance(new, yaml.MappingNode):
        left = {plain(key): value for key, value in new.value}
        for key, value in old.value:
            name = str(key.value)
            if plain(key) in left:
                yield from strays(value, left[plain(key)], (*path, name), key.start_mark.line, edited)
            elif untouched(value, key.start_mark.line):
                yield ".".join((*path, name))
    elif isinstance(old, yaml.SequenceNode) and isinstance(new, yaml.SequenceNode):
        if len(old.value) == len(new.value):
            for index, (was, now) in enumerate(zip(old.value, new.value)):
                yield from strays(was, now, (*path, str(index)), None, edited)
        else:
            kept = collections.Counter(plain(item) for item in new.value)
            for index, item in enumerate(old.value):
                kept[plain(item)] -= 1
                if kept[plain(item)] < 0 and untouched(item):
                    yield ".".join((*path, str(index)))


def changed_nodes(old, new, edited):
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    was, now = yaml.compose(old, Loader=loader), yaml.compose(new, Loader=loader)
    return strays(was, now, (), None, edited) if was and now else ()


# ---- the laws -----------------------------------------------------------------------------------------------------------


def changed_values(path, before, after, edits):
    """Documents and nodes that changed without an edit in them."""
    old, new = before["decoded"][path], after["decoded"][path]
    if len(old) != len(new):
        yield f"had {len(old)} documents, has {len(new)}"
        return
    text = before["text"][path]
    spans = [(line_of(text, e["range"]["start"]["offset"]), line_of(text, e["range"]["end"]["offset"])) for _, e in edits]
    edited = {document_at(old, line) for span in spans for line in range(span[0], span[1] + 1)}
    for index, (was, now) in enumerate(zip(old, new)):
        if was[0] == "ok" and now[0] != "ok":
            yield f"document {index} was read, now: {now[0]}"
        elif index not in edited and was[1] != now[1]:
            yield f"document {index} has other values, though no edit lies in it"
    olds, news = chunks(text), chunks(after["text"][path])
    if not yaml or len(olds) != len(news):
        return
    for (start, was), (_, now) in zip(olds, news):
        last = start + was.count(b"\n")
        inside = [(a - 1 - start, b - 1 - start) for a, b in spans if a - 1 <= last and b - 1 >= start]
        if was == now:
            continue
        try:
            for stray in changed_nodes(was, now, inside):
                yield f"line {start + 1}: the value of {stray} changed, though no edit lies there"
        except (yaml.YAMLError, RecursionError, ValueError):
            continue   # what PyYAML cannot read is judged by the digests alone


def problems(path, before, after, edits, again):
    if again != after["text"][path]:
        yield "still changes in a second run"
    if RANK[after["status"][path]] > RANK[before["status"][path]]:
        yield f"was {before['status'][path]}, is {after['status'][path]}"
    yield from changed_values(path, before, after, edits)
    keys = {key for key in (*before["findings"], *after["findings"]) if key[0] == path}
    mended = {key[1] for key in keys if key[2] in TYPES and before["fixable"][key]}
    for key in sorted(keys):
        was, now, fixable = before["findings"][key], after["findings"][key], before["fixable"][key]
        if key[2] == "yaml-keys-unsorted" or key[1] in mended or key[2] in UNUSED and any(finding["check"] == "volume-unused" for finding, _ in edits):
            continue
        if fixable and now > was - fixable:
            yield f"{key[2]} in document {key[1]}: {was} findings, {fixable} with a safe fix, {now} after it"
        elif now > was:
            yield f"{key[2]} in document {key[1]}: {was} findings before, {now} after"


def state(plimsoll, folder, report, paths):
    rows = decoded(plimsoll, folder, paths)
    findings, fixable = counted(report, rows)
    return {"status": {f["path"]: f["status"] for f in report["files"]}, "text": texts(folder, paths), "decoded": rows, "findings": findings,
            "fixable": fixable}


def chosen(edits, wanted):
    """Paths so that every kind of fix comes early, then the rest in order."""
    seen, first, rest = collections.Counter(), [], []
    for path in sorted(edits):
        ids = {finding["check"] for finding, _ in edits[path]}
        (first if any(seen[i] < 3 for i in ids) else rest).append(path)
        seen.update(ids)
    return sorted((first + rest)[:wanted])


def copy(source, folder, paths):
    for path in paths:
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.join(source, path), target)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("folder")
    arguments = parser.parse_args()
    plimsoll = os.path.abspath(arguments.plimsoll)
    wanted = chosen(safe_edits(check(plimsoll, arguments.folder)), None if arguments.full else arguments.files)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy(arguments.folder, folder, wanted)
        report = check(plimsoll, folder)
        paths = sorted(f["path"] for f in report["files"])
        edits = safe_edits(report)
        before = state(plimsoll, folder, report, paths)
        check(plimsoll, folder, "--fix")
        after = state(plimsoll, folder, check(plimsoll, folder), paths)
        check(plimsoll, folder, "--fix")
        again = texts(folder, paths)
    for path in paths:
        wrong = list(problems(path, before, after, edits[path], again[path]))
        failed += bool(wrong)
        for what in wrong[:5]:
            print(f"{path}: {what}")
    kinds = collections.Counter(finding["check"] for path in edits for finding, _ in edits[path])
    print(f"{sum(before['text'][p] != after['text'][p] for p in paths)} of {len(paths)} files changed, fixes of {len(kinds)} checks"
          + ("" if yaml else "; values not compared node by node: no PyYAML"))
    print(f"{len(paths) - failed} passed, {failed or not paths:d} failed")
    sys.exit(1 if failed or not paths else 0)


if __name__ == "__main__":
    main()
