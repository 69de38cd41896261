#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>
#include <unordered_set>

// Probes and hooks that a container behind a Service should have.

namespace plimsoll::checks::probe_missing {

using kubernetes::Cluster;
using kubernetes::Container;
using kubernetes::Object;
using kubernetes::Pod;

// What is not written is not there: no patch, and something that serves rather than ends.
static bool serves(const Pod& pod) { return !pod.partial && !pod.object->is_fragment() && !pod.runs_to_completion(); }

namespace {

// Pods that a Service of the set selects, sorted by address.
std::vector<const Pod*> pods_behind_services(const Cluster& cluster) {
    std::vector<const Pod*> found;
    std::unordered_set<const kubernetes::Selection*> seen;   // many Services may have the same selector
    for (const Object* service : cluster.of_kind("Service")) {
        const kubernetes::Selector selector = kubernetes::Selector::map(service->spec()["selector"]);
        if (selector.absent() || selector.empty()) continue;
        const kubernetes::Selection& selected = cluster.selected(*service, selector);
        if (seen.insert(&selected).second) found.insert(found.end(), selected.begin(), selected.end());
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool declares_port(const Container& container) { return !container["ports"].empty(); }

bool any_declares_port(const Pod& pod) { return std::any_of(pod.containers.begin(), pod.containers.end(), declares_port); }

// Which pods get traffic: those a Service selects; with `ports` also those with ports in a set that holds no Service; all.
enum class Scope : unsigned char { service, ports, all };

}

// Calls judge(container, whether a Service selects it) for the containers that get traffic. Of a pod that a Service selects these are those with ports, or all when none has any.
template <typename Judge>
static void each_behind_service(const Cluster& cluster, Scope scope, const Judge& judge) {
    const std::vector<const Pod*> selected = pods_behind_services(cluster);
    const bool guess = scope == Scope::ports && cluster.of_kind("Service").empty();
    if (selected.empty() && !guess && scope != Scope::all) return;
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods()) {
            if (!serves(pod)) continue;
            const bool known = std::binary_search(selected.begin(), selected.end(), &pod);
            if (!known && !guess && scope != Scope::all) continue;
            const bool ports = any_declares_port(pod);
            for (const Container& container : pod.containers)
                if (container.long_running() && (scope == Scope::all || declares_port(container) || (known && !ports))) judge(container, known);
        }
}

static Scope scope_of(Reporter& report) {
    const std::string_view scope = report.text("scope");
    if (scope == "service") return Scope::service;
    if (scope == "ports") return Scope::ports;
    if (scope == "all") return Scope::all;
    const std::string& profile = report.settings().profile;
    return profile == "recommended" || profile == "bugs" ? Scope::ports : Scope::all;
}

// A probe is missing. kube-score's rule is about pods that a Service selects.
static void report_probe(const Container& container, bool served, std::string_view probe, std::string message, std::initializer_list<std::string_view> others,
                         Reporter& report) {
    const Object& object = *container.pod->object;
    Draft draft = report.at(object, container.holder(probe), std::move(message));
    draft.container(container).field(container.node.path(object.node()) + "." + std::string(probe));
    if (!served) draft.only(others);
}

static void run_liveness(const Cluster& cluster, Reporter& report) {
    each_behind_service(cluster, Scope::all, [&](const Container& container, bool served) {
        if (container["livenessProbe"].is_set()) return;
        report_probe(container, served, "livenessProbe",
                     "no livenessProbe: a process that hangs is not restarted; add one that fails only when a restart helps",
                     {"checkov:CKV_K8S_8", "kube-linter:no-liveness-probe", "polaris:livenessProbeMissing", "kubescape:C-0056",
                      "kics:ade74944-a674-4e00-859e-c6eab5bde441", "datree:CONTAINERS_MISSING_LIVENESSPROBE_KEY", "marvin:M-403", "terrascan:AC_K8S_0070",
                      "popeye:102", "popeye:103", "kyverno:require-probes", "gatekeeper:requiredprobes", "rhcop:OCP_BESTPRACT-00008", "mondoo:livenessprobe"},
                     report);
    });
}

static void run_readiness(const Cluster& cluster, Reporter& report) {
    each_behind_service(cluster, scope_of(report), [&](const Container& container, bool served) {
        if (container["readinessProbe"].is_set()) return;
        report_probe(container, served, "readinessProbe", "no readinessProbe: the container counts as ready before it can answer; add one",
                     {"checkov:CKV_K8S_9", "kube-linter:no-readiness-probe", "polaris:readinessProbeMissing", "kubescape:C-0018",
                      "kics:a659f3b5-9bf0-438a-bd9a-7d3a6427f1e3", "datree:CONTAINERS_MISSING_READINESSPROBE_KEY", "marvin:M-402", "terrascan:AC_K8S_0072",
                      "popeye:102", "popeye:104", "kyverno:require-probes", "gatekeeper:requiredprobes", "rhcop:OCP_BESTPRACT-00009", "mondoo:readinessProbe"},
                     report);
    });
}

static void run_prestop(const Cluster& cluster, Reporter& report) {
    each_behind_service(cluster, Scope::service, [&](const Container& container, bool) {
        if (container.at("lifecycle.preStop").is_set()) return;
        report
            .at(*container.pod->object, container.holder("lifecycle.preStop"),
                "no preStop hook: requests still arrive while the process ends; wait some seconds or drain there")
            .container(container)
            .field(container.node.path(container.pod->object->node()) + ".lifecycle.preStop");
    });
}

static constexpr Option readiness_options[] = {
    {.name = "scope",
     .type = Option::Type::text,
     .what = "Which containers need the probe: service (a Service of the set selects the pod), ports (or the set has no Service and the container declares "
             "ports), all. "
             "Without it, ports in the recommended profile and all in the others."},
};

static constexpr Example liveness_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - name: migrate
        image: example.org/migrate:1.0
      containers:
      - name: web
              ^^^ no livenessProbe: a process that hangs is not restarted; add one that fails only when a restart helps
        image: example.org/web:1.0
)",
                                                 .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
        livenessProbe: {httpGet: {path: /live, port: 8080}}
)",
                                                 .path = "app.yaml"},
                                                {.bad = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      initContainers:
      - {name: proxy, restartPolicy: Always, image: "example.org/proxy:1.0"}
               ^^^^^ no livenessProbe: a process that hangs is not restarted; add one that fails only when a restart helps
      containers:
      - {name: db, image: "example.org/db:1.0", livenessProbe: null}
                                                ^^^^^^^^^^^^^ no livenessProbe: a process that hangs is not restarted; add one that fails only when a restart helps
)",
                                                 .good = R"(
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: migrate, image: "example.org/migrate:1.0"}
)",
                                                 .path = "app.yaml"}};

static constexpr Example readiness_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
              ^^^ no readinessProbe: the container counts as ready before it can answer; add one
        image: example.org/web:1.0
)",
                                                  .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: 8080}}
      - name: logs
        image: example.org/logs:1.0
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers: [{name: worker, image: "example.org/worker:1.0", ports: [{containerPort: 9090}]}]
)",
                                                  .path = "app.yaml"},
                                                 {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "example.org/web:1.0", ports: [{containerPort: 80}]}]
                          ^^^ no readinessProbe: the container counts as ready before it can answer; add one
)",
                                                  .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers: [{name: worker, image: "example.org/worker:1.0"}]
)",
                                                  .path = "app.yaml"}};

static constexpr Example prestop_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "example.org/web:1.0"}
               ^^^ no preStop hook: requests still arrive while the process ends; wait some seconds or drain there
)",
                                                .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "example.org/web:1.0", lifecycle: {preStop: {sleep: {seconds: 5}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      containers: [{name: worker, image: "example.org/worker:1.0"}]
)",
                                                .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "liveness-probe-missing",
     .title = "Container has no liveness probe.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Without a liveness probe the kubelet restarts a container only when its process ends, so one that hangs stays for good. "
            "A careless probe does more harm than none, as it restarts healthy containers under load: that is why this is off by default.",
     .aliases = {"checkov:CKV_K8S_8", "kube-linter:no-liveness-probe", "kube-score:pod-probes", "polaris:livenessProbeMissing", "kubescape:C-0056",
                 "kics:ade74944-a674-4e00-859e-c6eab5bde441", "datree:CONTAINERS_MISSING_LIVENESSPROBE_KEY", "marvin:M-403", "terrascan:AC_K8S_0070",
                 "popeye:102", "popeye:103", "kyverno:require-probes", "gatekeeper:requiredprobes", "rhcop:OCP_BESTPRACT-00008", "mondoo:livenessprobe"},
     .standards = {"CIS-Docker-5.27"},
     .examples = liveness_examples,
     .run = on_cluster(run_liveness)},
    {.id = "prestop-hook-missing",
     .title = "Container has no preStop hook.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "When a pod ends, its process is told to stop at the same time as the load balancers learn of it, so the last requests meet a closed port. "
            "A short wait or a drain in preStop closes the gap; a server that goes on accepting for a while after SIGTERM needs none.",
     .aliases = {"datree:CONTAINERS_MISSING_PRESTOP_KEY"},
     .examples = prestop_examples,
     .run = on_cluster(run_prestop)},
    {.id = "readiness-probe-missing",
     .title = "Container behind a Service has no readiness probe.",
     .category = Category::reliability,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why =
         "Without a readiness probe a pod counts as ready as soon as its process has started: a Service sends requests to it that fail, and a rolling update "
         "goes on to the next pod before this one can serve.",
     .aliases = {"checkov:CKV_K8S_9", "kube-linter:no-readiness-probe", "kube-score:pod-probes", "polaris:readinessProbeMissing", "kubescape:C-0018",
                 "kics:a659f3b5-9bf0-438a-bd9a-7d3a6427f1e3", "datree:CONTAINERS_MISSING_READINESSPROBE_KEY", "marvin:M-402", "terrascan:AC_K8S_0072",
                 "popeye:102", "popeye:104", "kyverno:require-probes", "gatekeeper:requiredprobes", "rhcop:OCP_BESTPRACT-00009", "mondoo:readinessProbe"},
     .options = readiness_options,
     .examples = readiness_examples,
     .run = on_cluster(run_readiness)},
};

extern constinit const std::span<const Check> probe_missing = table;

}
