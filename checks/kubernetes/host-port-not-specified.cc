#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::host_port_not_specified {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    if (!report.flag("required") || container.pod->partial) return;
    for (const Node port : container["ports"].items())
        if (port["containerPort"].is_set() && !port["hostPort"].is_set())
            report.at(port["containerPort"], "this port has no hostPort, which the configuration asks for");
}

static constexpr Option options[] = {{.name = "required", .type = Option::Type::flag, .value = "false", .what = "host ports must be given"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    ports:
    - containerPort: 8080
                     ^^^^ this port has no hostPort, which the configuration asks for
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
    ports:
    - {containerPort: 8080, hostPort: 8080}
)",
                                        .config = R"(checks:
  host-port-not-specified: {required: true}
)",
                                        .path = "app.yaml"}};

extern constinit const Check host_port_not_specified = {
    .id = "host-port-not-specified",
    .title = "Container port has no host port (inverted peer rule).",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "One peer reports container ports without a host port, against all advice. The check is silent unless the configuration asks for it.",
    .aliases = {"kics:2b1836f1-dcce-416e-8e16-da8c71920633"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
