#include "analyzer/engine/check.h"

namespace plimsoll::checks::syntax_directive_missing_for_feature {

namespace {

struct Feature {
    Span place;
    std::string_view name;
};

// What the frontend that is built into older engines does not know.
std::optional<Feature> feature_of(const docker::Instruction& in) {
    using enum docker::Keyword;
    if (!in.heredocs.empty()) return Feature{in.heredocs.front().word.span, "a heredoc"};
    for (const docker::Flag& flag : in.flags) {
        for (std::string_view name : {"mount", "network", "security"})
            if (in.keyword == run && flag.name == name) return Feature{flag.whole.span, flag.whole.value.substr(0, name.size() + 2)};
        for (std::string_view name : {"link", "chmod", "parents", "exclude"})
            if ((in.keyword == copy || in.keyword == add) && flag.name == name) return Feature{flag.whole.span, flag.whole.value.substr(0, name.size() + 2)};
        if (in.keyword == add && flag.name == "checksum") return Feature{flag.whole.span, "--checksum"};
    }
    return std::nullopt;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    if (file.directive("syntax")) return;
    for (const docker::Instruction& outer : file.instructions()) {
        const std::optional<Feature> feature = feature_of(outer.trigger ? *outer.trigger : outer);
        if (!feature) continue;
        const std::uint32_t top = file.source().bom();
        report.at(feature->place, "older builders do not know " + std::string(feature->name) + "; begin the file with # syntax=docker/dockerfile:1")
            .fix("Add the directive", Safety::safe, {{top, top}, "# syntax=docker/dockerfile:1\n"});
        return;
    }
}

constexpr Example examples[] = {{.bad = R"(FROM alpine:3.22
RUN --mount=type=cache,target=/root/.cache true
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ older builders do not know --mount; begin the file with # syntax=docker/dockerfile:1
COPY --link a /a
)",
                                 .good = R"(# syntax=docker/dockerfile:1
FROM alpine:3.22
RUN --mount=type=cache,target=/root/.cache true
COPY --link a /a
)"},
                                {.bad = R"(FROM alpine:3.22
COPY <<EOF /etc/motd
     ^^^^^ older builders do not know a heredoc; begin the file with # syntax=docker/dockerfile:1
Welcome
EOF
)",
                                 .good = R"(# syntax=docker/dockerfile:1
FROM alpine:3.22
COPY <<EOF /etc/motd
Welcome
EOF
)"}};

}

extern constinit const Check syntax_directive_missing_for_feature = {
    .id = "syntax-directive-missing-for-feature",
    .title = "BuildKit-only syntax without a syntax directive.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "Each engine brings a frontend of its own age; an old one fails on newer syntax or reads it as shell text. "
           "With the directive every BuildKit fetches a frontend that knows it.",
    .examples = examples,
    .run = on_every_dockerfile(run),
};

}
