#include "analyzer/engine/check.h"

namespace plimsoll::checks::copy_whole_context {

static bool is_everything(std::string_view source) {
    for (std::string_view whole : {".", "./", "*", "./*", "/", "/*", "/."})
        if (source == whole) return true;
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const bool all_stages = report.text("stages") == "all";
    for (docker::Keyword keyword : {docker::Keyword::copy, docker::Keyword::add})
        for (const docker::Instruction* copy : file.all(keyword)) {
            if (!copy->stage || copy->from() || (!all_stages && !file.in_result(*copy->stage))) continue;
            for (const Text& source : copy->sources()) {
                const Text place = docker::unquoted(source);
                if (is_everything(place.value)) report.at(place, quote(place.value) + " takes everything in the build context; name what the image needs");
            }
        }
}

static constexpr Option options[] = {
    {.name = "stages", .type = Option::Type::text, .value = "final", .what = "final: stages whose files are shipped; all: every stage."},
};

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
COPY . /srv/
     ^ '.' takes everything in the build context; name what the image needs
)",
                                        .good = R"(
FROM node:22 AS build
COPY . /srv/
FROM node:22
COPY --from=build / /
COPY src package.json /srv/
)"},
                                       {.bad = R"(
FROM node:22 AS build
ADD ["./", "/srv/"]
      ^^ './' takes everything in the build context; name what the image needs
FROM node:22
)",
                                        .good = R"(
FROM node:22
)",
                                        .config = "checks:\n  copy-whole-context:\n    stages: all\n"}};

extern constinit const Check copy_whole_context = {
    .id = "copy-whole-context",
    .title = "COPY or ADD takes the whole build context.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why =
        "Whatever lies in the folder on the day of the build is shipped: .git, local settings, keys, test data, unless .dockerignore leaves out each of them.",
    .aliases = {"sonar:S6470", "dockle:DKL-LI-0003"},
    .standards = {"CIS-Docker-4.10"},
    .options = options,
    .examples = examples,
    .run = on({docker::Keyword::copy, docker::Keyword::add}, run),
};

}
