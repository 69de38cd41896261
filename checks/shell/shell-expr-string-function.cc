#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_expr_string_function {

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("expr") || command.arguments().size() < 2) return;
        const shell::Word& first = command.arguments().front();
        if (!(first == "substr") && !(first == "length") && !(first == "index") && !(first == "match")) return;
        if (!docker::is_sound(code)) return;
        report.at(first, "use cut or an expansion such as ${name#prefix} and ${#name}: " + quote("expr " + first.value) + " is not in every expr");
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN v=$(expr substr "$x" 1 2); echo "$v"
             ^^^^^^ use cut or an expansion such as ${name#prefix} and ${#name}: 'expr substr' is not in every expr
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN v=$(echo "$x" | cut -c1-2); echo "$v" && expr 1 + 2
)x"}};

extern constinit const Check shell_expr_string_function = {
    .id = "shell-expr-string-function",
    .title = "expr is used for work on strings.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "substr, length, index and match are additions of some versions of expr; others fail or compare strings. The shell's own expansions do the same "
           "without "
           "a process.",
    .aliases = {"shellcheck:SC2308"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
