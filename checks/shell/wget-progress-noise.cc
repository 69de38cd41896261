#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::wget_progress_noise {

// Where wget's own messages go: a redirected standard error never reaches the build log.
static const shell::Redirect* error_redirect(const shell::Command& command) {
    auto found =
        std::ranges::find_if(command.redirects, [](const shell::Redirect& redirect) { return redirect.op.starts_with('2') || redirect.op.starts_with('&'); });
    return found == command.redirects.end() ? nullptr : &*found;
}

static bool is_quiet(const shell::Download& call) {
    using namespace std::string_view_literals;
    return std::ranges::any_of(std::array{"progress"sv, "quiet"sv, "no-verbose"sv, "output-file"sv, "append-output"sv, "background"sv},
                               [&](std::string_view key) { return call.has(key); });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (!command->is("wget")) continue;
        const std::optional<shell::Download> call = shell::download_call(*command.command);
        if (!call || is_quiet(*call) || call->only_informs()) continue;
        const shell::Redirect* errors = error_redirect(*command.command);
        if (errors && errors->op != "2>&") continue;
        const Span name = command->name_span();
        Draft draft = report.at(name, "wget without --progress fills the build log; add -nv");
        // Where another command reads the messages, fewer of them may change what it does.
        if (!errors && !command->in_substitution) draft.fix("Add -nv", Safety::safe, {Span{name.end, name.end}, " -nv"});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN wget -O /srv/a https://example.org/a
    ^^^^ wget without --progress fills the build log; add -nv
)",
                                        .good = R"(
FROM debian:12-slim
RUN wget -nv -O /srv/a https://example.org/a
)"},
                                       {.bad = R"(
FROM debian:12-slim
RUN wget -Oq.tgz https://example.org/q && sudo wget https://example.org/b
    ^^^^ wget without --progress fills the build log; add -nv
                                               ^^^^ wget without --progress fills the build log; add -nv
)",
                                        .good = R"(
FROM debian:12-slim
RUN wget -q https://example.org/a && wget --progress=dot:giga https://example.org/b && wget -qO- https://example.org/c
RUN wget -o /log https://example.org/a && wget https://example.org/b 2>/dev/null && wget --version
)",
                                        .fixed = false}};

extern constinit const Check wget_progress_noise = {
    .id = "wget-progress-noise",
    .title = "wget writes its progress into the build log.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "Without a terminal wget draws its progress as thousands of lines of dots, which bury what matters in the build log. "
           "-nv keeps errors and one line for each file; --progress=dot:giga keeps a short progress.",
    .aliases = {"hadolint:DL3047"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
