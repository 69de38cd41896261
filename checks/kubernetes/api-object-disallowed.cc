#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/text/glob.h"

namespace plimsoll::checks::api_object_disallowed {

static bool fits(std::string_view pattern, std::string_view text) { return pattern.empty() || Glob(pattern).matches(text); }

static void run(const kubernetes::Object& object, Reporter& report) {
    const std::string_view group = report.text("group");
    const std::string_view version = report.text("version");
    const std::string_view kind = report.text("kind");
    if (group.empty() && version.empty() && kind.empty()) return;
    if (fits(group, object.group()) && fits(version, object.version()) && fits(kind, object.kind()))
        report.at(object["kind"], quote(object.api_version()) + " " + std::string(object.kind()) + " is not allowed in this project");
}

static constexpr Option options[] = {{.name = "group", .type = Option::Type::text, .what = "pattern for the API group"},
                                     {.name = "version", .type = Option::Type::text, .what = "pattern for the version"},
                                     {.name = "kind", .type = Option::Type::text, .what = "pattern for the kind"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
      ^^^^^^^ 'networking.k8s.io/v1' Ingress is not allowed in this project
metadata: {name: web}
)",
                                        .good = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
)",
                                        .config = R"(checks: {api-object-disallowed: {group: networking.k8s.io, kind: Ingress}})",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check api_object_disallowed = {
    .id = "api-object-disallowed",
    .title = "Object kind is disallowed by policy.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Some kinds are for administrators only, or replaced by something of the house. The configuration says which.",
    .aliases = {"kube-linter:template:disallowed-api-obj"},
    .options = options,
    .examples = examples,
    .run = on_every_object(run),
};

}
