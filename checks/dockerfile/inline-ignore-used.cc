#include "analyzer/docker/words.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::inline_ignore_used {

namespace {

constexpr std::string_view blanks = " \t";

void skip_blanks(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size())); }

bool take(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    skip_blanks(text);
    return true;
}

struct Pragma {
    std::string_view tool;   // "" when the comment is none
    bool counts = false;     // as a pragma of one instruction for hadolint's DL1001
};

// Whose suppression comment this is.
Pragma pragma(std::string_view text) {
    if (text.starts_with('#')) text.remove_prefix(1);
    skip_blanks(text);
    if (take(text, "hadolint")) {
        const bool wide = take(text, "global") || take(text, "stage");
        return {take(text, "ignore") && text.starts_with('=') ? "hadolint" : "", !wide};
    }
    if (take(text, "plimsoll:")) return {text.starts_with("ignore") ? "plimsoll" : ""};
    if (text.starts_with("trivy:ignore:")) return {"trivy"};
    if (text.starts_with("checkov:skip=")) return {"checkov"};
    if (text.starts_with("kics-scan ignore") || text.starts_with("kics-scan disable=")) return {"kics"};
    if (text.starts_with("nosemgrep")) return {"semgrep"};
    if (text.starts_with("NOSONAR")) return {"sonar"};
    return take(text, "shellcheck") && text.starts_with("disable=") ? Pragma{"shellcheck"} : Pragma{};
}

void judge(const docker::Dockerfile& file, Span comment, Reporter& report) {
    const Pragma found = pragma(file.source().slice(comment));
    if (found.tool.empty()) return;
    Draft draft = report.at(comment, "move this " + std::string(found.tool) + " suppression to the configuration file");
    if (!found.counts) draft.only({});
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (Span comment : file.comments()) judge(file, comment, report);
    for (const docker::Instruction& in : file.instructions())
        for (Span comment : in.comments) judge(file, comment, report);
}

constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
# hadolint ignore=DL3020
^^^^^^^^^^^^^^^^^^^^^^^^ move this hadolint suppression to the configuration file
ADD a /a
RUN true \
    # trivy:ignore:DS-0002
    ^^^^^^^^^^^^^^^^^^^^^^ move this trivy suppression to the configuration file
    && true
)",
                                 .good = R"(
# hadolint shell=bash
# hadolint is run in CI
FROM alpine:3.22
)"}};

}

extern constinit const Check inline_ignore_used = {
    .id = "inline-ignore-used",
    .title = "Inline ignore comment is used.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Some projects want all exceptions in one file, where they are reviewed and have an end. A comment beside the code escapes that.",
    .aliases = {"hadolint:DL1001"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
