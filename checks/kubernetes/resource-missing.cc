#include <set>

#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::resource_missing {

using kubernetes::Cluster;
using kubernetes::Container;
using kubernetes::Object;
using kubernetes::Pod;

namespace {

struct Want {
    std::string_view section, resource, path;
    std::string_view nothing;   // the message when nothing is there
    // Leaves out the aliases of peers that do not look at init containers.
    void (*narrow_for_init)(Draft&) = nullptr;
};

}

// What the admission of a LimitRange fills in: max stands in for default, default and min for defaultRequest.
static bool fills_in(const Object& limit_range, const Want& want) {
    for (yaml::Node limit : limit_range.spec()["limits"].items()) {
        if (limit["type"].text() != "Container") continue;
        if (asks(limit["default"][want.resource]) || asks(limit["max"][want.resource])) return true;
        if (want.section == "requests" && (asks(limit["defaultRequest"][want.resource]) || asks(limit["min"][want.resource]))) return true;
    }
    return false;
}

namespace {

// Where a LimitRange of the set fills in what is missing. Objects without a namespace go where they are applied to, which is the same place for
// those of one folder.
class Defaults {
public:
    Defaults(const Cluster& cluster, const Want& want) {
        for (const Object* limit_range : cluster.of_kind("LimitRange"))
            if (fills_in(*limit_range, want)) places_of(*limit_range).insert(place_of(*limit_range));
    }
    bool hold_for(const Object& workload) { return !(named_.empty() && folders_.empty()) && places_of(workload).contains(place_of(workload)); }

private:
    std::set<std::string_view>& places_of(const Object& object) { return object.declared_namespace() ? named_ : folders_; }
    static std::string_view place_of(const Object& object) {
        if (object.declared_namespace()) return *object.declared_namespace();
        const std::string_view path = object.manifest().source().path();
        return path.substr(0, path.rfind('/') + 1);
    }
    std::set<std::string_view> named_, folders_;
};

}

static bool has(const Container& container, const Want& want) {
    const yaml::Node resources = container["resources"];
    if (!resources.is_set()) return false;
    if (unreadable(container.node, want.section) || asks(resources[want.section][want.resource])) return true;
    return want.section == "requests" && (unreadable(container.node, "limits") || asks(resources["limits"][want.resource]));
}

static void tell(const Object& workload, const Container& container, const Want& want, Reporter& report) {
    const yaml::Node written = container["resources"][want.section][want.resource];
    Draft draft = written.is_set() ? report.at(workload, written, quote(written.scalar()) + " is the same as none: " + std::string(want.nothing))
                                   : report.at(workload, container.holder(want.path), std::string(want.nothing));
    draft.container(container).field(container.node.path(workload.node()) + '.' + std::string(want.path));
    if (container.is_init() && want.narrow_for_init) want.narrow_for_init(draft);
}

static void judge(const Cluster& cluster, Reporter& report, const Want& want) {
    const bool with_init = report.flag("init_containers");
    Defaults defaults(cluster, want);
    for (const Object* workload : cluster.workloads()) {
        if (defaults.hold_for(*workload)) continue;
        for (const Pod& pod : workload->pods()) {
            if (pod.partial || pod_level(pod, want.section, want.resource)) continue;
            for (const Container& container : pod.containers)
                if (!container.is_ephemeral() && (with_init || !container.is_init()) && !has(container, want)) tell(*workload, container, want, report);
        }
    }
}

template <const Want& want>
static void run(const Cluster& cluster, Reporter& report) {
    judge(cluster, report, want);
}

static void narrow_cpu_request(Draft& draft) {
    draft.only({"trivy:KSV-0015", "checkov:CKV_K8S_10", "kube-linter:unset-cpu-requirements", "kube-score:container-resources", "kubescape:C-0268",
                "kubescape:C-0050", "kics:ca469dd4-c736-448f-8ac1-30a642705e0a", "kubesec:RequestsCPU", "marvin:M-405", "sonar:S6892"});
}
static constexpr Want cpu_request = {
    .section = "requests",
    .resource = "cpu",
    .path = "resources.requests.cpu",
    .nothing = "the scheduler counts this container as idle; set resources.requests.cpu to what it needs as a rule",
    .narrow_for_init = narrow_cpu_request,
};
static void narrow_cpu_limit(Draft& draft) {
    draft.only({"trivy:KSV-0011", "checkov:CKV_K8S_11", "kube-score:container-resources", "kubescape:C-0270", "kubescape:C-0009", "kubescape:C-0050",
                "kics:4ac0e2b7-d2d2-4af7-8799-e8de6721ccda", "kubesec:LimitsCPU", "marvin:M-407", "sonar:S6869"});
}
static constexpr Want cpu_limit = {
    .section = "limits",
    .resource = "cpu",
    .path = "resources.limits.cpu",
    .nothing = "nothing keeps this container from all the CPU that others leave; set resources.limits.cpu where that is not wanted",
    .narrow_for_init = narrow_cpu_limit,
};
static void narrow_memory_request(Draft& draft) {
    draft.only({"trivy:KSV-0016", "checkov:CKV_K8S_12", "kube-score:container-resources", "kubescape:C-0269", "kubescape:C-0004",
                "kics:229588ef-8fde-40c8-8756-f4f2b5825ded", "kubesec:RequestsMemory", "marvin:M-404", "sonar:S6873"});
}
static constexpr Want memory_request = {
    .section = "requests",
    .resource = "memory",
    .path = "resources.requests.memory",
    .nothing = "the scheduler keeps no memory for this container; set resources.requests.memory to what it needs",
    .narrow_for_init = narrow_memory_request,
};
static void narrow_memory_limit(Draft& draft) {
    draft.only({"trivy:KSV-0018", "checkov:CKV_K8S_13", "kube-linter:unset-memory-requirements", "kube-score:container-resources", "kubescape:C-0271",
                "kubescape:C-0009", "kubescape:C-0004", "kics:b14d1bc4-a208-45db-92f0-e21f8e2588e9", "kubesec:LimitsMemory", "marvin:M-406", "sonar:S6864"});
}
static constexpr Want memory_limit = {
    .section = "limits",
    .resource = "memory",
    .path = "resources.limits.memory",
    .nothing = "a leak in this container takes the memory of the whole node; set resources.limits.memory",
    .narrow_for_init = narrow_memory_limit,
};
static constexpr Want storage = {
    .section = "limits",
    .resource = "ephemeral-storage",
    .path = "resources.limits.ephemeral-storage",
    .nothing = "logs and files of this container may fill the disk of the node; set resources.limits.ephemeral-storage, and a request where it is lower",
};

static constexpr Option options[] = {
    {.name = "init_containers", .type = Option::Type::flag, .value = "true", .what = "Also looks at init containers that run to their end."},
};

static constexpr Example cpu_request_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
          ^^^ the scheduler counts this container as idle; set resources.requests.cpu to what it needs as a rule
    image: example.org/web:1.4
  - name: proxy
    image: example.org/proxy:2
    resources:
      requests:
        cpu: 0
             ^ '0' is the same as none: the scheduler counts this container as idle; set resources.requests.cpu to what it needs as a rule
)",
                                                    .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests:
        cpu: 50m
  - name: proxy
    image: example.org/proxy:2
    resources:
      limits:
        cpu: 1
)",
                                                    .path = "app.yaml"},
                                                   {.bad = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec: {limits: [{type: Container, defaultRequest: {cpu: 50m}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: other}
spec: {containers: [{name: web, image: "example.org/web:1.4", resources: {requests: {memory: 64Mi}}}]}
                                                                          ^^^^^^^^ the scheduler counts this container as idle; set resources.requests.cpu to what it needs as a rule
)",
                                                    .good = R"(
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec: {limits: [{type: Container, defaultRequest: {cpu: 50m}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "example.org/web:1.4", resources: {requests: {memory: 64Mi}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: other}
spec: {resources: {limits: {cpu: 1}}, containers: [{name: web, image: "example.org/web:1.4"}]}
)",
                                                    .path = "app.yaml"}};

static constexpr Example cpu_limit_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests:
        cpu: 50m
      limits:
      ^^^^^^ nothing keeps this container from all the CPU that others leave; set resources.limits.cpu where that is not wanted
        memory: 64Mi
)",
                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests:
        cpu: 50m
      limits:
        cpu: 500m
        memory: 64Mi
)",
                                                  .path = "app.yaml"}};

static constexpr Example memory_request_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - name: migrate
              ^^^^^^^ the scheduler keeps no memory for this container; set resources.requests.memory to what it needs
        image: example.org/migrate:1
      containers:
      - name: web
        image: example.org/web:1.4
        resources:
        ^^^^^^^^^ the scheduler keeps no memory for this container; set resources.requests.memory to what it needs
          limits: {cpu: 1}
)",
                                                       .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - name: migrate
        image: example.org/migrate:1
        resources: {limits: {memory: 64Mi}}
      containers:
      - name: web
        image: example.org/web:1.4
        resources:
          requests: {memory: 64Mi}
)",
                                                       .path = "app.yaml"}};

static constexpr Example memory_limit_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
    ^^^^^^^^^ a leak in this container takes the memory of the whole node; set resources.limits.memory
      requests:
        memory: 64Mi
)",
                                                     .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      limits:
        memory: 64Mi
  - name: proxy
    image: example.org/proxy:2
    resources: ${PROXY_RESOURCES}
)",
                                                     .path = "app.yaml"},
                                                    {.bad = R"(
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [
  {"name": "web", "image": "example.org/web:1.4", "resources": {"limits": {"memory": "0"}}}]}}
                                                                                     ^^^ '0' is the same as none: a leak in this container takes the memory of the whole node; set resources.limits.memory
)",
                                                     .good = R"(
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [
  {"name": "web", "image": "example.org/web:1.4", "resources": {"limits": {"memory": "64Mi"}}}]}}
)",
                                                     .path = "app.yaml"}};

static constexpr Example storage_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
    ^^^^^^^^^ logs and files of this container may fill the disk of the node; set resources.limits.ephemeral-storage, and a request where it is lower
      requests: {ephemeral-storage: 1Gi}
)",
                                                .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      limits: {ephemeral-storage: 1Gi}
)",
                                                .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "cpu-limit-missing",
     .title = "Container has no CPU limit.",
     .category = Category::resources,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Without a limit a container may take all the CPU of the node that is idle. Requests keep the others' share, so many teams leave limits out on "
            "purpose; "
            "where tenants share nodes, or bills depend on it, the limit is wanted.",
     .aliases = {"trivy:KSV-0011",
                 "checkov:CKV_K8S_11",
                 "kube-score:container-resources",
                 "polaris:cpuLimitsMissing",
                 "kubescape:C-0270",
                 "kubescape:C-0009",
                 "kubescape:C-0050",
                 "kics:4ac0e2b7-d2d2-4af7-8799-e8de6721ccda",
                 "kubesec:LimitsCPU",
                 "kubeaudit:LimitsNotSet",
                 "kubeaudit:LimitsCPUNotSet",
                 "datree:CONTAINERS_MISSING_CPU_LIMIT_KEY",
                 "marvin:M-407",
                 "terrascan:AC_K8S_0098",
                 "sonar:S6869",
                 "popeye:107",
                 "kyverno:require-cpu-limits",
                 "gatekeeper:containerlimits",
                 "gatekeeper:containerresources",
                 "mondoo:limitcpu"},
     .standards = {"CIS-Docker-5.12", "NSA-net-resource-policies", "MITRE-T1499"},
     .options = options,
     .examples = cpu_limit_examples,
     .run = on_cluster(run<cpu_limit>)},
    {.id = "cpu-request-missing",
     .title = "Container has no CPU request.",
     .category = Category::resources,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "The scheduler packs a node by requests. A container without one fits everywhere and gets next to nothing as soon as the node is busy; "
            "autoscalers that work by utilisation cannot reckon with it at all. A limit alone becomes the request.",
     .aliases = {"trivy:KSV-0015", "checkov:CKV_K8S_10", "kube-linter:unset-cpu-requirements", "kube-score:container-resources", "polaris:cpuRequestsMissing",
                 "kubescape:C-0268", "kubescape:C-0050", "kics:ca469dd4-c736-448f-8ac1-30a642705e0a", "kubesec:RequestsCPU",
                 "datree:CONTAINERS_MISSING_CPU_REQUEST_KEY", "marvin:M-405", "terrascan:AC_K8S_0097", "sonar:S6892", "popeye:106",
                 "kyverno:require-pod-requests-limits", "gatekeeper:containerrequests", "gatekeeper:containerresources", "mondoo:requestcpu"},
     .standards = {"CIS-Docker-5.12", "NSA-net-resource-policies", "OWASP-K01"},
     .options = options,
     .examples = cpu_request_examples,
     .run = on_cluster(run<cpu_request>)},
    {.id = "ephemeral-storage-missing",
     .title = "Container has no ephemeral-storage request or limit.",
     .category = Category::resources,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "The container's writable layer, its logs and its emptyDir volumes lie on the disk of the node. When that is full the kubelet evicts pods, "
            "and those without a limit may have caused it at the cost of their neighbours.",
     .aliases = {"kube-score:container-ephemeral-storage-request-and-limit", "sonar:S6870", "sonar:S6897", "gatekeeper:ephemeralstoragelimit",
                 "kyverno:require-emptydir-requests-limits"},
     .options = options,
     .examples = storage_examples,
     .run = on_cluster(run<storage>)},
    {.id = "memory-limit-missing",
     .title = "Container has no memory limit.",
     .category = Category::resources,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "Memory cannot be throttled. When a container without a limit grows, the node runs out, and the kernel kills whichever process it picks, "
            "most likely of another workload.",
     .aliases = {"trivy:KSV-0018",
                 "checkov:CKV_K8S_13",
                 "kube-linter:unset-memory-requirements",
                 "kube-score:container-resources",
                 "polaris:memoryLimitsMissing",
                 "kubescape:C-0271",
                 "kubescape:C-0009",
                 "kubescape:C-0004",
                 "kics:b14d1bc4-a208-45db-92f0-e21f8e2588e9",
                 "kubesec:LimitsMemory",
                 "kubeaudit:LimitsNotSet",
                 "kubeaudit:LimitsMemoryNotSet",
                 "datree:CONTAINERS_MISSING_MEMORY_LIMIT_KEY",
                 "marvin:M-406",
                 "terrascan:AC_K8S_0100",
                 "sonar:S6864",
                 "popeye:107",
                 "kyverno:require-pod-requests-limits",
                 "gatekeeper:containerlimits",
                 "gatekeeper:containerresources",
                 "rhcop:OCP_BESTPRACT-00012",
                 "mondoo:limitmemory"},
     .standards = {"CIS-Docker-5.11", "NSA-net-resource-policies", "MITRE-T1499"},
     .options = options,
     .examples = memory_limit_examples,
     .run = on_cluster(run<memory_limit>)},
    {.id = "memory-request-missing",
     .title = "Container has no memory request.",
     .category = Category::resources,
     .severity = Severity::medium,
     .profile = Profile::strict,
     .why =
         "The scheduler puts the pod on any node, however little memory is left there, and when memory runs short pods that use more than they asked for are "
         "evicted first. A limit alone becomes the request.",
     .aliases = {"trivy:KSV-0016", "checkov:CKV_K8S_12", "kube-score:container-resources", "polaris:memoryRequestsMissing", "kubescape:C-0269",
                 "kubescape:C-0004", "kics:229588ef-8fde-40c8-8756-f4f2b5825ded", "kubesec:RequestsMemory", "datree:CONTAINERS_MISSING_MEMORY_REQUEST_KEY",
                 "marvin:M-404", "terrascan:AC_K8S_0099", "sonar:S6873", "popeye:106", "kyverno:require-pod-requests-limits", "gatekeeper:containerrequests",
                 "gatekeeper:containerresources", "mondoo:requestmemory"},
     .standards = {"NSA-net-resource-policies", "OWASP-K01"},
     .options = options,
     .examples = memory_request_examples,
     .run = on_cluster(run<memory_request>)},
};

extern constinit const std::span<const Check> resource_missing = table;

}
