#include "analyzer/kubernetes/pod_security.h"

#include "analyzer/kubernetes/host_path.h"
#include "analyzer/kubernetes/inheritance.h"
#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

namespace {

// The controls that a pod with this spec breaks, in the order they are found, once each.
std::string breaks(const std::string& spec, PodSecurityLevel level, unsigned minor = newest_pod_security, const std::string& annotations = "{}") {
    const ManifestFile file("apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: " + annotations + "}\nspec: " + spec + "\n");
    std::string out;
    for (const PodSecurityBreach& breach : pod_security_breaches(file.object(0).pods().at(0), level, minor)) {
        const std::string id(level == PodSecurityLevel::baseline || breach.restricted.empty() ? breach.baseline : breach.restricted);
        if ((" " + out + " ").find(" " + id + " ") == std::string::npos) out += (out.empty() ? "" : " ") + id;
    }
    return out;
}

std::string baseline(const std::string& spec, unsigned minor = newest_pod_security) { return breaks(spec, PodSecurityLevel::baseline, minor); }
std::string restricted(const std::string& spec, unsigned minor = newest_pod_security) { return breaks(spec, PodSecurityLevel::restricted, minor); }

// A container that restricted accepts, with more settings.
std::string hardened(const std::string& security = "", const std::string& more = "") {
    return "containers: [{name: c, image: x, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}, "
           "capabilities: {drop: [ALL]}" +
           security + "}" + more + "}]";
}

bool judged(const std::string& spec) {
    const ManifestFile file("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: " + spec + "\n");
    return is_judged_by_pod_security(file.object(0).pods().at(0));
}

}

TEST_CASE("a bare pod satisfies baseline and breaks what restricted demands") {
    CHECK(baseline("{containers: [{name: c, image: x}]}") == "");
    CHECK(restricted("{containers: [{name: c, image: x}]}") == "capabilities_restricted seccompProfile_restricted allowPrivilegeEscalation runAsNonRoot");
    CHECK(restricted("{" + hardened() + "}") == "");
}

TEST_CASE("controls of the pod") {
    CHECK(baseline("{hostPID: true, containers: []}") == "hostNamespaces");
    CHECK(baseline("{hostPID: false, containers: []}") == "");
    CHECK(baseline("{volumes: [{name: v, hostPath: {path: /}}]}") == "hostPathVolumes");
    CHECK(restricted("{volumes: [{name: v, hostPath: {path: /}}]}") == "restrictedVolumes");
    CHECK(restricted("{volumes: [{name: v, nfs: {server: s}}, {name: w, emptyDir: {}}]}") == "restrictedVolumes");
    CHECK(restricted("{volumes: [{name: v, image: {reference: r}}]}", 25) == "");
    CHECK(baseline("{securityContext: {windowsOptions: {hostProcess: true}}}") == "windowsHostProcess");
    CHECK(baseline("{securityContext: {seLinuxOptions: {type: container_t, level: s0}}}") == "");
    CHECK(baseline("{securityContext: {seLinuxOptions: {user: u}}}") == "seLinuxOptions");
    CHECK(breaks("{containers: []}", PodSecurityLevel::baseline, 37, "{container.apparmor.security.beta.kubernetes.io/c: unconfined}") == "appArmorProfile");
}

TEST_CASE("explicit settings of the pod count though containers override them") {
    CHECK(restricted("{securityContext: {runAsNonRoot: false, runAsUser: 0}, " + hardened() + "}") == "runAsNonRoot runAsUser");
    CHECK(restricted("{securityContext: {seccompProfile: {type: Unconfined}}, " + hardened() + "}") == "seccompProfile_restricted");
    CHECK(baseline("{securityContext: {seccompProfile: {type: Unconfined}}, " + hardened() + "}") == "seccompProfile_baseline");
}

TEST_CASE("names of capabilities are compared as written") {
    CHECK(baseline("{containers: [{name: c, securityContext: {capabilities: {add: [CAP_CHOWN]}}}]}") == "capabilities_baseline");
    CHECK(baseline("{containers: [{name: c, securityContext: {capabilities: {add: [CHOWN]}}}]}") == "");
    CHECK(restricted("{containers: [{name: c, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: Localhost}, "
                     "capabilities: {drop: [all]}}}]}") == "capabilities_restricted");
}

TEST_CASE("policies differ by version") {
    const std::string probe = "{" + hardened("", ", livenessProbe: {tcpSocket: {host: h, port: 1}}") + "}";
    CHECK(restricted(probe, 33) == "");
    CHECK(restricted(probe, 34) == "hostProbesAndHostLifecycle");
    const std::string sysctl = "{securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: a}]}}";
    CHECK(baseline(sysctl, 31) == "sysctls");
    CHECK(baseline(sysctl, 32) == "");
    const std::string engine = "{securityContext: {seLinuxOptions: {type: container_engine_t}}}";
    CHECK(baseline(engine, 30) == "seLinuxOptions");
    CHECK(baseline(engine, 31) == "");
    const std::string unmasked = "{hostUsers: false, " + hardened(", procMount: Unmasked, runAsUser: 0") + "}";
    CHECK(baseline(unmasked, 34) == "procMount");
    CHECK(baseline(unmasked, 35) == "");
    CHECK(restricted(unmasked, 34) == "procMount runAsUser");
    CHECK(restricted(unmasked, 35) == "procMount_restricted");
    const std::string windows = "{os: {name: windows}, containers: [{name: c, securityContext: {runAsNonRoot: true}}]}";
    CHECK(restricted(windows, 24) == "capabilities_restricted seccompProfile_restricted allowPrivilegeEscalation");
    CHECK(restricted(windows, 25) == "");
    CHECK(pod_security_minor("v1.29") == 29);
    CHECK(pod_security_minor("1.30.2") == 30);
    CHECK(pod_security_minor("latest") == newest_pod_security);
}

TEST_CASE("what does not decode is not judged") {
    CHECK(judged("{containers: [{name: c, image: x, ports: [{containerPort: 80}]}]}"));
    CHECK_FALSE(judged("{hostNetwork: \"true\", containers: [{name: c}]}"));
    CHECK_FALSE(judged("{containers: {name: c}}"));
    CHECK_FALSE(judged("{containers: [{name: c, ports: [{containerPort: \"80\"}]}]}"));
    CHECK_FALSE(judged("{containers: [{name: c, env: [{name: A, value: true}]}]}"));
    CHECK_FALSE(judged("{containers: [{name: c, securityContext: {capabilities: {drop: ALL}}}]}"));
}

TEST_CASE("paths of the node in one spelling") {
    CHECK(clean_host_path("/") == "/");
    CHECK(clean_host_path("//etc//ssl/./certs/") == "/etc/ssl/certs");
    CHECK(clean_host_path("/a/../etc/../..") == "/");
    CHECK(clean_host_path("/var/run/docker.sock") == "/run/docker.sock");
    CHECK(clean_host_path("/var/running") == "/var/running");
    CHECK(clean_host_path("") == "");
    CHECK(lies_in("/etc/ssl", "/etc"));
    CHECK(lies_in("/etc", "/"));
    CHECK_FALSE(lies_in("/etcetera", "/etc"));
}

TEST_CASE("what is absent, what is wrong and what is unknown") {
    const ManifestFile file("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {securityContext: {runAsUser: 1}, containers: [{name: c, image: x, "
                            "securityContext: {capabilities: {drop: ALL}, privileged: null}}, {name: d, image: x, securityContext: text}]}\n");
    const Pod& pod = file.object(0).pods().at(0);
    CHECK_FALSE(lacks(pod, "securityContext.runAsUser"));
    CHECK(lacks(pod, "securityContext.runAsGroup"));
    CHECK(lacks(pod.containers[0], "securityContext.privileged"));
    CHECK_FALSE(lacks(pod.containers[0], "securityContext.capabilities.drop.x"));
    CHECK_FALSE(lacks(pod.containers[1], "securityContext.privileged"));
}
