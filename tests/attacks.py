#!/usr/bin/env python3
"""Attack paths are flagged high or critical in the recommended profile, and what is hardened is left alone.

    tests/attacks.py --plimsoll BIN [--manifests FOLDER] [--traps FOLDER]

Our own manifests (testdata/attacks) are always looked at: one object for each way out of a pod or up in a cluster. FOLDER is the shared
corpus with the collections of attack manifests; without it those rows count as skipped. Each row is what it takes: a finding of *each*
check named, of high or critical severity. Standard library only.
"""
import argparse
import fnmatch
import json
import os
import subprocess
import sys

HERE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "testdata", "attacks")

# Object of testdata/attacks/paths.yaml: what must be said of it.
OBJECTS = {
    "docker-in-docker": ("container-runtime-socket", "hostpath-volume"),
    "containerd-client": ("container-runtime-socket", "hostpath-volume"),
    "system-monitor": ("privileged-container", "hostpath-sensitive", "host-pid", "host-ipc", "host-network", "privilege-escalation-enabled"),
    "manifests-writer": ("hostpath-sensitive", "hostpath-writable"),
    "release-agent": ("capabilities-sys-admin-added",),
    "debugger": ("host-pid", "capabilities-added-beyond-baseline"),
    "module-loader": ("capabilities-sys-module-added",),
    "superadmin": ("rbac-cluster-admin-binding",),
    "everybody": ("rbac-bind-anonymous", "rbac-cluster-admin-binding"),
    "secret-reader": ("rbac-secrets-access",),
    "pod-maker": ("rbac-create-pods", "rbac-pod-exec"),
    "escalator": ("rbac-bind", "rbac-escalate"),
    "impersonator": ("rbac-impersonate",),
    "token-minter": ("rbac-service-account-token-create",),
    "node-proxy": ("rbac-node-proxy",),
    "signer": ("rbac-csr-approval",),
    "webhook-owner": ("rbac-admission-webhooks",),
    "everything": ("rbac-wildcard-all",),
}

BAD_PODS, KUBESEC = "BishopFox+badPods/manifests/", "controlplaneio+kubesec/test/asset/"
CHECKOV, KUBESCAPE = "bridgecrewio+checkov/tests/kubernetes/checks/example_", "kubescape+regolibrary/rules/"

# Files of the corpus, how many there are at least, what must be said of each.
FILES = (
    (BAD_PODS + "everything-allowed/*", 8, ("privileged-container", "hostpath-sensitive", "hostpath-writable", "host-pid", "host-network", "host-ipc")),
    (BAD_PODS + "priv-and-hostpid/*", 13, ("privileged-container", "privilege-escalation-enabled", "host-pid")),
    (BAD_PODS + "priv/*", 7, ("privileged-container", "privilege-escalation-enabled")),
    (BAD_PODS + "hostpath/*", 7, ("hostpath-sensitive", "hostpath-volume", "hostpath-writable")),
    (BAD_PODS + "hostpid/*", 7, ("host-pid",)),
    (BAD_PODS + "hostnetwork/*", 7, ("host-network",)),
    (BAD_PODS + "hostipc/*", 8, ("host-ipc",)),
    (KUBESEC + "critical-double.yml", 1, ("privileged-container",)),
    (KUBESEC + "score-0-cap-sys-admin.yml", 1, ("capabilities-sys-admin-added",)),
    (KUBESEC + "score-0-daemonset-host-network.yml", 1, ("host-network",)),
    (KUBESEC + "score-0-daemonset-host-pid.yml", 1, ("host-pid",)),
    (KUBESEC + "score-0-daemonset-mount-docker-socket.yml", 1, ("container-runtime-socket",)),
    (KUBESEC + "score-0-daemonset-securitycontext-privileged.yml", 1, ("privileged-container", "container-runtime-socket", "host-pid", "host-network")),
    (KUBESEC + "score-0-dep-apparmor-unconfined-ephemeralcontainer.yml", 1, ("apparmor-unconfined",)),
    (KUBESEC + "score-0-dep-seccomp-unconfined-ephemeralcontainer.yml", 1, ("seccomp-unconfined",)),
    (CHECKOV + "AllowPrivilegeEscalation/pod-to-node-FAILED.yaml", 1, ("privileged-container", "hostpath-sensitive", "host-pid", "host-ipc", "host-network")),
    (CHECKOV + "AllowedCapabilities/cassandra-FAILED.yaml", 1, ("capabilities-added-beyond-baseline",)),
    (CHECKOV + "AllowedCapabilitiesSysAdmin/pod-FAILED.yaml", 1, ("capabilities-sys-admin-added",)),
    (CHECKOV + "DockerSocketVolume/*FAILED.yaml", 2, ("container-runtime-socket",)),
    (CHECKOV + "NginxIngressCVE202125742/annotation1-FAILED.yaml", 1, ("ingress-nginx-snippet", "ingress-nginx-snippet-lua")),
    (CHECKOV + "PrivilegedContainers/privileged*-FAILED.yaml", 2, ("privileged-container", "hostpath-sensitive")),
    (CHECKOV + "RbacApproveCertificateSigningRequests/clusterrole-failed-*.yaml", 2, ("rbac-csr-approval",)),
    (CHECKOV + "RbacBindRoleBindings/*role-failed-*.yaml", 2, ("rbac-bind",)),
    (CHECKOV + "RbacControlWebhooks/clusterrole-failed-1.yaml", 1, ("rbac-admission-webhooks",)),
    (CHECKOV + "RbacEscalateRoles/clusterrole-failed-1.yaml", 1, ("rbac-escalate",)),
    (CHECKOV + "ShareHost/*-FAILED.yaml", 3, ("host-pid", "host-ipc", "host-network")),
    (CHECKOV + "TillerDeploymentListener/tiller-deployment_FAILED_WRONGARG.yaml", 1, ("tiller-deployed",)),
    (KUBESCAPE + "alert-mount-potential-credentials-paths/test/deployment_eks_failed/input/deployment.yaml", 1, ("hostpath-cloud-credentials",)),
    (KUBESCAPE + "insecure-capabilities/test/pod-ephemeralcontainer/input/pod.yaml", 1, ("capabilities-all-added",)),
    (KUBESCAPE + "rule-can-bind-escalate/test/clusterrole-clusterrolebinding/input/clusterrole.yaml", 1, ("rbac-bind",)),
    (KUBESCAPE + "set-hostprocess-true/test/cronjob/input/*.yaml", 2, ("windows-host-process",)),
    (KUBESCAPE + "workload-with-administrative-roles/test/fail-wl-creates-pod/input/clusterrole.yaml", 1, ("rbac-secrets-access", "rbac-create-pods")),
)

# Hardened containers among others in the shared traps: folder, object, container. Nothing about security may be said of them.
HARDENED = (("ps-init-root", "p", "c"), ("ps-inherit-and-override", "p", "ok"), ("ps-pss-baseline-pod", "p", "c"))


def check(plimsoll, folder, path):
    command = [plimsoll, "check", "-f", "json", "--no-config", "--no-suppressions", "--profile", "recommended", "--complete", path]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return json.loads(done.stdout)["findings"]


def missed(findings, wanted):
    grave = {finding["check"] for finding in findings if finding["severity"] in ("high", "critical")}
    return [name for name in wanted if name not in grave]


def own(plimsoll):
    """(what, problem or None) of each object of our own."""
    by_object = {}
    for finding in check(plimsoll, HERE, "paths.yaml"):
        by_object.setdefault(finding.get("object", {}).get("name"), []).append(finding)
    for name, wanted in OBJECTS.items():
        lost = missed(by_object.get(name, []), wanted)
        yield f"paths.yaml: {name}", f"no high or critical {', '.join(lost)}" if lost else None
    said = check(plimsoll, HERE, "hardened.yaml")
    yield "hardened.yaml", f"{len(said)} findings, the first {said[0]['check']}: {said[0]['message']}" if said else None


def corpus(plimsoll, folder):
    paths = sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)
    for pattern, least, wanted in FILES:
        found = fnmatch.filter(paths, pattern)
        yield pattern, f"{len(found)} files, expected {least}" if len(found) < least else None
        for path in found:
            lost = missed(check(plimsoll, folder, path), wanted)
            yield path, f"no high or critical {', '.join(lost)}" if lost else None


def traps(plimsoll, folder):
    for case, name, container in HARDENED:
        said = [f for f in check(plimsoll, os.path.join(folder, case), "manifest.yaml")
                if f.get("object", {}).get("name") == name and f.get("container") == container and f["category"] == "security"]
        yield f"{case}: {container}", f"{said[0]['check']}: {said[0]['message']}" if said else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", required=True)
    parser.add_argument("--manifests")
    parser.add_argument("--traps")
    arguments = parser.parse_args()
    plimsoll = os.path.abspath(arguments.plimsoll)
    results, skipped = list(own(plimsoll)), 0
    for function, folder, rows in ((corpus, arguments.manifests, FILES), (traps, arguments.traps, HARDENED)):
        if folder and os.path.isdir(folder):
            results += function(plimsoll, folder)
        else:
            skipped += len(rows)
    failed = [(what, problem) for what, problem in results if problem]
    for what, problem in failed:
        print(f"{what}: {problem}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
