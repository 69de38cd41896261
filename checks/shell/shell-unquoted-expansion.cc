#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/expansion.h"

namespace plimsoll::checks::shell_unquoted_expansion {

using shell::Kind;
using shell::Node;

namespace {

// What the expansion is to a reader, and the peer's name for it.
struct Trouble {
    std::string_view alias;
    std::string message;
};

bool is_all_arguments(std::string_view name, Node node) { return name == "@" || name == "*" || node.child(Kind::subscript); }

// seq and pgrep print words that are meant to be separate.
bool prints_words(Node substitution) {
    std::string_view name = shell::name_of(shell::only_command(substitution));
    return name == "seq" || name == "pgrep";
}

bool is_empty_substitution(Node node) { return node.named_children().empty(); }

// An ARG or ENV is quiet, as its author may mean a list, unless its value has blanks and only a part of the word comes from it.
bool breaks_word(Node node, const docker::Variable& variable) {
    if (!node.parent().is(Kind::concatenation) || !variable.value || !shell::operator_of(node).empty()) return false;
    const std::size_t blank = variable.value->find_first_of(" \t*?[");
    return blank != std::string::npos && variable.value->find_first_not_of(" \t") < blank;
}

std::optional<Trouble> trouble_of(Node node, const shell::Values& values, const std::function<docker::Variable(std::string_view)>& lookup) {
    const std::string shown = quote(node.text().value);
    if (node.is(Kind::command_substitution)) {
        if (prints_words(node) || is_empty_substitution(node)) return std::nullopt;
        return Trouble{"shellcheck:SC2046", "quote " + shown + ": its output is split at blanks and its wildcards are expanded"};
    }
    const std::string_view name = shell::variable_of(node);
    const std::string_view op = shell::operator_of(node);
    if (name.empty() || node.text().value.starts_with("${#")) return std::nullopt;
    if (op.starts_with("+") || op.starts_with(":+")) return std::nullopt;   // "${x:+-y "$x"}": there to vanish
    if (is_all_arguments(name, node)) {
        if (name == "*") return std::nullopt;
        return Trouble{"shellcheck:SC2068", "quote " + shown + ": its elements are split again at blanks"};
    }
    const shell::Content content = values.at(node);
    if (content == shell::Content::plain || (content == shell::Content::given && !breaks_word(node, lookup(name)))) return std::nullopt;
    return Trouble{"shellcheck:SC2086", "quote " + shown + ": its value is split at blanks and its wildcards are expanded"};
}

bool may_quote(Node node) { return node.text().span.size() == node.text().value.size() && !node.parent().is(Kind::error); }

void look_at(const docker::ShellCode& code, const docker::Dockerfile& file, Reporter& report) {
    const shell::Script& script = *code.script;
    const std::function<docker::Variable(std::string_view)> lookup = [&](std::string_view name) { return file.lookup(name, *code.instruction); };
    const std::function<bool(std::string_view)> environment = [&](std::string_view name) {
        const docker::Variable::Kind kind = lookup(name).kind;
        return kind == docker::Variable::Kind::arg || kind == docker::Variable::Kind::env || docker::is_proxy_argument(name);
    };
    std::optional<shell::Values> values;
    for (std::uint32_t i = 0; i < script.node_count(); ++i) {
        const Node node = script.node(i);
        if (!shell::is_expansion(node) || !shell::is_split(node)) continue;
        if (!values) values.emplace(script, environment);
        const std::optional<Trouble> trouble = trouble_of(node, *values, lookup);
        if (!trouble) continue;
        if (!docker::is_sound(code)) return;
        Draft draft = report.at(node.span(), trouble->message).only({trouble->alias, "sonar:S6570"});
        if (may_quote(node))
            draft.fix("Quote the expansion", Safety::unsafe, {{{node.span().begin, node.span().begin}, "\""}, {{node.span().end, node.span().end}, "\""}});
    }
}

bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The name in "$name" and "${name}", "" for any other expansion.
std::string_view plain_name(std::string_view text) {
    const std::size_t begin = text.starts_with("${") ? 2 : 1;
    std::size_t end = begin;
    while (end < text.size() && is_name(text[end])) ++end;
    const bool closed = begin == 1 || (end < text.size() && text[end] == '}');
    return closed && end > begin && (text[begin] < '0' || text[begin] > '9') ? text.substr(begin, end - begin) : std::string_view();
}

// Whether the name stands anywhere but behind $ or ${, where something may set it.
bool stands_bare(std::string_view text, std::string_view name) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
        const std::size_t end = at + name.size();
        if ((end < text.size() && is_name(text[end])) || (at > 0 && is_name(text[at - 1]))) continue;
        if (at == 0 || (text[at - 1] != '$' && !(text[at - 1] == '{' && at > 1 && text[at - 2] == '$'))) return true;
    }
    return false;
}

// False when all that is split comes from ARG and ENV that the script leaves alone and whose values have no blanks: there is nothing to
// say then, and no need for the tree.
bool may_break(const docker::ShellCode& code, const docker::Dockerfile& file) {
    constexpr std::size_t many = 16;
    const std::string_view text = code.script->joined();
    std::vector<std::string_view> harmless;
    for (const shell::Expansion& expansion : code.script->unquoted_expansions()) {
        const std::string_view rest = text.substr(expansion.begin);
        if (!expansion.split || rest.starts_with("$?") || rest.starts_with("$#") || rest.starts_with("$$")) continue;
        const std::string_view name = plain_name(rest);
        if (std::ranges::find(harmless, name) != harmless.end()) continue;
        if (name.empty() || harmless.size() == many) return true;
        const docker::Variable variable = file.lookup(name, *code.instruction);
        const bool given = variable.kind == docker::Variable::Kind::arg || variable.kind == docker::Variable::Kind::env;
        if (!given || (variable.value && variable.value->find_first_of(" \t*?[") != std::string::npos) || stands_bare(text, name)) return true;
        harmless.push_back(name);
    }
    return false;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode* code : docker::run_scripts(file))
        if (may_break(*code, file)) look_at(*code, file, report);
}

constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN tar -xf $archive -C "$target"
            ^^^^^^^^ quote '$archive': its value is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
RUN tar -xf "$archive" -C "$target"
)x"},
                                {.bad = R"x(
FROM alpine:3.22
RUN version=1.2 file="$(ls /tmp)" && tar -xf $version-$file
                                                      ^^^^^ quote '$file': its value is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
RUN version=1.2 file="$(ls /tmp)" && tar -xf $version-"$file"
)x"},
                                {.bad = R"x(
FROM alpine:3.22
ARG DIR="/my dir" PACKAGES="curl git"
RUN apk add $PACKAGES && rm -rf $DIR/cache
                                ^^^^ quote '$DIR': its value is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
ARG DIR="/my dir" PACKAGES="curl git"
RUN apk add $PACKAGES && rm -rf "$DIR"/cache
)x"},
                                {.bad = R"x(
FROM alpine:3.22
RUN cp /boot/$(uname -r) /srv
             ^^^^^^^^^^^ quote '$(uname -r)': its output is split at blanks and its wildcards are expanded
)x",
                                 .good = R"x(
FROM alpine:3.22
ARG VERSION=1.2
ENV HOST=a PORT=80
RUN cp /boot/"$(uname -r)" /srv && echo $VERSION $HOST:${PORT} $? $(seq 3) ${x:+$x}
RUN x=$HOST; for i in $list; do case $i in a) y=$(ls);; esac; done; n=$((1+1)); echo $n
)x",
                                 .fixed = false}};

}

extern constinit const Check shell_unquoted_expansion = {
    .id = "shell-unquoted-expansion",
    .title = "Unquoted expansion in RUN.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "The shell splits the result of an unquoted expansion at blanks and replaces wildcards in it by file names, so one value may become several "
           "arguments or none. Inside double quotes it stays one argument.",
    .aliases = {"shellcheck:SC2086", "shellcheck:SC2046", "shellcheck:SC2048", "shellcheck:SC2068", "sonar:S6570"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
