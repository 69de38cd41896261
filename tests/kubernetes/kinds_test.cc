// No check has anything to say about a kind it cannot apply to.

#include <set>
#include <string>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "analyzer/kubernetes/schema_tables.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

namespace tables = kubernetes::schema_tables;

std::string_view text_of(tables::TextRow row) { return {tables::texts + row.begin, row.size}; }

// The least that the API server would call an object of this kind.
std::string minimal(const tables::KindRow& row) {
    std::string version(text_of(row.group));
    if (!version.empty()) version += '/';
    return "apiVersion: " + version.append(text_of(row.version)) + "\nkind: " + std::string(text_of(row.kind)) +
           "\nmetadata: {name: minimal, namespace: shop}\n";
}

bool carries_pods(std::string_view kind) {
    static const std::set<std::string_view> kinds = {"Pod",        "PodTemplate", "Deployment", "StatefulSet",          "DaemonSet",
                                                     "ReplicaSet", "Job",         "CronJob",    "ReplicationController"};
    return kinds.contains(kind);
}

}

TEST_CASE("a minimal object of a kind without pods gives no finding about pods or containers", "[kubernetes][kinds]") {
    MemoryFileSystem files;
    Overrides overrides;
    overrides.profile = "strict";
    const Configuration configuration(files, all_checks(), overrides);
    for (unsigned i = 0; i < tables::kind_count; ++i) {
        const std::string text = minimal(tables::kinds[i]);
        INFO(text);
        const FileAnalysis analysis =
            analyze_text(&files, {"app.yaml", FileKind::other, true, {}}, text, all_checks(), configuration.for_file("app.yaml"), true);
        CHECK(analysis.file.status == Status::analysed);
        CHECK(analysis.file.objects == (text_of(tables::kinds[i].kind).ends_with("List") ? 0 : 1));
        for (const Finding& finding : analysis.findings) {
            INFO(finding.check->id << ": " << finding.message);
            CHECK(finding.check->id != "internal-error");
            if (!carries_pods(text_of(tables::kinds[i].kind))) CHECK_FALSE((finding.check->run.pod || finding.check->run.container));
            CHECK(finding.span.end <= text.size());
        }
    }
}

// Everything that would be said of the built-in kinds of these names, in an object that is none of them.
TEST_CASE("an object of another group is not taken for the built-in kind of its name", "[kubernetes][kinds]") {
    constexpr const char* body = R"(
metadata: {name: minimal}
spec:
  containers: [{image: nginx, name: c, securityContext: {privileged: true}}]
  hostNetwork: true
  ingress: [{}]
  podSelector: {}
  replicas: 1
  rules: [{host: "*"}]
  selector: {a: b}
  template: {spec: {containers: [{image: nginx, name: c, securityContext: {privileged: true}}], hostPID: true}}
  type: LoadBalancer
data: {password: Vq8zR2mK0xTb}
roleRef: {kind: ClusterRole, name: cluster-admin}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
subjects: [{kind: Group, name: "system:unauthenticated"}]
webhooks: [{failurePolicy: Ignore, name: x}]
)";
    MemoryFileSystem files;
    Overrides overrides;
    overrides.profile = "strict";
    const Configuration configuration(files, all_checks(), overrides);
    std::set<std::string_view> seen;
    for (unsigned i = 0; i < tables::kind_count; ++i) {
        if (!seen.insert(text_of(tables::kinds[i].kind)).second) continue;
        const std::string text = "apiVersion: example.org/v1\nkind: " + std::string(text_of(tables::kinds[i].kind)) + body;
        INFO(text);
        const FileAnalysis analysis =
            analyze_text(&files, {"app.yaml", FileKind::other, true, {}}, text, all_checks(), configuration.for_file("app.yaml"), true);
        for (const Finding& finding : analysis.findings) {
            INFO(finding.check->id << ": " << finding.message);
            CHECK(finding.check->run.kinds.size() == 0);
            CHECK(finding.check->category != Category::security);
        }
    }
}
