#include <algorithm>
#include <map>
#include <vector>

#include "analyzer/docker/paths.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks {

namespace {

// Files that earlier instructions of a stage wrote, by absolute path.
using Files = std::map<std::string, const docker::Instruction*>;

std::string_view last_part(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

void note_copy(const docker::Dockerfile& file, const docker::Instruction& copy, Files& files) {
    const Text* destination = copy.destination();
    const std::optional<std::string> value = destination ? file.expand(*destination, copy) : std::nullopt;
    if (!value || value->empty()) return;
    const std::optional<std::string> folder = docker::absolute_path(*value, file.workdir_before(copy));
    if (!folder) return;
    const bool into_folder = value->ends_with('/') || *value == "." || copy.sources().size() > 1;
    if (!into_folder) {
        files.try_emplace(*folder, &copy);
        return;
    }
    for (const Text& source : copy.sources()) {
        const std::optional<std::string> name = file.expand(source, copy);
        // A folder as source gives its contents, and an archive is unpacked by ADD: only names with an ending are taken for files.
        if (!name || name->find_first_of("*?[") != std::string::npos || last_part(*name).find('.') == std::string_view::npos || last_part(*name) == ".") continue;
        if (copy.keyword == docker::Keyword::add && docker::is_archive(*name) && !docker::is_remote(*name)) continue;
        if (std::optional<std::string> path = docker::absolute_path(last_part(*name), folder)) files.try_emplace(*path, &copy);
    }
}

// The file a download writes under a fixed name.
std::optional<std::string> written_by(const shell::Command& command) {
    const std::optional<shell::Download> call = shell::download_call(command);
    if (!call) return std::nullopt;
    const shell::DownloadOption* output = call->option(call->tool == shell::Downloader::curl ? "output" : "output-document");
    if (output && output->value_word && output->value_word->literal && output->value != "-") return std::string(output->value);
    return std::nullopt;
}

bool changes_directory(std::span<const docker::Command> commands) {
    return std::ranges::any_of(commands, [](const docker::Command& command) { return command->is("cd") || command->is("pushd"); });
}

bool below_mount(const docker::Instruction& run, std::string_view path) {
    const std::vector<docker::Mount> mounts = run.mounts();
    return std::ranges::any_of(mounts, [&](const docker::Mount& mount) { return !mount.target().empty() && path.starts_with(mount.target()); });
}

void note_downloads(const docker::Dockerfile& file, const docker::Instruction& run, Files& files) {
    std::span<const docker::Command> commands = file.commands_of(run);
    std::optional<std::string> directory = changes_directory(commands) ? std::nullopt : file.workdir_before(run);
    for (const docker::Command& command : commands) {
        const std::optional<std::string> name = written_by(*command.command);
        std::optional<std::string> path = name ? docker::absolute_path(*name, directory) : std::nullopt;
        if (path && !below_mount(run, *path) && *path != "/dev/null") files.try_emplace(*path, &run);
    }
}

// The entries at or below a path.
std::pair<Files::iterator, Files::iterator> entries(Files& files, const std::string& path, bool itself) {
    auto first = itself ? files.find(path) : files.end();
    if (first != files.end()) return {first, std::next(first)};
    const std::string folder = path == "/" ? path : path + "/";
    auto begin = files.lower_bound(folder);
    auto end = begin;
    while (end != files.end() && end->first.starts_with(folder)) ++end;
    return {begin, end};
}

void judge_rm(const docker::Dockerfile& file, const docker::Command& at, bool moved, Files& files, Reporter& report) {
    const std::optional<std::string> directory = moved ? std::nullopt : file.workdir_before(at.instruction());
    const bool recursive = at->has_any({"r", "R", "recursive"});
    for (const shell::Word& word : at->arguments()) {
        if (word.starts_with("-") || word.value.empty()) continue;
        std::optional<std::string> value = word.literal ? word.value : file.expand(word.text, at.instruction());
        if (!value || value->empty()) continue;
        const bool contents = value->ends_with("/*");
        if (contents) value->resize(value->size() - 1);
        if (value->find_first_of("*?[{") != std::string::npos) continue;
        const std::optional<std::string> path = docker::absolute_path(*value, directory);
        if (!path || *path == "/" || below_mount(at.instruction(), *path)) continue;
        auto [begin, end] = entries(files, *path, !contents);
        if (begin == end || (!recursive && !contents && begin->first != *path)) continue;
        report.at(word, quote(begin->first) + " stays in an earlier layer; create and delete it in one RUN, or mount it")
            .related(begin->second->name.span, "it comes from here");
        files.erase(begin, end);
    }
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        if (!file.in_result(stage)) continue;
        Files files;
        for (const docker::Instruction* instruction : stage.instructions) {
            if (instruction->keyword == docker::Keyword::copy || instruction->keyword == docker::Keyword::add) note_copy(file, *instruction, files);
            if (instruction->keyword != docker::Keyword::run) continue;
            if (!files.empty()) {
                const std::span<const docker::Command> commands = file.commands_of(*instruction);
                bool moved = false;
                for (const docker::Command& command : commands) {
                    moved = moved || command->is("cd") || command->is("pushd");
                    if (command->is("rm") && !command->in_function) judge_rm(file, command, moved, files, report);
                }
            }
            note_downloads(file, *instruction, files);
        }
    }
}

constexpr Example examples[] = {{
    .bad = R"(
FROM debian:12-slim
COPY app.deb /tmp/
RUN dpkg -i /tmp/app.deb && rm /tmp/app.deb
                               ^^^^^^^^^^^^ '/tmp/app.deb' stays in an earlier layer; create and delete it in one RUN, or mount it
RUN curl -fsSL -o /srv/a.tgz https://example.org/a.tgz
RUN tar xzf /srv/a.tgz && rm -rf /srv/*
                                 ^^^^^^ '/srv/a.tgz' stays in an earlier layer; create and delete it in one RUN, or mount it
)",
    .good = R"(
FROM debian:12-slim AS build
COPY big.bin /tmp/
RUN rm /tmp/big.bin
FROM debian:12-slim
COPY app /srv/app
RUN --mount=type=bind,source=app.deb,target=/tmp/app.deb dpkg -i /tmp/app.deb
RUN curl -fsSL -o /srv/a.tgz https://example.org/a.tgz && tar xzf /srv/a.tgz && rm /srv/a.tgz
RUN rm -rf /var/lib/apt/lists/* && cd /srv/app && rm -rf x
)"}};

}

extern constinit const Check layer_deletes_earlier_files = {
    .id = "layer-deletes-earlier-files",
    .title = "RUN rm removes files of an earlier layer.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "Layers only add: rm hides the file, but its bytes are pulled with every copy of the image and can be taken out of the layer again. "
           "A bind mount, a build stage or one RUN for download and removal keeps the file out.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
