#include "analyzer/engine/check.h"
#include "analyzer/engine/filesystem.h"

namespace plimsoll::checks::volume_sensitive_directory {

// An entry that ends with "/" stands for the directory and all below it.
static bool covers(std::string_view entry, std::string_view path) {
    if (!entry.ends_with('/') || entry == "/") return entry == path;
    return path == entry.substr(0, entry.size() - 1) || path.starts_with(entry);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* volume : file.all(docker::Keyword::volume, true))
        for (const Text& word : volume->words) {
            const std::optional<std::string> value = file.expand(word, *volume);
            if (!value || !value->starts_with('/')) continue;
            const std::string path = clean_path(*value);
            for (const std::string& entry : report.list("directories"))
                if (covers(entry, path)) {
                    report.at(word, "VOLUME " + quote(word.value) + " puts a directory of the system on a volume that outlives the image; use one of your own");
                    break;
                }
        }
}

static constexpr Option options[] = {
    {.name = "directories",
     .value = "/ /dev/ /proc/ /sys/ /boot/ /etc /bin /sbin /lib /lib64 /usr /usr/bin /usr/sbin /usr/lib /usr/local /usr/local/bin /run /var /var/lib /var/run",
     .what = "directories that belong to the system; one that ends with a slash stands for all below it too"}};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ARG DIR=/etc
VOLUME ["/data", "/proc/sys"]
                  ^^^^^^^^^ VOLUME '/proc/sys' puts a directory of the system on a volume that outlives the image; use one of your own
VOLUME $DIR/ /srv
       ^^^^^ VOLUME '$DIR/' puts a directory of the system on a volume that outlives the image; use one of your own
)",
                                        .good = R"(
FROM alpine:3.22
VOLUME /etc/nginx/conf.d /usr/share/nginx/html /var/lib/mysql
)",
                                        .fixed = false}};

extern constinit const Check volume_sensitive_directory = {
    .id = "volume-sensitive-directory",
    .title = "VOLUME names a sensitive system directory.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "An anonymous volume keeps the files of the first image that filled it, so programs and accounts of a newer image stay hidden behind old ones. "
           "On the kernel's directories it covers what the runtime protects.",
    .aliases = {"dockle:DKL-DI-0002", "mondoo:no-sensitive-volume-mounts"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::volume, run),
};

}
