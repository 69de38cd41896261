#include <algorithm>
#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of security contexts.

namespace plimsoll::checks::security_context_invalid {

using kubernetes::Container;
using kubernetes::Pod;
using yaml::Node;

static void judge_ids(Node context, Refusals& refusals) {
    for (std::string_view field : {"runAsUser", "runAsGroup", "fsGroup"}) refusals.range(context[field], 0, INT32_MAX);
    for (Node group : context["supplementalGroups"].items()) refusals.range(group, 0, INT32_MAX);
}

// seccompProfile and appArmorProfile: a profile of the node exactly when the type says so.
static void judge_profile(Node profile, Refusals& refusals) {
    if (!profile.is_mapping()) return;
    const Node type = profile["type"], file = profile["localhostProfile"];
    if (type.is_placeholder()) return;
    if (type.text() == "Localhost") {
        if (!file.is_set() && refusals.whole())
            refusals.absent(profile, "localhostProfile", "the type Localhost needs the name of a profile on the node; add localhostProfile");
        else if (const std::string_view path = file.text_or_empty(); path.starts_with('/') && profile.key().scalar() == "seccompProfile")
            refusals.wrong(file, quote(path) + " is absolute; write the path below the kubelet's folder");
    } else if (file.is_set() && type.is_set()) {
        refusals.clash(file, "localhostProfile belongs to the type Localhost; remove it");
    }
}

static void judge_context(const Container& container, Node context, Refusals& refusals) {
    judge_ids(context, refusals);
    judge_profile(context["seccompProfile"], refusals);
    judge_profile(context["appArmorProfile"], refusals);
    if (const Node mount = context["procMount"]; mount.text() == "Unmasked" && container.pod->host_users() && !(*container.pod)["hostUsers"].is_placeholder())
        refusals.wrong(mount, "Unmasked needs users of the pod's own; set hostUsers: false of the pod");
    // privilege-escalation-contradiction says it in the other profiles.
    if (!refusals.as_server() || !context["allowPrivilegeEscalation"].is_false()) return;
    if (context["privileged"].is_true()) refusals.clash(context, "a privileged container can always gain more; remove allowPrivilegeEscalation: false");
    for (Node capability : context["capabilities"]["add"].items())
        if (capability.text() == "CAP_SYS_ADMIN")
            refusals.wrong(capability, "with this capability a program can always gain more; remove allowPrivilegeEscalation: false")
                .field(server_path(refusals, context, ""));
}

static void run_container(const Container& container, Reporter& report) {
    const Node context = container.own_security();
    if (!container.pod->object->builtin() || context.empty()) return;
    Refusals refusals(*container.pod->object, report);
    judge_context(container, context, refusals);
}

// Lower-case parts of letters, digits, '-' and '_', separated by '.' or '/'.
static bool is_sysctl(std::string_view name) {
    const auto inner = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (name.empty() || name.size() > 253) return false;
    bool first = true, before = false;
    for (char c : name) {
        if (c == '.' || c == '/') {
            if (!before) return false;
            first = true;
            before = false;
            continue;
        }
        if (!inner(c) && (first || (c != '-' && c != '_'))) return false;
        before = inner(c);
        first = false;
    }
    return before;
}

// Parameters of what the pod shares with the node; sysctl-host-network speaks of them in the other profiles.
static void judge_shared(const Pod& pod, Node list, Refusals& refusals) {
    if (!refusals.as_server()) return;
    for (Node sysctl : list.items()) {
        const std::string_view name = sysctl["name"].text_or_empty();
        const bool net = name.starts_with("net.") || name.starts_with("net/");
        const bool ipc = name.starts_with("kernel.shm") || name.starts_with("kernel.msg") || name == "kernel.sem" || name.starts_with("fs.mqueue.");
        if ((net && pod.host_network()) || (ipc && pod["hostIPC"].is_true()))
            refusals.wrong(sysctl["name"], quote(name) + " would be set for the whole node; remove it, or do not share with the node");
    }
}

static void judge_sysctls(Node list, Refusals& refusals) {
    constexpr std::size_t most = 2000;
    std::unordered_set<std::string_view> seen;
    for (Node sysctl : list.items()) {
        const Node name = sysctl["name"];
        refusals.text(name, is_sysctl, "the name of a kernel parameter, such as net.core.somaxconn");
        if (!name.text_or_empty().empty() && seen.size() < most && !seen.insert(name.scalar()).second)
            refusals.wrong(name, quote(name.scalar()) + " is set twice; remove one");
    }
}

static void run_pod(const Pod& pod, Reporter& report) {
    const Node context = pod.security();
    if (!pod.object->builtin() || context.empty()) return;
    Refusals refusals(*pod.object, report);
    judge_ids(context, refusals);
    judge_profile(context["seccompProfile"], refusals);
    judge_profile(context["appArmorProfile"], refusals);
    judge_sysctls(context["sysctls"], refusals);
    judge_shared(pod, context["sysctls"], refusals);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    fsGroup: -1
             ^^ '-1' is out of range; use 0 to 2147483647
    supplementalGroups: [4294967296]
                         ^^^^^^^^^^ '4294967296' is out of range; use 0 to 2147483647
    seccompProfile: {type: Localhost}
    ^^^^^^^^^^^^^^ the type Localhost needs the name of a profile on the node; add localhostProfile
    sysctls:
    - {name: Net.core, value: "1"}
             ^^^^^^^^ 'Net.core' is not valid here; use the name of a kernel parameter, such as net.core.somaxconn
    - {name: kernel.shm_rmid_forced, value: "1"}
    - {name: kernel.shm_rmid_forced, value: "0"}
             ^^^^^^^^^^^^^^^^^^^^^^ 'kernel.shm_rmid_forced' is set twice; remove one
  containers:
  - name: web
    image: example.org/web:1.4
    securityContext:
      runAsUser: -1
                 ^^ '-1' is out of range; use 0 to 2147483647
      procMount: Unmasked
                 ^^^^^^^^ Unmasked needs users of the pod's own; set hostUsers: false of the pod
      seccompProfile: {type: RuntimeDefault, localhostProfile: a.json}
                                             ^^^^^^^^^^^^^^^^ localhostProfile belongs to the type Localhost; remove it
      appArmorProfile: {type: Unconfined, localhostProfile: a}
                                          ^^^^^^^^^^^^^^^^ localhostProfile belongs to the type Localhost; remove it
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostUsers: false
  securityContext:
    fsGroup: 0
    supplementalGroups: [2147483647]
    seccompProfile: {type: Localhost, localhostProfile: profiles/a.json}
    sysctls:
    - {name: net/core/somaxconn, value: "1"}
    - {name: kernel.shm_rmid_forced, value: "1"}
  containers:
  - name: web
    image: example.org/web:1.4
    securityContext:
      runAsUser: 1000
      procMount: Unmasked
      appArmorProfile: {type: RuntimeDefault}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: true
  securityContext:
    sysctls: [{name: net.core.somaxconn, value: "1"}]
                     ^^^^^^^^^^^^^^^^^^ 'net.core.somaxconn' would be set for the whole node; remove it, or do not share with the node
  containers:
  - name: a
    image: example.org/web:1.4
    securityContext: {privileged: true, allowPrivilegeEscalation: false}
    ^^^^^^^^^^^^^^^ a privileged container can always gain more; remove allowPrivilegeEscalation: false
  - name: b
    image: example.org/web:1.4
    securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}
                                                                            ^^^^^^^^^^^^^ with this capability a program can always gain more; remove allowPrivilegeEscalation: false
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    sysctls: [{name: net.core.somaxconn, value: "1"}]
  containers:
  - name: a
    image: example.org/web:1.4
    securityContext: {privileged: true}
  - name: b
    image: example.org/web:1.4
    securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check security_context_invalid = {
    .id = "security-context-invalid",
    .title = "Security context is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Ids are 0 to 2147483647, a profile of the node has a name exactly when the type is Localhost, and some settings exclude each other. The API server "
           "refuses the pod.",
    .aliases = {refused},
    .examples = examples,
    .run = on_pods(run_pod) | on_containers(run_container),
};

}
