#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_redirect_to_command {

static bool is_command(std::string_view name) {
    static constexpr std::string_view names[] = {
        "alias",    "ar",     "arch",   "awk",     "base64", "basename", "bash",  "bc",    "bg",    "cat",   "cd",     "chgrp",   "chmod",   "chown",
        "cksum",    "cmp",    "comm",   "command", "cp",     "curl",     "cut",   "date",  "dd",    "df",    "diff",   "dirname", "du",      "echo",
        "env",      "eval",   "exec",   "exit",    "expand", "export",   "expr",  "false", "fg",    "find",  "fold",   "fuser",   "getopts", "grep",
        "gunzip",   "gzip",   "hash",   "head",    "id",     "jobs",     "join",  "kill",  "link",  "ln",    "logger", "ls",      "make",    "man",
        "mkdir",    "mkfifo", "more",   "mv",      "nice",   "nl",       "nohup", "od",    "paste", "patch", "printf", "ps",      "pwd",     "read",
        "readonly", "renice", "return", "rm",      "rmdir",  "sed",      "set",   "sh",    "shift", "sleep", "sort",   "split",   "stat",    "strings",
        "sudo",     "tail",   "tar",    "tee",     "test",   "time",     "touch", "tr",    "trap",  "true",  "tty",    "type",    "umask",   "unalias",
        "uname",    "uniq",   "unlink", "unset",   "wait",   "wc",       "wget",  "which", "who",   "xargs", "yes",    "zcat"};
    return std::ranges::binary_search(names, name);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        for (const shell::Redirect& redirect : command.redirects) {
            if (redirect.target.quoted || !is_command(redirect.target.text.value) || redirect.op == "<<" || redirect.op == "<<<") continue;
            if (!docker::is_sound(code)) continue;
            report.at(redirect.target, "use | if " + quote(redirect.target.value) + " is the command, or ./ in front if it is a file");
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN echo hi > tee
              ^^^ use | if 'tee' is the command, or ./ in front if it is a file
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN echo hi | tee
RUN echo hi > ./test && echo hi > "test"
)x"}};

extern constinit const Check shell_redirect_to_command = {
    .id = "shell-redirect-to-command",
    .title = "Redirection to a file that is named like a command.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "> and < work on files. A file that is called like a well-known command is nearly always a pipe gone wrong.",
    .aliases = {"shellcheck:SC2238"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
