#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::apk_no_cache_missing {

namespace {

constexpr std::string_view cache = "/var/cache/apk";

bool adds(const docker::PackageUse& use) { return use->manager == shell::Manager::apk && use->action == "install" && use->subcommand; }

// Reads no index, or keeps it out of the image.
bool is_quiet(const docker::PackageUse& use) { return use->has("no-cache") || use->has("no-network") || use->has("simulate") || use->has("cache-dir"); }

std::uint32_t last_cleaning(const docker::Dockerfile& file, const docker::Instruction& run) {
    std::uint32_t last = 0;
    for (const docker::Command& command : file.commands_of(run)) {
        bool removed = docker::removes(*command.command, cache) || docker::removes(*command.command, "/etc/apk/cache");
        if (removed) last = std::max(last, command->span.begin);
    }
    for (const docker::PackageUse& use : file.package_uses_of(run))
        if (use->manager == shell::Manager::apk && use->action == "cache" && !use->operands.empty() &&
            (*use->operands[0] == "clean" || *use->operands[0] == "purge"))
            last = std::max(last, use.command->span.begin);
    return last;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* judged = nullptr;
    std::uint32_t cleaned = 0;
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!adds(use) || is_quiet(use)) continue;
        const docker::Instruction& in = use.instruction();
        if (&in != judged) cleaned = docker::mounted(in, cache) || docker::mounted(in, "/etc/apk/cache") ? UINT32_MAX : last_cleaning(file, in);
        judged = &in;
        if (use.command->span.begin < cleaned) continue;
        std::uint32_t end = use->subcommand->span().end;
        report.at(*use->subcommand, "the package index stays in the layer; use apk add --no-cache")
            .fix("Add --no-cache", Safety::safe, {{end, end}, " --no-cache"});
    }
}

}

static constexpr Example examples[] = {
    {.bad = R"(
FROM alpine:3.22
RUN apk add --virtual .build gcc && apk -q add curl
        ^^^ the package index stays in the layer; use apk add --no-cache
                                           ^^^ the package index stays in the layer; use apk add --no-cache
)",
     .good = R"(
FROM alpine:3.22
RUN apk add --no-cache --virtual .build gcc && apk -q add --no-cache curl
)"},
    {.bad = R"(
FROM alpine:3.22
RUN rm -rf /var/cache/apk/* && apk add --update curl
                                   ^^^ the package index stays in the layer; use apk add --no-cache
)",
     .good = R"(
FROM alpine:3.22
RUN apk --no-cache add curl && apk add --no-network -t .run musl
RUN apk add --update curl && rm -rf /var/cache/apk/*
RUN --mount=type=cache,target=/var/cache/apk apk add git
)",
     .fixed = false},
};

extern constinit const Check apk_no_cache_missing = {
    .id = "apk-no-cache-missing",
    .title = "apk add without --no-cache.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "apk writes the index it fetches to /var/cache/apk, where it stays in the layer and grows old. "
           "With --no-cache it reads a fresh index and keeps none, and apk update is not needed.",
    .aliases = {"hadolint:DL3019", "trivy:DS-0025", "kics:ae9c56a6-3ed1-4ac0-9b54-31267f51151d", "semgrep:missing-apk-no-cache", "dockle:DKL-DI-0004",
                "dockerfilelint:apkadd-missing_nocache_or_updaterm", "sonar:S6587", "mondoo:apk-no-cache"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
