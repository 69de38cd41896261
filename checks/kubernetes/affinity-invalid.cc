#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of affinity and of the spread over nodes.

namespace plimsoll::checks::affinity_invalid {

using kubernetes::Pod;
using yaml::Node;

// ---- requirements on labels -------------------------------------------------------------------------------------------

// Which operators take values: none, some, or exactly one.
static void judge_values(Node requirement, std::string_view operation, Refusals& refusals) {
    const Node values = requirement["values"];
    if (values.is_placeholder()) return;
    const bool in = operation == "In" || operation == "NotIn", exists = operation == "Exists" || operation == "DoesNotExist";
    if (in && values.empty() && refusals.whole())
        refusals.absent(requirement, "values", std::string(operation) + " needs values; add some");
    else if (exists && !values.empty())
        refusals.clash(values, std::string(operation) + " takes no values; remove them, or use In");
    else if ((operation == "Gt" || operation == "Lt") && values.size() != 1 && refusals.whole())
        refusals.absent(requirement, "values", std::string(operation) + " takes exactly one value");
}

static void judge_term(Node term, bool required, Refusals& refusals) {
    for (Node requirement : term["matchExpressions"].items()) {
        refusals.qualified(requirement["key"]);
        judge_values(requirement, requirement["operator"].text_or_empty(), refusals);
        if (required)
            for (Node value : requirement["values"].items()) refusals.text(value, kubernetes::is_label_value, "at most 63 letters, digits, '-', '_' and '.'");
    }
    for (Node requirement : term["matchFields"].items()) {
        const Node key = requirement["key"];
        if (key.text() && *key.text() != "metadata.name") refusals.wrong(key, quote(*key.text()) + " is no field a node is chosen by; use metadata.name");
    }
}

static void judge_weight(Node preferred, Refusals& refusals) { refusals.range(preferred["weight"], 1, 100); }

static void judge_node_affinity(Node affinity, Refusals& refusals) {
    const Node required = affinity["requiredDuringSchedulingIgnoredDuringExecution"], terms = required["nodeSelectorTerms"];
    if (terms.is_sequence() && terms.empty())
        refusals.absent(required, "nodeSelectorTerms", "the list is empty, so no node would fit; add a term or remove it");
    for (Node term : terms.items()) judge_term(term, true, refusals);
    for (Node preferred : affinity["preferredDuringSchedulingIgnoredDuringExecution"].items()) {
        judge_weight(preferred, refusals);
        judge_term(preferred["preference"], false, refusals);
    }
}

static void judge_label_selector(Node selector, Refusals& refusals) {
    for (const yaml::Entry& entry : selector["matchLabels"].entries()) {
        if (!entry.key.is_placeholder() && !kubernetes::is_qualified_name(entry.key.scalar()))
            refusals.wrong(entry.key, quote(entry.key.scalar()) + " is no key of a label").field(server_path(refusals, selector["matchLabels"], ""));
        refusals.text(entry.value, kubernetes::is_label_value, "at most 63 letters, digits, '-', '_' and '.'");
    }
    for (Node requirement : selector["matchExpressions"].items()) {
        refusals.one_of(requirement["operator"], {"In", "NotIn", "Exists", "DoesNotExist"});
        judge_values(requirement, requirement["operator"].text_or_empty(), refusals);
        refusals.qualified(requirement["key"]);
    }
}

static void judge_pod_term(Node term, Refusals& refusals) {
    refusals.qualified(term["topologyKey"]);
    judge_label_selector(term["labelSelector"], refusals);
    judge_label_selector(term["namespaceSelector"], refusals);
    for (Node name : term["namespaces"].items()) refusals.label(name);
}

static void run_affinity(const Pod& pod, Reporter& report) {
    const Node affinity = pod["affinity"];
    if (!pod.object->builtin() || affinity.empty()) return;
    Refusals refusals(*pod.object, report);
    judge_node_affinity(affinity["nodeAffinity"], refusals);
    for (std::string_view kind : {"podAffinity", "podAntiAffinity"}) {
        for (Node term : affinity[kind]["requiredDuringSchedulingIgnoredDuringExecution"].items()) judge_pod_term(term, refusals);
        for (Node preferred : affinity[kind]["preferredDuringSchedulingIgnoredDuringExecution"].items()) {
            judge_weight(preferred, refusals);
            judge_pod_term(preferred["podAffinityTerm"], refusals);
        }
    }
}

// ---- topology spread --------------------------------------------------------------------------------------------------

static void judge_spread(Node list, Node constraint, Refusals& refusals) {
    const Node skew = constraint["maxSkew"], domains = constraint["minDomains"];
    refusals.at_least(skew, 1);
    refusals.at_least(domains, 1);
    if (domains.integer().value_or(0) > 0 && constraint["whenUnsatisfiable"].text_or_empty() == "ScheduleAnyway")
        refusals.wrong(domains, "minDomains counts with DoNotSchedule only; remove it");
    judge_label_selector(constraint["labelSelector"], refusals);
    // Of two equal ones the API server names the first.
    bool behind = false;
    for (Node other : list.items()) {
        const bool equal = behind && !constraint["topologyKey"].text_or_empty().empty() && other["topologyKey"].text() == constraint["topologyKey"].text() &&
                           other["whenUnsatisfiable"].text() == constraint["whenUnsatisfiable"].text();
        if (equal) {
            refusals.wrong(constraint["topologyKey"], "another constraint has the same topologyKey and whenUnsatisfiable; keep one")
                .field(server_path(refusals, constraint, ".{topologyKey, whenUnsatisfiable}"));
            return;
        }
        behind = behind || other == constraint;
    }
}

static void run_spread(const Pod& pod, Reporter& report) {
    constexpr std::size_t most = 200;
    const Node list = pod["topologySpreadConstraints"];
    if (!pod.object->builtin() || list.empty() || list.size() > most) return;
    Refusals refusals(*pod.object, report);
    // In the other profiles topology-spread-invalid says the same.
    if (!refusals.as_server()) return;
    for (Node constraint : list.items())
        if (constraint.is_mapping()) judge_spread(list, constraint, refusals);
}

static void run(const Pod& pod, Reporter& report) {
    run_affinity(pod, report);
    run_spread(pod, report);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions:
          - {key: a, operator: In}
             ^^^ In needs values; add some
          - {key: a, operator: Exists, values: [b]}
                                       ^^^^^^ Exists takes no values; remove them, or use In
          - {key: a, operator: Gt, values: ["1", "2"]}
             ^^^ Gt takes exactly one value
          - {key: "a b", operator: In, values: ["c d"]}
                  ^^^^^ 'a b' is not valid here; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
                                                ^^^^^ 'c d' is not valid here; use at most 63 letters, digits, '-', '_' and '.'
          matchFields:
          - {key: spec.nodeName, operator: In, values: [b]}
                  ^^^^^^^^^^^^^ 'spec.nodeName' is no field a node is chosen by; use metadata.name
      preferredDuringSchedulingIgnoredDuringExecution:
      - {weight: 101, preference: {matchExpressions: [{key: a, operator: Exists}]}}
                 ^^^ '101' is out of range; use 1 to 100
    podAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 0
                ^ '0' is out of range; use 1 to 100
        podAffinityTerm: {topologyKey: "a b", labelSelector: {matchExpressions: [{key: a, operator: Near}]}}
                                       ^^^^^ 'a b' is not valid here; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
                                                                                                    ^^^^ 'Near' is not known here; use one of In, NotIn, Exists, DoesNotExist
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: a, labelSelector: {matchLabels: {app: "c d"}, matchExpressions: [{key: b, operator: NotIn}]}, namespaces: [A]}
                                                            ^^^^^ 'c d' is not valid here; use at most 63 letters, digits, '-', '_' and '.'
                                                                                        ^^^ NotIn needs values; add some
                                                                                                                                 ^ 'A' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
        - matchExpressions:
          - {key: a, operator: In, values: [b]}
          - {key: a, operator: Exists}
          - {key: a, operator: Gt, values: ["1"]}
          matchFields:
          - {key: metadata.name, operator: In, values: [b]}
      preferredDuringSchedulingIgnoredDuringExecution:
      - {weight: 100, preference: {matchExpressions: [{key: a, operator: In, values: ["c d"]}]}}
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
      - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: c}, matchExpressions: [{key: b, operator: NotIn, values: [d]}]}}
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the list is empty, so no node would fit; add a term or remove it
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity: {}
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  topologySpreadConstraints:
  - {maxSkew: 0, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
              ^ '0' is out of range; use 1 or more
                              ^^^^^^^^^^^^^^^^^^^^^^ another constraint has the same topologyKey and whenUnsatisfiable; keep one
  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
  - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}
                                                                                   ^ minDomains counts with DoNotSchedule only; remove it
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, minDomains: 2}
  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check affinity_invalid = {
    .id = "affinity-invalid",
    .title = "Affinity or spread is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Operators want no values, some or exactly one, weights are 1 to 100, and keys are those of labels. The API server refuses the pod.",
    .aliases = {refused},
    .examples = examples,
    .run = on_pods(run),
};

}
