#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll::checks::workdir_system_directory {

static bool is_in(std::string_view path, std::string_view directory) {
    return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* workdir : file.all(docker::Keyword::workdir, true)) {
        const std::optional<std::string> value = file.expand(workdir->argument, *workdir);
        if (!value || !value->starts_with('/')) continue;
        const std::string path = clean_path(*value);
        for (const std::string& directory : report.list("directories"))
            if (is_in(path, directory)) {
                const Text bare = docker::unquoted(workdir->argument);
                report.at(bare, "working directory " + quote(bare.value) + " lies in " + directory +
                                    ", which belongs to the system; use a directory of your own such as /app");
                break;
            }
    }
}

static constexpr Option options[] = {
    {.name = "directories", .value = "/proc /sys /dev /boot /initrd /lost+found", .what = "directories that belong to the system"}};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ARG DIR=/dev/
WORKDIR /proc/self
        ^^^^^^^^^^ working directory '/proc/self' lies in /proc, which belongs to the system; use a directory of your own such as /app
WORKDIR "${DIR}../sys"
         ^^^^^^^^^^^^ working directory '${DIR}../sys' lies in /sys, which belongs to the system; use a directory of your own such as /app
)",
                                        .good = R"(
FROM alpine:3.22
WORKDIR /process
WORKDIR dev
WORKDIR /srv/dev
)",
                                        .fixed = false}};

extern constinit const Check workdir_system_directory = {
    .id = "workdir-system-directory",
    .title = "WORKDIR points into a system directory.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The runtime mounts these directories over the image, so files written there at build time vanish, and relative paths hit the kernel's own files.",
    .aliases = {"trivy:DS-0030", "mondoo:no-workdir-system-dirs"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::workdir, run),
};

}
