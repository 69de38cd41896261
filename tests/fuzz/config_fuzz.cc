// Configuration files, ours and the peers', of any bytes: never a crash or a hang, and every complaint names a line of the file.

#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/registry.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using fuzz::law;

std::vector<std::string> own_seeds() {
    return {
        "profile: strict\nchecks:\n  add-instead-of-copy: off\n  maintainer-deprecated: {severity: high}\n",
        "extends: [base.yaml]\nexclude: ['vendor/**']\nbuild-args: {A: 1}\noverrides:\n  - paths: ['a/*']\n    checks: {x: low}\n",
        "ignore:\n  - checks: [DL3008]\n    paths: ['**/Dockerfile']\n    reason: none\n    until: 2026-01-01\ntrusted-registries: [a.example, "
        "'*.b.example']\n",
        "ignored: [DL3000, SC1010]\noverride:\n  error: [DL3001]\nfailure-threshold: warning\nlabel-schema:\n  author: text\nstrict-labels: true\n",
    };
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto lines = static_cast<std::uint32_t>(1 + std::count(text.begin(), text.end(), '\n'));
    for (const char* name : {".plimsoll.yaml", ".hadolint.yaml"}) {
        MemoryFileSystem files;
        files.set(name, std::string(text));
        files.set("a/Dockerfile", "FROM scratch\n");
        const Configuration configuration(files, all_checks(), {});
        const Settings& settings = configuration.for_file("a/Dockerfile");
        for (const RegisteredCheck& registered : all_checks().all()) {
            settings.enabled(*registered.check);
            settings.severity_of(*registered.check);
        }
        configuration.excluded("a/Dockerfile");
        configuration.describe("a/Dockerfile");
        for (const ConfigProblem& problem : configuration.problems()) law(problem.line <= lines + 1, "a complaint outside the file");
    }
    return 0;
}
