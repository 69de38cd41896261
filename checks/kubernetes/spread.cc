#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

// How the replicas of a workload are spread over nodes and zones.

namespace plimsoll::checks::spread {

using kubernetes::Match;
using kubernetes::Object;
using kubernetes::Pod;
using kubernetes::Selector;
using yaml::Node;

static bool is_whole(const Pod& pod) { return !pod.partial && !pod.object->is_fragment(); }

static bool is_replicated(const Object& object) {
    return object.is("Deployment") || object.is("StatefulSet") || object.is("ReplicaSet") || object.is("ReplicationController");
}

// The terms of the pod's anti-affinity, required and preferred ones.
template <typename Each>
static void each_term(const Pod& pod, const Each& each) {
    const Node anti = pod.spec["affinity"]["podAntiAffinity"];
    for (Node term : anti["requiredDuringSchedulingIgnoredDuringExecution"].items()) each(term);
    for (Node term : anti["preferredDuringSchedulingIgnoredDuringExecution"].items()) each(term["podAffinityTerm"]);
}

static bool keeps_apart(const Pod& pod, Node term, const std::vector<std::string>& keys) {
    if (!term.is_mapping()) return false;
    const Node key = term["topologyKey"];
    if (key.text() && !key.is_placeholder() && std::find(keys.begin(), keys.end(), key.scalar()) == keys.end()) return false;
    return Selector::labels(term["labelSelector"]).matches(pod.labels()) != Match::no;
}

// The spread constraint and its selector in one line, for the labels that the workload's selector names.
static std::string constraint_for(const Pod& pod) {
    std::string labels;
    for (const yaml::Entry& entry : pod.object->at("spec.selector.matchLabels").entries()) {
        const std::string_view value = entry.value.text_or_empty();
        if (!kubernetes::is_qualified_name(entry.key.scalar()) || !kubernetes::is_label_value(value)) return {};
        if (!labels.empty()) labels += ", ";
        labels += std::string(entry.key.scalar()) + ": \"" + std::string(value) + "\"";
    }
    if (labels.empty()) return {};
    return "[{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {" + labels + "}}}]";
}

static std::optional<Edit> spread_edit(const Pod& pod) {
    const std::string constraint = constraint_for(pod);
    if (constraint.empty() || pod.spec["topologySpreadConstraints"] || pod.object->node().in_flow()) return std::nullopt;
    return yaml::set_key(pod.object->manifest().source(), pod.spec, "topologySpreadConstraints", constraint);
}

static void run_affinity(const Pod& pod, Reporter& report) {
    if (!is_replicated(*pod.object) || !is_whole(pod) || pod.runs_to_completion()) return;
    const Node replicas = pod.object->spec()["replicas"];
    if (replicas.integer().value_or(1) < report.number("min_replicas")) return;
    const std::vector<std::string>& keys = report.list("topology_keys");
    bool apart = false;
    each_term(pod, [&](Node term) { apart = apart || keeps_apart(pod, term, keys); });
    for (Node constraint : pod.spec["topologySpreadConstraints"].items()) apart = apart || keeps_apart(pod, constraint, keys);
    if (apart) return;
    Draft draft = report.missing(pod, "topologySpreadConstraints",
                                 "all " + std::to_string(*replicas.integer()) +
                                     " replicas may land on one node; spread them with topologySpreadConstraints or podAntiAffinity");
    if (pod.object->is("StatefulSet"))
        draft.only({"kube-linter:no-anti-affinity", "kube-score:statefulset-has-host-podantiaffinity", "kics:d740d048-8ed3-49d3-b77b-6f072f3b669e",
                    "kics:a31b7b82-d994-48c4-bd21-3bab6c31827a", "datree:EKS_MISSING_KEY_TOPOLOGYKEY", "rhcop:OCP_BESTPRACT-00026",
                    "kyverno:create-pod-antiaffinity"});
    else if (pod.object->is("Deployment"))
        draft.only({"kube-linter:no-anti-affinity", "kube-score:deployment-has-host-podantiaffinity", "kics:a31b7b82-d994-48c4-bd21-3bab6c31827a",
                    "datree:EKS_MISSING_KEY_TOPOLOGYKEY", "rhcop:OCP_BESTPRACT-00026", "kyverno:create-pod-antiaffinity"});
    else
        draft.only(
            {"kube-linter:no-anti-affinity", "kics:a31b7b82-d994-48c4-bd21-3bab6c31827a", "rhcop:OCP_BESTPRACT-00026", "kyverno:create-pod-antiaffinity"});
    draft.fix("Spread the replicas over the nodes", Safety::unsafe, spread_edit(pod));
}

static void run_missing(const Pod& pod, Reporter& report) {
    if (!is_whole(pod) || pod.runs_to_completion() || pod.object->is("DaemonSet") || pod.object->is("Pod")) return;
    const Node constraints = pod.spec["topologySpreadConstraints"];
    if (constraints.is_set() && !constraints.empty()) return;
    report.missing(pod, "topologySpreadConstraints", "no topologySpreadConstraints: zones and nodes are not considered; add one")
        .fix("Spread the replicas over the nodes", Safety::unsafe, spread_edit(pod));
}

static void judge_duplicates(Node list, Reporter& report) {
    if (list.size() > 50) return;
    for (Node constraint : list.items())
        for (Node first : list.items()) {
            if (first == constraint) break;
            if (constraint["topologyKey"].text_or_empty().empty() || first["topologyKey"].text() != constraint["topologyKey"].text() ||
                first["whenUnsatisfiable"].text() != constraint["whenUnsatisfiable"].text())
                continue;
            report.at(constraint["topologyKey"], "another constraint has the same key and policy; the API server refuses that")
                .related(first["topologyKey"].span(), "the first one");
            break;
        }
}

static void judge_constraint(Node constraint, Reporter& report) {
    const Node skew = constraint["maxSkew"], domains = constraint["minDomains"], key = constraint["topologyKey"], policy = constraint["whenUnsatisfiable"];
    if (const auto value = skew.integer(); value && *value < 1) report.at(skew, "maxSkew must be at least 1");
    if (!skew.is_set()) report.at(constraint.head(), "maxSkew is missing; give at least 1");
    if (!key.is_set() || (key.text() && key.scalar().empty()))
        report.at(key.is_set() ? key.span() : constraint.head(), "topologyKey is missing; name the node label to spread over");
    const std::string_view text = policy.text_or_empty();
    if (!policy.is_set())
        report.at(constraint.head(), "whenUnsatisfiable is missing; say DoNotSchedule or ScheduleAnyway");
    else if (policy.text() && text != "DoNotSchedule" && text != "ScheduleAnyway")
        report.at(policy, quote(text) + " is neither DoNotSchedule nor ScheduleAnyway");
    if (const auto value = domains.integer(); value && *value < 1)
        report.at(domains, "minDomains must be at least 1");
    else if (value && text == "ScheduleAnyway")
        report.at(domains, "minDomains is allowed with DoNotSchedule only");
    if (!constraint["labelSelector"].is_set())
        report.at(constraint.head(), "without a labelSelector the constraint counts no pods and has no effect; repeat the labels of the pod")
            .severity(Severity::medium);
}

static void run_invalid(const Pod& pod, Reporter& report) {
    const Node list = pod.spec["topologySpreadConstraints"];
    for (Node constraint : list.items())
        if (constraint.is_mapping() && is_whole(pod)) judge_constraint(constraint, report);
    if (list.is_sequence()) judge_duplicates(list, report);
}

// Requirements that hold for the pod, of those given as matchLabels.
static std::size_t met(const Pod& pod, Node selector) {
    std::size_t count = 0;
    for (const yaml::Entry& entry : selector["matchLabels"].entries()) count += pod.labels()[entry.key.scalar()].text() == entry.value.text();
    return count;
}

static void judge_self(const Pod& pod, Node term, bool affinity, Reporter& report) {
    const Selector selector = Selector::labels(term["labelSelector"]);
    if (selector.absent() || selector.empty() || selector.matches(pod.labels()) != Match::no) return;
    const Node unmet = selector.first_unmet(pod.labels());
    Draft draft = report.at(unmet ? unmet : term["labelSelector"],
                            "the pod itself has no such label, so its replicas are not spread by this; use the labels of the template");
    // The peers ask this of several replicas only.
    if (!affinity || pod.object->spec()["replicas"].integer().value_or(1) < 2) draft.only({});
}

static void run_self(const Pod& pod, Reporter& report) {
    if (!is_whole(pod)) return;
    for (Node constraint : pod.spec["topologySpreadConstraints"].items()) judge_self(pod, constraint, false, report);
    if (!is_replicated(*pod.object)) return;
    // Anti-affinity is also used to stay away from others: only a selector that holds in part is taken for the pod's own.
    std::size_t terms = 0;
    Node only;
    each_term(pod, [&](Node term) {
        ++terms;
        only = term;
    });
    const Node labels = only["labelSelector"];
    if (terms == 1 && met(pod, labels) > 0 && met(pod, labels) + 1 == labels["matchLabels"].size()) judge_self(pod, only, true, report);
}

static void run_hard(const Pod& pod, Reporter& report) {
    for (Node constraint : pod.spec["topologySpreadConstraints"].items())
        if (const Node policy = constraint["whenUnsatisfiable"]; policy.text_or_empty() == "DoNotSchedule")
            report.at(policy, "pods stay pending when the spread cannot be kept, as in an outage of a zone; consider ScheduleAnyway");
}

static void run_node_affinity(const Pod& pod, Reporter& report) {
    if (is_whole(pod) && !pod.at("affinity.nodeAffinity").is_set())
        report.missing(pod, "affinity.nodeAffinity", "no nodeAffinity: the pod may run on any node; the policy asks for a choice");
}

static constexpr Option affinity_options[] = {
    {.name = "min_replicas", .type = Option::Type::number, .value = "2", .what = "Workloads with fewer replicas are not judged."},
    {.name = "topology_keys",
     .value = "kubernetes.io/hostname topology.kubernetes.io/zone failure-domain.beta.kubernetes.io/zone topology.kubernetes.io/region",
     .what = "Node labels that count as spreading."},
};

static constexpr Example affinity_examples[] = {{.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
    ^^^^ all 3 replicas may land on one node; spread them with topologySpreadConstraints or podAntiAffinity
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                 .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: "web"}}}]
)yaml",
                                                 .path = "app.yaml"},
                                                {.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
    ^^^^ all 3 replicas may land on one node; spread them with topologySpreadConstraints or podAntiAffinity
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: cache}}}
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                 .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
      containers:
      - name: web
        image: example.org/web:1.0
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: one}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                 .path = "app.yaml",
                                                 .fixed = false}};

static constexpr Example missing_examples[] = {{.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
    ^^^^ no topologySpreadConstraints: zones and nodes are not considered; add one
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: "web"}}}]
)yaml",
                                                .path = "app.yaml"}};

static constexpr Example invalid_examples[] = {{.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
      - maxSkew: 0
                 ^ maxSkew must be at least 1
        topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: ScheduleAnyway
        minDomains: 2
                    ^ minDomains is allowed with DoNotSchedule only
        labelSelector: {matchLabels: {app: web}}
      - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
                                  ^^^^^^^^^^^^^^^^^^^^^^ another constraint has the same key and policy; the API server refuses that
      - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: Never, labelSelector: {matchLabels: {app: web}}}
                                                           ^^^^^ 'Never' is neither DoNotSchedule nor ScheduleAnyway
      - maxSkew: 1
        ^^^^^^^ without a labelSelector the constraint counts no pods and has no effect; repeat the labels of the pod
        topologyKey: rack
        whenUnsatisfiable: DoNotSchedule
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
      - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, minDomains: 2, labelSelector: {matchLabels: {app: web}}}
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                .path = "app.yaml"}};

static constexpr Example self_examples[] = {{.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: ScheduleAnyway
        labelSelector: {matchLabels: {app: api}}
                                           ^^^ the pod itself has no such label, so its replicas are not spread by this; use the labels of the template
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                             .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: ScheduleAnyway
        labelSelector: {matchLabels: {app: web}}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: cache}}}
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                             .path = "app.yaml"},
                                            {.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: back}}
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web, tier: front}}}
                                                                                                                 ^^^^^ the pod itself has no such label, so its replicas are not spread by this; use the labels of the template
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                             .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: back}}
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web, tier: back}}}
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                             .path = "app.yaml"}};

static constexpr Example hard_examples[] = {{.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
                           ^^^^^^^^^^^^^ pods stay pending when the spread cannot be kept, as in an outage of a zone; consider ScheduleAnyway
        labelSelector: {matchLabels: {app: web}}
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                             .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1.0
      topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: "web"}}}]
)yaml",
                                             .path = "app.yaml"}};

static constexpr Example node_affinity_examples[] = {{.bad = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
    ^^^^ no nodeAffinity: the pod may run on any node; the policy asks for a choice
      nodeSelector: {disk: ssd}
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                      .good = R"yaml(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]
      containers:
      - name: web
        image: example.org/web:1.0
)yaml",
                                                      .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "anti-affinity-missing",
     .title = "Replicas may land on one node.",
     .category = Category::reliability,
     .severity = Severity::low,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why = "Several replicas are meant to survive the loss of a node, but nothing keeps the scheduler from putting them all on one. A spread constraint over "
            "host names "
            "or zones says so, and so does anti-affinity to the pod's own labels.",
     .aliases = {"kube-linter:no-anti-affinity", "kube-score:deployment-has-host-podantiaffinity", "kube-score:statefulset-has-host-podantiaffinity",
                 "kics:a31b7b82-d994-48c4-bd21-3bab6c31827a", "kics:d740d048-8ed3-49d3-b77b-6f072f3b669e", "datree:EKS_MISSING_KEY_TOPOLOGYKEY",
                 "rhcop:OCP_BESTPRACT-00026", "kyverno:create-pod-antiaffinity"},
     .options = affinity_options,
     .examples = affinity_examples,
     .run = on_pods(run_affinity)},
    {.id = "node-affinity-missing",
     .title = "No node affinity is defined.",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Clusters with nodes of several kinds may ask every workload to say where it belongs. Most workloads run anywhere and need no such choice.",
     .aliases = {"kube-linter:no-node-affinity"},
     .examples = node_affinity_examples,
     .run = on_pods(run_node_affinity)},
    {.id = "topology-spread-hard",
     .title = "DoNotSchedule may leave pods pending.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "A hard constraint keeps the balance even when that means fewer replicas: while a zone is down or full, new pods wait.",
     .aliases = {"datree:EKS_INVALID_VALUE_DONOOTSCHEDULE"},
     .examples = hard_examples,
     .run = on_pods(run_hard)},
    {.id = "topology-spread-invalid",
     .title = "Topology spread constraint is invalid.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = "The API server refuses constraints without a key or policy, with numbers below one, and two for the same key and policy. One without a selector "
            "is accepted "
            "and does nothing.",
     .aliases = {"kube-score:pod-topology-spread-constraints"},
     .examples = invalid_examples,
     .run = on_pods(run_invalid)},
    {.id = "topology-spread-missing",
     .title = "No topology spread constraint.",
     .category = Category::reliability,
     .severity = Severity::info,
     .profile = Profile::strict,
     .fix = Safety::unsafe,
     .why = "Without a constraint the scheduler follows the cluster's default, which spreads replicas only loosely.",
     .aliases = {"polaris:topologySpreadConstraint", "kyverno:topologyspreadconstraints-policy", "kyverno:spread-pods-across-topology"},
     .examples = missing_examples,
     .run = on_pods(run_missing)},
    {.id = "topology-spread-self-mismatch",
     .title = "Spread or affinity selector does not match the pod itself.",
     .category = Category::correctness,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "A spread constraint counts the pods that its selector matches. When the pod's own labels are not among them, placing it changes no count, and the "
            "replicas may "
            "still land on one node.",
     .aliases = {"kube-linter:no-anti-affinity", "kube-score:deployment-has-host-podantiaffinity"},
     .examples = self_examples,
     .run = on_pods(run_self)},
};

extern constinit const std::span<const Check> spread = table;

}
