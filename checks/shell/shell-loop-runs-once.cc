#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/expansion.h"

namespace plimsoll::checks::shell_loop_runs_once {

using shell::Kind;
using shell::Node;

// A constant without wildcards, braces and expansions.
static bool is_constant(Node word) {
    if (word.is(Kind::number) || word.is(Kind::raw_string)) return true;
    if (word.is(Kind::word)) return word.text().value.find_first_of("*?[{~") == std::string_view::npos;
    if (word.is(Kind::string)) return std::ranges::none_of(word.named_children(), shell::is_expansion);
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_node(file, Kind::for_statement, [&](const docker::ShellCode& code, Node loop) {
        std::vector<Node> words;
        for (const Node child : loop.named_children())
            if (!child.is(Kind::variable_name) && !child.is(Kind::do_group) && !child.is(Kind::group) && !child.is(Kind::comment)) words.push_back(child);
        if (words.size() != 1 || !is_constant(words.front()) || !docker::is_sound(code)) return;
        report.at(words.front().span(), "drop the loop or its quotes: it runs once, with " + quote(words.front().text().value));
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN for f in "a b c"; do touch "$f"; done
             ^^^^^^^ drop the loop or its quotes: it runs once, with '"a b c"'
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN for f in a b c; do touch "$f"; done
RUN for f in *.txt; do touch "$f"; done
)x"}};

extern constinit const Check shell_loop_runs_once = {
    .id = "shell-loop-runs-once",
    .title = "Loop over one constant word.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A loop over a single constant word runs once. Either the quotes join what should be several words, or the loop is not needed.",
    .aliases = {"shellcheck:SC2043"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
