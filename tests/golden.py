#!/usr/bin/env python3
"""Runs the program over testdata/projects/NAME and compares what it prints.

    tests/golden.py --plimsoll BIN [NAME...]

A project is a folder with `cmd` (the arguments, one command line as a shell would split it; `plimsoll` itself is not written),
`out` (standard output), optionally `err` (standard error; not compared when absent), `in` (standard input) and `code` (exit code,
0 when absent). The other files are what is analysed: they are copied to a scratch folder that is the working directory.
`after/` holds what files must look like afterwards (--fix, output files). UPDATE_GOLDEN=1 rewrites out, err, code and after/.
"""
import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECTS = os.path.join(ROOT, "testdata", "projects")
CONTROL = {"cmd", "out", "err", "in", "code", "after"}
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def read(path, default=b""):
    if not os.path.exists(path):
        return default
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def difference(what, want, got):
    want, got = want.decode("utf-8", "replace").splitlines(), got.decode("utf-8", "replace").splitlines()
    first = next((i for i, pair in enumerate(zip(want, got)) if pair[0] != pair[1]), min(len(want), len(got)))
    at = lambda lines: repr(lines[first]) if first < len(lines) else "(the end)"
    return f"{what} differs in line {first + 1}\n      expected {at(want)}\n      got      {at(got)}"


def run(plimsoll, project, scratch):
    """(exit code, standard output, standard error) of the project's command in its copy."""
    for name in os.listdir(project):
        if name not in CONTROL:
            path = os.path.join(project, name)
            (shutil.copytree if os.path.isdir(path) else shutil.copy)(path, os.path.join(scratch, name))
    environment = {k: v for k, v in os.environ.items() if k not in ("CI", "GITHUB_ACTIONS", "PRE_COMMIT", "FORCE_COLOR")}
    environment["NO_COLOR"] = "1"
    done = subprocess.run([plimsoll, *shlex.split(read(os.path.join(project, "cmd")).decode(), comments=True)], cwd=scratch, env=environment,
                          input=read(os.path.join(project, "in")), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return done.returncode, done.stdout, done.stderr


def update(project, scratch, code, out, err):
    write(os.path.join(project, "out"), out)
    if os.path.exists(os.path.join(project, "err")):
        write(os.path.join(project, "err"), err)
    if code or os.path.exists(os.path.join(project, "code")):
        write(os.path.join(project, "code"), b"%d\n" % code)
    shutil.rmtree(os.path.join(project, "after"), ignore_errors=True)
    for name in files_below(scratch):
        data = read(os.path.join(scratch, name))
        if data != read(os.path.join(project, name), None):
            write(os.path.join(project, "after", name), data)


def problems(project, scratch, code, out, err):
    want = int(read(os.path.join(project, "code"), b"0"))
    if code != want:
        yield f"exit code {code}, expected {want}: {err.decode('utf-8', 'replace')[-2000:]}"
    if out != read(os.path.join(project, "out")):
        yield difference("out", read(os.path.join(project, "out")), out)
    if os.path.exists(os.path.join(project, "err")) and err != read(os.path.join(project, "err")):
        yield difference("err", read(os.path.join(project, "err")), err)
    after = os.path.join(project, "after")
    for name in sorted({*files_below(scratch), *files_below(after)}):
        want, got = read(os.path.join(after, name), read(os.path.join(project, name), None)), read(os.path.join(scratch, name), None)
        if want is None or got is None:
            yield f"{name} {'is new' if want is None else 'is missing'} after the run"
        elif want != got:
            yield difference(name, want, got)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("name", nargs="*")
    arguments = parser.parse_args()
    plimsoll, failed, passed = os.path.abspath(arguments.plimsoll), 0, 0
    for name in arguments.name or sorted(os.listdir(PROJECTS)):
        project = os.path.join(PROJECTS, name)
        if not os.path.exists(os.path.join(project, "cmd")):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            try:
                result = run(plimsoll, project, scratch)
                if UPDATE:
                    update(project, scratch, *result)
                wrong = list(problems(project, scratch, *result))
            except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
                wrong = [str(problem)]
        failed, passed = failed + bool(wrong), passed + (not wrong)
        for line in wrong:
            print(f"{name}: {line}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
