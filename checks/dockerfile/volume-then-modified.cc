#include <algorithm>
#include <set>
#include <string>

#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll::checks::volume_then_modified {

// Only so many in-file ancestors are asked for their volumes.
static constexpr int most_ancestors = 16;

// Which words of a command name what it changes.
enum class Operands : std::uint8_t { none, all, last };

static Operands operands_changed(std::string_view name) {
    for (std::string_view n : {"mkdir", "touch", "chown", "chmod", "chgrp", "tee", "rm", "rmdir"})
        if (name == n) return Operands::all;
    for (std::string_view n : {"cp", "mv", "ln", "install"})
        if (name == n) return Operands::last;
    return Operands::none;
}

struct Volumes {
    const docker::Dockerfile& file;
    Reporter& report;
    std::vector<std::set<std::string, std::less<>>> of_stage;

    // The volume that holds the path; "" when there is none.
    std::string holding(const docker::Stage& stage, std::string path) const {
        if (!path.starts_with('/')) return "";
        for (path = clean_path(path); path.size() > 1; path.resize(std::max<std::size_t>(path.rfind('/'), 1))) {
            int depth = 0;
            for (const docker::Stage* at = &stage; at && depth < most_ancestors; at = at->parent, ++depth)
                if (of_stage[at->index].contains(path)) return path;
        }
        return "";
    }
    bool any(const docker::Stage& stage) const {
        int depth = 0;
        for (const docker::Stage* at = &stage; at && depth < most_ancestors; at = at->parent, ++depth)
            if (!of_stage[at->index].empty()) return true;
        return false;
    }
    void declare(const docker::Instruction& volume) {
        for (const Text& word : volume.words)
            if (const auto path = file.expand(word, volume); path && path->starts_with('/')) of_stage[volume.stage->index].insert(clean_path(*path));
    }
    void written(const docker::Stage& stage, Span place, const std::string& path) {
        const std::string volume = holding(stage, path);
        if (!volume.empty()) report.at(place, "this changes " + quote(volume) + " after VOLUME declared it, which some builders discard; move VOLUME below");
    }
    void copied(const docker::Instruction& copy) {
        if (!copy.destination()) return;
        std::optional<std::string> path = file.expand(*copy.destination(), copy);
        if (path && !path->starts_with('/')) {
            const std::optional<std::string> folder = file.workdir_before(copy);
            path = folder ? std::optional(join_path(*folder, *path)) : std::nullopt;
        }
        if (path) written(*copy.stage, copy.destination()->span, *path);
    }
    void executed(const docker::Instruction& run) {
        for (const docker::Command& command : file.commands_of(run)) {
            for (const shell::Redirect& redirect : command->redirects)
                if (redirect.op.find('>') != std::string::npos && redirect.target.literal) written(*run.stage, redirect.target.span(), redirect.target.value);
            const Operands which = operands_changed(command->base_name());
            const auto words = command->arguments();
            if (which == Operands::none || words.empty()) continue;
            for (const shell::Word& word : which == Operands::last ? words.last(1) : words)
                if (word.literal) written(*run.stage, word.span(), word.value);
        }
    }
};

static void run(const docker::Dockerfile& file, Reporter& report) {
    Volumes volumes{file, report, std::vector<std::set<std::string, std::less<>>>(file.stages().size())};
    for (const docker::Stage& stage : file.stages()) {
        bool any = volumes.any(stage);
        for (const docker::Instruction* instruction : stage.instructions) {
            if (instruction->keyword == docker::Keyword::volume) {
                volumes.declare(*instruction);
                any = true;
            } else if (any && (instruction->keyword == docker::Keyword::copy || instruction->keyword == docker::Keyword::add)) {
                volumes.copied(*instruction);
            } else if (any && instruction->keyword == docker::Keyword::run) {
                volumes.executed(*instruction);
            }
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22 AS base
VOLUME ["/data", "/cache"]
RUN mkdir -p /database && touch /data/seed.db
                                ^^^^^^^^^^^^^ this changes '/data' after VOLUME declared it, which some builders discard; move VOLUME below
FROM base
WORKDIR /cache
COPY seed sub/
          ^^^^ this changes '/cache' after VOLUME declared it, which some builders discard; move VOLUME below
RUN cp /data/x /tmp && echo 1 > /cache/one
                                ^^^^^^^^^^ this changes '/cache' after VOLUME declared it, which some builders discard; move VOLUME below
)",
                                        .good = R"(
FROM alpine:3.22 AS base
RUN mkdir -p /data && touch /data/seed.db
VOLUME /data
RUN touch /database/x && cat /data/seed.db
FROM alpine:3.22
RUN touch /data/x
)",
                                        .fixed = false}};

extern constinit const Check volume_then_modified = {
    .id = "volume-then-modified",
    .title = "Path is changed after VOLUME declared it.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The classic builder and other tools mount a throw-away volume there for each step, so what the step writes is gone; BuildKit keeps it. "
           "The image then depends on who builds it.",
    .examples = examples,
    .run = on(docker::Keyword::volume, run),
};

}
