#include "analyzer/engine/check.h"

namespace plimsoll::checks::maintainer_deprecated {

// The text as a double-quoted LABEL value.
static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\' || c == '$') out += '\\';
        out += c;
    }
    return out + '"';
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* maintainer : file.all(docker::Keyword::maintainer, true)) {
        const Text author = docker::unquoted(maintainer->argument);
        report.at(maintainer->name, "MAINTAINER is deprecated; use LABEL org.opencontainers.image.authors")
            .fix("Replace with a LABEL", Safety::safe, {maintainer->line_span, "LABEL org.opencontainers.image.authors=" + quoted(author.value)});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
MAINTAINER Ada <ada@example.org>
^^^^^^^^^^ MAINTAINER is deprecated; use LABEL org.opencontainers.image.authors
)",
                                        .good = R"(
FROM alpine:3.22
LABEL org.opencontainers.image.authors="Ada <ada@example.org>"
)"}};

extern constinit const Check maintainer_deprecated = {
    .id = "maintainer-deprecated",
    .title = "MAINTAINER is deprecated.",
    .category = Category::deprecation,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The instruction writes a field that nothing reads any more; a label carries the same text and can be queried.",
    .aliases = {"hadolint:DL4000", "buildkit:MaintainerDeprecated", "trivy:DS-0022", "checkov:CKV_DOCKER_6", "kics:99614418-f82b-4852-a9ae-5051402b741c",
                "semgrep:maintainer-is-deprecated", "dockerfile-lint:maintainer_deprecated", "sonar:S6586"},
    .examples = examples,
    .run = on(docker::Keyword::maintainer, run),
};

}
