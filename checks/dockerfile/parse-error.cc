#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::parse_error {

namespace {

// Instructions before FROM and triggers that ONBUILD refuses have checks of their own.
bool told_elsewhere(const docker::Dockerfile& file, const docker::Problem& problem) {
    if (problem.message.find("before the first FROM") == std::string::npos) return false;
    const auto before = file.before_first_from();
    return std::ranges::any_of(before, [&](const docker::Instruction* in) {
        return in->keyword != docker::Keyword::arg && in->keyword != docker::Keyword::unknown && in->name.span == problem.span;
    });
}

bool forbidden_trigger(const docker::Instruction& in) {
    using enum docker::Keyword;
    return in.trigger && (in.trigger->keyword == onbuild || in.trigger->keyword == from || in.trigger->keyword == maintainer);
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Problem& problem : file.problems())
        if (!told_elsewhere(file, problem)) report.at(problem.span, problem.message);
    for (const docker::Instruction& in : file.instructions()) {
        if (forbidden_trigger(in)) continue;
        // An error of the trigger may stand at both.
        const docker::Instruction& owner = in.trigger && in.trigger->error ? *in.trigger : in;
        if (owner.error) report.at(owner.error->span, owner.error->message).anchor(in.begin());
    }
}

constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
INSTALL curl
^^^^^^^ unknown instruction "INSTALL": a line starts with an instruction such as RUN, or belongs to the line above that lacks its continuation character
COPY a
^^^^ COPY requires a source and a destination
ONBUILD SHELL sh
              ^^ SHELL requires its arguments as a JSON array: write SHELL ["executable", "parameter"]
)",
                                 .good = R"(
FROM alpine:3.22
RUN apk add curl
COPY a /a
ONBUILD SHELL ["sh", "-c"]
)"},
                                {.bad = R"(
FROM alpine:3.22
COPY <<EOF /motd
     ^^^^^ the heredoc is not closed: no line holds just "EOF"
Welcome
)",
                                 .good = R"(
FROM alpine:3.22
COPY <<EOF /motd
Welcome
EOF
)"}};

}

extern constinit const Check parse_error = {
    .id = "parse-error",
    .title = "File cannot be parsed as a Dockerfile.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "The builder stops at the first error and builds nothing. All of them are reported here, and the rest of the file is analysed as far as it can be "
           "read.",
    .aliases = {"hadolint:DL1000", "dockerfilelint:invalid_line", "dockerfilelint:invalid_command", "dockerfilelint:required_params",
                "dockerfilelint:extra_args", "dockerfilelint:missing_args", "dockerfilelint:invalid_format", "sonar:S2260", "dockerfile-lint:paramSyntaxRegex"},
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
