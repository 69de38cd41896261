#include <algorithm>

#include "checks/kubernetes/refusal.h"

namespace plimsoll::checks::apparmor_annotation_unknown_container {

using kubernetes::Container;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";
    if (pod.partial || !Refusals(*pod.object, report).whole() || beyond_server(*pod.object, report)) return;
    for (const auto [key, value] : pod.annotations().entries()) {
        if (!key.scalar().starts_with(prefix) || key.is_placeholder()) continue;
        const std::string_view name = key.scalar().substr(prefix.size());
        // A name that is not known could be this one.
        const bool possible = std::any_of(pod.containers.begin(), pod.containers.end(),
                                          [&](const Container& container) { return container.name() == name || !container["name"].text(); });
        if (possible) continue;
        Draft draft = report.at(key, "no container of the pod is called " + quote(name) + ", so no AppArmor profile is applied");
        // The API server leaves out the metadata of a template in the name of the field.
        const yaml::Node metadata = pod.metadata;
        std::string field = metadata.path(pod.object->node());
        if (metadata.parent() != pod.object->node() && report.settings().profile == "api-server") field.resize(field.rfind('.'));
        draft.field(field + ".annotations[" + std::string(key.scalar()) + "]");
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/web: runtime/default
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no container of the pod is called 'web', so no AppArmor profile is applied
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/app: runtime/default
    container.apparmor.security.beta.kubernetes.io/prepare: runtime/default
spec:
  initContainers:
  - {name: prepare, image: "registry.example/prepare:1"}
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check apparmor_annotation_unknown_container = {
    .id = "apparmor-annotation-unknown-container",
    .title = "AppArmor annotation names no container of the pod.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The annotation's key ends with the name of the container it is for. When no container has that name nothing is confined, and the API server "
           "refuses such a Pod.",
    .aliases = {"kubeaudit:AppArmorInvalidAnnotation", refused},
    .examples = examples,
    .run = on_pods(run),
};

}
