#include "analyzer/engine/check.h"

namespace plimsoll::checks::workdir_unescaped_space {

// Position of the first blank that is neither quoted, nor escaped, nor inside ${...}; npos when there is none.
static std::size_t bare_blank(std::string_view text, char escape) {
    char quote = 0;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == escape && quote != '\'')
            ++i;
        else if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (text.substr(i).starts_with("${"))
            ++depth;
        else if (c == '}' && depth > 0)
            --depth;
        else if (depth == 0 && (c == ' ' || c == '\t'))
            return i;
    }
    return std::string_view::npos;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* workdir : file.all(docker::Keyword::workdir, true)) {
        const Text& path = workdir->argument;
        const std::size_t at = bare_blank(path.value, file.escape());
        if (at == std::string_view::npos) continue;
        const bool comment = path.value.find('#', at) != std::string_view::npos;
        auto finding = report.at(path.place(at, at + 1),
                                 comment ? "the directory is named " + quote(path.value) + ", comment and all; put the comment on a line of its own"
                                         : "the blank is part of the directory name " + quote(path.value) + "; put the path in quotes if that is meant");
        if (!comment && path.value.find_first_of("\"'") == std::string_view::npos && path.value.find(file.escape()) == std::string_view::npos)
            finding.fix("Put the path in quotes", Safety::unsafe, {{{path.span.begin, path.span.begin}, "\""}, {{path.span.end, path.span.end}, "\""}});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
WORKDIR /srv/my app
               ^ the blank is part of the directory name '/srv/my app'; put the path in quotes if that is meant
)",
                                        .good = R"(
FROM alpine:3.22
WORKDIR "/srv/my app"
)"},
                                       {.bad = R"(
FROM alpine:3.22
WORKDIR /srv # where it lives
            ^ the directory is named '/srv # where it lives', comment and all; put the comment on a line of its own
)",
                                        .good = R"(
FROM alpine:3.22
WORKDIR /srv/my\ app
WORKDIR ${A:-/a b}
)",
                                        .fixed = false}};

extern constinit const Check workdir_unescaped_space = {
    .id = "workdir-unescaped-space",
    .title = "WORKDIR path holds an unescaped blank.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "WORKDIR takes the whole rest of the line as one path, a trailing comment or a second word included; older builders cut it at the blank.",
    .aliases = {"dockerfilelint:invalid_workdir"},
    .examples = examples,
    .run = on(docker::Keyword::workdir, run),
};

}
