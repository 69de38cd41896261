#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll::checks::run_bind_sensitive_source {

// An entry with a leading slash is a path from the root on, another one the name of a file or folder anywhere.
static bool matches(std::string_view entry, std::string_view path) {
    if (entry.starts_with('/')) return path == entry || (path.starts_with(entry) && path[entry.size()] == '/');
    for (std::size_t at = path.find(entry); at != std::string_view::npos; at = path.find(entry, at + 1)) {
        const std::size_t end = at + entry.size();
        if ((at == 0 || path[at - 1] == '/') && (end == path.size() || path[end] == '/')) return true;
    }
    return false;
}

static void judge(const docker::Mount& mount, Reporter& report) {
    if (mount.type() != "bind" || mount.source().empty() || mount.source().find('$') != std::string_view::npos) return;
    const docker::MountField* field = mount.field("source") ? mount.field("source") : mount.field("src");
    const std::string path = clean_path(mount.source());
    for (const std::string& entry : report.list("paths"))
        if (matches(entry, path)) {
            report.at(field->value,
                      "the build step can read and send away " + quote(field->value.value) + "; pass what it needs with --mount=type=secret or type=ssh");
            return;
        }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* instruction : file.all(docker::Keyword::run, true))
        for (const docker::Mount& mount : instruction->mounts()) judge(mount, report);
}

static constexpr Option options[] = {{.name = "paths",
                                      .value = "/etc /root .ssh .aws .azure .gnupg .kube .docker .netrc docker.sock containerd.sock crio.sock podman.sock",
                                      .what = "sources that hold credentials: paths from the root on, or names anywhere"}};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
RUN --mount=type=bind,source=.ssh,target=/root/.ssh git clone git@example.org:a/b
                             ^^^^ the build step can read and send away '.ssh'; pass what it needs with --mount=type=secret or type=ssh
RUN --mount=from=base,src=/etc/,target=/mnt cat /mnt/shadow
                          ^^^^^ the build step can read and send away '/etc/'; pass what it needs with --mount=type=secret or type=ssh
)",
                                        .good = R"(
FROM alpine:3.22
RUN --mount=type=bind,target=. --mount=type=bind,source=.git,target=.git make
RUN --mount=type=secret,id=key,target=/root/.ssh/key --mount=type=cache,target=/root/.docker make
)",
                                        .fixed = false}};

extern constinit const Check run_bind_sensitive_source = {
    .id = "run-bind-sensitive-source",
    .title = "RUN bind mount names a sensitive source.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Everything the step runs, package scripts included, reads the mounted files. "
           "Keys and tokens also have to lie in the build context or a stage for that, where others find them; secret mounts exist for this.",
    .aliases = {"mondoo:no-sensitive-bind-mount-sources"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
