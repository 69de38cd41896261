#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/expansion.h"

namespace plimsoll::checks::shell_and_or_not_if_else {

using shell::Kind;
using shell::Node;

// Commands that end a chain harmlessly: they report, give up or do nothing.
static bool is_last_resort(Node node) {
    static constexpr std::string_view names[] = {"echo", "exit", "return", "printf", "true", ":"};
    return node.is(Kind::assignment) || std::ranges::find(names, shell::name_of(node)) != std::end(names);
}

// "{ echo no; exit 1; }": whoever fails, this is the end.
static bool gives_up(Node node) {
    if (!node.is(Kind::group) && !node.is(Kind::subshell)) return false;
    Node last;
    for (const Node child : node.named_children())
        if (!child.is(Kind::comment)) last = child;
    const std::string_view name = last.is(Kind::command) ? shell::name_of(last) : std::string_view{};
    return name == "exit" || name == "return";
}

static bool is_simple(Node node) { return !node.is(Kind::pipeline) && !node.is(Kind::negated); }

static Node body_of(Node node) { return node.is(Kind::redirected) ? node.first_child() : node; }

// Tells the conditions of if and while from their bodies. Lists come in order, so what was found out about one parent serves its next child.
class Conditions {
public:
    bool contains(Node list) {
        const Node up = list.parent();
        if (!up.is(Kind::if_statement) && !up.is(Kind::elif_clause) && !up.is(Kind::while_statement)) return false;
        if (!(up == parent_)) {
            parent_ = up;
            end_ = body_of_statement(up);
        }
        return list.index() < end_;
    }

private:
    static std::uint32_t body_of_statement(Node statement) {
        for (Node child = statement.first_child(); child; child = child.next())
            if (child.is(Kind::do_group) || (child.is(Kind::token) && child.text() == "then")) return child.index();
        return 0;
    }

    Node parent_;
    std::uint32_t end_ = 0;
};

static void look_at(const docker::ShellCode& code, Node list, Conditions& conditions, Reporter& report) {
    const std::vector<Node> parts = list.children();
    if (parts.size() < 5 || parts.size() % 2 == 0) return;
    const std::size_t last = parts.size() - 1;
    if (parts[last - 1].text() != "||" || parts[last - 3].text() != "&&") return;
    if (!is_simple(parts[last]) || is_last_resort(body_of(parts[last])) || gives_up(parts[last]) || parts[last - 2].is(Kind::test)) return;
    if (conditions.contains(list) || !docker::is_sound(code)) return;
    report.at(parts[last - 1].span(), "use if, then and else: what follows || also runs when the command after && fails");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    Conditions conditions;
    for (const docker::ShellCode* code : docker::run_scripts(file)) {
        const std::string& text = code->script->joined();
        const std::size_t either = text.rfind("||");
        if (either == std::string::npos || text.find("&&") > either) continue;
        for (const Node list : code->script->all(Kind::list)) look_at(*code, list, conditions, report);
    }
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN [ -f /a ] && make a || make b
                        ^^ use if, then and else: what follows || also runs when the command after && fails
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN if [ -f /a ]; then make a; else make b; fi
RUN [ -f /a ] && make a || echo failed
RUN [ -f /a ] && make a || true
RUN if make a && make b || make c; then date; fi
RUN [ -f /a ] && make a || { date; exit 1; }
)x"}};

extern constinit const Check shell_and_or_not_if_else = {
    .id = "shell-and-or-not-if-else",
    .title = "A && B || C is not if-then-else.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why =
        "In A && B || C the last command also runs when A went well and B failed, so both branches may run. if A; then B; else C; fi runs exactly one of them.",
    .aliases = {"shellcheck:SC2015"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
