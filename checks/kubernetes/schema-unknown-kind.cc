#include <algorithm>
#include <array>

#include "analyzer/text/distance.h"
#include "checks/kubernetes/schema_walk.h"

// Kinds and groups that the API server of the target version does not have.

namespace plimsoll::checks::api_version {
extern const std::span<const Check> api_version;
}

namespace plimsoll::checks::schema_unknown_kind {

namespace {

using kubernetes::Object;

// Kinds of subresources and answers: nobody writes them down, but they are no mistake.
constexpr std::array<std::string_view, 10> other_kinds = {"ComponentStatus", "DeleteOptions", "Eviction",   "List",       "Scale",
                                                          "Status",          "TokenRequest",  "ObjectMeta", "WatchEvent", "APIResourceList"};

bool is_other_kind(const Object& object) {
    // The configuration of kubectl calls itself v1 as well.
    if (object.kind() == "Config" && object["clusters"].is_sequence()) return true;
    if (std::find(other_kinds.begin(), other_kinds.end(), object.kind()) != other_kinds.end()) return true;
    std::string_view kind = object.kind();
    if (!kind.ends_with("List")) return false;
    kind.remove_suffix(4);
    return kubernetes::find_kind(object.group(), object.version(), kind).has_value();
}

// The check of removed versions runs too and says it, with the replacement.
bool said_as_removed(const Object& object, int minor, const Reporter& report) {
    const kubernetes::Lifecycle* row = kubernetes::lifecycle_of(object.group(), object.version(), object.kind());
    if (!row || !row->removed || minor < row->removed) return false;
    const std::span<const Check> family = api_version::api_version;
    const auto check = std::find_if(family.begin(), family.end(), [](const Check& each) { return each.id == "api-version-removed"; });
    return check != family.end() && report.settings().enabled(*check);
}

std::string name_of(const Object& object) { return quote(object.api_version()) + " " + std::string(object.kind()); }

void report_home(const Object& object, const std::vector<std::string>& homes, std::string message, Reporter& report) {
    if (!homes.empty()) message += "; the API has " + std::string(object.kind()) + " in " + alternatives(homes);
    Draft draft = report.at(object["apiVersion"] ? object["apiVersion"] : object.node(), std::move(message));
    draft.field("apiVersion");
    if (homes.size() == 1 && object["apiVersion"])
        draft.fix("Use " + homes.front(), Safety::unsafe, yaml::replace_scalar(object.manifest().source(), object["apiVersion"], homes.front()));
}

// The API has the kind, but not now.
void out_of_time(const Object& object, const kubernetes::Lifetime& lifetime, int minor, Reporter& report) {
    const bool early = minor < lifetime.since;
    // The server still decodes most versions that it no longer serves.
    if (!early && (as_server(report) || said_as_removed(object, minor, report))) return;
    const std::string when =
        early ? " comes only with Kubernetes 1." + std::to_string(lifetime.since) : " is not served since Kubernetes 1." + std::to_string(lifetime.until + 1);
    report_home(object, kubernetes::homes_of(object.kind(), minor), name_of(object) + when + ", the target is 1." + std::to_string(minor), report);
}

void unknown_in_group(const Object& object, int minor, Reporter& report) {
    if (is_other_kind(object) || said_as_removed(object, minor, report)) return;
    const std::vector<std::string> homes = kubernetes::homes_of(object.kind(), minor);
    if (!homes.empty()) return report_home(object, homes, "there is no " + std::string(object.kind()) + " in " + quote(object.api_version()), report);
    const std::string near(nearest_name(object.kind(), kubernetes::kinds_of(object.group(), object.version(), minor)));
    const yaml::Node place = object["kind"] ? object["kind"] : object.node();
    std::string message = "the API knows no kind " + quote(object.kind()) + " in " + quote(object.api_version());
    if (!near.empty()) message += "; did you mean " + quote(near) + "?";
    Draft draft = report.at(place, std::move(message));
    draft.field("kind");
    if (!near.empty()) draft.fix("Use " + near, Safety::unsafe, yaml::replace_scalar(object.manifest().source(), object["kind"], near));
}

// A group that the API does not have belongs to custom resources, unless it has the kind in a group of nearly the same name: those of
// custom resources have a dot.
void unknown_group(const Object& object, int minor, Reporter& report) {
    const std::vector<std::string> homes = kubernetes::homes_of(object.kind(), minor);
    const auto is_meant = [&](std::string_view home) {
        const std::size_t slash = home.find('/');
        const std::string_view group = slash == std::string_view::npos ? std::string_view{} : home.substr(0, slash);
        return object.group().find('.') == std::string_view::npos || edit_distance(object.group(), group, 2) <= 2;
    };
    if (std::any_of(homes.begin(), homes.end(), is_meant)) report_home(object, homes, "the API has no group " + quote(object.group()), report);
}

void unknown_kinds(const Object& object, Reporter& report) {
    if (object.api_version().empty() || object["apiVersion"].is_placeholder() || object["kind"].is_placeholder()) return;
    const int minor = target_minor(report);
    const auto kind = kubernetes::find_kind(object.group(), object.version(), object.kind());
    if (kind && kind->lifetime.holds(minor)) return;
    if (kind) return out_of_time(object, kind->lifetime, minor, report);
    if (kubernetes::is_api_group(object.group())) return unknown_in_group(object, minor, report);
    unknown_group(object, minor, report);
}

constexpr Example examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deploymnet
      ^^^^^^^^^^ the API knows no kind 'Deploymnet' in 'apps/v1'; did you mean 'Deployment'?
metadata: {name: web}
)",
                                 .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
apiVersion: app/v1
            ^^^^^^ the API has no group 'app'; the API has StatefulSet in apps/v1
kind: StatefulSet
metadata: {name: db}
---
apiVersion: v1
            ^^ there is no ClusterRole in 'v1'; the API has ClusterRole in rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
)",
                                 .good = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
)",
                                 .path = "app.yaml"},
                                {.bad = R"(
apiVersion: admissionregistration.k8s.io/v1
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'admissionregistration.k8s.io/v1' ValidatingAdmissionPolicy comes only with Kubernetes 1.30, the target is 1.29; the API has ValidatingAdmissionPolicy in admissionregistration.k8s.io/v1alpha1 or admissionregistration.k8s.io/v1beta1
kind: ValidatingAdmissionPolicy
metadata: {name: replicas}
)",
                                 .good = R"(
apiVersion: example.org/v1
kind: Deploymnet
metadata: {name: web}
)",
                                 .config = R"(kubernetes-version: "1.29")",
                                 .path = "app.yaml",
                                 .fixed = false}};

}

extern constinit const Check schema_unknown_kind = {
    .id = "schema-unknown-kind",
    .title = "An object is of a kind that the API does not know.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .fix = Safety::unsafe,
    .why = "The API server refuses objects of a kind that its own groups do not have; usually the kind or the version is mistyped, or meant for another "
           "version of Kubernetes.",
    .aliases = {"kube-linter:schema-validation"},
    .examples = examples,
    .run = on_every_object(unknown_kinds),
};

}
