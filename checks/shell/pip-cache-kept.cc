#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::pip_cache_kept {

namespace {

constexpr std::string_view variable = "PIP_NO_CACHE_DIR";

// What pip takes for yes. "off" and "0" turned the cache off in old releases by accident; they do not count.
bool is_true(std::string_view value) {
    constexpr std::string_view yes[] = {"1", "true", "True", "TRUE", "on", "On", "ON", "yes", "Yes", "YES", "y", "t"};
    return std::ranges::find(yes, value) != std::end(yes);
}

bool set_by_environment(const docker::Dockerfile& file, const docker::Instruction& run) {
    const docker::Variable found = file.lookup(variable, run);
    if (found.kind != docker::Variable::Kind::env && found.kind != docker::Variable::Kind::arg) return false;
    return !found.value || is_true(*found.value);
}

// Set in front of the command, or exported anywhere in the RUN.
bool set_by_script(const docker::Dockerfile& file, const docker::PackageUse& use) {
    if (const shell::Assignment* own = use.command->assigns(variable)) return is_true(own->value.value);
    return std::ranges::any_of(file.commands_of(use.instruction()), [](const docker::Command& command) {
        if (command->is("export"))
            return std::ranges::any_of(command->arguments(), [](const shell::Word& word) {
                return word.starts_with("PIP_NO_CACHE_DIR=") && is_true(std::string_view(word.value).substr(variable.size() + 1));
            });
        const shell::Assignment* assignment = command->assigns(variable);
        return assignment && (command->words.empty() || command->is("env")) && is_true(assignment->value.value);
    });
}

bool has_cache_mount(const docker::Instruction& run) {
    return std::ranges::any_of(run.mounts(), [](const docker::Mount& mount) {
        const std::string_view type = mount.type(), target = mount.target();
        return (type == "cache" || type == "tmpfs") &&
               (target.find(".cache/pip") != std::string_view::npos || target.ends_with("/.cache") || target.ends_with("/.cache/"));
    });
}

// First byte of the last command of the RUN that empties the cache.
std::uint32_t last_cleaning(const docker::Dockerfile& file, const docker::Instruction& run) {
    std::uint32_t last = 0;
    for (const docker::Command& command : file.commands_of(run)) {
        bool removed = docker::removes(*command.command, "/root/.cache/pip") || docker::removes(*command.command, "/root/.cache");
        for (const shell::Word& word : command->arguments())
            removed |=
                command->is("rm") && (word.value.ends_with(".cache") || word.value.ends_with(".cache/*") || word.value.find(".cache/pip") != std::string::npos);
        if (removed) last = command->span.begin;
    }
    for (const docker::PackageUse& use : file.package_uses_of(run))
        if (use->manager == shell::Manager::pip && use->action == "cache" && !use->operands.empty() && *use->operands[0] == "purge")
            last = std::max(last, use.command->span.begin);
    return last;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses()) {
        if (use->manager != shell::Manager::pip || use->action != "install" || !use->subcommand || use->has("no-cache-dir") || use->has("no-cache") ||
            use.command->is("uv") || use->has("cache-dir"))
            continue;
        const docker::Instruction& in = use.instruction();
        if (has_cache_mount(in) || set_by_environment(file, in) || set_by_script(file, use) || last_cleaning(file, in) > use.command->span.begin) continue;
        const std::uint32_t end = use->subcommand->span().end;
        report.at(*use->subcommand, "downloaded packages stay in the layer; use pip install --no-cache-dir")
            .fix("Add --no-cache-dir", Safety::safe, {{end, end}, " --no-cache-dir"});
    }
}

}

static constexpr Example examples[] = {{.bad = R"(
FROM python:3.13
RUN pip install flask==3.1.0
        ^^^^^^^ downloaded packages stay in the layer; use pip install --no-cache-dir
RUN python3 -m pip install \
                   ^^^^^^^ downloaded packages stay in the layer; use pip install --no-cache-dir
    -r requirements.txt
)",
                                        .good = R"(
FROM python:3.13
RUN pip install --no-cache-dir flask==3.1.0
RUN python3 -m pip install --no-cache-dir \
    -r requirements.txt
)"},
                                       {.bad = R"(
FROM python:3.13
ENV PIP_NO_CACHE_DIR=0
RUN pip install flask==3.1.0
        ^^^^^^^ downloaded packages stay in the layer; use pip install --no-cache-dir
)",
                                        .good = R"(
FROM python:3.13
RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.1.0
RUN pip install flask==3.1.0 && rm -rf /root/.cache && PIP_NO_CACHE_DIR=1 pip install jinja2==3.1.6
ENV PIP_NO_CACHE_DIR=1
RUN pip install flask==3.1.0 && pipx install tox && uv pip install flask==3.1.0
)",
                                        .fixed = false}};

extern constinit const Check pip_cache_kept = {
    .id = "pip-cache-kept",
    .title = "pip cache left in the layer.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "pip keeps every download for the next install, but in an image there is no next install: the copies only make it larger. A cache mount keeps "
           "builds fast without that.",
    .aliases = {"hadolint:DL3042", "kics:f2f903fb-b977-461e-98d7-b3e2185c6118", "semgrep:missing-pip-no-cache-dir", "terrascan:AC_DOCKER_0031", "sonar:S6587",
                "mondoo:pip-no-cache-dir"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
