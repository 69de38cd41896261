#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll::checks::run_cache_mount_unlocked {

// Directories whose owner takes a lock that does not reach into other build steps.
static bool needs_lock(std::string_view target) {
    constexpr std::string_view directories[] = {"/var/cache/apt", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/rpm", "/usr/lib/sysimage/rpm"};
    return std::any_of(std::begin(directories), std::end(directories),
                       [&](std::string_view d) { return target.starts_with(d) && (target.size() == d.size() || target[d.size()] == '/'); });
}

static void judge(const docker::Dockerfile& file, const docker::Mount& mount, Reporter& report) {
    if (mount.type() != "cache" || !needs_lock(clean_path(mount.target()))) return;
    const docker::MountField* sharing = mount.field("sharing");
    const std::string_view how = sharing ? sharing->value.value : "shared";
    if (how != "shared") return;
    const docker::MountField* target = nullptr;
    for (std::string_view key : {"target", "dst", "destination"})
        if (!target) target = mount.field(key);
    const Text& place = sharing ? sharing->value : target->value;
    auto finding = report.at(place, "parallel builds write to the cache " + quote(mount.target()) + " at the same time; add sharing=locked");
    const Text& value = mount.flag->value;
    if (file.source().slice(value.span) != value.value) return;
    if (sharing)
        finding.fix("Lock the cache", Safety::safe, {sharing->value.span, "locked"});
    else
        finding.fix("Lock the cache", Safety::safe, {{value.span.end, value.span.end}, ",sharing=locked"});
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* instruction : file.all(docker::Keyword::run, true))
        for (const docker::Mount& mount : instruction->mounts()) judge(file, mount, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
RUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,sharing=shared,dst=/var/lib/apt/lists \
                              ^^^^^^^^^^^^^^ parallel builds write to the cache '/var/cache/apt' at the same time; add sharing=locked
                                                                        ^^^^^^ parallel builds write to the cache '/var/lib/apt/lists' at the same time; add sharing=locked
    apt-get update && apt-get install -y make
)",
                                        .good = R"(
FROM debian:13
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,sharing=locked,dst=/var/lib/apt/lists \
    apt-get update && apt-get install -y make
)"},
                                       {.bad = R"(
FROM debian:13
RUN --mount=type=cache,id=apt,target=/var/lib/apt/ apt-get update
                                     ^^^^^^^^^^^^^ parallel builds write to the cache '/var/lib/apt/' at the same time; add sharing=locked
)",
                                        .good = R"(
FROM debian:13
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=tmpfs,target=/var/cache/apt --mount=type=cache,target=/var/cache/apt,sharing=private make
)",
                                        .fixed = false}};

extern constinit const Check run_cache_mount_unlocked = {
    .id = "run-cache-mount-unlocked",
    .title = "apt cache mount lacks sharing=locked.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "apt and rpm expect to be alone with their files. A cache mount is shared between builds that run at the same time unless it says otherwise, "
           "and two package managers in one directory fail or spoil each other's lists.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
