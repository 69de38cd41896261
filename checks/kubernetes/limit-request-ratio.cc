#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::limit_request_ratio {

static void run(const kubernetes::Container& container, Reporter& report) {
    const long most = report.number("max_ratio");
    if (most <= 0) return;
    for (const yaml::Entry& entry : container["resources"]["limits"].entries()) {
        const yaml::Node request = container["resources"]["requests"][entry.key.scalar()];
        const std::optional<std::int64_t> limit = kubernetes::quantity_milli(entry.value), wanted = kubernetes::quantity_milli(request);
        if (!limit || !wanted || *wanted <= 0 || *limit / most < *wanted || (*limit / most == *wanted && *limit % most == 0)) continue;
        report.at(entry.value, "the limit " + quote(entry.value.scalar()) + " is more than " + std::to_string(most) + " times the request of " +
                                   quote(request.scalar()) + "; bring them closer together");
    }
}

static constexpr Option options[] = {
    {.name = "max_ratio", .type = Option::Type::number, .value = "0", .what = "How many times the request a limit may be; 0 switches the check off."},
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
      requests: {cpu: 100m, memory: 64Mi}
      limits: {cpu: 1, memory: 128Mi}
                    ^ the limit '1' is more than 2 times the request of '100m'; bring them closer together
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
      requests: {cpu: 500m, memory: 64Mi}
      limits: {cpu: 1, memory: 128Mi}
)",
                                        .config = "checks:\n  limit-request-ratio:\n    max_ratio: 2\n",
                                        .path = "app.yaml"}};

extern constinit const Check limit_request_ratio = {
    .id = "limit-request-ratio",
    .title = "Limit is too many times the request.",
    .category = Category::resources,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "The further limits lie above requests, the more a node has promised beyond what it has, and the harder it is hit when several containers grow at "
           "once.",
    .aliases = {"gatekeeper:containerresourceratios", "kyverno:enforce-resources-as-ratio"},
    .options = options,
    .examples = examples,
    .run = on_containers(run),
};

}
