#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_x_prefix_comparison {

// "x$a" or "${a}x": what the trick puts in front of or behind the variable.
static bool has_x(std::string_view text) {
    if (text.starts_with("\"")) text.remove_prefix(1);
    return text.size() > 1 && (text[0] == 'x' || text[0] == 'X');
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("[") && !command.is("[[") && !command.is("test")) return;
        const std::vector<shell::Word>& words = command.words;
        for (std::size_t i = 1; i + 2 < words.size(); ++i) {
            if (!(words[i + 1] == "=") && !(words[i + 1] == "==") && !(words[i + 1] == "!=")) continue;
            const std::string_view left = words[i].text.value;
            const std::string_view right = words[i + 2].text.value;
            const bool variable = left.find('$') != std::string_view::npos || right.find('$') != std::string_view::npos;
            if (!variable || !has_x(left) || !has_x(right) || !docker::is_sound(code)) continue;
            report.at(words[i], "leave out the x on both sides and quote the variable: every shell compares empty values in quotes");
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN if [ x$LATEST = xtrue ]; then date; fi
         ^^^^^^^^ leave out the x on both sides and quote the variable: every shell compares empty values in quotes
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN if [ "$LATEST" = true ]; then date; fi
)x",
                                        .fixed = false}};

extern constinit const Check shell_x_prefix_comparison = {
    .id = "shell-x-prefix-comparison",
    .title = "Comparison with a letter put in front of both sides.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "The letter was a guard against shells of the last century that took an empty or dashed value for an operator. Quotes do that today.",
    .aliases = {"shellcheck:SC2268"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
