#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/shell_options.h"

namespace plimsoll::checks::run_semicolon_chain {

static bool cannot_fail(const shell::Command& command) {
    constexpr std::array<std::string_view, 10> harmless = {"set", "shopt", "echo", "printf", "export", "true", ":", "umask", "unset", "exit"};
    return command.words.empty() || std::ranges::find(harmless, command.base_name()) != harmless.end();
}

// The ';' between top-level statements, from the first that lets a failure pass.
static std::vector<Span> semicolons(const docker::ShellCode& code) {
    std::vector<Span> found;
    const std::vector<shell::Command>& commands = code.script->commands();
    const std::vector<shell::Statement>& statements = code.script->statements();
    std::size_t next = 0;
    bool risky = false;
    for (std::size_t i = 0; i + 1 < statements.size(); ++i) {
        if (statements[i].joint != shell::Joint::semicolon) continue;
        const std::uint32_t at = statements[i].joint_at;
        const std::string_view rest = std::string_view(code.script->joined()).substr(at + 1);
        if (rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size())).starts_with('#')) continue;
        const Span place = code.script->text().place(at, at + 1);
        for (; next < commands.size() && commands[next].span.begin < place.begin; ++next) {
            if (shell::sets_option(commands[next], 'e', "errexit") == true) return {};
            const shell::Command& command = commands[next];
            // What stands in front of "|| true" or in a condition is dealt with.
            risky = risky || !(cannot_fail(command) || command.condition || command.in_substitution || command.joint == shell::Joint::or_else);
        }
        if (risky) found.push_back(place);
    }
    return found;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        const bool judged = code.instruction->keyword == docker::Keyword::run && !code.heredoc && code.script->is_text();
        if (!judged || code.shell.errexit || !shell::is_posix_family(code.shell.dialect)) continue;
        const std::vector<Span> places = semicolons(code);
        if (places.empty()) continue;
        std::vector<Edit> edits;
        for (Span place : places) edits.push_back({place, " &&"});
        report.at(places.front(), "a failure in front of ';' is ignored; chain with && or start with set -e")
            .fix("Chain with &&", Safety::unsafe, std::move(edits));
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN apt-get update; apt-get install -y git; make
                  ^ a failure in front of ';' is ignored; chain with && or start with set -e
)",
                                        .good = R"(
FROM debian:12-slim
RUN apt-get update && apt-get install -y git && make
)"},
                                       {.bad = R"(
FROM debian:12-slim
RUN echo start; make; \
                    ^ a failure in front of ';' is ignored; chain with && or start with set -e
    make install
)",
                                        .good = R"(
FROM debian:12-slim
RUN echo start; make && \
    make install
RUN set -eux; make; make install
RUN for i in 1 2; do make $i || exit 1; done; make || true; make install;
)",
                                        .fixed = false}};

extern constinit const Check run_semicolon_chain = {
    .id = "run-semicolon-chain",
    .title = "Commands chained by ; ignore failures.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "Only the status of the last command decides whether RUN fails. Whatever goes wrong in front of a ';' is passed over, and the build goes on with "
           "what is there.",
    .aliases = {"dockerfile-lint:no_ampersand_usage"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
