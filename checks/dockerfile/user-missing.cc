#include "analyzer/engine/check.h"
#include "analyzer/text/glob.h"

#include <algorithm>

namespace plimsoll::checks::user_missing {

using docker::Reference;
using docker::Stage;

// A star stands for anything in a name, slashes too.
static std::string flat(std::string text) {
    std::replace(text.begin(), text.end(), '/', ' ');
    return text;
}

// A pattern with a tag is compared with "name:tag", one without with the name.
static bool listed(const Reference& image, const std::vector<std::string>& patterns) {
    const std::string name = flat(image.familiar());
    const std::string tagged = name + ':' + std::string(image.tag_value());
    for (const std::string& pattern : patterns)
        if (Glob(flat(pattern)).matches(pattern.find(':') == std::string::npos ? name : tagged)) return true;
    return false;
}

// The image at the root; without its tag when only the tag is unknown and the repository has no variants by user.
static std::optional<Reference> image_of(const Stage& stage) {
    if (stage.root_image()) return stage.root_image();
    const std::string_view written = stage.chain().back()->base.value;
    const std::string_view name = written.substr(0, written.find(':', written.rfind('/') + 1));
    if (name.find_first_of("$\"'") != std::string_view::npos || name.find("distroless") != std::string_view::npos) return std::nullopt;
    return docker::parse_reference(name);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const Stage* stage = file.target();
    if (!stage || stage->last(docker::Keyword::user)) return;
    const std::optional<Reference> image = image_of(*stage);
    if (!stage->root_scratch() && (!image || listed(*image, report.list("nonroot_base_images")))) return;
    report.at(*stage->from, stage->is_windows() ? "no USER: the container runs as ContainerAdministrator; end the stage with USER ContainerUser"
                                                : "no USER: the container runs as root; create an account and switch to it at the end of the stage");
}

static constexpr Option options[] = {
    {.name = "nonroot_base_images",
     .value = "*:*nonroot* *:*rootless* *:*chiseled* *:*unprivileged* */*unprivileged* cgr.dev/chainguard/* bitnami/* jupyter/* quay.io/jupyter/* "
              "jenkins/* mambaorg/micromamba selenium/* grafana/grafana prom/* quay.io/prometheus/* apache/airflow apache/superset "
              "registry.access.redhat.com/ubi[789]/nodejs-* registry.access.redhat.com/ubi[789]/python-* registry.access.redhat.com/ubi[789]/openjdk-* "
              "registry.access.redhat.com/ubi[789]/go-toolset registry.access.redhat.com/ubi[789]/php-* registry.access.redhat.com/ubi[789]/ruby-* "
              "quay.io/keycloak/keycloak ghcr.io/actions/actions-runner cimg/* circleci/* linuxbrew/brew homebrew/brew "
              "mcr.microsoft.com/windows/nanoserver opensearchproject/* memcached haproxy solr jetty varnish kong sonarqube",
     .what = "Images whose own configuration names a user other than root: globs of the name, or of name:tag; a star stands for anything."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS build
USER 1000
FROM alpine:3.22
^^^^ no USER: the container runs as root; create an account and switch to it at the end of the stage
COPY --from=build /go/app /app
)",
                                        .good = R"(
FROM golang:1.25 AS build
FROM alpine:3.22
COPY --from=build /go/app /app
USER 65532
)"},
                                       {.bad = R"(
FROM scratch
^^^^ no USER: the container runs as root; create an account and switch to it at the end of the stage
COPY app /app
ONBUILD USER 1000
)",
                                        .good = R"(
FROM gcr.io/distroless/static-debian12:nonroot
COPY app /app
)"},
                                       {.bad = R"(
ARG BASE=debian
FROM $BASE AS base
FROM base
^^^^ no USER: the container runs as root; create an account and switch to it at the end of the stage
)",
                                        .good = R"(
ARG BASE
FROM $BASE AS base
FROM alpine:3.22 AS tools
USER 1000
FROM base
)"},
                                       {.bad = R"(
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS base
FROM base
^^^^ no USER: the container runs as ContainerAdministrator; end the stage with USER ContainerUser
)",
                                        .good = R"(
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS base
FROM base
USER ContainerUser
)"}};

extern constinit const Check user_missing = {
    .id = "user-missing",
    .title = "Image never switches away from root.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Without USER the main process is uid 0 (on Windows ContainerAdministrator), so a hole in it gives root in the container and an easier way out "
           "of it. "
           "The final stage decides, with the stages it is built on; a base image that already drops root needs nothing.",
    .aliases = {"trivy:DS-0002", "checkov:CKV_DOCKER_3", "kics:fd54f200-402c-4333-a5a4-36ef6709af2f", "semgrep:missing-user", "semgrep:missing-user-entrypoint",
                "dockle:CIS-DI-0001", "sonar:S6471", "dockerfile-lint:required_USER", "mondoo:non-root-user"},
    .standards = {"CIS-Docker-4.1", "NIST-800-190-4.1.2", "NSA-pod-nonroot"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
