#include <string>
#include <vector>

#include "analyzer/engine/analyze.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/config.h"
#include "tests/catch.h"

using namespace plimsoll;

namespace {

// The fields that the profile of the API server complains about.
std::vector<std::string> refused(const std::string& text) {
    MemoryFileSystem files;
    Overrides overrides;
    overrides.profile = "api-server";
    const Configuration configuration(files, all_checks(), overrides);
    std::vector<std::string> fields;
    for (const Finding& finding :
         analyze_text(&files, {"app.yaml", FileKind::other, true, {}}, text, all_checks(), configuration.for_file("app.yaml"), true).findings)
        fields.push_back(finding.field);
    return fields;
}

std::string pod_with_annotation(std::size_t size) {
    return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations: {a: " + std::string(size, 'a') +
           "}\nspec:\n  containers:\n  - {name: c, image: busybox}\n";
}

std::string map_with_value(std::size_t size) { return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: " + std::string(size, 'a') + "}\n"; }

}

// Rules VF026 and VF402 of the API server's validation, with texts of the sizes that the rows describe.
TEST_CASE("what is too large for the API server is refused, one byte less is not") {
    // The key counts too.
    CHECK(refused(pod_with_annotation(262144)) == std::vector<std::string>{"metadata.annotations"});
    CHECK(refused(pod_with_annotation(262143)).empty());
    CHECK(refused(map_with_value(1048577)).size() == 1);
    CHECK(refused(map_with_value(1048575)).empty());
}
