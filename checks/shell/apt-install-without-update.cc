#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::apt_install_without_update {

namespace {

constexpr std::string_view folder = "/var/lib/apt/lists";

enum class Lists : unsigned char { unknown, empty, from_earlier_run };

// The official images come without lists.
Lists at_start(const docker::Stage& stage, const std::vector<Lists>& ends) {
    if (stage.parent) return ends[stage.parent->index];
    bool official = stage.image && stage.image->registry() == "docker.io" && stage.image->repository().starts_with("library/");
    return official ? Lists::empty : Lists::unknown;
}

bool is_local(const shell::Word& word) { return word.starts_with("/") || word.starts_with("./") || word.starts_with("../") || word.value.ends_with(".deb"); }

bool fetches(const docker::PackageUse& use) {
    if (!shell::apt_family.has(use->manager) || use->action != "install" || !use->subcommand || use->has("simulate")) return false;
    if (use.command->joint == shell::Joint::or_else || use.command->condition) return false;
    return !use->operands.empty() && std::ranges::none_of(use->operands, [](const shell::Word* word) { return is_local(*word); });
}

// One RUN, read command by command.
class Reader {
public:
    Reader(const docker::Dockerfile& file, Reporter& report) : file_(file), report_(report) {}
    Lists read(const docker::Instruction& run, Lists lists);

private:
    void call(const docker::PackageUse& use);

    const docker::Dockerfile& file_;
    Reporter& report_;
    Lists lists_ = Lists::unknown;
    bool fresh_ = false;   // fetched in this RUN, or out of sight
    bool alone_ = false;   // the last update of the RUN was followed by no other call: package-update-alone reports that
};

void Reader::call(const docker::PackageUse& use) {
    if (!shell::apt_family.has(use->manager) || !use->subcommand) return;
    alone_ = use->action == "update";
    if (alone_) {
        fresh_ = true;
        lists_ = Lists::from_earlier_run;
    } else if (*use->subcommand == "dist-clean" || *use->subcommand == "distclean") {
        lists_ = Lists::empty;
    } else if (!fresh_ && lists_ != Lists::unknown && fetches(use)) {
        report_.at(*use->subcommand, lists_ == Lists::empty
                                         ? "there are no package lists at this place; run apt-get update first, in the same RUN"
                                         : "the package lists come from an earlier RUN and may be stale; run apt-get update in the same RUN");
        fresh_ = true;
    }
}

Lists Reader::read(const docker::Instruction& run, Lists lists) {
    std::span<const docker::PackageUse> uses = file_.package_uses_of(run);
    lists_ = lists;
    alone_ = false;
    fresh_ = docker::mounted(run, folder);
    for (const docker::Command& command : file_.commands_of(run)) {
        if (!uses.empty() && uses.front().command.command == command.command) {
            call(uses.front());
            uses = uses.subspan(1);
        } else if (docker::removes(*command.command, folder)) {
            lists_ = Lists::empty;
        } else if (docker::runs_foreign_code(*command.command) || command->is("add-apt-repository") || command->is("apt-add-repository") ||
                   command->in_function) {
            fresh_ = true;
            lists_ = Lists::unknown;
        }
    }
    return alone_ && lists_ == Lists::from_earlier_run ? Lists::unknown : lists_;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    std::vector<Lists> ends;
    Reader reader(file, report);
    for (const docker::Stage& stage : file.stages()) {
        Lists lists = at_start(stage, ends);
        for (const docker::Instruction* in : stage.instructions)
            if (in->keyword == docker::Keyword::run) lists = reader.read(*in, lists);
        ends.push_back(lists);
    }
}

}

static constexpr Example examples[] = {
    {.bad = R"(
FROM debian:12 AS base
RUN apt-get install -y curl
            ^^^^^^^ there are no package lists at this place; run apt-get update first, in the same RUN
RUN apt-get update && apt-get install -y git
RUN apt-get install -y jq && apt-get install -y tree
            ^^^^^^^ the package lists come from an earlier RUN and may be stale; run apt-get update in the same RUN
RUN rm -rf /var/lib/apt/lists/*
FROM base
RUN apt-get install -y make
            ^^^^^^^ there are no package lists at this place; run apt-get update first, in the same RUN
)",
     .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y git
RUN curl -fsSL https://example.org/setup | bash - && apt-get install -y nodejs
RUN apt-get install -y ./local.deb
RUN apt-get update
RUN apt-get install -y reported-by-another-check
FROM registry.example.org/base:1
RUN apt-get install -y curl
FROM debian:12
RUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl
ONBUILD RUN apt-get install -y make
)",
     .fixed = false},
};

extern constinit const Check apt_install_without_update = {
    .id = "apt-install-without-update",
    .title = "apt-get install with no update in the same RUN.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The lists say where the packages lie. Without them apt-get finds no package at all; with those of an earlier, cached RUN it asks the mirror for "
           "versions "
           "that are no longer there, and the build fails on one machine and works on the other.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
