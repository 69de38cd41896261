#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_single_quoted_expansion {

using shell::Kind;
using shell::Node;

// These commands read expansions themselves or hand the text to a shell.
static constexpr std::string_view readers[] = {"trap",  "sh",    "bash",   "ksh",  "zsh",   "dash",     "ash",    "ssh",  "eval",
                                               "xprop", "alias", "sudo",   "doas", "run0",  "docker",   "podman", "oc",   "dpkg-query",
                                               "jq",    "yq",    "rename", "rg",   "unset", "envsubst", "su",     "gosu", "git"};
static constexpr std::string_view prompts[] = {"PS1", "PS2", "PS3", "PS4", "PROMPT_COMMAND"};

static bool is_name_start(char c) { return c == '_' || c == '{' || c == '(' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool looks_expanded(std::string_view text) {
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1))
        if (at + 1 < text.size() && is_name_start(text[at + 1])) return true;
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    return close != std::string_view::npos && close > open + 1;
}

// "$d", "${" and the like in a sed script: the last line and a command.
static bool is_sed_address(std::string_view text) {
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
        if (at + 1 >= text.size() || std::string_view("{dpsaic").find(text[at + 1]) == std::string_view::npos) continue;
        const char after = at + 2 < text.size() ? text[at + 2] : ' ';
        if (!((after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z'))) return true;
    }
    return false;
}

static bool reads_expansions(const shell::Command& command, std::string_view text) {
    std::string_view name = command.base_name();
    if (name == "find") {
        const std::span<const shell::Word> words = command.arguments();
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            if (words[i] == "-exec" || words[i] == "-execdir") name = words[i + 1].value;
    }
    if (name == "sed") return is_sed_address(text);
    return name.ends_with("awk") || name.starts_with("perl") || std::ranges::find(readers, name) != std::end(readers);
}

static bool is_prompt(Node string) {
    const Node up = string.parent();
    return up.is(Kind::assignment) && std::ranges::find(prompts, up.first_child().text().value) != std::end(prompts);
}

// Whether something that looks like an expansion stands between one single quote and the next.
static bool may_quote_expansion(std::string_view text) {
    for (std::size_t open = text.find('\''); open != std::string_view::npos;) {
        const std::size_t close = text.find('\'', open + 1);
        if (close == std::string_view::npos) return false;
        if (looks_expanded(text.substr(open, close - open))) return true;
        open = close;
    }
    return false;
}

// Whether the command the string belongs to, or one that runs it, reads expansions itself.
static bool is_for_reader(const shell::Script& script, Node string, std::string_view text) {
    for (const shell::Command* command = script.command_of(string); command;) {
        if (reads_expansions(*command, text)) return true;
        command = command->wrapper ? &script.commands()[*command->wrapper] : nullptr;
    }
    return false;
}

static void look_at(const docker::ShellCode& code, Reporter& report) {
    for (const Node string : code.script->all(Kind::raw_string)) {
        const std::string_view text = string.text().value;
        if (!looks_expanded(text) || is_prompt(string)) continue;
        if (is_for_reader(*code.script, string, text)) continue;
        if (!docker::is_sound(code)) return;
        report.at(string.span(), "use double quotes if the variables are to be replaced: single quotes keep " + quote(text) + " as it is");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode* code : docker::run_scripts(file))
        if (may_quote_expansion(code->script->joined())) look_at(*code, report);
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN echo 'path $HOME'
         ^^^^^^^^^^^^ use double quotes if the variables are to be replaced: single quotes keep ''path $HOME'' as it is
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN echo "path $HOME"
RUN awk '{print $1}' /a && sh -c 'echo $HOME' && sed '$d' /a && PS1='$HOME' && echo 'costs 5$' 
)x",
                                        .fixed = false}};

extern constinit const Check shell_single_quoted_expansion = {
    .id = "shell-single-quoted-expansion",
    .title = "Expansion inside single quotes stays text.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why =
        "Nothing is expanded inside single quotes. That is often meant, in configuration written by a RUN for instance, and sometimes a wrong kind of quote.",
    .aliases = {"shellcheck:SC2016"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
