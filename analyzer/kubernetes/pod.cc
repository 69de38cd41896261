#include "analyzer/kubernetes/pod.h"

#include "analyzer/kubernetes/holder.h"
#include "analyzer/kubernetes/object.h"

namespace plimsoll::kubernetes {

bool Pod::windows() const {
    if (const yaml::Node os = at("os.name"); os.is_set()) return os.text_or_empty() == "windows";
    const yaml::Node selector = spec["nodeSelector"];
    return selector["kubernetes.io/os"].text_or_empty() == "windows" || selector["beta.kubernetes.io/os"].text_or_empty() == "windows";
}

yaml::Node Pod::service_account_node() const {
    const yaml::Node now = spec["serviceAccountName"];
    return now.is_set() ? now : spec["serviceAccount"];
}

std::string_view Pod::service_account() const {
    const std::string_view name = service_account_node().text_or_empty();
    return name.empty() ? std::string_view("default") : name;
}

yaml::Node Pod::volume(std::string_view name) const {
    for (const yaml::Node volume : spec["volumes"].items()) {
        if (volume["name"].text_or_empty() == name) return volume;
    }
    return {};
}

bool Pod::runs_to_completion() const {
    if (!object) return false;
    const std::string_view kind = object->kind(), group = object->group();
    // Jobs, CronJobs, ScaledJobs, PyTorchJobs, ...: what is named so ends.
    if (kind.ends_with("Job") || group == "tekton.dev" || group == "jobset.x-k8s.io" || group == "sparkoperator.k8s.io") return true;
    const auto speaks_of = [&](std::string_view word) { return kind.find(word) != std::string_view::npos; };
    if (group == "argoproj.io" && (speaks_of("Workflow") || speaks_of("Analysis"))) return true;
    if (kind != "Pod") return false;
    const std::string_view policy = spec["restartPolicy"].text_or_empty();
    return policy == "Never" || policy == "OnFailure";
}

Span Pod::holder(std::string_view path) const {
    const yaml::Node found = spec ? deepest(spec, path) : yaml::Node();
    if (found && found != spec) return found.head();
    if (const yaml::Node key = spec.key()) return key.span();
    if (spec) return spec.head();
    return object ? object->head() : Span{};
}

}
