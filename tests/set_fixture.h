#pragma once

#include "analyzer/engine/check.h"
#include "analyzer/kubernetes/cluster.h"
#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/selector.h"

// A check that looks at a whole set, for tests of what belongs to one.
namespace plimsoll {

inline void find_lonely_services(const kubernetes::Cluster& cluster, Reporter& report) {
    for (const kubernetes::Object* service : cluster.of_kind("Service")) {
        const auto& pods = cluster.selected(*service, kubernetes::Selector::map(service->spec()["selector"]));
        if (pods.empty() && !cluster.partial()) report.at(*service, service->spec()["selector"], "no pod has these labels");
        for (const kubernetes::Pod* pod : pods)
            if (pod->spec["hostNetwork"].is_true()) report.at(*service, "reaches a host").related(*pod->object, pod->spec["hostNetwork"], "set here");
    }
}

inline constinit const Check lonely_service = {
    .id = "lonely-service",
    .title = "A service without pods, for tests.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .fix = Safety::none,
    .why = "Tests need something that one file alone does not show.",
    .aliases = {},
    .standards = {},
    .options = {},
    .examples = {},
    .run = on_cluster(find_lonely_services),
};

inline constexpr const char* service_text = R"(apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
)";

inline std::string pod_text(const std::string& label) {
    return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    app: " + label + "\nspec:\n  hostNetwork: true\n  containers: []\n";
}

}
