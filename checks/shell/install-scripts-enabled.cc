#include "analyzer/engine/check.h"

namespace plimsoll::checks::install_scripts_enabled {

static void run(const docker::Dockerfile& file, Reporter& report) {
    constexpr shell::Managers node = {shell::Manager::npm, shell::Manager::yarn, shell::Manager::pnpm};
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!node.has(use->manager) || (use->action != "install" && use->action != "ci") || use->has("ignore-scripts")) continue;
        const docker::Variable off = file.lookup("NPM_CONFIG_IGNORE_SCRIPTS", use.instruction());
        const docker::Variable lower = file.lookup("npm_config_ignore_scripts", use.instruction());
        if (off.value == "true" || lower.value == "true") continue;
        report.at(use->subcommand ? *use->subcommand : *use->program, "every package may run a script of its own here; add --ignore-scripts");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:24
RUN npm ci && yarn install
        ^^ every package may run a script of its own here; add --ignore-scripts
                   ^^^^^^^ every package may run a script of its own here; add --ignore-scripts
)",
                                        .good = R"(
FROM node:24
RUN npm ci --ignore-scripts && npm run build
ENV NPM_CONFIG_IGNORE_SCRIPTS=true
RUN npm ci
)"}};

extern constinit const Check install_scripts_enabled = {
    .id = "install-scripts-enabled",
    .title = "Package install scripts may run at build time.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Most attacks through a package registry use the script that runs at install, with the rights of the build. Few packages need one; those can be "
           "rebuilt by name.",
    .aliases = {"sonar:S6505"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
