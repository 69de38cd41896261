#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

// What a container should drop of the capabilities it starts with.

namespace plimsoll::checks::capabilities_not_dropped {

namespace {

using kubernetes::Container;
using yaml::Node;

constexpr std::string_view path = "securityContext.capabilities.drop";

// The list of what is dropped can be judged: it is missing, or a list whose items are all known.
bool is_known(const Container& container) {
    const Node drop = container.at(path);
    if (!drop.is_set()) return kubernetes::lacks(container, path);
    for (const Node item : drop.items())
        if (!item.text()) return false;
    return drop.is_sequence();
}

Draft report_missing(const Container& container, Reporter& report, std::string message) {
    const Node drop = container.at(path);
    const bool listed = drop.is_sequence() && !drop.empty();
    Draft draft = listed ? report.at(drop, std::move(message)) : report.missing(container, path, std::move(message));
    if (!listed) draft.fix("Drop ALL", Safety::unsafe, yaml::set_key(container.pod->object->manifest().source(), container.node, path, "[ALL]"));
    if (!kubernetes::is_judged_by_pod_security(*container.pod)) draft.without("pss");
    return draft;
}

void not_all(const Container& container, Reporter& report) {
    if (container.pod->windows() || container.drops("ALL") || !is_known(container)) return;
    report_missing(container, report, "drop ALL capabilities, and add back what the program needs");
}

void none(const Container& container, Reporter& report) {
    if (container.pod->windows() || !is_known(container) || !container.at(path).empty()) return;
    report_missing(container, report, "no capability is dropped; drop ALL, and add back what the program needs");
}

void net_raw(const Container& container, Reporter& report) {
    if (container.pod->windows() || container.drops("NET_RAW") || !is_known(container)) return;
    Draft draft = report_missing(container, report, "drop NET_RAW, or ALL: it allows forged packets in the network of the pods");
    // This peer has nothing to say about containers that do not mention capabilities.
    if (!container.own_security()["capabilities"].is_set()) draft.without("kube-linter");
}

constexpr Example capabilities_drop_all_missing_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
          ^^^ drop ALL capabilities, and add back what the program needs
    image: registry.example/app:1.2
  - name: ping
    image: registry.example/ping:1.2
    securityContext:
    ^^^^^^^^^^^^^^^ drop ALL capabilities, and add back what the program needs
      allowPrivilegeEscalation: false
)",
                                                               .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      capabilities:
        drop: [ALL]
  - name: ping
    image: registry.example/ping:1.2
    securityContext:
      allowPrivilegeEscalation: false
      capabilities:
        drop: [ALL]
)",
                                                               .path = "app.yaml"},
                                                              {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: [NET_RAW]}}
                                           ^^^^^^^^^ drop ALL capabilities, and add back what the program needs
)",
                                                               .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: ["ALL"], add: [NET_BIND_SERVICE]}}
)",
                                                               .path = "app.yaml"}};

constexpr Example capabilities_drop_none_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      capabilities:
      ^^^^^^^^^^^^ no capability is dropped; drop ALL, and add back what the program needs
        add: [NET_ADMIN]
)",
                                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      capabilities:
        add: [NET_ADMIN]
        drop: [ALL]
)",
                                                        .path = "app.yaml"}};

constexpr Example capabilities_net_raw_not_dropped_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
          ^^^ drop NET_RAW, or ALL: it allows forged packets in the network of the pods
    image: registry.example/app:1.2
)",
                                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      capabilities:
        drop: [ALL]
)",
                                                                  .path = "app.yaml"},
                                                                 {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: [CHOWN]}}
                                           ^^^^^^^ drop NET_RAW, or ALL: it allows forged packets in the network of the pods
)",
                                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: [CHOWN, NET_RAW]}}
)",
                                                                  .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "capabilities-drop-all-missing",
        .title = "Capabilities are not all dropped.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .fix = Safety::unsafe,
        .why = "A container starts with some fourteen capabilities of root, such as changing owners, forging packets and making device nodes. Nearly all "
               "programs need none of them, so drop ALL and add the exceptions by name.",
        .aliases = {"trivy:KSV-0003", "trivy:KSV-0106", "checkov:CKV_K8S_37", "polaris:insecureCapabilities", "kics:2f1a0619-b12b-48a0-825f-993bb6f01d58",
                    "kubesec:CapDropAll", "kubeaudit:CapabilityShouldDropAll", "kubeaudit:CapabilityOrSecurityContextMissing", "marvin:M-116",
                    "kyverno:require-drop-all", "kyverno:disallow-capabilities-strict", "gatekeeper:capabilities", "datree:EKS_INVALID_CAPABILITIES_EKS",
                    "mondoo:capability-drop-all", "psa:capabilities_restricted", "pss:restricted/capabilities_restricted"},
        .standards = {"PSS-restricted", "CIS-K8s-5.2.9", "CIS-Docker-5.4", "NSA-pod-hardening", "NIST-800-190-4.4.3"},
        .examples = capabilities_drop_all_missing_examples,
        .run = on_containers(not_all),
    },
    {
        .id = "capabilities-drop-none",
        .title = "No capability is dropped at all.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .fix = Safety::unsafe,
        .why = "A container that drops nothing keeps all capabilities the runtime gives by default.",
        .aliases = {"trivy:KSV-0004", "polaris:insecureCapabilities", "kics:268ca686-7fb7-4ae9-b129-955a2a89064e", "kubesec:CapDropAny",
                    "kubeaudit:CapabilityOrSecurityContextMissing"},
        .standards = {"CIS-K8s-5.2.9"},
        .examples = capabilities_drop_none_examples,
        .run = on_containers(none),
    },
    {
        .id = "capabilities-net-raw-not-dropped",
        .title = "NET_RAW is not dropped.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .fix = Safety::unsafe,
        .why = "NET_RAW is given by default and lets a container forge packets: it can answer for the DNS server or for another pod of the node. Few programs "
               "besides ping need it.",
        .aliases = {"checkov:CKV_K8S_28", "kube-linter:drop-net-raw-capability", "kics:dbbc6705-d541-43b0-b166-dd4be8208b54",
                    "datree:CIS_MISSING_VALUE_DROP_NET_RAW", "terrascan:AC_K8S_0048", "kyverno:require-drop-cap-net-raw", "mondoo:capability-net-raw"},
        .standards = {"CIS-K8s-5.2.8"},
        .examples = capabilities_net_raw_not_dropped_examples,
        .run = on_containers(net_raw),
    }};

}

extern constinit const std::span<const Check> capabilities_not_dropped = table;

}
