#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of the controllers that keep pods running, beside their pods.

namespace plimsoll::checks::controller_field_invalid {

using kubernetes::Object;
using yaml::Node;

// ---- numbers ----------------------------------------------------------------------------------------------------------

static void judge_numbers(const Object& object, Refusals& refusals) {
    const Node spec = object.spec();
    for (std::string_view field : {"replicas", "minReadySeconds"}) refusals.at_least(spec[field], 0);
    // A negative number of old revisions is only warned about for the stateful kind.
    if (!object.is("StatefulSet")) refusals.at_least(spec["revisionHistoryLimit"], 0);
    const Node deadline = spec["template"]["spec"]["activeDeadlineSeconds"];
    if (deadline.is_set()) refusals.clash(deadline, "the pods of a " + std::string(object.kind()) + " run without end, so they have no deadline; remove it");
}

// ---- rolling updates --------------------------------------------------------------------------------------------------

namespace {

// A number of pods or a percentage of them, as the API server compares it.
struct Share {
    std::optional<std::int64_t> value;   // unknown for what is not set or cannot be told
    bool percent = false;
};

Share share_of(Node node) {
    if (const auto count = node.integer()) return {*count, false};
    if (const auto text = node.text(); text && kubernetes::is_percent(*text) && text->size() < 12) return {kubernetes::percent_of(*text, 100, false), true};
    return {};
}

bool is_share(std::string_view text) { return kubernetes::is_percent(text); }

}

static Share judge_share(Node node, bool at_most_all, Refusals& refusals) {
    const Share share = share_of(node);
    if (node.text() && !is_share(*node.text()))
        refusals.wrong(node, quote(*node.text()) + " is no percentage; write a number, or a percentage such as 25%");
    else if (share.value && *share.value < 0)
        refusals.wrong(node, quote(node.scalar()) + " is negative; use 0 or more");
    else if (at_most_all && share.percent && share.value && *share.value > 100)
        refusals.wrong(node, quote(node.scalar()) + " is more than all; use at most 100%");
    return share;
}

static void judge_rolling(const Object& object, Node rolling, Refusals& refusals) {
    const bool daemon = object.is("DaemonSet");
    const Node unavailable_node = rolling["maxUnavailable"], surge_node = rolling["maxSurge"];
    const Share unavailable = judge_share(unavailable_node, true, refusals), surge = judge_share(surge_node, daemon, refusals);
    const bool none = unavailable.value == 0 && (surge.value == 0 || (daemon && !surge_node.is_set()));
    // rolling-update-blocked says this in the other profiles.
    if (none && refusals.as_server()) refusals.wrong(unavailable_node, "maxUnavailable and maxSurge are both zero, so nothing could be replaced; raise one");
    if (daemon && surge.value.value_or(0) > 0 && (unavailable.value.value_or(0) > 0 || (!unavailable_node.is_set() && refusals.whole())))
        refusals.wrong(surge_node, "maxSurge needs maxUnavailable: 0, which is 1 by default; set it, or remove maxSurge");
}

static void judge_update(const Object& object, Refusals& refusals) {
    const bool deployment = object.is("Deployment"), stateful = object.is("StatefulSet");
    const Node strategy = object.spec()[deployment ? "strategy" : "updateStrategy"], rolling = strategy["rollingUpdate"], type = strategy["type"];
    if (!strategy.is_mapping() || type.is_placeholder()) return;
    const std::string_view other = deployment ? "Recreate" : "OnDelete";
    if (rolling.is_set() && type.text() == other && !object.is("DaemonSet"))
        refusals.clash(rolling, "rollingUpdate has no effect with " + std::string(other) + "; remove it, or set type: RollingUpdate");
    else if (stateful)
        refusals.at_least(rolling["partition"], 0);
    else if (rolling.is_mapping() && type.text() != other)
        judge_rolling(object, rolling, refusals);
}

static void judge_deployment(const Object& object, Refusals& refusals) {
    const Node deadline = object.spec()["progressDeadlineSeconds"], ready = object.spec()["minReadySeconds"];
    const auto seconds = deadline.integer();
    if (seconds && *seconds <= ready.integer().value_or(0) && (!ready.is_set() || ready.integer()))
        refusals.wrong(deadline, "the deadline ends before a pod counts as ready; make it longer than minReadySeconds");
}

static void judge_stateful(const Object& object, Refusals& refusals) {
    const Node spec = object.spec();
    refusals.label(spec["serviceName"]);
    refusals.at_least(spec["ordinals"]["start"], 0);
    // Behind a gate that is off by default.
    if (const Node type = spec["updateStrategy"]["type"]; type.text() == "Recreate") refusals.one_of(type, {"RollingUpdate", "OnDelete"});
    for (std::string_view field : {"whenDeleted", "whenScaled"}) refusals.one_of(spec["persistentVolumeClaimRetentionPolicy"][field], {"Retain", "Delete"});
}

static void judge_controller(const Object& object, Refusals& refusals) {
    const Node spec = object.spec();
    if (!refusals.whole() || !(spec.is_mapping() || !spec)) return;
    if (!spec["template"].is_set())
        refusals.absent(spec ? spec : object.node(), spec ? "template" : "spec.template", "there is no template for the pods; add spec.template");
    if ((!spec["selector"].is_set() || (spec["selector"].is_mapping() && spec["selector"].empty())) && spec["template"]["metadata"]["labels"].empty() && spec)
        refusals.absent(spec, "selector", "neither a selector nor labels of the template say which pods are meant; add labels to the template");
}

// Without a spec there are no pods that other checks could look at.
static void judge_empty_template(const Object& object, Refusals& refusals) {
    const Node spec = object.spec(), pod = spec["template"]["spec"];
    const bool replaced = object.is("ReplicationController") && !spec["template"].is_set();
    if (!refusals.as_server() || !refusals.whole() || pod.is_set() || pod.is_placeholder() || spec["template"].is_placeholder() || replaced) return;
    refusals.absent(object.node(), "spec.template.spec.containers", "the template has no containers; add some");
}

static void run(const Object& object, Reporter& report) {
    Refusals refusals(object, report);
    judge_empty_template(object, refusals);
    judge_numbers(object, refusals);
    judge_update(object, refusals);
    if (object.is("Deployment")) judge_deployment(object, refusals);
    if (object.is("StatefulSet")) judge_stateful(object, refusals);
    if (object.is("ReplicationController")) judge_controller(object, refusals);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: -1
            ^^ '-1' is out of range; use 0 or more
  minReadySeconds: 600
  progressDeadlineSeconds: 600
                           ^^^ the deadline ends before a pod counts as ready; make it longer than minReadySeconds
  revisionHistoryLimit: -1
                        ^^ '-1' is out of range; use 0 or more
  strategy:
    rollingUpdate: {maxSurge: one, maxUnavailable: 101%}
                              ^^^ 'one' is no percentage; write a number, or a percentage such as 25%
                                                   ^^^^ '101%' is more than all; use at most 100%
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      activeDeadlineSeconds: 60
      ^^^^^^^^^^^^^^^^^^^^^ the pods of a Deployment run without end, so they have no deadline; remove it
      containers:
      - {name: web, image: "example.org/web:1.4"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: old}
spec:
  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}
                             ^^^^^^^^^^^^^ rollingUpdate has no effect with Recreate; remove it, or set type: RollingUpdate
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  minReadySeconds: 60
  progressDeadlineSeconds: 600
  revisionHistoryLimit: 0
  strategy:
    rollingUpdate: {maxSurge: 150%, maxUnavailable: "${SHARE}"}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
                                             ^ maxSurge needs maxUnavailable: 0, which is 1 by default; set it, or remove maxSurge
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - {name: agent, image: "example.org/agent:1.4"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db.example.org
               ^^^^^^^^^^^^^^ 'db.example.org' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  ordinals: {start: -1}
                    ^^ '-1' is out of range; use 0 or more
  updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}
                                   ^^^^^^^^^^^^^ rollingUpdate has no effect with OnDelete; remove it, or set type: RollingUpdate
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Keep}
                                                      ^^^^ 'Keep' is not known here; use one of Retain, Delete
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - {name: db, image: "example.org/db:1.4"}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec: {replicas: 1, selector: {app: old}}
^^^^ there is no template for the pods; add spec.template
)",
     .good = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - {name: agent, image: "example.org/agent:1.4"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  revisionHistoryLimit: -1
  updateStrategy: {rollingUpdate: {partition: 1}}
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - {name: db, image: "example.org/db:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
                 ^^^ the template has no containers; add some
spec:
  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}
                                                          ^^ maxUnavailable and maxSurge are both zero, so nothing could be replaced; raise one
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
)",
     .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0%}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "example.org/web:1.4"}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check controller_field_invalid = {
    .id = "controller-field-invalid",
    .title = "Controller is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Counts and seconds are not negative, shares are numbers or percentages, and an update leaves room to replace a pod. The API server refuses the "
           "object.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"}, run),
};

}
