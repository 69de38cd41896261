#include "analyzer/engine/check.h"

namespace plimsoll::checks::healthcheck_shell_form {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* probe : file.all(docker::Keyword::healthcheck, true)) {
        const bool command = !probe->words.empty() && docker::keyword_of(probe->words[0].value) == docker::Keyword::cmd;
        if (command && probe->words.size() > 1 && !probe->json)
            report.at(probe->words[0], "HEALTHCHECK CMD in shell form needs a shell in the image; write it as a JSON array");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM nginx:1.29
HEALTHCHECK --interval=5s CMD curl -f http://localhost/ || exit 1
                          ^^^ HEALTHCHECK CMD in shell form needs a shell in the image; write it as a JSON array
)",
                                        .good = R"(
FROM nginx:1.29
HEALTHCHECK --interval=5s CMD ["curl", "-f", "http://localhost/"]
)"}};

extern constinit const Check healthcheck_shell_form = {
    .id = "healthcheck-shell-form",
    .title = "HEALTHCHECK CMD in shell form.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "A probe gets no signals, so shell form does little harm here, unlike in CMD; it only starts a shell for each probe and fails in images without one. "
        "Probes that end in || exit 1 are the usual reason to keep it.",
    .aliases = {"hadolint:DL3025"},
    .examples = examples,
    .run = on(docker::Keyword::healthcheck, run),
};

}
