#include "analyzer/engine/check.h"
#include "analyzer/engine/context.h"

namespace plimsoll::checks::add_source_outside_context {

// A path of somebody's machine rather than of the context.
static bool of_a_host(std::string_view path) {
    for (std::string_view start : {"/home/", "/Users/", "~/", "/mnt/", "/Volumes/"})
        if (path.starts_with(start)) return true;
    return path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/') && ((path[0] | 0x20) >= 'a' && (path[0] | 0x20) <= 'z');
}

// More ".." than folders before them.
static bool climbs_out(std::string_view path) {
    int depth = 0;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
        if (part == "..") {
            if (--depth < 0) return true;
        } else if (!part.empty() && part != ".") {
            ++depth;
        }
    }
    return false;
}

static void judge(const docker::Dockerfile& file, const docker::Instruction& copy, Reporter& report) {
    for (const Text& source : copy.sources()) {
        if (source.value.starts_with("<<")) continue;
        const std::optional<std::string> value = file.expand(source, copy);
        if (!value || docker::is_remote(*value)) continue;
        const Text place = docker::unquoted(source);
        if (climbs_out(*value)) {
            report.at(place, quote(place.value) + " cannot leave the build context: the dots are dropped; write the path from the root of the context");
        } else if (of_a_host(*value) || of_a_host(place.value)) {
            // "/home/..." is the context's own folder "home".
            const std::string_view inside = std::string_view(*value).substr(value->find_first_not_of('/'));
            if (!report.context().exists(inside.substr(0, inside.find('/'))).value_or(false))
                report.at(place, quote(place.value) + " is looked up inside the build context, not on the host; use a path relative to the context");
        }
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::copy, docker::Keyword::add})
        for (const docker::Instruction* copy : file.all(keyword, true))
            if (!copy->from()) judge(file, *copy, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
COPY ../lib ./a/../../b /srv/
     ^^^^^^ '../lib' cannot leave the build context: the dots are dropped; write the path from the root of the context
            ^^^^^^^^^^^ './a/../../b' cannot leave the build context: the dots are dropped; write the path from the root of the context
ADD ["/home/ada/app.tar", "/srv/"]
      ^^^^^^^^^^^^^^^^^ '/home/ada/app.tar' is looked up inside the build context, not on the host; use a path relative to the context
)",
                                        .good = R"(
FROM alpine:3.22 AS build
FROM alpine:3.22
COPY a/../b /srv/
COPY --from=build ../home/ada /srv/
COPY /etc/app.conf /etc/
)"},
                                       {.bad = R"(
FROM alpine:3.22
COPY C:\Users\ada\app /srv/
     ^^^^^^^^^^^^^^^^ 'C:\Users\ada\app' is looked up inside the build context, not on the host; use a path relative to the context
)",
                                        .good = R"(
FROM alpine:3.22
COPY /home/ /home/
)",
                                        .files = {"home/app/.profile"}}};

extern constinit const Check add_source_outside_context = {
    .id = "add-source-outside-context",
    .title = "COPY or ADD source lies outside the build context.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "The builder sees the files of the build context only: a leading slash means its root, and .. at the root means the root. "
           "The build fails, or takes another file than the one that was meant.",
    .aliases = {"dockerfilelint:add_src_invalid"},
    .examples = examples,
    .run = on({docker::Keyword::copy, docker::Keyword::add}, run),
};

}
