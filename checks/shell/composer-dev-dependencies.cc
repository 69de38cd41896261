#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::composer_dev_dependencies {

namespace {

bool has_any(const docker::PackageUse& use, std::initializer_list<std::string_view> options) {
    return std::ranges::any_of(options, [&](std::string_view option) { return use->has(option); });
}

// NODE_ENV=production, or a value this file does not tell.
bool node_is_production(const docker::Dockerfile& file, const docker::PackageUse& use) {
    if (const shell::Assignment* own = use.command->assigns("NODE_ENV")) return own->value == "production" || !own->value.literal;
    const docker::Variable set = file.lookup("NODE_ENV", use.instruction());
    return set.set_by && (!set.value || *set.value == "production");
}

bool bundle_leaves_out(const docker::Dockerfile& file, const docker::PackageUse& use) {
    if (has_any(use, {"without", "deployment", "with"}) || use.command->assigns("BUNDLE_WITHOUT")) return true;
    for (std::string_view name : {"BUNDLE_WITHOUT", "BUNDLE_DEPLOYMENT"})
        if (file.lookup(name, use.instruction()).set_by) return true;
    return std::ranges::any_of(file.package_uses(),
                               [&](const docker::PackageUse& other) { return other->manager == shell::Manager::bundle && other->action == "config"; });
}

// The switch that leaves development dependencies out; empty when the call does, or is no install of a project.
std::string_view missing_switch(const docker::Dockerfile& file, const docker::PackageUse& use) {
    switch (use->manager) {
        case shell::Manager::composer: return use->action == "install" && !use->has("no-dev") ? "--no-dev" : "";
        case shell::Manager::npm:
            return use->action == "ci" && !has_any(use, {"omit", "production", "only", "prod"}) && !node_is_production(file, use) ? "--omit=dev" : "";
        case shell::Manager::bundle: return use->action == "install" && !bundle_leaves_out(file, use) ? "--without development test (BUNDLE_WITHOUT)" : "";
        case shell::Manager::poetry: return use->action == "install" && !has_any(use, {"only", "no-dev", "without", "only-root", "with"}) ? "--only main" : "";
        default: return "";
    }
}

// Work that needs the development dependencies: builds and tests, and images that are made for them.
bool needs_development(const docker::Dockerfile& file, const docker::Stage& stage) {
    for (std::string_view mark : {"dev", "test", "ci", "lint", "debug"})
        if (stage.key.find(mark) != std::string::npos || file.source().path().find(mark) != std::string::npos) return true;
    for (const docker::PackageUse& use : file.package_uses())
        if (use.stage() == &stage && (use->action == "run" || use->action == "test" || use->action == "build" || use->action == "prune" ||
                                      use->action == "exec" || use->manager == shell::Manager::npx))
            return true;
    return false;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    if (!file.target()) return;
    std::optional<bool> needed;
    for (const docker::PackageUse& use : file.package_uses()) {
        if (use.stage() != file.target() || !use->subcommand) continue;
        const std::string_view missing = missing_switch(file, use);
        if (missing.empty()) continue;
        if (!needed) needed = needs_development(file, *file.target());
        if (*needed) return;
        report.at(*use->subcommand, "development dependencies go into the final image; add " + std::string(missing));
    }
}

}

static constexpr Example examples[] = {{.bad = R"(
FROM php:8.4-fpm
RUN composer install --no-interaction
             ^^^^^^^ development dependencies go into the final image; add --no-dev
)",
                                        .good = R"(
FROM php:8.4-fpm AS tools
RUN composer install
FROM php:8.4-fpm
RUN composer install --no-dev --no-interaction
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM node:24
COPY . .
RUN npm ci
        ^^ development dependencies go into the final image; add --omit=dev
)",
                                        .good = R"(
FROM node:24
ENV NODE_ENV=production
RUN npm ci
)",
                                        .fixed = false}};

extern constinit const Check composer_dev_dependencies = {
    .id = "composer-dev-dependencies",
    .title = "Development dependencies installed in the final stage.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "Test frameworks and build tools are of no use at run time. They make the image larger and give an attacker who gets in tools and known holes to "
           "work with.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
