#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_masked_return {

using shell::Kind;
using shell::Node;

static bool holds_substitution(Node node) {
    if (node.is(Kind::command_substitution)) return true;
    if (!node.is(Kind::string) && !node.is(Kind::concatenation)) return false;
    for (Node child = node.first_child(); child; child = child.next())
        if (holds_substitution(child)) return true;
    return false;
}

static void look_at(const docker::ShellCode& code, Node declaration, Reporter& report) {
    for (Node part = declaration.first_child(); part; part = part.next()) {
        if (!part.is(Kind::assignment)) continue;
        Node value = part.first_child();
        while (value.next()) value = value.next();
        if (!holds_substitution(value) || !docker::is_sound(code)) continue;
        const Node keyword = declaration.first_child();
        report.at(keyword.span(), "assign first and " + std::string(keyword.text().value) + " in a command of its own: here the status of the command in " +
                                      quote(part.first_child().text().value) + " is lost");
        return;
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode* code : docker::run_scripts(file)) {
        const std::string& text = code->script->joined();
        if (text.find("$(") == std::string::npos && text.find('`') == std::string::npos) continue;
        for (const Node declaration : code->script->all(Kind::declaration)) look_at(*code, declaration, report);
    }
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN set -e; export HOME="$(mktemp -d)"; ls "$HOME"
            ^^^^^^ assign first and export in a command of its own: here the status of the command in 'HOME' is lost
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN set -e; HOME="$(mktemp -d)"; export HOME; ls "$HOME"
RUN export A=1 B="$HOME"
)x"}};

extern constinit const Check shell_masked_return = {
    .id = "shell-masked-return",
    .title = "Declaration masks the command's exit status.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why =
        "export, local, readonly and declare are commands that succeed by themselves. When the command in $( ) fails, set -e and && do not notice it, and the "
        "build goes on with an empty value.",
    .aliases = {"shellcheck:SC2155"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
