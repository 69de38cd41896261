#include "analyzer/engine/check.h"

namespace plimsoll::checks::exec_form_wraps_shell {

// The last command that the script itself starts, seen from outside its wrappers; null when there is none.
static const shell::Command* last_command(const shell::Script& script) {
    const auto& commands = script.commands();
    for (auto it = commands.rbegin(); it != commands.rend(); ++it)
        if (!it->wrapper && !it->in_substitution && !it->in_function && !it->words.empty()) return &*it;
    return nullptr;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        const docker::Keyword keyword = code.instruction->keyword;
        if (code.exec || code.instruction->form != docker::Form::exec || (keyword != docker::Keyword::cmd && keyword != docker::Keyword::entrypoint)) continue;
        const shell::Command* last = code.script ? last_command(*code.script) : nullptr;
        if (!last || last->name() == "exec" || last->name().starts_with('$')) continue;
        report.at(code.instruction->words[0], "the shell stays process 1 and keeps signals from " + quote(last->name()) + "; put exec in front of it");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
CMD ["sh", "-c", "migrate && node server.js"]
      ^^ the shell stays process 1 and keeps signals from 'node'; put exec in front of it
)",
                                        .good = R"(
FROM node:22 AS a
CMD ["sh", "-c", "migrate && exec node server.js"]
FROM node:22
ENTRYPOINT ["node", "-c", "x"]
)",
                                        .fixed = false}};

extern constinit const Check exec_form_wraps_shell = {
    .id = "exec-form-wraps-shell",
    .title = "Exec form runs a shell without exec.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A shell that waits for its last command does not pass SIGTERM on, so the program is killed after the grace period instead of shutting down. "
           "With exec the program takes the place of the shell.",
    .examples = examples,
    .run = on({docker::Keyword::cmd, docker::Keyword::entrypoint}, run),
};

}
