#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::apt_lists_not_removed {

namespace {

constexpr std::string_view lists = "/var/lib/apt/lists";

bool updates(const docker::PackageUse& use) { return shell::apt_family.has(use->manager) && use->action == "update" && use->subcommand; }

// "apt-get dist-clean" of newer releases empties the lists too; "clean" does not.
bool cleans_lists(const docker::PackageUse& use) {
    return shell::apt_family.has(use->manager) && use->subcommand && (*use->subcommand == "dist-clean" || *use->subcommand == "distclean");
}

std::uint32_t last_cleaning(const docker::Dockerfile& file, const docker::Instruction& run) {
    std::uint32_t last = 0;
    for (const docker::PackageUse& use : file.package_uses_of(run))
        if (cleans_lists(use)) last = std::max(last, use.command->span.begin);
    for (const docker::Command& command : file.commands_of(run)) {
        bool script = docker::runs_cleaning_script(*command.command);
        if (script || docker::removes(*command.command, lists)) last = std::max(last, command->span.begin);
    }
    return last;
}

// The stages whose layers someone ships or builds on.
bool is_kept(const docker::Dockerfile& file, const docker::Stage* stage) { return !stage || file.is_target(stage) || file.use_of(*stage) == docker::Use::from; }

// Instructions from which on a later RUN, of this stage or one that builds on it, installs with lists it did not fetch itself.
struct Readers {
    std::vector<std::size_t> last;   // by stage: index of the last such RUN, those of stages built on it count as the end of the stage

    explicit Readers(const docker::Dockerfile& file) : last(file.stages().size(), 0) {
        const docker::Instruction* updated = nullptr;
        for (const docker::PackageUse& use : file.package_uses()) {
            if (updates(use))
                updated = &use.instruction();
            else if (shell::apt_family.has(use->manager) && use.stage() && &use.instruction() != updated)
                last[use.stage()->index] = use.instruction().index;
        }
        for (std::size_t i = last.size(); i-- > 0;)
            if (last[i] != 0 && file.stages()[i].parent) last[file.stages()[i].parent->index] = SIZE_MAX;
    }
    bool after(const docker::Instruction& run) const { return !run.stage || last[run.stage->index] > run.index; }
};

void run(const docker::Dockerfile& file, Reporter& report) {
    std::optional<Readers> readers;
    const docker::Instruction* judged = nullptr;
    for (const docker::PackageUse& use : file.package_uses()) {
        const docker::Instruction& in = use.instruction();
        if (&in == judged || !updates(use)) continue;
        judged = &in;
        if (!is_kept(file, use.stage()) || docker::mounted(in, lists)) continue;
        const std::uint32_t cleaned = last_cleaning(file, in);
        std::span<const docker::PackageUse> uses = file.package_uses_of(in);
        auto last = std::find_if(uses.rbegin(), uses.rend(), updates);
        if (last->command->span.begin < cleaned) continue;
        auto draft = report.at(*use->subcommand, "the package lists stay in the layer; end the RUN with 'rm -rf /var/lib/apt/lists/*'");
        if (!readers) readers.emplace(file);
        if (readers->after(in) || use.command->wrapper) continue;
        if (std::optional<Edit> edit = docker::and_then(file, in, "rm -rf /var/lib/apt/lists/*")) draft.fix("Remove the lists", Safety::safe, {*edit});
    }
}

}

static constexpr Example examples[] = {
    {.bad = R"(
FROM debian:12
RUN apt-get update && apt-get install -y curl
            ^^^^^^ the package lists stay in the layer; end the RUN with 'rm -rf /var/lib/apt/lists/*'
)",
     .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
)"},
    {.bad = R"(
FROM debian:12
RUN rm -rf /var/lib/apt/lists/* \
    && apt-get update \
               ^^^^^^ the package lists stay in the layer; end the RUN with 'rm -rf /var/lib/apt/lists/*'
    # the agent
    && apt-get install -y agent
)",
     .good = R"(
FROM debian:12
RUN rm -rf /var/lib/apt/lists/* \
    && apt-get update \
    # the agent
    && apt-get install -y agent \
    && rm -rf /var/lib/apt/lists/*
)"},
    {.bad = R"(
FROM debian:12
RUN apt-get update && rm -rf /tmp/*
            ^^^^^^ the package lists stay in the layer; end the RUN with 'rm -rf /var/lib/apt/lists/*'
RUN apt-get install -y curl
)",
     .good = R"(
FROM debian:trixie AS build
RUN apt-get update && apt-get install -y gcc
FROM debian:trixie
RUN apt-get update && apt-get install -y curl && apt-get dist-clean
RUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y jq
COPY --from=build /a /b
)",
     .fixed = false},
};

extern constinit const Check apt_lists_not_removed = {
    .id = "apt-lists-not-removed",
    .title = "apt lists left in the layer.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "The lists that apt-get update fetches weigh tens of megabytes and are out of date within days. "
           "Only the RUN that fetched them can take them out of the image; a later one merely hides them.",
    .aliases = {"hadolint:DL3009", "kics:df746b39-6564-4fed-bf85-e9c44382303c", "semgrep:remove-package-lists", "dockle:DKL-DI-0005",
                "dockerfilelint:apt-get_missing_rm", "sonar:S6587", "mondoo:apt-clean-cache"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
