#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of environment variables.

namespace plimsoll::checks::container_env_invalid {

using kubernetes::Container;
using yaml::Node;

namespace {

constexpr std::string_view env_fields[] = {"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
                                           "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs"};
constexpr std::string_view resources[] = {"limits.cpu",   "limits.memory",   "limits.ephemeral-storage",
                                          "requests.cpu", "requests.memory", "requests.ephemeral-storage"};
constexpr std::string_view byte_divisors[] = {"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"};

template <std::size_t size>
bool among(std::string_view text, const std::string_view (&list)[size]) {
    return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

}

static void judge_field_path(Node path, Refusals& refusals) {
    const std::string_view text = path.text_or_empty();
    if (text.empty() || among(text, env_fields)) return;
    const std::size_t bracket = text.find("['");
    const bool subscripted = bracket != std::string_view::npos && text.ends_with("']");
    const std::string_view base = text.substr(0, bracket);
    if (subscripted && (base == "metadata.labels" || base == "metadata.annotations")) return;
    refusals.wrong(path, quote(text) + " is no field a variable can hold; use metadata.name, metadata.labels['KEY'], status.podIP or the like");
}

static void judge_divisor(std::string_view resource, Node divisor, Refusals& refusals) {
    const auto amount = kubernetes::quantity_milli(divisor);
    if (!amount || *amount == 0) return;
    if (resource.ends_with(".cpu")) {
        if (*amount != 1 && *amount != 1000) refusals.wrong(divisor, quote(divisor.scalar()) + " cannot divide CPUs; use 1 or 1m");
        return;
    }
    const bool known =
        std::any_of(std::begin(byte_divisors), std::end(byte_divisors), [&](std::string_view one) { return kubernetes::quantity_milli(one) == amount; });
    if (!known) refusals.wrong(divisor, quote(divisor.scalar()) + " cannot divide bytes; use 1, 1k, 1Ki, 1M, 1Mi and so on");
}

static void judge_resource_field(Node field, Refusals& refusals) {
    const Node resource = field["resource"];
    const std::string_view text = resource.text_or_empty();
    if (text.empty()) return;
    if (!among(text, resources) && !text.starts_with("limits.hugepages-") && !text.starts_with("requests.hugepages-"))
        refusals.wrong(resource, quote(text) + " is no resource a variable can hold; use limits or requests of cpu, memory or ephemeral-storage");
    else
        judge_divisor(text, field["divisor"], refusals);
}

static void judge_key_ref(Node reference, Refusals& refusals) {
    if (!reference.is_mapping()) return;
    refusals.needs(reference, "name", "the name of the object");
    refusals.subdomain(reference["name"]);
    refusals.text(reference["key"], kubernetes::is_config_key, "letters, digits, '-', '_' and '.', not starting with '..'");
}

static void judge_value_from(Node variable, Refusals& refusals) {
    const Node from = variable["valueFrom"];
    if (!from.is_mapping()) return;
    const int sources = count_set(from, {"fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"});
    if (sources == 0 && refusals.whole())
        refusals.clash(from, "valueFrom names no source; add configMapKeyRef, secretKeyRef, fieldRef or resourceFieldRef");
    else if (sources > 0 && !variable["value"].text_or_empty().empty())
        refusals.clash(from, "value and valueFrom exclude each other; keep one");
    else if (sources > 1)
        refusals.clash(from, "valueFrom names several sources; keep one");
    judge_field_path(from["fieldRef"]["fieldPath"], refusals);
    judge_resource_field(from["resourceFieldRef"], refusals);
    judge_key_ref(from["configMapKeyRef"], refusals);
    judge_key_ref(from["secretKeyRef"], refusals);
}

static void judge_env_from(Node list, Refusals& refusals) {
    constexpr std::string_view name_advice = "printable ASCII characters other than '='";
    for (Node source : list.items()) {
        if (!source.is_mapping()) continue;
        refusals.text(source["prefix"], kubernetes::is_env_name, name_advice);
        const int sources = count_set(source, {"configMapRef", "secretRef"});
        // The API server names the list.
        if (sources == 0 && refusals.whole())
            refusals.clash(source, "the entry names no source; add configMapRef or secretRef").field(server_path(refusals, list, ""));
        else if (sources > 1)
            refusals.clash(source, "the entry names two sources; make two entries of it").field(server_path(refusals, list, ""));
        for (std::string_view kind : {"configMapRef", "secretRef"}) {
            const Node reference = source[kind];
            if (!reference.is_mapping()) continue;
            refusals.needs(reference, "name", "the name of the object");
            refusals.subdomain(reference["name"]);
        }
    }
}

static void run(const Container& container, Reporter& report) {
    if (!container.pod->object->builtin()) return;
    Refusals refusals(*container.pod->object, report);
    for (Node variable : container["env"].items()) {
        refusals.text(variable["name"], kubernetes::is_env_name, "printable ASCII characters other than '='");
        if (variable["valueFrom"]) judge_value_from(variable, refusals);
    }
    judge_env_from(container["envFrom"], refusals);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    env:
    - {name: "A=B", value: x}
             ^^^^^ 'A=B' is not valid here; use printable ASCII characters other than '='
    - name: BOTH
      value: x
      valueFrom: {fieldRef: {fieldPath: metadata.name}}
      ^^^^^^^^^ value and valueFrom exclude each other; keep one
    - {name: NONE, valueFrom: {}}
                   ^^^^^^^^^ valueFrom names no source; add configMapKeyRef, secretKeyRef, fieldRef or resourceFieldRef
    - name: TWO
      valueFrom:
      ^^^^^^^^^ valueFrom names several sources; keep one
        fieldRef: {fieldPath: metadata.name}
        secretKeyRef: {name: db, key: password}
    - name: FIELD
      valueFrom: {fieldRef: {fieldPath: spec.hostname}}
                                        ^^^^^^^^^^^^^ 'spec.hostname' is no field a variable can hold; use metadata.name, metadata.labels['KEY'], status.podIP or the like
    - name: GPU
      valueFrom: {resourceFieldRef: {resource: limits.gpu}}
                                               ^^^^^^^^^^ 'limits.gpu' is no resource a variable can hold; use limits or requests of cpu, memory or ephemeral-storage
    - name: CPU
      valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 2m}}
                                                                    ^^ '2m' cannot divide CPUs; use 1 or 1m
    - name: MEMORY
      valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 2Mi}}
                                                                       ^^^ '2Mi' cannot divide bytes; use 1, 1k, 1Ki, 1M, 1Mi and so on
    - name: KEY
      valueFrom: {configMapKeyRef: {name: app, key: a/b}}
                                                    ^^^ 'a/b' is not valid here; use letters, digits, '-', '_' and '.', not starting with '..'
    - name: SECRET
      valueFrom: {secretKeyRef: {key: password}}
                  ^^^^^^^^^^^^ the name of the object is needed; add name
    envFrom:
    - prefix: APP_
      ^^^^^^ the entry names no source; add configMapRef or secretRef
    - configMapRef: {name: app}
      ^^^^^^^^^^^^ the entry names two sources; make two entries of it
      secretRef: {name: app}
    - configMapRef: {}
      ^^^^^^^^^^^^ the name of the object is needed; add name
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    env:
    - {name: A.B-C, value: x}
    - name: FIELD
      valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}
    - name: CPU
      valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}
    - name: MEMORY
      valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}
    - name: PAGES
      valueFrom: {resourceFieldRef: {resource: requests.hugepages-2Mi}}
    - name: SECRET
      valueFrom: {secretKeyRef: {name: "${SECRET}", key: password}}
    envFrom:
    - prefix: APP_
      configMapRef: {name: app}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - {name: init, image: "example.org/web:1.4", env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}]}
                                                                                                     ^^^^^^^^^^^^ 'status.phase' is no field a variable can hold; use metadata.name, metadata.labels['KEY'], status.podIP or the like
      containers:
      - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: example.org/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: web, image: "example.org/web:1.4", env: [{name: A, valueFrom: {}}]}
)",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check container_env_invalid = {
    .id = "container-env-invalid",
    .title = "Environment entry is one that the API server refuses.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "A variable has a value or exactly one source, and fields, resources and keys can be named in certain forms only. The API server refuses the whole "
           "object for one entry.",
    .aliases = {refused},
    .examples = examples,
    .run = on_containers(run),
};

}
