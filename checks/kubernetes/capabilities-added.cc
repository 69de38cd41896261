#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

// Capabilities that a container adds to those it starts with.

namespace plimsoll::checks::capabilities_added {

namespace {

using kubernetes::Container;

std::string_view row_name(std::string_view id) {
    if (id == "capabilities-all-added") return "ALL";
    if (id == "capabilities-net-raw-added") return "NET_RAW";
    if (id == "capabilities-sys-admin-added") return "SYS_ADMIN";
    return "SYS_MODULE";
}

std::string_view row_message(std::string_view name) {
    if (name == "ALL") return "adds every capability, which is as good as root on the node; name those the program needs";
    if (name == "NET_RAW") return "NET_RAW allows forged packets in the network of the pods; remove it";
    if (name == "SYS_ADMIN") return "SYS_ADMIN is as good as root on the node; remove it";
    return "SYS_MODULE loads code into the kernel of the node; remove it";
}

void no_pss_unless_judged(const Container& container, Draft& draft) {
    if (!kubernetes::is_judged_by_pod_security(*container.pod)) draft.without("pss").without("psa");
    if (container.pod->at("os.name").text_or_empty() == "windows") draft.without("pss:restricted/capabilities_restricted");
}

// One of the capabilities that have a check of their own.
void one(const Container& container, Reporter& report) {
    if (!container.own_security()["capabilities"].is_set()) return;
    const std::string_view name = row_name(report.check().id);
    for (const Container::Capability& added : container.added()) {
        if (added.name != name) continue;
        Draft draft = report.at(added.node, std::string(row_message(name)));
        no_pss_unless_judged(container, draft);
    }
}

void any(const Container& container, Reporter& report) {
    if (!container.own_security()["capabilities"].is_set()) return;
    const std::vector<std::string>& allow = report.list("allow");
    for (const Container::Capability& added : container.added()) {
        if (std::find(allow.begin(), allow.end(), added.name) != allow.end()) continue;
        Draft draft = report.at(added.node, "adds the capability " + quote(added.name) + "; remove it, or state the need in the configuration");
        if (added.node.text_or_empty() == "NET_BIND_SERVICE") draft.without("pss").without("psa").without("trivy:KSV-0106");
        no_pss_unless_judged(container, draft);
    }
}

void beyond(const Container& container, Reporter& report) {
    if (!container.own_security()["capabilities"].is_set()) return;
    const std::vector<std::string>&allow = report.list("allow"), &deny = report.list("deny");
    auto is_in = [](const std::vector<std::string>& list, std::string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); };
    for (const Container::Capability& added : container.added()) {
        // These have checks of their own.
        if (added.name == "ALL" || added.name == "NET_RAW" || added.name == "SYS_ADMIN" || added.name == "SYS_MODULE") continue;
        if (is_in(allow, added.name) || (kubernetes::is_baseline_capability(added.name) && !is_in(deny, added.name))) continue;
        Draft draft = report.at(added.node, quote(added.name) + " is not among the capabilities that containers may get; remove it");
        if (kubernetes::is_baseline_capability(added.node.text_or_empty())) draft.without("pss").without("psa");
        no_pss_unless_judged(container, draft);
    }
}

constexpr Example capabilities_all_added_examples[] = {{.bad = R"(
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
        add: ["ALL"]
              ^^^^^ adds every capability, which is as good as root on the node; name those the program needs
  - name: log
    image: registry.example/log:1.2
    securityContext: {capabilities: {add: [all]}}
                                           ^^^ adds every capability, which is as good as root on the node; name those the program needs
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
        add: [NET_BIND_SERVICE]
)",
                                                        .path = "app.yaml"}};

constexpr Example capabilities_net_raw_added_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: [ALL], add: [NET_RAW]}}
                                                        ^^^^^^^ NET_RAW allows forged packets in the network of the pods; remove it
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
    securityContext: {capabilities: {drop: [ALL]}}
)",
                                                            .path = "app.yaml"}};

constexpr Example capabilities_sys_admin_added_examples[] = {{.bad = R"(
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
        add:
        - SYS_ADMIN
          ^^^^^^^^^ SYS_ADMIN is as good as root on the node; remove it
        - CAP_SYS_ADMIN
          ^^^^^^^^^^^^^ SYS_ADMIN is as good as root on the node; remove it
        - SYS_PTRACE
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
        add:
        - SYS_PTRACE
)",
                                                              .path = "app.yaml"}};

constexpr Example capabilities_sys_module_added_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {add: [NET_ADMIN, SYS_MODULE]}}
                                                      ^^^^^^^^^^ SYS_MODULE loads code into the kernel of the node; remove it
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
    securityContext: {capabilities: {add: [NET_ADMIN]}}
)",
                                                               .path = "app.yaml"}};

constexpr Example capabilities_added_any_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {capabilities: {drop: [ALL], add: [CHOWN, NET_BIND_SERVICE]}}
                                                        ^^^^^ adds the capability 'CHOWN'; remove it, or state the need in the configuration
                                                               ^^^^^^^^^^^^^^^^ adds the capability 'NET_BIND_SERVICE'; remove it, or state the need in the configuration
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
    securityContext: {capabilities: {drop: [ALL]}}
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
    securityContext: {capabilities: {drop: [ALL], add: [CHOWN, NET_BIND_SERVICE]}}
                                                        ^^^^^ adds the capability 'CHOWN'; remove it, or state the need in the configuration
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
    securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}
)",
                                                        .config = R"(checks:
  capabilities-added-any: {allow: [NET_BIND_SERVICE]}
)",
                                                        .path = "app.yaml"}};

constexpr Option capabilities_added_any_options[] = {{.name = "allow", .what = "capabilities that may be added"}};

constexpr Example capabilities_added_beyond_baseline_examples[] = {{.bad = R"(
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
        add: [CHOWN, NET_ADMIN]
                     ^^^^^^^^^ 'NET_ADMIN' is not among the capabilities that containers may get; remove it
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
        add: [CHOWN]
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
    securityContext: {capabilities: {add: [MKNOD, SYS_TIME, SYS_NICE]}}
                                           ^^^^^ 'MKNOD' is not among the capabilities that containers may get; remove it
                                                            ^^^^^^^^ 'SYS_NICE' is not among the capabilities that containers may get; remove it
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
    securityContext: {capabilities: {add: [SYS_TIME]}}
)",
                                                                    .config = R"(checks:
  capabilities-added-beyond-baseline: {allow: [SYS_TIME], deny: [MKNOD]}
)",
                                                                    .path = "app.yaml"}};

constexpr Option capabilities_added_beyond_baseline_options[] = {{.name = "allow", .what = "further capabilities that may be added"},
                                                                 {.name = "deny", .what = "capabilities of the default set that may not be added"}};

constexpr Check table[] = {
    {
        .id = "capabilities-all-added",
        .title = "All capabilities are added.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "ALL gives a container every capability there is, SYS_ADMIN and SYS_MODULE among them: it can mount the node's disk or load a kernel module.",
        .aliases = {"polaris:dangerousCapabilities", "kubescape:C-0046", "kyverno:disallow-capabilities", "kube-linter:drop-net-raw-capability",
                    "psa:capabilities_baseline", "pss:baseline/capabilities_baseline", "pss:restricted/capabilities_restricted"},
        .standards = {"PSS-baseline", "MITRE-T1611"},
        .examples = capabilities_all_added_examples,
        .run = on_containers(one),
    },
    {
        .id = "capabilities-net-raw-added",
        .title = "Container gains NET_RAW.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "With NET_RAW a container can forge packets: it can answer for the DNS server or for another pod of the node. Newer ping programs do without.",
        .aliases = {"trivy:KSV-0119", "kube-linter:drop-net-raw-capability", "kubescape:C-0046", "mondoo:capability-net-raw", "psa:capabilities_baseline",
                    "pss:baseline/capabilities_baseline", "pss:restricted/capabilities_restricted"},
        .standards = {"PSS-baseline", "CIS-K8s-5.2.8"},
        .examples = capabilities_net_raw_added_examples,
        .run = on_containers(one),
    },
    {
        .id = "capabilities-sys-admin-added",
        .title = "Container gains SYS_ADMIN.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "SYS_ADMIN is a collection of rights to mount, to change namespaces and to trace that makes escaping from a container easy.",
        .aliases = {"trivy:KSV-0005", "checkov:CKV_K8S_39", "kube-linter:privilege-escalation-container", "polaris:dangerousCapabilities", "kubescape:C-0046",
                    "kics:235236ee-ad78-4065-bd29-61b061f28ce0", "kubesec:CapSysAdmin", "terrascan:AC_K8S_0075", "mondoo:capability-sys-admin",
                    "psa:capabilities_baseline", "pss:baseline/capabilities_baseline", "pss:restricted/capabilities_restricted"},
        .standards = {"PSS-baseline", "CIS-K8s-5.2.9", "MITRE-T1611"},
        .examples = capabilities_sys_admin_added_examples,
        .run = on_containers(one),
    },
    {
        .id = "capabilities-sys-module-added",
        .title = "Container gains SYS_MODULE.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "A container with SYS_MODULE can load a kernel module, and so run any code in the kernel of the node.",
        .aliases = {"trivy:KSV-0120", "kubescape:C-0046", "psa:capabilities_baseline", "pss:baseline/capabilities_baseline",
                    "pss:restricted/capabilities_restricted"},
        .standards = {"PSS-baseline", "MITRE-T1611"},
        .examples = capabilities_sys_module_added_examples,
        .run = on_containers(one),
    },
    {
        .id = "capabilities-added-any",
        .title = "A capability is added.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Every capability is a part of root's power. What is added should be rare and reviewed; PSS restricted lets NET_BIND_SERVICE pass.",
        .aliases = {"trivy:KSV-0022", "trivy:KSV-0106", "checkov:CKV_K8S_25", "kics:19ebaa28-fc86-4a58-bcfa-015c9e22fe40", "kubeaudit:CapabilityAdded",
                    "sonar:S5849", "kyverno:disallow-capabilities-strict", "gatekeeper:capabilities", "psa:capabilities_restricted",
                    "kyverno:restrict-adding-capabilities", "pss:restricted/capabilities_restricted"},
        .standards = {"PSS-restricted", "CIS-K8s-5.2.9"},
        .options = capabilities_added_any_options,
        .examples = capabilities_added_any_examples,
        .run = on_containers(any),
    },
    {
        .id = "capabilities-added-beyond-baseline",
        .title = "Capability outside the default set is added.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The runtime gives containers a set of capabilities that is known to be tolerable. Anything beyond it, such as NET_ADMIN or SYS_PTRACE, reaches "
               "into the node or into other containers, and Pod Security refuses it from baseline on.",
        .aliases = {"polaris:dangerousCapabilities", "kubescape:C-0046", "marvin:M-103", "datree:CONTAINERS_INVALID_CAPABILITIES_VALUE",
                    "kyverno:disallow-capabilities", "gatekeeper:capabilities", "psa:capabilities_baseline", "kyverno:service-mesh-disallow-capabilities",
                    "pss:baseline/capabilities_baseline", "pss:restricted/capabilities_restricted"},
        .standards = {"PSS-baseline", "CIS-K8s-5.2.9", "CIS-Docker-5.4", "MITRE-T1611", "OWASP-K01"},
        .options = capabilities_added_beyond_baseline_options,
        .examples = capabilities_added_beyond_baseline_examples,
        .run = on_containers(beyond),
    }};

}

extern constinit const std::span<const Check> capabilities_added = table;

}
