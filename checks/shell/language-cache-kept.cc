#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

// Caches of language package managers that need a command of their own to go away.

namespace plimsoll::checks::language_cache_kept {

using shell::Manager;

namespace {

struct Tool {
    Manager manager;
    bool (*fills)(const docker::PackageUse&);
    bool (*cleans)(const docker::Command&);
    Names<3> folders;         // parts of a mount's target or of a deleted path that keep the cache out
    std::string_view clean;   // the command that empties the cache
};

bool has_word(const docker::Command& command, std::string_view value) {
    return std::ranges::any_of(command->arguments(), [&](const shell::Word& word) { return word == value; });
}

bool npm_fills(const docker::PackageUse& use) { return use->action == "install" || use->action == "ci"; }
bool npm_cleans(const docker::Command& command) {
    return command->is("npm") && has_word(command, "cache") && (has_word(command, "clean") || has_word(command, "clear") || has_word(command, "rm"));
}

// Yarn 2 and later know --immutable and keep their cache in the project.
bool yarn_fills(const docker::PackageUse& use) {
    return use->action == "install" && !use->has("immutable") && !use->has("cache-folder") && !use->has("version") && !use->has("help");
}
bool yarn_cleans(const docker::Command& command) {
    return command->is("yarn") && has_word(command, "cache") && (has_word(command, "clean") || has_word(command, "clear"));
}

bool gem_fills(const docker::PackageUse& use) { return use->action == "install"; }
bool gem_cleans(const docker::Command& command) { return command->is("gem") && (has_word(command, "cleanup") || has_word(command, "clean")); }

constexpr Tool npm{Manager::npm, npm_fills, npm_cleans, {".npm", "/.cache"}, "npm cache clean --force"};
constexpr Tool yarn{Manager::yarn, yarn_fills, yarn_cleans, {".cache/yarn", ".yarn", "share/.cache"}, "yarn cache clean"};
constexpr Tool gem{Manager::gem, gem_fills, gem_cleans, {"/cache"}, "gem cleanup"};

bool names_folder(std::string_view path, const Tool& tool) {
    return std::ranges::any_of(tool.folders, [&](std::string_view folder) { return path.find(folder) != std::string_view::npos; });
}

bool is_mounted(const docker::Instruction& run, const Tool& tool) {
    return std::ranges::any_of(
        run.mounts(), [&](const docker::Mount& mount) { return (mount.type() == "cache" || mount.type() == "tmpfs") && names_folder(mount.target(), tool); });
}

std::uint32_t last_cleaning(const docker::Dockerfile& file, const docker::Instruction& run, const Tool& tool) {
    std::uint32_t last = 0;
    for (const docker::Command& command : file.commands_of(run)) {
        bool removed = command->is("rm") && std::ranges::any_of(command->arguments(), [&](const shell::Word& word) { return names_folder(word.value, tool); });
        if (removed || tool.cleans(command)) last = std::max(last, command->span.begin);
    }
    return last;
}

// A stage that only lends files leaves its cache behind; what counts is the result and what it is built on.
bool matters(const docker::Dockerfile& file, const docker::Instruction& run) { return run.is_trigger || !run.stage || file.in_result(*run.stage); }

void report_use(const docker::Dockerfile& file, const docker::PackageUse& use, const Tool& tool, Reporter& report) {
    const shell::Word& place = use->subcommand ? *use->subcommand : *use->program;
    auto draft = report.at(place, "the download cache stays in the layer; end the RUN with " + quote(tool.clean));
    if (use.command->wrapper) return;
    if (std::optional<Edit> edit = docker::and_then(file, use.instruction(), tool.clean)) draft.fix("Add " + std::string(tool.clean), Safety::safe, {*edit});
}

// One finding for each RUN: one command at its end cleans up after all of them.
template <const Tool& tool>
void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::Instruction* judged = nullptr;
    for (const docker::PackageUse& use : file.package_uses()) {
        const docker::Instruction& in = use.instruction();
        if (use->manager != tool.manager || &in == judged || !tool.fills(use)) continue;
        if (!matters(file, in) || is_mounted(in, tool) || last_cleaning(file, in, tool) > use.command->span.begin) continue;
        judged = &in;
        report_use(file, use, tool, report);
    }
}

constexpr Example npm_examples[] = {{.bad = R"(
FROM node:24
RUN npm ci --omit=dev
        ^^ the download cache stays in the layer; end the RUN with 'npm cache clean --force'
)",
                                     .good = R"(
FROM node:24
RUN npm ci --omit=dev && npm cache clean --force
)"},
                                    {.bad = R"(
FROM node:24
RUN npm cache clean --force && npm install
                                   ^^^^^^^ the download cache stays in the layer; end the RUN with 'npm cache clean --force'
)",
                                     .good = R"(
FROM node:24 AS build
RUN npm ci
FROM node:24
RUN --mount=type=cache,target=/root/.npm npm ci
COPY --from=build /app /app
)",
                                     .fixed = false}};

constexpr Example yarn_examples[] = {{.bad = R"(
FROM node:24
RUN yarn install --frozen-lockfile
         ^^^^^^^ the download cache stays in the layer; end the RUN with 'yarn cache clean'
)",
                                      .good = R"(
FROM node:24
RUN yarn install --frozen-lockfile && yarn cache clean
)"},
                                     {.bad = R"(
FROM node:24
RUN yarn --prod && yarn build
    ^^^^ the download cache stays in the layer; end the RUN with 'yarn cache clean'
)",
                                      .good = R"(
FROM node:24 AS build
RUN yarn install
FROM node:24
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install
RUN yarn install --immutable && yarn --version
RUN yarn install && rm -rf /usr/local/share/.cache
COPY --from=build /app /app
)",
                                      .fixed = false}};

constexpr Example gem_examples[] = {{.bad = R"(
FROM ruby:3.4
RUN gem install rake:13.2.1
        ^^^^^^^ the download cache stays in the layer; end the RUN with 'gem cleanup'
)",
                                     .good = R"(
FROM ruby:3.4
RUN gem install rake:13.2.1 && gem cleanup
)",
                                     .fixed = false}};

constexpr std::string_view why =
    "A package manager keeps its downloads for the next install, but in an image there is no next install: the copies only make it larger. "
    "Only the same RUN can take them away again; a cache mount keeps builds fast without them.";

constexpr Check table[] = {
    {.id = "npm-cache-kept",
     .title = "npm cache left in the layer.",
     .category = Category::efficiency,
     .severity = Severity::low,
     .profile = Profile::strict,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"mondoo:npm-clean-cache", "sonar:S6587"},
     .examples = npm_examples,
     .run = on(docker::Keyword::run, run<npm>)},
    {.id = "yarn-cache-kept",
     .title = "yarn cache left in the layer.",
     .category = Category::efficiency,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"hadolint:DL3060", "sonar:S6587", "mondoo:yarn-clean-cache"},
     .examples = yarn_examples,
     .run = on(docker::Keyword::run, run<yarn>)},
    {.id = "gem-cache-kept",
     .title = "gem or rvm leftovers stay in the layer.",
     .category = Category::efficiency,
     .severity = Severity::info,
     .profile = Profile::strict,
     .fix = Safety::safe,
     .why = why,
     .aliases = {"dockerfile-lint:no_gem_clean_all", "dockerfile-lint:no_rvm_cleanup_all"},
     .examples = gem_examples,
     .run = on(docker::Keyword::run, run<gem>)},
};

}

extern constinit const std::span<const Check> language_cache_kept = table;

}
