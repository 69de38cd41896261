#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::seccomp_annotation_deprecated {

using yaml::Node;

static constexpr std::string_view pod_key = "seccomp.security.alpha.kubernetes.io/pod";
static constexpr std::string_view container_prefix = "container.seccomp.security.alpha.kubernetes.io/";

// The field's value that says what the annotation says; "" when there is none.
static std::string profile_of(std::string_view annotation) {
    constexpr std::string_view local = "localhost/";
    if (annotation == "runtime/default" || annotation == "docker/default") return "{type: RuntimeDefault}";
    if (annotation == "unconfined") return "{type: Unconfined}";
    if (annotation.starts_with(local) && annotation.size() > local.size())
        return "{type: Localhost, localhostProfile: " + std::string(annotation.substr(local.size())) + "}";
    return "";
}

static void judge(const kubernetes::Pod& pod, Node value, Node holder, Reporter& report) {
    Draft draft = report.at(value.key(), "clusters have ignored this annotation since 1.27; set securityContext.seccompProfile");
    draft.field(value.path());
    const Source& source = pod.object->manifest().source();
    const std::optional<Edit> removal = yaml::remove_entry(source, value);
    if (!holder || !removal) return;
    if (holder["securityContext"]["seccompProfile"].is_set()) {
        draft.fix("Remove the annotation", Safety::safe, *removal);
        return;
    }
    const std::string profile = profile_of(value.text_or_empty());
    const std::optional<Edit> setting = profile.empty() ? std::nullopt : yaml::set_key(source, holder, "securityContext.seccompProfile", profile);
    if (!setting) return;
    std::vector<Edit> edits{*removal, *setting};
    std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
    draft.fix("Set the field instead", Safety::unsafe, std::move(edits));
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    for (const auto [key, value] : pod.annotations().entries()) {
        const std::string_view name = key.scalar();
        if (name == pod_key) judge(pod, value, pod.spec, report);
        if (!name.starts_with(container_prefix)) continue;
        Node holder;
        for (const kubernetes::Container& container : pod.containers)
            if (container.name() == name.substr(container_prefix.size())) holder = container.node;
        judge(pod, value, holder, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    seccomp.security.alpha.kubernetes.io/pod: runtime/default
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ clusters have ignored this annotation since 1.27; set securityContext.seccompProfile
    container.seccomp.security.alpha.kubernetes.io/app: localhost/app.json
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ clusters have ignored this annotation since 1.27; set securityContext.seccompProfile
    note: keep
spec:
  securityContext:
    seccompProfile:
      type: RuntimeDefault
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
    note: keep
spec:
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      seccompProfile: {type: Localhost, localhostProfile: app.json}
)",
                                        .path = "app.yaml"}};

extern constinit const Check seccomp_annotation_deprecated = {
    .id = "seccomp-annotation-deprecated",
    .title = "seccomp set by the removed annotation.",
    .category = Category::deprecation,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The annotations were the way to ask for a seccomp profile before 1.19. Clusters stopped reading them with 1.27, so the pod runs without the "
           "profile its author counts on.",
    .aliases = {"kubeaudit:SeccompDeprecatedAnnotations"},
    .examples = examples,
    .run = on_pods(run),
};

}
