#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::resources_out_of_bounds {

using kubernetes::Container;

namespace {

struct Bound {
    std::string_view option, section;
    bool least;
};

constexpr Bound bounds[] = {
    {"min_request", "requests", true}, {"max_request", "requests", false}, {"min_limit", "limits", true}, {"max_limit", "limits", false}};

}

// Rows are "cpu=100m".
static void judge(const Container& container, const Bound& bound, const std::string& row, Reporter& report) {
    const std::size_t equals = row.find('=');
    if (equals == std::string::npos) return;
    const std::string_view resource = std::string_view(row).substr(0, equals), border = std::string_view(row).substr(equals + 1);
    const yaml::Node amount = container["resources"][bound.section][resource];
    const std::optional<std::int64_t> value = kubernetes::quantity_milli(amount), limit = kubernetes::quantity_milli(border);
    if (!value || !limit || (bound.least ? *value >= *limit : *value <= *limit)) return;
    report.at(amount, quote(amount.scalar()) + (bound.least ? " is below the least of " : " is above the most of ") + quote(border) + " for " +
                          std::string(bound.section) + " of " + std::string(resource) + "; stay within the bounds or have them changed");
}

static void run(const Container& container, Reporter& report) {
    if (!container["resources"].is_mapping()) return;
    for (const Bound& bound : bounds)
        for (const std::string& row : report.list(bound.option)) judge(container, bound, row, report);
}

static constexpr Option options[] = {
    {.name = "min_request", .value = {}, .what = "Smallest requests, as cpu=10m memory=16Mi. Without any bound the check is silent."},
    {.name = "max_request", .value = {}, .what = "Largest requests."},
    {.name = "min_limit", .value = {}, .what = "Smallest limits."},
    {.name = "max_limit", .value = {}, .what = "Largest limits."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests: {cpu: 1m}
                      ^^ '1m' is below the least of '10m' for requests of cpu; stay within the bounds or have them changed
      limits: {memory: 128Gi}
                       ^^^^^ '128Gi' is above the most of '64Gi' for limits of memory; stay within the bounds or have them changed
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
      requests: {cpu: 10m}
      limits: {memory: 64Gi}
)",
                                        .config = "checks:\n  resources-out-of-bounds:\n    min_request: [cpu=10m]\n    max_limit: [cpu=16, memory=64Gi]\n",
                                        .path = "app.yaml"}};

extern constinit const Check resources_out_of_bounds = {
    .id = "resources-out-of-bounds",
    .title = "Request or limit lies outside configured bounds.",
    .category = Category::resources,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A team that shares nodes agrees on what one container may ask for. An amount outside of that is a slip of the unit or something to talk about.",
    .aliases = {"kube-linter:unset-cpu-requirements", "kube-linter:unset-memory-requirements", "kubescape:C-0004", "kubescape:C-0050",
                "kubeaudit:LimitsCPUExceeded", "kubeaudit:LimitsMemoryExceeded", "gatekeeper:containerlimits", "gatekeeper:containerrequests",
                "rhcop:OCP_BESTPRACT-00011", "rhcop:OCP_BESTPRACT-00015"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
