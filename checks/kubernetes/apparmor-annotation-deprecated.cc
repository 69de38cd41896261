#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::apparmor_annotation_deprecated {

using kubernetes::Container;
using yaml::Node;

static constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";
// The field of the security context came with this minor.
static constexpr unsigned first_minor = 30;

namespace {

struct Wanted {
    std::string_view type;
    std::string_view name = {};   // of a Localhost profile
};

}

static Wanted wanted_by(std::string_view annotation) {
    constexpr std::string_view local = "localhost/";
    if (annotation == "runtime/default") return {"RuntimeDefault"};
    if (annotation == "unconfined") return {"Unconfined"};
    if (annotation.starts_with(local)) return {"Localhost", annotation.substr(local.size())};
    return {""};
}

static void offer_field(const Container& container, Node value, Draft& draft) {
    const Source& source = container.pod->object->manifest().source();
    const Wanted profile = wanted_by(value.text_or_empty());
    std::string field = "{type: " + std::string(profile.type);
    if (!profile.name.empty()) field.append(", localhostProfile: ").append(profile.name);
    const std::optional<Edit> removal = yaml::remove_entry(source, value);
    const std::optional<Edit> setting = yaml::set_key(source, container.node, "securityContext.appArmorProfile", field + "}");
    if (profile.type.empty() || !removal || !setting) return;
    std::vector<Edit> edits{*removal, *setting};
    std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
    draft.fix("Set the field instead", Safety::unsafe, std::move(edits));
}

static void judge(const Container& container, Node value, Reporter& report) {
    const Node field = container.own_security()["appArmorProfile"]["type"];
    const Wanted profile = wanted_by(value.text_or_empty());
    if (field.text() && !profile.type.empty() && *field.text() != profile.type)
        report.at(value, "the API server refuses an annotation that contradicts appArmorProfile; remove the annotation")
            .container(container)
            .related(field.span(), "the field");
    else {
        Draft draft = report.at(value.key(), "the annotation is deprecated; set securityContext.appArmorProfile");
        draft.container(container).field(value.path());
        if (!field) offer_field(container, value, draft);
    }
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    for (const auto [key, value] : pod.annotations().entries()) {
        if (!key.scalar().starts_with(prefix)) continue;
        if (kubernetes::pod_security_minor(report.settings().kubernetes_version) < first_minor) return;
        for (const Container& container : pod.containers)
            if (container.name() == key.scalar().substr(prefix.size())) judge(container, value, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/app: runtime/default
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the annotation is deprecated; set securityContext.appArmorProfile
    note: keep
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
    note: keep
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      appArmorProfile: {type: RuntimeDefault}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    container.apparmor.security.beta.kubernetes.io/app: runtime/default
                                                        ^^^^^^^^^^^^^^^ the API server refuses an annotation that contradicts appArmorProfile; remove the annotation
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {appArmorProfile: {type: Unconfined}}
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
)",
                                        .path = "app.yaml"}};

extern constinit const Check apparmor_annotation_deprecated = {
    .id = "apparmor-annotation-deprecated",
    .title = "AppArmor set by the deprecated annotation.",
    .category = Category::deprecation,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "Since 1.30 the AppArmor profile is a field of the security context, for the pod or a container; the annotation is deprecated and will be ignored "
           "one day. A field and an annotation that differ are refused.",
    .examples = examples,
    .run = on_pods(run),
};

}
