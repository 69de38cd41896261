#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::service_links_enabled {

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const yaml::Node links = pod["enableServiceLinks"];
    if (pod.partial || links.is_false() || (links.is_set() && !links.boolean())) return;
    constexpr std::string_view message = "every Service of the namespace is put into the environment; set enableServiceLinks to false";
    Draft draft = links.is_set() ? report.at(links, std::string(message)) : report.missing(pod, "enableServiceLinks", std::string(message));
    draft.fix("Set enableServiceLinks: false", Safety::safe, yaml::set_key(pod.object->manifest().source(), pod.spec, "enableServiceLinks", "false"));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  enableServiceLinks: true
                      ^^^^ every Service of the namespace is put into the environment; set enableServiceLinks to false
  containers:
  - {name: web, image: web:1.4.2}
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  enableServiceLinks: false
  containers:
  - {name: web, image: web:1.4.2}
)",
                                        .path = "app.yaml"}};

extern constinit const Check service_links_enabled = {
    .id = "service-links-enabled",
    .title = "Service environment variables are injected.",
    .category = Category::efficiency,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "In a namespace with hundreds of Services the variables make pods start slowly, and names like PORT can change what the "
           "program does. DNS does the same job.",
    .aliases = {"kyverno:disable-service-discovery"},
    .examples = examples,
    .run = on_pods(run),
};

}
