#include <vector>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::curl_and_wget_both {

namespace {

struct Seen {
    const docker::Stage* stage = nullptr;
    const docker::Command* curl = nullptr;
    const docker::Command* wget = nullptr;
};

}

static void run(const docker::Dockerfile& file, Reporter& report) {
    Seen seen;
    const docker::Instruction* reported = nullptr;
    for (const docker::Command& command : file.commands()) {
        const bool curl = command->is("curl");
        if (!curl && !command->is("wget")) continue;
        if (command.stage() != seen.stage) seen = {command.stage(), nullptr, nullptr};
        const docker::Command*& mine = curl ? seen.curl : seen.wget;
        if (!mine) mine = &command;
        const docker::Command* other = curl ? seen.wget : seen.curl;
        if (!other || reported == &command.instruction()) continue;
        reported = &command.instruction();
        report.at(command->name_span(), std::string("this stage uses curl and wget; settle for ") + (curl ? "wget" : "curl"))
            .related(other->command->name_span(), "the other one is here");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN curl -fsSO https://example.org/a
RUN wget -q https://example.org/b
    ^^^^ this stage uses curl and wget; settle for curl
)",
                                        .good = R"(
FROM debian:12-slim AS a
RUN curl -fsSO https://example.org/a
FROM debian:12-slim
RUN apt-get install -y curl wget
RUN wget -q https://example.org/b
)"}};

extern constinit const Check curl_and_wget_both = {
    .id = "curl-and-wget-both",
    .title = "Both curl and wget are used.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "The two do the same work: keeping one makes the image smaller, leaves less to patch, and gives all downloads the same options. "
           "Stages are judged on their own.",
    .aliases = {"hadolint:DL4001", "trivy:DS-0014", "kics:fc775e75-fcfb-4c98-b2f2-910c5858b359", "semgrep:use-either-wget-or-curl"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
