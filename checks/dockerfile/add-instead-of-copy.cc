#include "analyzer/engine/check.h"

namespace plimsoll::checks::add_instead_of_copy {

using docker::Instruction;

namespace {

enum class Need : unsigned char { copy, add, unknown };

}

static Need need_of(const docker::Dockerfile& file, const Instruction& add, const Text& source) {
    const std::optional<std::string> value = file.expand(source, add);
    if (!value) return Need::unknown;
    return docker::is_remote(*value) || docker::is_archive(*value) ? Need::add : Need::copy;
}

// COPY knows fewer flags, and a pattern may match an archive, which only ADD unpacks.
static void offer_copy(const Instruction& add, Draft& draft) {
    for (const docker::Flag& flag : add.flags)
        if (flag.name == "checksum" || flag.name == "keep-git-dir" || flag.name == "unpack") return;
    bool pattern = false;
    for (const Text& source : add.sources()) pattern = pattern || source.value.find_first_of("*?[") != std::string_view::npos;
    draft.fix("Replace with COPY", pattern ? Safety::unsafe : Safety::safe, {add.name.span, add.name.value == "add" ? "copy" : "COPY"});
}

static void judge(const docker::Dockerfile& file, const Instruction& add, Reporter& report) {
    const Text* plain = nullptr;
    bool needed = false;
    for (const Text& source : add.sources()) {
        const Need need = need_of(file, add, source);
        if (need == Need::unknown) return;
        if (need == Need::add)
            needed = true;
        else if (!plain)
            plain = &source;
    }
    if (!plain) return;
    if (needed) {
        report.at(*plain, "use COPY for " + quote(plain->value) + ": only the other sources are downloaded or unpacked");
        return;
    }
    Draft draft = report.at(add.name, "use COPY: nothing here is downloaded or unpacked");
    offer_copy(add, draft);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const Instruction* add : file.all(docker::Keyword::add, true)) judge(file, *add, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
ADD app.py /srv/
^^^ use COPY: nothing here is downloaded or unpacked
ONBUILD add --chown=1:1 ["a b.py", "/srv/"]
        ^^^ use COPY: nothing here is downloaded or unpacked
ADD *.conf /etc/
^^^ use COPY: nothing here is downloaded or unpacked
)",
                                        .good = R"(
FROM alpine:3.22
COPY app.py /srv/
ONBUILD copy --chown=1:1 ["a b.py", "/srv/"]
COPY *.conf /etc/
)"},
                                       {.bad = R"(
FROM alpine:3.22
ADD rootfs.tgz app.py /srv/
               ^^^^^^ use COPY for 'app.py': only the other sources are downloaded or unpacked
)",
                                        .good = R"(
FROM alpine:3.22
ARG URL=https://example.org/a
ARG FILE
ADD rootfs.tgz https://example.org/b ${URL} /srv/
ADD $FILE /srv/
ADD git@example.org:a/b.git /srv/
)"}};

extern constinit const Check add_instead_of_copy = {
    .id = "add-instead-of-copy",
    .title = "ADD used where COPY is enough.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "ADD also fetches URLs and unpacks archives, so a reader must ask which was meant, and a file that turns out to be an archive is unpacked unasked.",
    .aliases = {"hadolint:DL3020", "trivy:DS-0005", "checkov:CKV_DOCKER_4", "kics:9513a694-aa0d-41d8-be61-3271e056f36b", "semgrep:prefer-copy-over-add",
                "dockle:CIS-DI-0009", "terrascan:AC_DOCKER_0032", "sonar:S7029", "mondoo:use-copy-instead-of-add"},
    .standards = {"CIS-Docker-4.9"},
    .examples = examples,
    .run = on(docker::Keyword::add, run),
};

}
