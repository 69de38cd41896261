#!/usr/bin/env python3
"""Every row of the shared api-lifecycle.tsv at six versions: an API is unknown before it is served and gone once it is removed, and nothing is said between.

    tests/lifecycle.py --plimsoll BIN TABLE

The last line is "N passed, N failed". Standard library only.
"""
import argparse
import csv
import json
import os
import subprocess
import tempfile

VERSIONS = (16, 22, 25, 29, 32, 37)
CHECKS = "schema-unknown-kind,api-version-removed"


def minor(text):
    """Of "1.22"; "<=1.14" is the first version the table knows, and whatever it names may have been there for ever."""
    return int(text.lstrip("<=").split(".")[1])


def is_served(row, version):
    first, removed = row["first_in_openapi"], row["removed_effective"]
    return (not first or first.startswith("<=") or minor(first) <= version) and (not removed or version < minor(removed))


def manifest(rows):
    return "".join("apiVersion: {}{}\nkind: {}\nmetadata: {{name: a{}}}\n---\n".format(
        row["group"] + "/" if row["group"] else "", row["version"], row["kind"], number) for number, row in enumerate(rows))


def said(plimsoll, path, version):
    """How many findings each object has."""
    done = subprocess.run([plimsoll, "check", "-f", "json", "--no-config", "--select", CHECKS, "--kubernetes-version", f"1.{version}", path],
                          stdout=subprocess.PIPE, check=False)
    counts = {}
    for finding in json.loads(done.stdout)["findings"]:
        name = finding["object"]["name"]
        counts[name] = counts.get(name, 0) + 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("table")
    arguments = parser.parse_args()
    with open(arguments.table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "all.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(manifest(rows))
        for version in VERSIONS:
            counts = said(arguments.plimsoll, path, version)
            for number, row in enumerate(rows):
                expected, found = 0 if is_served(row, version) else 1, counts.get(f"a{number}", 0)
                if found != expected:
                    failed += 1
                    print(f"1.{version}: {row['group']}/{row['version']} {row['kind']}: {found} findings, expected {expected}")
    print(f"{len(rows) * len(VERSIONS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
