#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_tr_bracket_class {

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("tr")) return;
        for (const shell::Word& word : command.arguments()) {
            const std::string_view set = word.value;
            const bool bracketed = set.size() > 2 && set.starts_with("[") && set.ends_with("]") && !set.starts_with("[:") && !set.starts_with("[=");
            if (!bracketed || !word.quoted || set.find('*') != std::string_view::npos || !docker::is_sound(code)) continue;
            report.at(word, "leave out the brackets of " + quote(set) + ": tr takes them for characters of the set");
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN echo A | tr '[A-Z]' '[a-z]'
                ^^^^^^^ leave out the brackets of '[A-Z]': tr takes them for characters of the set
                        ^^^^^^^ leave out the brackets of '[a-z]': tr takes them for characters of the set
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN echo A | tr 'A-Z' 'a-z' | tr '[:upper:]' '[:lower:]' | tr a '[x*]'
)x",
                                        .fixed = false}};

extern constinit const Check shell_tr_bracket_class = {
    .id = "shell-tr-bracket-class",
    .title = "tr is given a range in brackets.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "tr knows ranges without brackets. With them, brackets in the text are replaced or deleted too.",
    .aliases = {"shellcheck:SC2021"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
