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
