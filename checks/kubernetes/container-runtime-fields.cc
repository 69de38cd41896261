#include "checks/kubernetes/refusal.h"
#include "checks/kubernetes/resource_amounts.h"

// What the API server wants of probes, hooks and resources.

namespace plimsoll::checks::container_runtime_fields {

using kubernetes::Container;
using kubernetes::Pod;
using yaml::Node;

// ---- probes and hooks -------------------------------------------------------------------------------------------------

// In the order in which the API server looks at them.
static constexpr std::string_view handlers[] = {"exec", "httpGet", "tcpSocket", "grpc", "sleep"};

static void judge_http(Node http, Refusals& refusals) {
    if (!http.is_mapping()) return;
    refusals.port(http["port"]);
    for (Node header : http["httpHeaders"].items()) {
        const Node name = header["name"];
        if (name.text() && !kubernetes::is_http_header_name(*name.text()))
            refusals.wrong(name, quote(*name.text()) + " is no name of a header; use letters, digits and '-'")
                .field(server_path(refusals, http["httpHeaders"], ""));
    }
}

static void judge_handler(const Pod& pod, Node holder, Refusals& refusals) {
    Node first;
    for (std::string_view kind : handlers) {
        const Node handler = holder[kind];
        if (!handler.is_set()) continue;
        if (first) refusals.clash(handler, "there is another handler already, " + quote(first.key().scalar()) + "; keep one of them");
        if (!first) first = handler;
    }
    if (!first) {
        if (refusals.whole()) refusals.clash(holder, "no handler is named; add exec, httpGet, tcpSocket or grpc");
        return;
    }
    if (const Node exec = holder["exec"];
        first == exec && exec.is_mapping() && exec["command"].empty() && !exec["command"].is_placeholder() && refusals.whole())
        refusals.absent(exec, "command", "exec needs a command; add command");
    if (first == holder["httpGet"]) judge_http(first, refusals);
    if (first == holder["tcpSocket"]) refusals.port(first["port"]);
    if (first == holder["grpc"]) refusals.range(first["port"], 1, 65535);
    if (const Node sleep = holder["sleep"]; first == sleep) {
        const std::int64_t grace = pod["terminationGracePeriodSeconds"].integer().value_or(30);
        if (const auto seconds = sleep["seconds"].integer(); seconds && (*seconds < 0 || *seconds > grace))
            refusals.wrong(sleep["seconds"], "the sleep is longer than the " + std::to_string(grace) + " seconds the pod has to end; make it shorter");
    }
}

static void judge_probe(const Container& container, std::string_view kind, Refusals& refusals) {
    const Node probe = container[kind];
    if (!probe.is_mapping()) return;
    judge_handler(*container.pod, probe, refusals);
    for (std::string_view seconds : {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold"}) refusals.at_least(probe[seconds], 0);
    const Node success = probe["successThreshold"], grace = probe["terminationGracePeriodSeconds"];
    if (kind == "readinessProbe") {
        refusals.at_least(success, 0);
        if (grace.is_set()) refusals.clash(grace, "a readiness probe ends nothing, so it has no grace period; remove it");
    } else {
        refusals.at_least(grace, 1);
        // For people another check says this among other things about the timing of probes.
        if (const auto number = success.integer(); number && *number != 0 && *number != 1 && (refusals.as_server() || *number < 0))
            refusals.wrong(success, "successThreshold of a " + std::string(kind) + " has to be 1; remove it");
    }
}

static void run_probes(const Container& container, Reporter& report) {
    if (!container.pod->object->builtin() || container.type == kubernetes::ContainerClass::ephemeral) return;
    Refusals refusals(*container.pod->object, report);
    const Node lifecycle = container["lifecycle"];
    if (container.is_init()) {
        // init-container-unsupported-field says so in the other profiles.
        if (refusals.as_server())
            for (std::string_view field : {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"})
                if (container[field].is_set()) refusals.clash(container[field], "an init container without restartPolicy: Always has none; remove it");
        return;
    }
    for (std::string_view hook : {"postStart", "preStop"})
        if (lifecycle[hook].is_mapping()) judge_handler(*container.pod, lifecycle[hook], refusals);
    for (std::string_view kind : {"livenessProbe", "readinessProbe", "startupProbe"}) judge_probe(container, kind, refusals);
}

// ---- resources --------------------------------------------------------------------------------------------------------

namespace {

bool huge_pages(std::string_view name) { return name.starts_with("hugepages-"); }

bool standard(std::string_view name) { return name == "cpu" || name == "memory" || name == "ephemeral-storage" || (huge_pages(name) && name.size() > 10); }

// With a domain that is not Kubernetes' own: devices and the like, counted in whole numbers.
bool extended(std::string_view name) {
    const std::size_t slash = name.find('/');
    return slash != std::string_view::npos && name.substr(0, slash).find("kubernetes.io") == std::string_view::npos && !name.starts_with("requests.");
}

bool acceptable(std::string_view name) {
    if (!kubernetes::is_qualified_name(name)) return false;
    return name.find('/') == std::string_view::npos ? standard(name) : extended(name) || name.find("kubernetes.io/") != std::string_view::npos;
}

// The API server speaks of limits and, as they are the default, of requests as well.
std::string field_of(Refusals& refusals, Node resources, Node amount) {
    const bool limit = amount.parent() == resources["limits"];
    if (limit && !resources["requests"][amount.key().scalar()].is_set()) return server_path(refusals, resources, "");
    return server_path(refusals, amount.parent(), "[" + std::string(amount.key().scalar()) + "]");
}

void judge_amount(Node resources, Node amount, Refusals& refusals) {
    const std::string_view name = amount.key().scalar();
    if (amount.key().is_placeholder()) return;
    if (!acceptable(name)) {
        refusals.wrong(amount.key(), quote(name) + " is no resource of a container; use cpu, memory, ephemeral-storage or a name with a domain")
            .field(field_of(refusals, resources, amount));
        return;
    }
    const auto value = kubernetes::quantity_milli(amount);
    if (!value) return;
    if (*value < 0)
        refusals.wrong(amount, quote(amount.scalar()) + " is negative; use 0 or more").field(field_of(refusals, resources, amount));
    else if (refusals.as_server() && extended(name) && *value % 1000 != 0)
        refusals.wrong(amount, quote(amount.scalar()) + " is not a whole number; " + quote(name) + " cannot be split")
            .field(field_of(refusals, resources, amount));
    else if (huge_pages(name)) {
        const auto page = kubernetes::quantity_milli(name.substr(10));
        if (page && *page > 0 && *value % *page != 0)
            refusals.wrong(amount, quote(amount.scalar()) + " is no multiple of the page size; use one").field(field_of(refusals, resources, amount));
    }
}

// Requests against limits; requests-exceed-limits and gpu-request-limit-mismatch say this in the other profiles.
void judge_request(Node resources, Node request, Refusals& refusals) {
    const std::string_view name = request.key().scalar();
    const Node limit = resources["limits"][name];
    const bool whole = extended(name) || huge_pages(name);
    const auto asked = kubernetes::quantity_milli(request), most = kubernetes::quantity_milli(limit);
    const std::string field = server_path(refusals, resources, ".requests");
    if (asked && most && refusals.as_server() && (*asked > *most || (whole && *asked != *most)))
        refusals.wrong(request, "the request is " + std::string(whole ? "not equal to" : "above") + " the limit; change one of them").field(field);
    if (whole && !limit && refusals.whole() && refusals.as_server())
        refusals.clash(request, quote(name) + " cannot be shared, so it needs a limit as well; add the same limit")
            .field(server_path(refusals, resources, ".limits"));
}

bool names_any(Node resources, bool (*wanted)(std::string_view)) {
    for (std::string_view list : {"limits", "requests"})
        for (const yaml::Entry& entry : resources[list].entries())
            if (wanted(entry.key.scalar())) return true;
    return false;
}

}

static void judge_resources(Node resources, Refusals& refusals) {
    for (std::string_view list : {"limits", "requests"})
        for (const yaml::Entry& entry : resources[list].entries()) judge_amount(resources, entry.value, refusals);
    for (const yaml::Entry& entry : resources["requests"].entries()) judge_request(resources, entry.value, refusals);
    const auto compute = [](std::string_view name) { return name == "cpu" || name == "memory"; };
    if (refusals.whole() && names_any(resources, huge_pages) && !names_any(resources, compute))
        refusals.clash(resources, "huge pages need a request or limit of cpu or memory beside them; add one");
}

static void run_resources(const Container& container, Reporter& report) {
    if (!container.pod->object->builtin()) return;
    Refusals refusals(*container.pod->object, report);
    if (container["resources"].is_mapping()) judge_resources(container["resources"], refusals);
    // The API server names the list.
    for (Node policy : container["resizePolicy"].items())
        if (const Node name = policy["resourceName"]; name.text() && *name.text() != "cpu" && *name.text() != "memory")
            refusals.wrong(name, quote(*name.text()) + " cannot be resized; use cpu or memory").field(server_path(refusals, container["resizePolicy"], ""));
}

static void run_overhead(const Pod& pod, Reporter& report) {
    if (!pod.object->builtin()) return;
    Refusals refusals(*pod.object, report);
    for (const yaml::Entry& entry : pod["overhead"].entries())
        if (const auto amount = kubernetes::quantity_milli(entry.value); amount && *amount < 0)
            refusals.wrong(entry.value, quote(entry.value.scalar()) + " is negative; use 0 or more")
                .field(server_path(refusals, pod["overhead"], ".limits[" + std::string(entry.key.scalar()) + "]"));
}

static constexpr Example probe_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: a
    image: example.org/web:1.4
    livenessProbe: {periodSeconds: 5}
    ^^^^^^^^^^^^^ no handler is named; add exec, httpGet, tcpSocket or grpc
    readinessProbe: {exec: {command: [a]}, tcpSocket: {port: 80}, terminationGracePeriodSeconds: 5}
                                           ^^^^^^^^^ there is another handler already, 'exec'; keep one of them
                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a readiness probe ends nothing, so it has no grace period; remove it
    lifecycle:
      preStop: {}
      ^^^^^^^ no handler is named; add exec, httpGet, tcpSocket or grpc
      postStart: {exec: {command: []}}
                  ^^^^ exec needs a command; add command
  - name: b
    image: example.org/web:1.4
    livenessProbe: {httpGet: {port: "8080"}, terminationGracePeriodSeconds: 0}
                                    ^^^^^^ '8080' in quotes is the name of a port, and names need a letter; write the number without quotes
                                                                            ^ '0' is out of range; use 1 or more
    readinessProbe: {httpGet: {port: web, httpHeaders: [{name: "X Y", value: z}]}, successThreshold: -1}
                                                               ^^^^^ 'X Y' is no name of a header; use letters, digits and '-'
                                                                                                     ^^ '-1' is out of range; use 0 or more
    startupProbe: {tcpSocket: {port: 0}, initialDelaySeconds: -1, timeoutSeconds: -1, periodSeconds: -1, failureThreshold: -1}
                                     ^ '0' is out of range; use 1 to 65535
                                                              ^^ '-1' is out of range; use 0 or more
                                                                                  ^^ '-1' is out of range; use 0 or more
                                                                                                     ^^ '-1' is out of range; use 0 or more
                                                                                                                           ^^ '-1' is out of range; use 0 or more
    lifecycle:
      preStop: {sleep: {seconds: 31}}
                                 ^^ the sleep is longer than the 30 seconds the pod has to end; make it shorter
  - name: c
    image: example.org/web:1.4
    livenessProbe: {grpc: {port: 70000}}
                                 ^^^^^ '70000' is out of range; use 1 to 65535
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 60
  containers:
  - name: a
    image: example.org/web:1.4
    livenessProbe: {exec: {command: [a]}, terminationGracePeriodSeconds: 5}
    readinessProbe: {httpGet: {port: 8080, httpHeaders: [{name: X-Y, value: z}]}, successThreshold: 2}
    startupProbe: {grpc: {port: 9000}, timeoutSeconds: 0}
    lifecycle:
      preStop: {sleep: {seconds: 31}}
  - name: b
    image: example.org/web:1.4
    livenessProbe: {tcpSocket: {port: "${PORT}"}}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: init
    image: example.org/web:1.4
    livenessProbe: {exec: {command: [a]}}
    ^^^^^^^^^^^^^ an init container without restartPolicy: Always has none; remove it
    lifecycle: {preStop: {exec: {command: [a]}}}
    ^^^^^^^^^ an init container without restartPolicy: Always has none; remove it
  containers:
  - name: web
    image: example.org/web:1.4
    livenessProbe: {tcpSocket: {port: 80}, successThreshold: 2}
                                                             ^ successThreshold of a livenessProbe has to be 1; remove it
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: init
    image: example.org/web:1.4
    restartPolicy: Always
    livenessProbe: {exec: {command: [a]}}
    lifecycle: {preStop: {exec: {command: [a]}}}
  containers:
  - name: web
    image: example.org/web:1.4
    livenessProbe: {tcpSocket: {port: 80}, successThreshold: 1}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example resource_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  overhead: {cpu: "-1"}
                  ^^^^ '-1' is negative; use 0 or more
  containers:
  - name: a
    image: example.org/web:1.4
    resources:
      limits: {cpu: "-1", gpu: 1, memory: 1Gi, hugepages-2Mi: 3Mi}
                    ^^^^ '-1' is negative; use 0 or more
                          ^^^ 'gpu' is no resource of a container; use cpu, memory, ephemeral-storage or a name with a domain
                                                              ^^^ '3Mi' is no multiple of the page size; use one
  - name: b
    image: example.org/web:1.4
    resources:
    ^^^^^^^^^ huge pages need a request or limit of cpu or memory beside them; add one
      requests: {hugepages-2Mi: 4Mi}
      limits: {hugepages-2Mi: 4Mi}
    resizePolicy:
    - {resourceName: disk, restartPolicy: NotRequired}
                     ^^^^ 'disk' cannot be resized; use cpu or memory
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  overhead: {cpu: 250m}
  containers:
  - name: a
    image: example.org/web:1.4
    resources:
      requests: {cpu: 500m, ephemeral-storage: 1Gi}
      limits: {cpu: "1", nvidia.com/gpu: 2, memory: 1Gi, hugepages-2Mi: 4Mi}
    resizePolicy:
    - {resourceName: cpu, restartPolicy: NotRequired}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: a
    image: example.org/web:1.4
    resources:
      requests: {cpu: 2, memory: 2Gi, nvidia.com/gpu: 1, example.org/fpga: 1500m, hugepages-2Mi: 4Mi}
                      ^ the request is above the limit; change one of them
                                 ^^^ the request is above the limit; change one of them
                                                      ^ the request is not equal to the limit; change one of them
                                                         ^^^^^^^^^^^^^^^^ 'example.org/fpga' cannot be shared, so it needs a limit as well; add the same limit
                                                                           ^^^^^ '1500m' is not a whole number; 'example.org/fpga' cannot be split
                                                                                  ^^^^^^^^^^^^^ 'hugepages-2Mi' cannot be shared, so it needs a limit as well; add the same limit
      limits: {cpu: 1, memory: 1Gi, nvidia.com/gpu: 2}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: a
    image: example.org/web:1.4
    resources:
      requests: {cpu: 1, memory: 1Gi, nvidia.com/gpu: 2}
      limits: {cpu: 1, memory: 2Gi, nvidia.com/gpu: 2}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {.id = "container-probe-invalid",
     .title = "Probe or hook is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A probe or hook has exactly one handler with a port, a command or a path that exists, and numbers that are not negative.",
     .aliases = {refused},
     .examples = probe_examples,
     .run = on_containers(run_probes)},
    {.id = "container-resources-invalid",
     .title = "Resource is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why =
         "Resources are cpu, memory, ephemeral-storage, huge pages and those with a domain of their own, which come in whole numbers. The API server refuses "
         "other names, negative amounts and parts of devices.",
     .aliases = {refused},
     .examples = resource_examples,
     .run = on_containers(run_resources) | on_pods(run_overhead)},
};

extern constinit const std::span<const Check> container_runtime_fields = table;

}
