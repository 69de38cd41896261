#include <algorithm>
#include <optional>
#include <string>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/expansion.h"

namespace plimsoll::checks::shell_rm_variable_root {

using shell::Kind;
using shell::Node;

// The path that is left when every variable in it is empty; nothing when a part guards itself or is unknown.
static std::optional<std::string> emptied(Node node) {
    if (node.is(Kind::simple_expansion)) return "";
    if (node.is(Kind::expansion)) {
        const std::string_view op = shell::operator_of(node);
        return op.starts_with(":") ? std::nullopt : std::optional<std::string>("");
    }
    if (node.is(Kind::word) || node.is(Kind::string_content)) return std::string(node.text().value);
    if (!node.is(Kind::string) && !node.is(Kind::concatenation)) return std::nullopt;
    std::string path;
    for (const Node part : node.children()) {
        if (part.is(Kind::token) && part.text() == "\"") continue;
        const std::optional<std::string> text = part.is(Kind::token) ? std::string(part.text().value) : emptied(part);
        if (!text) return std::nullopt;
        path += *text;
    }
    return path;
}

static bool is_vital(std::string path) {
    static constexpr std::string_view vital[] = {"/",      "/bin", "/boot", "/dev",     "/etc",       "/home",      "/lib", "/lib64",
                                                 "/media", "/mnt", "/usr",  "/usr/bin", "/usr/local", "/usr/share", "/var"};
    std::string plain;
    for (char c : path)
        if (!((c == '/' || c == '*') && plain.ends_with(c))) plain += c;
    if (plain.ends_with("/*") || plain.ends_with("/")) plain.resize(plain.rfind('/'));
    return std::ranges::find(vital, plain.empty() ? "/" : std::string_view(plain)) != std::end(vital);
}

// The variable behind the first expansion, when its value is known from ARG or ENV it cannot be empty.
static bool is_known(Node word, const docker::ShellCode& code, const docker::Dockerfile& file) {
    for (Node node : word.is(Kind::simple_expansion) || word.is(Kind::expansion) ? std::vector<Node>{word} : word.named_children()) {
        if (node.is(Kind::string) && is_known(node, code, file)) return true;
        const std::string_view name = shell::variable_of(node);
        if (name.empty()) continue;
        const docker::Variable variable = file.lookup(name, *code.instruction);
        if (variable.value && !variable.value->empty()) return true;
    }
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("rm") || command.inner || !command.has_any({"r", "R", "recursive"})) return;
        for (const shell::Word& word : command.arguments()) {
            if (word.literal || word.starts_with("-") || word.value.find('$') == std::string::npos) continue;
            const Node node = code.script->node_of(word);
            const std::optional<std::string> path = emptied(node);
            if (!path || path->empty() || !path->starts_with("/") || !is_vital(*path)) continue;
            if (is_known(node, code, file) || !docker::is_sound(code)) continue;
            report.at(word, "guard the variable in " + quote(word.text.value) + " with ${name:?}: when it is empty, " + quote(*path) + " is removed");
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN rm -rf "/$target"
           ^^^^^^^^^^ guard the variable in '"/$target"' with ${name:?}: when it is empty, '/' is removed
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN rm -rf "/${target:?}"
ENV DIR=/srv
RUN rm -rf "$DIR/" /tmp/$x "/opt/$y"
)x",
                                        .fixed = false}};

extern constinit const Check shell_rm_variable_root = {
    .id = "shell-rm-variable-root",
    .title = "rm -r of a path that an empty variable makes a system directory.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "An unset variable is an empty string, and rm -r then works on what is left of the path. ${name:?} stops the command instead.",
    .aliases = {"shellcheck:SC2115"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
