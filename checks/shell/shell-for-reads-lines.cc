#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_for_reads_lines {

using shell::Kind;
using shell::Node;

static bool prints_lines(std::string_view name) {
    static constexpr std::string_view names[] = {"cat", "grep", "egrep", "fgrep", "sed", "awk", "cut", "sort"};
    return std::ranges::find(names, name) != std::end(names);
}

static bool prints_only_lines(const docker::ShellCode& code, Node substitution) {
    const Span span = substitution.span();
    const std::vector<shell::Command>& all = code.script->commands();
    auto command = std::ranges::lower_bound(all, span.begin, {}, [](const shell::Command& c) { return c.span.begin; });
    bool found = false;
    for (; command != all.end() && span.contains(command->span); ++command, found = true) {
        if (!prints_lines(command->base_name())) return false;
        if (command->joint != shell::Joint::pipe && command->joint != shell::Joint::end) return false;
    }
    return found;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_node(file, Kind::for_statement, [&](const docker::ShellCode& code, Node loop) {
        std::vector<Node> words;
        for (const Node child : loop.named_children())
            if (!child.is(Kind::variable_name) && !child.is(Kind::do_group) && !child.is(Kind::comment)) words.push_back(child);
        if (words.size() != 1 || !words.front().is(Kind::command_substitution)) return;
        if (!prints_only_lines(code, words.front()) || !docker::is_sound(code)) return;
        report.at(words.front().span(), "use a while read loop for lines: for splits the output at every blank and expands wildcards in it");
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN for p in $(cat /series); do patch < "$p"; done
             ^^^^^^^^^^^^^^ use a while read loop for lines: for splits the output at every blank and expands wildcards in it
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN while IFS= read -r p; do patch < "$p"; done < /series
RUN for p in $(find / -name x); do echo "$p"; done
)x"}};

extern constinit const Check shell_for_reads_lines = {
    .id = "shell-for-reads-lines",
    .title = "for over the output of a command that prints lines.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "for takes words, not lines: a line with blanks gives several rounds, and a line with a wildcard gives file names.",
    .aliases = {"shellcheck:SC2013"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
