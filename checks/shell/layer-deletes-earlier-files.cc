#include <algorithm>
#include <map>
#include <vector>

#include "analyzer/docker/paths.h"
#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::layer_deletes_earlier_files {

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
        if (!name || name->find_first_of("*?[") != std::string::npos || last_part(*name).find('.') == std::string_view::npos || last_part(*name) == ".")
            continue;
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

bool below_mount(const docker::Instruction& run, std::string_view path) {
    const std::vector<docker::Mount> mounts = run.mounts();
    return std::ranges::any_of(mounts, [&](const docker::Mount& mount) { return !mount.target().empty() && path.starts_with(mount.target()); });
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

// A path that rm removes: nullopt when it is not known for sure. `contents` stands for "path/*".
struct Removed {
    std::string path;
    bool contents = false;
};

std::optional<Removed> removed_by(const docker::Dockerfile& file, const docker::Instruction& run, const shell::Word& word,
                                  const std::optional<std::string>& directory) {
    if (word.starts_with("-") || word.value.empty()) return std::nullopt;
    std::optional<std::string> value = word.literal ? word.value : file.expand(word.text, run);
    if (!value || value->empty()) return std::nullopt;
    const bool contents = value->ends_with("/*");
    if (contents) value->resize(value->size() - 1);
    if (value->find_first_of("*?[{") != std::string::npos) return std::nullopt;
    std::optional<std::string> path = docker::absolute_path(*value, directory);
    if (!path || *path == "/" || below_mount(run, *path)) return std::nullopt;
    return Removed{std::move(*path), contents};
}

// Reports what earlier instructions wrote, and forgets all that is gone.
void judge_rm(const docker::Dockerfile& file, const docker::Command& at, const std::optional<std::string>& directory, Files& files, Reporter& report) {
    const bool recursive = at->has_any({"r", "R", "recursive"});
    for (const shell::Word& word : at->arguments()) {
        const std::optional<Removed> removed = removed_by(file, at.instruction(), word, directory);
        if (!removed) continue;
        auto [begin, end] = entries(files, removed->path, !removed->contents);
        if (begin == end || (!recursive && !removed->contents && begin->first != removed->path)) continue;
        auto earlier = std::find_if(begin, end, [&](const auto& entry) { return entry.second != &at.instruction(); });
        if (earlier != end)
            report.at(word, quote(earlier->first) + " stays in an earlier layer; create and delete it in one RUN, or mount it")
                .related(earlier->second->name.span, "it comes from here");
        files.erase(begin, end);
    }
}

void judge_run(const docker::Dockerfile& file, const docker::Instruction& run, Files& files, Reporter& report) {
    std::optional<std::string> directory = file.workdir_before(run);
    for (const docker::Command& command : file.commands_of(run)) {
        if (command->is("cd") || command->is("pushd")) directory.reset();
        if (command->is("rm") && !command->in_function && !files.empty()) judge_rm(file, command, directory, files, report);
        const std::optional<std::string> name = written_by(*command.command);
        std::optional<std::string> path = name ? docker::absolute_path(*name, directory) : std::nullopt;
        if (path && !below_mount(run, *path) && !path->starts_with("/dev/")) files.try_emplace(*path, &run);
    }
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        if (!file.in_result(stage)) continue;
        Files files;
        for (const docker::Instruction* instruction : stage.instructions) {
            if (instruction->keyword == docker::Keyword::copy || instruction->keyword == docker::Keyword::add) note_copy(file, *instruction, files);
            if (instruction->keyword == docker::Keyword::run) judge_run(file, *instruction, files, report);
        }
    }
}

constexpr Example examples[] = {{.bad = R"(
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
RUN rm -rf /srv/a.tgz /var/lib/apt/lists/* && cd /srv/app && rm -rf x
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
