#include "analyzer/engine/check.h"

namespace plimsoll::checks::add_remote_without_checksum {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add, true)) {
        if (const docker::Flag* checksum = add->flag("checksum"); checksum && !checksum->value.empty()) continue;
        for (const Text& source : add->sources()) {
            const std::optional<std::string> value = file.expand(source, *add);
            if (value && docker::is_remote(*value) && !docker::is_git_url(*value))
                report.at(docker::unquoted(source), "nothing verifies this download; add --checksum=sha256:...");
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
ARG URL=https://example.org/tool
ADD ${URL} "https://example.org/other" /usr/local/bin/
    ^^^^^^ nothing verifies this download; add --checksum=sha256:...
            ^^^^^^^^^^^^^^^^^^^^^^^^^ nothing verifies this download; add --checksum=sha256:...
)",
                                        .good = R"(
FROM debian:13
ADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.org/tool /usr/local/bin/
ADD rootfs.tar.gz /
)"}};

extern constinit const Check add_remote_without_checksum = {
    .id = "add-remote-without-checksum",
    .title = "ADD of a remote file without --checksum.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Whoever controls the server, or the way to it, decides what ends up in the image. With --checksum the build stops when the bytes change.",
    .aliases = {"sonar:S6474"},
    .standards = {"CIS-Docker-4.11", "NIST-800-190-4.1.5"},
    .examples = examples,
    .run = on(docker::Keyword::add, run),
};

}
