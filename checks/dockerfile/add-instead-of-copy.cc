#include "analyzer/engine/check.h"

namespace plimsoll::checks {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* add : file.all(docker::Keyword::add, true)) {
        bool plain = !add->sources().empty();
        for (const Text& source : add->sources()) {
            const std::optional<std::string> value = file.expand(source, *add);
            plain = plain && !(value ? docker::is_remote(*value) || docker::is_archive(*value) : true);
        }
        if (!plain) continue;
        report.at(add->name, "use COPY: nothing here is downloaded or unpacked")
            .fix("Replace with COPY", Safety::safe, {add->name.span, add->name.value == "add" ? "copy" : "COPY"});
    }
}

static constexpr Example examples[] = {{
    .bad = R"(
FROM alpine:3.22
ADD app.py /srv/
^^^ use COPY: nothing here is downloaded or unpacked
)",
    .good = R"(
FROM alpine:3.22
COPY app.py /srv/
)"}};

extern constinit const Check add_instead_of_copy = {
    .id = "add-instead-of-copy",
    .title = "ADD is used where COPY is enough.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "ADD also fetches URLs and unpacks archives, so a reader must ask which was meant.",
    .aliases = {"hadolint:DL3020", "trivy:DS-0005", "checkov:CKV_DOCKER_4"},
    .standards = {"CIS-Docker-4.9"},
    .examples = examples,
    .run = on(docker::Keyword::add, run),
};

}
