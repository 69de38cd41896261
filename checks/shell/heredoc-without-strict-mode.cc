#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"
#include "analyzer/shell/shell_options.h"

namespace plimsoll::checks::heredoc_without_strict_mode {

static bool cannot_fail(const shell::Command& command) {
    constexpr std::array<std::string_view, 10> harmless = {"set", "shopt", "echo", "printf", "export", "true", ":", "umask", "unset", "trap"};
    return command.words.empty() || std::ranges::find(harmless, command.base_name()) != harmless.end();
}

// Whether a statement in front of the last one can fail unseen.
static bool loses_failure(const shell::Script& script) {
    std::vector<shell::Node> statements = script.root().named_children();
    std::erase_if(statements, [](const shell::Node& node) { return node.is(shell::Kind::comment); });
    if (statements.size() < 2) return false;
    const std::uint32_t last = statements.back().span().begin;
    for (const shell::Command& command : script.commands()) {
        if (command.span.begin >= last || shell::sets_option(command, 'e', "errexit") == true) return false;
        const bool handled =
            command.condition || command.in_substitution || command.joint == shell::Joint::or_else || command.joint == shell::Joint::background;
        if (!handled && !cannot_fail(command)) return true;
    }
    return false;
}

// Behind a "#!" line, which has to stay the first one.
static std::uint32_t first_line(const docker::Dockerfile& file, const docker::Heredoc& heredoc) {
    const std::string_view body = file.source().slice(heredoc.body);
    const std::size_t end = body.starts_with("#!") ? body.find('\n') : std::string_view::npos;
    return end == std::string_view::npos ? heredoc.body.begin : heredoc.body.begin + static_cast<std::uint32_t>(end) + 1;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::ShellCode& code : file.shell_codes()) {
        const docker::Heredoc* heredoc = code.heredoc;
        if (!heredoc || code.instruction->keyword != docker::Keyword::run) continue;
        if (code.shell.errexit || !shell::is_posix_family(code.shell.dialect) || !code.script->is_text() || !loses_failure(*code.script)) continue;
        const std::uint32_t at = first_line(file, *heredoc);
        report.at(heredoc->word, "only the last command of the heredoc decides whether RUN fails; start it with set -e")
            .fix("Start with set -e", Safety::unsafe, {Span{at, at}, "set -e\n"});
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN <<EOF
    ^^^^^ only the last command of the heredoc decides whether RUN fails; start it with set -e
apt-get update
apt-get install -y git
EOF
)",
                                        .good = R"(
FROM debian:12-slim
RUN <<EOF
set -e
apt-get update
apt-get install -y git
EOF
)"},
                                       {.bad = R"(
FROM debian:12-slim
RUN <<EOF
    ^^^^^ only the last command of the heredoc decides whether RUN fails; start it with set -e
#!/bin/bash
make
echo done
EOF
)",
                                        .good = R"(
FROM debian:12-slim
RUN <<EOF
#!/bin/bash
set -e
make
echo done
EOF
)"},
                                       {.bad = R"(
FROM debian:12-slim
RUN bash <<'EOF'
         ^^^^^^^ only the last command of the heredoc decides whether RUN fails; start it with set -e
make; make install
EOF
)",
                                        .good = R"(
FROM debian:12-slim
RUN bash -e <<'EOF'
make; make install
EOF
RUN <<EOF
set -x
# all in one
make && make install
EOF
RUN <<EOF
#!/bin/sh -e
make
make install
EOF
RUN cat <<EOF > /etc/motd
one
two
EOF
)",
                                        .fixed = false}};

extern constinit const Check heredoc_without_strict_mode = {
    .id = "heredoc-without-strict-mode",
    .title = "A RUN heredoc does not stop at the first failure.",
    .category = Category::reliability,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "The body is a script of its own, and a shell goes on after a failed line unless it is told to stop. "
           "The status of the last line is that of the RUN, so an image with half of its parts is built without a word.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
