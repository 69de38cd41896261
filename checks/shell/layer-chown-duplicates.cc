#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/docker/paths.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::layer_chown_duplicates {

// Destinations of the COPY and ADD instructions of a stage so far.
using Copies = std::map<std::string, const docker::Instruction*>;

static void note(const docker::Dockerfile& file, const docker::Instruction& copy, Copies& copies) {
    const Text* destination = copy.destination();
    const std::optional<std::string> value = destination ? file.expand(*destination, copy) : std::nullopt;
    if (!value || value->empty()) return;
    if (std::optional<std::string> path = docker::absolute_path(*value, file.workdir_before(copy))) copies[*path] = &copy;
}

// The copy at or below a path.
static const docker::Instruction* copy_in(const Copies& copies, const std::string& path) {
    if (path == "/") return nullptr;
    auto found = copies.find(path);
    if (found == copies.end()) {
        const std::string folder = path + "/";
        found = copies.lower_bound(folder);
        if (found == copies.end() || !found->first.starts_with(folder)) return nullptr;
    }
    return found->second;
}

// RUN that does nothing but chown -R and chmod -R.
static bool only_changes_rights(std::span<const docker::Command> commands) {
    auto fits = [](const docker::Command& command) {
        return command->is("set") || command->is("sudo") || ((command->is("chown") || command->is("chmod")) && command->has_any({"R", "recursive"}));
    };
    return !commands.empty() && std::ranges::all_of(commands, fits);
}

static void judge(const docker::Dockerfile& file, const docker::Command& at, const Copies& copies, Reporter& report) {
    std::optional<std::string> directory = file.workdir_before(at.instruction());
    bool mode_seen = false;
    for (const shell::Word& word : at->arguments()) {
        if (word.starts_with("-")) continue;
        if (!std::exchange(mode_seen, true) || word.value.empty()) continue;
        const std::optional<std::string> value = file.expand(word.text, at.instruction());
        const std::optional<std::string> path =
            value && value->find_first_of("*?[") == std::string::npos ? docker::absolute_path(*value, directory) : std::nullopt;
        const docker::Instruction* copy = path ? copy_in(copies, *path) : nullptr;
        if (!copy) continue;
        const std::string_view option = at->is("chown") ? "--chown" : "--chmod";
        report
            .at(at->name_span(), std::string(at->base_name()) + " -R stores the copied files a second time; use " + std::string(option) + " on the " +
                                     std::string(name_of(copy->keyword)))
            .related(copy->name.span, "copied here");
        return;
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        Copies copies;
        for (const docker::Instruction* instruction : stage.instructions) {
            if (instruction->keyword == docker::Keyword::copy || instruction->keyword == docker::Keyword::add) note(file, *instruction, copies);
            if (instruction->keyword != docker::Keyword::run || copies.empty()) continue;
            const std::span<const docker::Command> commands = file.commands_of(*instruction);
            if (!only_changes_rights(commands)) continue;
            for (const docker::Command& command : commands)
                if (command->is("chown") || command->is("chmod")) judge(file, command, copies, report);
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
WORKDIR /app
COPY . .
RUN chown -R node:node /app
    ^^^^^ chown -R stores the copied files a second time; use --chown on the COPY
COPY assets /srv/assets
RUN chmod -R a+rX /srv
    ^^^^^ chmod -R stores the copied files a second time; use --chmod on the COPY
)",
                                        .good = R"(
FROM node:22
WORKDIR /app
COPY --chown=node:node . .
RUN npm ci && chown -R node:node /app
RUN chown -R node:node /var/cache && chown node:node /app
)"}};

extern constinit const Check layer_chown_duplicates = {
    .id = "layer-chown-duplicates",
    .title = "RUN chown or chmod -R stores a copied tree twice.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "A layer holds whole files: changing the owner or mode of a file puts a full copy of it into the new layer, so the copied tree counts twice. "
           "COPY --chown and --chmod give the files their rights when they are written.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
