#include "analyzer/engine/check.h"

namespace plimsoll::checks::copy_from_whole_filesystem {

static bool is_root(const docker::Dockerfile& file, const docker::Instruction& copy, const Text& path) {
    const std::optional<std::string> value = file.expand(path, copy);
    return value && !value->empty() && value->find_first_not_of("/.") == std::string::npos && value->front() == '/';
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* copy : file.all(docker::Keyword::copy, true)) {
        const Text* to = copy->destination();
        if (!to || !copy->from() || !is_root(file, *copy, *to)) continue;
        for (const Text& source : copy->sources())
            if (is_root(file, *copy, source)) report.at(source, "all files of " + quote(copy->from()->value) + " are copied; name the paths that are needed");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25 AS build
FROM scratch
COPY --from=build / /
                  ^ all files of 'build' are copied; name the paths that are needed
)",
                                        .good = R"(
FROM golang:1.25 AS build
FROM scratch
COPY --from=build /app /app
COPY --from=build / /build/
COPY / /
)"}};

extern constinit const Check copy_from_whole_filesystem = {
    .id = "copy-from-whole-filesystem",
    .title = "COPY --from copies another stage's whole root.",
    .category = Category::efficiency,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "Compilers, caches and package lists of the other stage come along, while its ENV, USER, ENTRYPOINT and labels do not. "
           "FROM keeps both, and copying single paths keeps the image small.",
    .aliases = {"hadolint:DL3067"},
    .examples = examples,
    .run = on(docker::Keyword::copy, run),
};

}
