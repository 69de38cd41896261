#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::exec_form_recommended {

static bool has_word(std::string_view word, std::initializer_list<std::string_view> list) { return std::find(list.begin(), list.end(), word) != list.end(); }

// The one command that the shell form consists of, when a JSON array says the same; null when the shell does some work.
static const shell::Command* lone_command(const docker::Dockerfile& file, const docker::Instruction& instruction) {
    const auto codes = file.codes_of(instruction);
    if (codes.size() != 1 || codes[0]->exec || !codes[0]->script || !shell::is_posix_family(codes[0]->shell.dialect)) return nullptr;
    const shell::Script& script = *codes[0]->script;
    const auto top = script.root() ? script.root().children() : std::vector<shell::Node>();
    if (script.has_error() || top.size() != 1 || !top[0].is(shell::Kind::command) || script.commands().empty()) return nullptr;
    const shell::Command& command = script.commands()[0];
    if (!command.assignments.empty() || !command.redirects.empty() || command.words.empty()) return nullptr;
    const bool plain = std::all_of(command.words.begin(), command.words.end(), [](const shell::Word& w) { return w.literal && !w.value.starts_with('~'); });
    if (!plain || has_word(command.name(), {".", ":", "cd", "eval", "exit", "export", "set", "source", "trap", "ulimit", "umask", "wait"})) return nullptr;
    return &command;
}

static std::string json(const shell::Command& command) {
    std::string out = "[";
    for (const shell::Word& word : command.words) {
        out += out.size() > 1 ? ", \"" : "\"";
        for (const char c : word.value) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out + "]";
}

// The shell goes away when the text begins with exec; a shell form on purpose then, unless it is an ENTRYPOINT, which
// still drops the arguments it is given.
static bool deliberate(const docker::Dockerfile& file, const docker::Instruction& instruction) {
    if (file.shell_at(instruction).set_by) return true;
    if (instruction.keyword == docker::Keyword::entrypoint) return false;
    const std::string_view text = instruction.argument.value;
    return text.starts_with("exec ") || text.starts_with("exec\t");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::cmd, docker::Keyword::entrypoint})
        for (const docker::Instruction* instruction : file.all(keyword, true)) {
            const std::string_view text = instruction->argument.value;
            // What looks like an array is the business of exec-form-malformed-json.
            const bool array = text.starts_with('[') && !text.starts_with("[ ") && !text.starts_with("[[");
            if (instruction->form != docker::Form::shell || text.empty() || array || deliberate(file, *instruction)) continue;
            const bool windows = file.shell_at(*instruction).dialect == shell::Dialect::cmd;
            auto finding = report.at(*instruction, std::string(docker::name_of(keyword)) + " in shell form runs under " +
                                                       (windows ? "cmd /S /C" : "/bin/sh -c") + ", which passes on no signals; write it as a JSON array");
            const shell::Command* command = lone_command(file, *instruction);
            const bool continued = instruction->argument.value.size() != instruction->argument.span.size();
            const std::string array_text = command && !continued ? json(*command) : "";
            const bool printable = std::none_of(array_text.begin(), array_text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
            if (!array_text.empty() && printable) finding.fix("Write it as a JSON array", Safety::unsafe, {instruction->argument.span, array_text});
        }
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
ENTRYPOINT /usr/bin/tini -- node
^^^^^^^^^^ ENTRYPOINT in shell form runs under /bin/sh -c, which passes on no signals; write it as a JSON array
CMD echo "it's \"it\""
^^^ CMD in shell form runs under /bin/sh -c, which passes on no signals; write it as a JSON array
)",
                                        .good = R"(
FROM node:22
ENTRYPOINT ["/usr/bin/tini", "--", "node"]
CMD ["echo", "it's \"it\""]
)"},
                                       {.bad = R"(
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
CMD app.exe
^^^ CMD in shell form runs under cmd /S /C, which passes on no signals; write it as a JSON array
)",
                                        .good = R"(
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
CMD ["app.exe"]
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM node:22
ENTRYPOINT exec node "$APP"
^^^^^^^^^^ ENTRYPOINT in shell form runs under /bin/sh -c, which passes on no signals; write it as a JSON array
CMD cd /srv && node index.js
^^^ CMD in shell form runs under /bin/sh -c, which passes on no signals; write it as a JSON array
)",
                                        .good = R"(
FROM node:22 AS a
CMD exec node $APP
FROM node:22
SHELL ["/bin/bash", "-c"]
CMD node index.js
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
)",
                                        .fixed = false}};

extern constinit const Check exec_form_recommended = {
    .id = "exec-form-recommended",
    .title = "CMD or ENTRYPOINT in shell form.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "In shell form the shell is process 1 and keeps SIGTERM to itself, so docker stop waits ten seconds and then kills the program. "
           "A shell-form ENTRYPOINT also drops its arguments. SHELL in the stage, or CMD exec ..., shows that the shell is meant.",
    .aliases = {"hadolint:DL3025", "buildkit:JSONArgsRecommended", "kics:b86987e1-6397-4619-81d5-8807f2387c79", "semgrep:prefer-json-notation", "sonar:S7019"},
    .examples = examples,
    .run = on({docker::Keyword::cmd, docker::Keyword::entrypoint}, run),
};

}
