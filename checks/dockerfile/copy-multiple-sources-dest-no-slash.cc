#include "analyzer/engine/check.h"

namespace plimsoll::checks::copy_multiple_sources_dest_no_slash {

// Ends in a way that makes it a folder for the builder, or nobody knows how it ends.
static bool is_folder(const docker::Dockerfile& file, const docker::Instruction& copy, const Text& destination) {
    const std::optional<std::string> value = file.expand(destination, copy);
    if (!value) {
        // "$DIR/sub" is known to end without a slash, "$DIR" is not.
        const std::string_view written = docker::unquoted(destination).value;
        return written.ends_with('/') || written.find('/', written.rfind('$')) == std::string_view::npos;
    }
    std::string_view path = *value;
    if (path.empty() || path.ends_with('/') || path == "." || path.ends_with("/.") || path == ".." || path.ends_with("/..")) return true;
    if (file.escape() == '`' && path.ends_with('\\')) return true;
    return path == file.workdir_before(copy);   // WORKDIR has made it
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::copy, docker::Keyword::add})
        for (const docker::Instruction* copy : file.all(keyword, true)) {
            if (copy->sources().size() < 2) continue;
            const Text destination = docker::unquoted(*copy->destination());
            if (is_folder(file, *copy, *copy->destination())) continue;
            Draft draft = report.at(destination, "end the destination " + quote(destination.value) + " with a slash: several files go there");
            draft.fix("Append a slash", Safety::safe, {{destination.span.end, destination.span.end}, "/"});
            if (keyword == docker::Keyword::add) draft.only({"dockerfilelint:add_dest_invalid"});
        }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
COPY a.txt b.txt /data
                 ^^^^^ end the destination '/data' with a slash: several files go there
ADD ["a.txt", "b.txt", "/data"]
                        ^^^^^ end the destination '/data' with a slash: several files go there
COPY a.txt b.txt "/data"
                  ^^^^^ end the destination '/data' with a slash: several files go there
)",
                                        .good = R"(
FROM alpine:3.22
COPY a.txt b.txt /data/
ADD ["a.txt", "b.txt", "/data/"]
COPY a.txt b.txt "/data/"
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV DIR=/data
COPY a.txt b.txt $DIR
                 ^^^^ end the destination '$DIR' with a slash: several files go there
)",
                                        .good = R"(
FROM alpine:3.22
ENV DIR=/data
COPY a.txt b.txt $DIR/
)"},
                                       {.bad = R"(
FROM alpine:3.22
WORKDIR /srv
COPY a b lib
         ^^^ end the destination 'lib' with a slash: several files go there
COPY a b /srv
COPY a b .
COPY *.jar app.jar
COPY a b $UNKNOWN
)",
                                        .good = R"(
FROM alpine:3.22
WORKDIR /srv
COPY a b lib/
COPY a b /srv
COPY a b .
COPY *.jar app.jar
COPY a b $UNKNOWN
)"}};

extern constinit const Check copy_multiple_sources_dest_no_slash = {
    .id = "copy-multiple-sources-dest-no-slash",
    .title = "Several COPY sources but destination has no trailing slash.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "Without the slash the destination is a file name: the classic builder refuses the instruction, and BuildKit lets the last source overwrite the "
           "others.",
    .aliases = {"hadolint:DL3021", "trivy:DS-0011", "kics:6db6e0c2-32a3-4a2e-93b5-72c35f4119db", "dockerfilelint:add_dest_invalid",
                "mondoo:copy-dest-trailing-slash"},
    .examples = examples,
    .run = on({docker::Keyword::copy, docker::Keyword::add}, run),
};

}
