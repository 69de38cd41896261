#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::npm_install_instead_of_ci {

namespace {

struct Tool {
    shell::Manager manager;
    Names<2> locks;
    Names<4> frozen;   // options that keep to the lock file
    std::string_view advice;
};

constexpr Tool tools[] = {
    {shell::Manager::npm, {"package-lock.json", "npm-shrinkwrap.json"}, {"global", "package-lock-only"}, "npm ci"},
    {shell::Manager::yarn, {"yarn.lock"}, {"frozen-lockfile", "immutable", "global", "pure-lockfile"}, "yarn install --frozen-lockfile"},
    {shell::Manager::pnpm, {"pnpm-lock.yaml"}, {"frozen-lockfile", "global", "offline"}, "pnpm install --frozen-lockfile"},
};

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// A COPY in front of the RUN names the lock file. A pattern that only may match it proves nothing.
bool lock_copied(const docker::Instruction& run, const Tool& tool) {
    if (!run.stage) return false;
    for (const docker::Stage* stage : run.stage->chain())
        for (const docker::Instruction* copy : stage->instructions) {
            if (copy->index >= run.index) break;
            if (copy->keyword != docker::Keyword::copy && copy->keyword != docker::Keyword::add) continue;
            for (const Text& source : copy->sources())
                if (std::ranges::find(tool.locks, last_part(source.value)) != tool.locks.end()) return true;
        }
    return false;
}

bool is_bare_install(const docker::PackageUse& use, const Tool& tool) {
    if (use->action != "install" || !use->operands.empty()) return false;
    return std::ranges::none_of(tool.frozen, [&](std::string_view option) { return use->has(option); });
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        const auto* tool = std::ranges::find(tools, use->manager, &Tool::manager);
        if (tool == std::end(tools) || !is_bare_install(use, *tool) || !lock_copied(use.instruction(), *tool)) continue;
        report.at(use->subcommand ? *use->subcommand : *use->program, "the lock file may be changed or passed over here; use " + quote(tool->advice));
    }
}

}

static constexpr Example examples[] = {{.bad = R"(
FROM node:24
COPY package.json package-lock.json ./
RUN npm install --omit=dev
        ^^^^^^^ the lock file may be changed or passed over here; use 'npm ci'
)",
                                        .good = R"(
FROM node:24
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm install -g serve@14
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM node:24 AS base
COPY package.json yarn.lock ./
FROM base
RUN yarn
    ^^^^ the lock file may be changed or passed over here; use 'yarn install --frozen-lockfile'
)",
                                        .good = R"(
FROM node:24
RUN npm install
COPY package.json yarn.lock package-lock.json ./
RUN yarn --frozen-lockfile
)",
                                        .fixed = false}};

extern constinit const Check npm_install_instead_of_ci = {
    .id = "npm-install-instead-of-ci",
    .title = "npm install ignores the lock file contract.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "An install that may rewrite the lock file can put other versions into the image than those that were reviewed and tested. The strict form fails "
           "instead when the two disagree.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
