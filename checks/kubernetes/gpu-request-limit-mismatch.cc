#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::gpu_request_limit_mismatch {

// The API server allows no overcommitment of these.
static bool is_exact(std::string_view resource) { return is_extended(resource) || resource.starts_with("hugepages-"); }

static void judge_whole(yaml::Node amount, Reporter& report) {
    const std::optional<std::int64_t> milli = kubernetes::quantity_milli(amount);
    if (milli && *milli % 1000 != 0)
        report.at(amount, quote(amount.scalar()) + " is no whole number, which the API server refuses for " + quote(amount.key().scalar()) +
                              "; devices are given out whole");
}

static void run(const kubernetes::Container& container, Reporter& report) {
    if (!container["resources"].is_mapping()) return;
    const yaml::Node requests = container["resources"]["requests"], limits = container["resources"]["limits"];
    for (const yaml::Entry& entry : limits.entries())
        if (is_extended(entry.key.scalar())) judge_whole(entry.value, report);
    for (const yaml::Entry& entry : requests.entries()) {
        const std::string_view resource = entry.key.scalar();
        if (!is_exact(resource)) continue;
        if (is_extended(resource)) judge_whole(entry.value, report);
        const yaml::Node limit = limits[resource];
        const std::optional<std::int64_t> wanted = kubernetes::quantity_milli(entry.value), most = kubernetes::quantity_milli(limit);
        if (!limit.is_set() && !unreadable(container.node, "limits") && !container.pod->partial)
            report.at(entry.key, quote(resource) + " has no limit, which the API server refuses; set limits to the same amount");
        else if (wanted && most && *wanted != *most)
            report
                .at(entry.value, "the request of " + quote(entry.value.scalar()) + " for " + quote(resource) + " differs from the limit of " +
                                     quote(limit.scalar()) + ", which the API server refuses; make them equal")
                .related(limit.span(), "the limit");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
  - name: train
    image: example.org/train:3
    resources:
      requests:
        nvidia.com/gpu: 1
        ^^^^^^^^^^^^^^ 'nvidia.com/gpu' has no limit, which the API server refuses; set limits to the same amount
  - name: other
    image: example.org/other:3
    resources:
      requests: {nvidia.com/gpu: 1}
                                 ^ the request of '1' for 'nvidia.com/gpu' differs from the limit of '2', which the API server refuses; make them equal
      limits: {nvidia.com/gpu: 2}
  - name: half
    image: example.org/half:3
    resources:
      limits: {nvidia.com/gpu: 0.5}
                               ^^^ '0.5' is no whole number, which the API server refuses for 'nvidia.com/gpu'; devices are given out whole
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
  - name: train
    image: example.org/train:3
    resources:
      limits:
        nvidia.com/gpu: 1
  - name: other
    image: example.org/other:3
    resources:
      requests: {nvidia.com/gpu: 2, cpu: 100m}
      limits: {nvidia.com/gpu: "2"}
)",
                                        .path = "app.yaml"}};

extern constinit const Check gpu_request_limit_mismatch = {
    .id = "gpu-request-limit-mismatch",
    .title = "Extended resource request without an equal limit.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .why = "Devices and huge pages cannot be shared out by halves or promised twice, so the API server wants whole numbers and a limit equal to the request. "
           "A limit alone is enough; the request follows.",
    .aliases = {"kyverno:check-nvidia-gpu"},
    .examples = examples,
    .run = on_containers(run),
};

}
