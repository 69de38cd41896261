#include "analyzer/engine/check.h"

namespace plimsoll::checks::user_root_last {

static void judge(const docker::Stage& stage, Reporter& report) {
    const docker::UserInfo user = stage.user();
    if (!user.set_by || !user.is_root()) return;
    const Text whole = docker::unquoted(user.set_by->argument);
    const bool expanded = whole.value.find('$') != std::string_view::npos;
    const Text name = expanded ? whole : whole.sub(0, whole.value.find(':'));
    const std::string who = quote(name.value) + (expanded ? " is " + *user.value + " and" : "");
    Draft draft = report.at(name, who + " stays the user of the image; end the stage with USER and an unprivileged account");
    if (user.set_by->stage != &stage) draft.related(stage.from->name.span, "stage " + quote(stage.label()) + " inherits it");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    if (report.text("stages") != "all") {
        if (file.target()) judge(*file.target(), report);
        return;
    }
    // A USER is reported where it stands, once, however many stages inherit it.
    for (const docker::Stage& stage : file.stages())
        if (const docker::Instruction* user = stage.last(docker::Keyword::user); user && user->stage == &stage) judge(stage, report);
}

static constexpr Option options[] = {
    {.name = "stages", .type = Option::Type::text, .value = "final", .what = "final: the stage that is shipped; all: every stage."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
USER 1000
RUN id
USER root
     ^^^^ 'root' stays the user of the image; end the stage with USER and an unprivileged account
)",
                                        .good = R"(
FROM alpine:3.22
USER root
RUN id
USER 1000
)"},
                                       {.bad = R"(
FROM alpine:3.22
ARG RUN_USER=0
USER $RUN_USER:app
     ^^^^^^^^^^^^^ '$RUN_USER:app' is 0 and stays the user of the image; end the stage with USER and an unprivileged account
)",
                                        .good = R"(
FROM alpine:3.22
ARG RUN_USER
USER $RUN_USER
)"},
                                       {.bad = R"(
FROM alpine:3.22 AS base
USER "root:root"
      ^^^^ 'root' stays the user of the image; end the stage with USER and an unprivileged account
FROM base
)",
                                        .good = R"(
FROM alpine:3.22 AS build
USER root
FROM alpine:3.22
COPY --from=build /a /a
USER 10001:0
)"},
                                       {.bad = R"(
FROM alpine:3.22 AS build
USER 0
     ^ '0' stays the user of the image; end the stage with USER and an unprivileged account
FROM alpine:3.22
USER 1
)",
                                        .good = R"(
FROM alpine:3.22 AS build
USER 2
FROM alpine:3.22
USER 1
)",
                                        .config = "checks:\n  user-root-last:\n    stages: all\n"}};

extern constinit const Check user_root_last = {
    .id = "user-root-last",
    .title = "Final stage ends as root.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The last USER of the final stage is what the container runs as. "
           "Switching to root for a build step is fine, staying there gives every hole in the program the powers of uid 0.",
    .aliases = {"hadolint:DL3002", "trivy:DS-0002", "checkov:CKV_DOCKER_8", "kics:67fd0c4a-68cf-46d7-8c41-bc9fba7e40ae", "semgrep:last-user-is-root",
                "dockle:CIS-DI-0001", "sonar:S6471", "terrascan:AC_DOCKER_0005", "mondoo:non-root-user", "dockerfile-lint:root_user"},
    .standards = {"CIS-Docker-4.1", "NIST-800-190-4.1.2", "NSA-pod-nonroot", "OWASP-K01"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::user, run),
};

}
