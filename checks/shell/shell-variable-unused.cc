#include <algorithm>
#include <array>
#include <unordered_set>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/mentions.h"

namespace plimsoll::checks::shell_variable_unused {

// Variables that the shell or every program looks at, exported or not.
static bool is_special(std::string_view name) {
    static constexpr std::string_view names[] = {
        "CDPATH", "COLUMNS",   "ENV",     "FIGNORE", "FUNCNEST", "GLOBIGNORE",      "HISTCONTROL",    "HISTFILE",    "HISTSIZE",   "HOME",  "HOSTFILE",
        "IFS",    "IGNOREEOF", "INPUTRC", "LANG",    "LC_ALL",   "LC_COLLATE",      "LC_CTYPE",       "LC_MESSAGES", "LC_NUMERIC", "LINES", "LOGNAME",
        "MAIL",   "MAILPATH",  "OPTERR",  "OPTIND",  "PATH",     "POSIXLY_CORRECT", "PROMPT_COMMAND", "PS1",         "PS2",        "PS3",   "PS4",
        "PWD",    "REPLY",     "SECONDS", "SHELL",   "TERM",     "TIMEFORMAT",      "TMOUT",          "TMPDIR",      "TZ",         "USER"};
    return name.starts_with("_") || std::ranges::binary_search(names, name);
}

static bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Names behind a $ anywhere in the text, be it in single quotes for another shell.
static void add_names(std::unordered_set<std::string_view>& names, std::string_view text) {
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
        ++at;
        while (at < text.size() && (text[at] == '{' || text[at] == '!' || text[at] == '#')) ++at;
        std::size_t end = at;
        while (end < text.size() && is_name(text[end])) ++end;
        if (end > at) names.insert(text.substr(at, end - at));
    }
}

// Whether something is assigned whose name stands behind no $; the builtins that declare variables are left to the tree.
static bool may_be_unused(const shell::Script& script, const std::unordered_set<std::string_view>& used) {
    constexpr std::array<std::string_view, 4> declaring = {"declare", "typeset", "local", "readonly"};
    return std::ranges::any_of(script.commands(), [&](const shell::Command& command) {
        if (!command.words.empty()) return std::ranges::find(declaring, command.name()) != declaring.end();
        return std::ranges::any_of(command.assignments,
                                   [&](const shell::Assignment& set) { return !is_special(set.name.value) && !used.contains(set.name.value); });
    });
}

static void look_at(const docker::ShellCode& code, const docker::Dockerfile& file, Reporter& report) {
    const shell::Script& script = *code.script;
    std::unordered_set<std::string_view> used;
    add_names(used, script.joined());
    if (!may_be_unused(script, used) || shell::is_open(script)) return;
    const std::vector<shell::Mention> set = shell::writes(script);
    for (const shell::Mention& mention : shell::reads(script)) used.insert(mention.name);
    for (const shell::Mention& mention : set)
        if (mention.exported) used.insert(mention.name);
    for (const shell::Mention& mention : set) {
        if (is_special(mention.name) || !used.insert(mention.name).second) continue;
        const docker::Variable::Kind kind = file.lookup(mention.name, *code.instruction).kind;
        if (kind == docker::Variable::Kind::arg || kind == docker::Variable::Kind::env || docker::is_proxy_argument(mention.name)) continue;
        if (!docker::is_sound(code)) return;
        report.at(mention.node.first_child().span(), "use or export " + quote(mention.name) + ": no command of this RUN sees it, and later ones do not either");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode* code : docker::run_scripts(file))
        if (code->script->joined().find('=') != std::string::npos) look_at(*code, file, report);
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN DEBIAN_FRONTEND=noninteractive; apt-get update
    ^^^^^^^^^^^^^^^ use or export 'DEBIAN_FRONTEND': no command of this RUN sees it, and later ones do not either
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN DEBIAN_FRONTEND=noninteractive apt-get update
RUN A=1; export A; make
RUN B=1; echo "$B"; C=2; sh -c 'echo $C'
ENV D=1
RUN D=2; make
)x",
                                        .fixed = false}};

extern constinit const Check shell_variable_unused = {
    .id = "shell-variable-unused",
    .title = "Variable is set but never used.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "A plain assignment makes a variable of this shell only. Programs see it when it is exported or written in front of their command, and the next RUN "
           "starts a new shell.",
    .aliases = {"shellcheck:SC2034"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
