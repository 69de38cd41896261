#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::toleration_matches_everything {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const auto& allowed = report.list("allow-kinds");
    if (std::find(allowed.begin(), allowed.end(), pod.object->kind()) != allowed.end()) return;
    for (yaml::Node toleration : pod["tolerations"].items())
        if (toleration["operator"].text_or_empty() == "Exists" && toleration["key"].scalar().empty() && toleration["effect"].scalar().empty())
            report.at(toleration["operator"], "operator Exists without a key tolerates every taint, those of broken and control-plane nodes too; name the key");
}

static constexpr Option options[] = {{.name = "allow-kinds", .value = "DaemonSet", .what = "Kinds whose pods may run on every node."}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  tolerations:
  - operator: Exists
              ^^^^^^ operator Exists without a key tolerates every taint, those of broken and control-plane nodes too; name the key
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  tolerations:
  - operator: Exists
    key: gpu
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check toleration_matches_everything = {
    .id = "toleration-matches-everything",
    .title = "A toleration matches every taint.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why =
        "Taints keep pods off nodes that are broken, reserved or run the control plane. Only agents that belong on every node have reason to ignore them all.",
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
