#include "analyzer/engine/check.h"

namespace plimsoll::checks::go_sumdb_disabled {

namespace {

// Everything, as Go reads these lists of patterns.
bool covers_all(std::string_view value) { return value == "*" || value == "*/*" || value == "*.*"; }

bool turns_off(std::string_view name, std::string_view value) {
    if (name == "GOSUMDB") return value == "off";
    if (name == "GONOSUMDB" || name == "GONOSUMCHECK" || name == "GOINSECURE" || name == "GOPRIVATE")
        return covers_all(value) || (name == "GONOSUMCHECK" && value == "1");
    return name == "GOFLAGS" && value.find("-insecure") != std::string_view::npos;
}

std::string message(std::string_view name) { return quote(name) + " turns off the check of downloaded modules; name only the private ones in GOPRIVATE"; }

void judge(const Text& name, std::string_view value, Reporter& report) {
    if (turns_off(name.value, value)) report.at(name, message(name.value));
}

// "NAME=value" as one word: go env -w, export, env.
void judge(const shell::Word& word, Reporter& report) {
    const std::size_t equals = word.value.find('=');
    if (equals == std::string::npos) return;
    const std::string_view name = std::string_view(word.value).substr(0, equals);
    if (turns_off(name, std::string_view(word.value).substr(equals + 1))) report.at(word, message(name));
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::env, docker::Keyword::arg})
        for (const docker::Instruction* instruction : file.all(keyword, true))
            for (const docker::Pair& pair : instruction->pairs) judge(pair.key, docker::unquoted(pair.value).value, report);
    for (const docker::Command& command : file.commands()) {
        for (const shell::Assignment& assignment : command->assignments) judge(assignment.name, assignment.value.value, report);
        if (command->is("export") || (command->is("go") && !command->arguments().empty() && command->arguments().front() == "env"))
            for (const shell::Word& word : command->arguments()) judge(word, report);
    }
}

}

static constexpr Example examples[] = {{.bad = R"(
FROM golang:1.25
ENV GOSUMDB=off
    ^^^^^^^ 'GOSUMDB' turns off the check of downloaded modules; name only the private ones in GOPRIVATE
RUN GOINSECURE="*" go build ./...
    ^^^^^^^^^^ 'GOINSECURE' turns off the check of downloaded modules; name only the private ones in GOPRIVATE
RUN go env -w GOSUMDB=off && go mod download
              ^^^^^^^^^^^ 'GOSUMDB' turns off the check of downloaded modules; name only the private ones in GOPRIVATE
)",
                                        .good = R"(
FROM golang:1.25
ENV GOSUMDB=sum.golang.org GOPRIVATE=git.example.org/* GOINSECURE=git.example.org
RUN go mod download
)"}};

extern constinit const Check go_sumdb_disabled = {
    .id = "go-sumdb-disabled",
    .title = "Go module verification turned off.",
    .category = Category::supply_chain,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The checksum database is what notices that a module's content is not what everybody else gets. Without it a proxy or a hijacked host can serve one "
           "build something else.",
    .standards = {"CIS-Docker-4.11"},
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::env, docker::Keyword::arg}, run),
};

}
