#include "analyzer/engine/check.h"
#include "images.h"

namespace plimsoll::checks::base_image_deprecated_repository {

namespace {

struct Retired {
    std::string_view name;      // familiar name; a '*' at the end stands for anything
    std::string_view instead;   // "" when nothing follows it
};

// Repositories whose owners have said that they publish nothing more there.
constexpr Retired retired[] = {
    {"openjdk", "eclipse-temurin"},
    {"java", "eclipse-temurin"},
    {"adoptopenjdk", "eclipse-temurin"},
    {"adoptopenjdk/*", "eclipse-temurin"},
    {"centos", "quay.io/centos/centos:stream10, almalinux or rockylinux/rockylinux"},
    {"opensuse", "opensuse/leap"},
    {"iojs", "node"},
    {"jenkins", "jenkins/jenkins"},
    {"consul", "hashicorp/consul"},
    {"vault", "hashicorp/vault"},
    {"sentry", "getsentry/sentry"},
    {"owncloud", "owncloud/server"},
    {"piwik", "matomo"},
    {"plone", "plone/plone-backend"},
    {"nats-streaming", "nats"},
    {"glassfish", ""},
    {"rails", "ruby"},
    {"django", "python"},
    {"celery", "python"},
    {"thrift", ""},
    {"fsharp", "mcr.microsoft.com/dotnet/sdk"},
    {"swarm", ""},
    {"express-gateway", ""},
    {"php-zendserver", ""},
    {"unit", "nginx"},
    {"ubuntu-debootstrap", "ubuntu"},
    {"ubuntu-upstart", "ubuntu"},
    {"mhart/alpine-node", "node with an -alpine tag"},
    {"gliderlabs/alpine", "alpine"},
    {"docker/compose", "docker, which holds the compose plugin"},
    {"circleci/*", "cimg/*"},
    {"microsoft/*", "the same image of mcr.microsoft.com"},
    {"bitnamilegacy/*", ""},
    {"mcr.microsoft.com/dotnet/core/*", "mcr.microsoft.com/dotnet/*"},
    {"k8s.gcr.io/*", "registry.k8s.io"},
    {"gcr.io/google_containers/*", "registry.k8s.io"},
    {"gcr.io/google-containers/*", "registry.k8s.io"},
    {"gcr.io/kaniko-project/*", ""},
};

// The early access builds are what is still published as openjdk.
bool still_published(std::string_view name, std::string_view tag) { return name == "openjdk" && tag.find("-ea") != std::string_view::npos; }

const Retired* find(std::string_view name) {
    for (const Retired& row : retired)
        if (wildcard(row.name, name)) return &row;
    return nullptr;
}

void run(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& own = report.list("deprecated_repositories");
    for (const ImageUse& use : base_images(file)) {
        const std::string name = use.image.familiar();
        const Retired* row = find(name);
        if ((!row && !listed(own, use.image)) || still_published(name, use.image.tag_value())) continue;
        std::string message = quote(bare_name(use.image)) + " gets no updates any more; ";
        message += row && !row->instead.empty() ? "use " + std::string(row->instead) : "move to a maintained image";
        use.explain(file, report.at(use.place({0, use.image.name_end()}), std::move(message)));
    }
}

constexpr Option options[] = {
    {.name = "deprecated_repositories",
     .value = {},
     .what = "Further repositories without updates, as written after FROM without a tag; a '*' at either end stands for anything."},
};

constexpr Example examples[] = {{.bad = R"(
FROM openjdk:17-slim
     ^^^^^^^ 'openjdk' gets no updates any more; use eclipse-temurin
)",
                                 .good = R"(
FROM eclipse-temurin:17
)"},
                                {.bad = R"(
ARG REGISTRY=k8s.gcr.io
FROM $REGISTRY/pause:3.9
     ^^^^^^^^^^^^^^^^^^^ 'k8s.gcr.io/pause' gets no updates any more; use registry.k8s.io
)",
                                 .good = R"(
FROM registry.k8s.io/pause:3.10
FROM openjdk:26-ea
FROM example.org/java:8
)"},
                                {.bad = R"(
FROM example.org/old/base:1.2
     ^^^^^^^^^^^^^^^^^^^^ 'example.org/old/base' gets no updates any more; move to a maintained image
)",
                                 .good = R"(
FROM example.org/new/base:1.2
)",
                                 .config = "checks:\n  base-image-deprecated-repository:\n    deprecated_repositories: [example.org/old/*]\n"}};

}

extern constinit const Check base_image_deprecated_repository = {
    .id = "base-image-deprecated-repository",
    .title = "Base image repository is deprecated or frozen.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The repository still answers, but nothing new is pushed to it: known holes in the image stay open, whatever tag is asked for. "
           "Some of these registries have announced that they will go away altogether.",
    .standards = {"NIST-800-190-4.2.2"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
