#include <algorithm>
#include <unordered_set>
#include <utility>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/mentions.h"

namespace plimsoll::checks::shell_variable_unassigned {

// Names in capitals may come from the environment of the base image, digits and signs belong to the shell.
static bool is_own_name(std::string_view name) {
    return std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; }) && !(name[0] >= '0' && name[0] <= '9');
}

static bool is_environment(std::string_view name, const docker::Dockerfile& file, const docker::Instruction& at) {
    if (docker::is_proxy_argument(name)) return true;
    const docker::Variable::Kind kind = file.lookup(name, at).kind;
    return kind == docker::Variable::Kind::arg || kind == docker::Variable::Kind::env || kind == docker::Variable::Kind::predefined;
}

static bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Names that plain assignments and for loops set, as far as the commands show them.
static bool is_set_here(std::string_view name, const shell::Script& script) {
    for (const shell::Command& command : script.commands())
        if (command.words.empty() && command.assigns(name)) return true;
    const std::string loop = "for " + std::string(name) + " ";
    return script.joined().find(loop) != std::string::npos;
}

// False when every name behind a $ is accounted for without the tree.
static bool may_miss(const docker::ShellCode& code, const docker::Dockerfile& file) {
    const std::string_view text = code.script->joined();
    if (text.find('$') == std::string_view::npos) return false;
    if (text.find("((") != std::string_view::npos || text.find("$[") != std::string_view::npos) return true;
    std::vector<std::string_view> fine;
    constexpr std::size_t many = 16;
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
        const bool braces = text.substr(at + 1).starts_with("{");
        std::size_t begin = at + 1 + braces;
        if (braces && begin < text.size() && (text[begin] == '#' || text[begin] == '!')) ++begin;
        std::size_t end = begin;
        while (end < text.size() && is_name(text[end])) ++end;
        const std::string_view name = text.substr(begin, end - begin);
        const bool guarded = braces && end < text.size() && std::string_view(":-+?=").find(text[end]) != std::string_view::npos;
        if (name.empty() || guarded || !is_own_name(name) || std::ranges::find(fine, name) != fine.end()) continue;
        if (fine.size() == many || !(is_environment(name, file, *code.instruction) || is_set_here(name, *code.script))) return true;
        fine.push_back(name);
    }
    return false;
}

static void look_at(const docker::ShellCode& code, const docker::Dockerfile& file, Reporter& report) {
    const shell::Script& script = *code.script;
    const std::vector<shell::Mention> read = shell::reads(script);
    std::unordered_set<std::string_view> known;
    bool asked = false;
    for (const shell::Mention& mention : read) {
        if (mention.guarded || !is_own_name(mention.name) || known.contains(mention.name)) continue;
        if (!std::exchange(asked, true)) {
            for (const shell::Mention& set : shell::writes(script)) known.insert(set.name);
            if (shell::is_open(script) || !docker::is_sound(code)) return;
            if (known.contains(mention.name)) continue;
        }
        known.insert(mention.name);
        if (is_environment(mention.name, file, *code.instruction)) continue;
        report.at(mention.node.span(), "set " + quote(mention.name) + " or escape the $: nothing in this RUN, no ARG and no ENV gives it a value");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode* code : docker::run_scripts(file))
        if (may_miss(*code, file)) look_at(*code, file, report);
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN echo "$greeting, $USER"
          ^^^^^^^^^ set 'greeting' or escape the $: nothing in this RUN, no ARG and no ENV gives it a value
)x",
                                        .good = R"x(
FROM alpine:3.22
ARG greeting
RUN name=me; for i in 1 2; do read -r line; echo "$greeting, $name $i $line ${other:-none}"; done
RUN . /etc/os-release; echo "$version"
)x",
                                        .fixed = false}};

extern constinit const Check shell_variable_unassigned = {
    .id = "shell-variable-unassigned",
    .title = "Variable is read but never set.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "Every RUN is a shell of its own: variables of an earlier RUN are gone, and an ARG ends with its stage. What is never set expands to nothing.",
    .aliases = {"shellcheck:SC2154"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
