#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::weak_hash_algorithm {

// The word that names a broken hash function, when the command computes one.
static const shell::Word* weak_hash(const shell::Command& command) {
    if (command.is("md5sum") || command.is("sha1sum") || command.is("md5")) return &command.words.front();
    if (command.is("shasum")) {
        const shell::Word* algorithm = command.option("a") ? command.option("a") : command.option("algorithm");
        if (!algorithm) return &command.words.front();
        for (const shell::Word& word : command.arguments())
            if (word == "1" || word == "-a1" || word == "--algorithm=1") return &word;
        return nullptr;
    }
    if (!command.is("openssl")) return nullptr;
    for (const shell::Word& word : command.arguments())
        if (word == "md5" || word == "sha1" || word == "-md5" || word == "-sha1")
            return command.is("openssl", "dgst") || &word == &command.words[1] ? &word : nullptr;
    return nullptr;
}

static bool is_piped(shell::Joint joint) { return joint == shell::Joint::pipe || joint == shell::Joint::pipe_all; }

// A test that reads the hash: [ "$(md5sum a)" = ... ], md5sum a | grep -q ...
static bool compared(std::span<const docker::Command> commands, std::size_t i) {
    const shell::Command& hash = *commands[i].command;
    if (hash.in_substitution) {
        for (std::size_t outer = i; outer-- > 0 && commands[outer].code == commands[i].code;)
            if (!commands[outer]->in_substitution && commands[outer]->span.contains(hash.span))
                return commands[outer]->is("[") || commands[outer]->is("[[") || commands[outer]->is("test");
        return false;
    }
    for (std::size_t next = i + 1; next < commands.size() && commands[next].code == commands[i].code && is_piped(commands[next]->before); ++next)
        if (commands[next]->is("grep") && commands[next]->pipeline == hash.pipeline) return true;
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::span<const docker::Command> commands = file.commands();
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const shell::Command& command = *commands[i].command;
        const shell::Word* word = weak_hash(command);
        if (!word) continue;
        const bool verifies = !command.is("openssl") && command.has_any({"c", "check"});
        if (verifies || compared(commands, i)) report.at(*word, quote(word->value) + " no longer proves what a file is; use sha256sum");
    }
}

static constexpr Example examples[] = {{.bad = R"df(
FROM debian:12-slim
RUN echo "d41d8cd98f00b204e9800998ecf8427e  a.tgz" | md5sum -c -
                                                     ^^^^^^ 'md5sum' no longer proves what a file is; use sha256sum
RUN [ "$(openssl sha1 a.tgz)" = x ] && sha1sum --check --status sums
                 ^^^^ 'sha1' no longer proves what a file is; use sha256sum
                                       ^^^^^^^ 'sha1sum' no longer proves what a file is; use sha256sum
RUN shasum -c sums && md5sum a.tgz | grep d41d8cd9
    ^^^^^^ 'shasum' no longer proves what a file is; use sha256sum
                      ^^^^^^ 'md5sum' no longer proves what a file is; use sha256sum
)df",
                                        .good = R"df(
FROM debian:12-slim
RUN echo "abc  a.tgz" | sha256sum -c - && shasum -a 256 -c sums
RUN KEY="$(date | md5sum | cut -c1-8)" && md5sum a.tgz > a.tgz.md5
)df"}};

extern constinit const Check weak_hash_algorithm = {
    .id = "weak-hash-algorithm",
    .title = "An integrity check uses MD5 or SHA-1.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why =
        "Two files with the same MD5 or SHA-1 can be made on purpose, so the check catches a broken download but no exchanged one. SHA-256 costs nothing more.",
    .aliases = {"sonar:S4790"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
