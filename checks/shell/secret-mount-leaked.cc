#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::secret_mount_leaked {

namespace {

// Where a RUN finds its secrets.
struct Secrets {
    std::vector<std::string> paths;
    std::vector<std::string> variables;
};

Secrets secrets_of(const docker::Instruction& run) {
    Secrets secrets;
    for (const docker::Mount& mount : run.mounts()) {
        if (mount.type() != "secret") continue;
        if (const docker::MountField* variable = mount.field("env")) secrets.variables.emplace_back(variable->value.value);
        std::string_view id = mount.field("id") ? mount.field("id")->value.value : mount.source();
        if (!mount.target().empty())
            secrets.paths.emplace_back(mount.target());
        else if (!id.empty() && !mount.field("env"))
            secrets.paths.push_back("/run/secrets/" + std::string(id));
    }
    return secrets;
}

bool is_path(const Secrets& secrets, std::string_view word) { return std::ranges::find(secrets.paths, word) != secrets.paths.end(); }

bool holds_name(std::string_view text, std::string_view name) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const char before = at > 0 ? text[at - 1] : ' ', after = at + name.size() < text.size() ? text[at + name.size()] : ' ';
        const bool longer = (after >= 'A' && after <= 'Z') || (after >= 'a' && after <= 'z') || (after >= '0' && after <= '9') || after == '_';
        if ((before == '$' || before == '{') && !longer) return true;
    }
    return false;
}

// The content of a secret: $(cat /run/secrets/x), $(< ...), $TOKEN.
bool holds_content(const Secrets& secrets, const shell::Word& word) {
    const std::string_view text = word.text.value;
    if (text.find('$') == std::string_view::npos && text.find('`') == std::string_view::npos) return false;
    const bool substitutes = text.find("$(") != std::string_view::npos || text.find('`') != std::string_view::npos;
    return (substitutes && std::ranges::any_of(secrets.paths, [&](const std::string& path) { return text.find(path) != std::string_view::npos; })) ||
           std::ranges::any_of(secrets.variables, [&](const std::string& name) { return holds_name(text, name); });
}

const shell::Redirect* output_file(const shell::Command& command) {
    for (const shell::Redirect& redirect : command.redirects) {
        const std::string_view target = redirect.target.value;
        if ((redirect.op == ">" || redirect.op == ">>" || redirect.op == "1>" || redirect.op == "1>>") && !target.starts_with("/dev/")) return &redirect;
    }
    return nullptr;
}

// Files of memory, and files the same RUN removes again.
bool vanishes(std::string_view path, std::span<const docker::Command> commands) {
    if (path.starts_with("/dev/shm/")) return true;
    return std::ranges::any_of(commands, [&](const docker::Command& command) {
        return (command->is("rm") || command->is("shred")) && std::ranges::any_of(command->arguments(), [&](const shell::Word& word) { return word == path; });
    });
}

// The word by which the secret leaves its mount; null when it does not.
const shell::Word* leak(const Secrets& secrets, const shell::Command& command, std::span<const docker::Command> commands) {
    std::span<const shell::Word> words = command.arguments();
    const bool copies = command.is("cp") || command.is("mv") || command.is("install");
    if (copies && words.size() >= 2)
        for (const shell::Word& word : words.first(words.size() - 1))
            if (is_path(secrets, word.value)) return vanishes(words.back().value, commands) ? nullptr : &word;
    const bool stores = command.is("git", "config") || ((command.is("npm") || command.is("yarn") || command.is("pip") || command.is("pip3")) &&
                                                        words.size() > 1 && words[0] == "config" && words[1] == "set");
    const shell::Redirect* file = output_file(command);
    const bool prints = command.is("cat") || command.is("echo") || command.is("printf") || command.is("sed") || command.is("envsubst");
    if (!stores && !(prints && file && !vanishes(file->target.value, commands))) return nullptr;
    for (const shell::Word& word : words)
        if ((prints && is_path(secrets, word.value)) || holds_content(secrets, word)) return &word;
    return nullptr;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* current = nullptr;
    Secrets secrets;
    for (const docker::Command& command : file.commands()) {
        if (current != &command.instruction()) {
            current = &command.instruction();
            secrets = current->flags.empty() ? Secrets{} : secrets_of(*current);
        }
        if ((secrets.paths.empty() && secrets.variables.empty()) || command->inner) continue;
        if (const shell::Word* word = leak(secrets, *command.command, file.commands_of(*current)))
            report.at(*word, "the secret is written into the layer here; let the program read it from the mount");
    }
}

constexpr Example examples[] = {{.bad = R"df(
FROM node:22
RUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc ~/.npmrc && npm ci
                                    ^^^^^^^^^^^^^^^^^^ the secret is written into the layer here; let the program read it from the mount
RUN --mount=type=secret,id=t,env=TOKEN echo "token=${TOKEN}" > /etc/app.conf
                                            ^^^^^^^^^^^^^^^^ the secret is written into the layer here; let the program read it from the mount
RUN --mount=type=secret,id=t,target=/t git config --global http.extraHeader "X: $(cat /t)"
                                                                            ^^^^^^^^^^^^^^ the secret is written into the layer here; let the program read it from the mount
)df",
                                 .good = R"df(
FROM node:22
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
RUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc .npmrc && npm ci && rm .npmrc
RUN --mount=type=secret,id=t TOKEN="$(cat /run/secrets/t)" make && echo done > /log
RUN --mount=type=secret,id=t cat /run/secrets/t | docker login --password-stdin
)df"}};

}

extern constinit const Check secret_mount_leaked = {
    .id = "secret-mount-leaked",
    .title = "RUN copies a mounted secret into the layer.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "A secret mount keeps the secret out of the image only as long as no command copies it. A copy in the layer can be read by whoever pulls the image, "
           "and removing it in a later RUN does not help.",
    .standards = {"CIS-Docker-4.10"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
