#include <algorithm>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks {

static bool is_name(std::string_view text) {
    return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::ranges::all_of(text, [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.words.size() < 2 || !is_name(command.words[0].text.value) || command.words[1].text.value != "=") return;
        if (command.is("test") || command.is("expr") || command.is("echo") || command.wrapper || !docker::is_sound(code)) return;
        report.at(command.words[1], "remove the blanks around =: here " + quote(command.name()) + " is run as a command");
    });
}

static constexpr Example examples[] = {
    {.bad = R"x(
FROM alpine:3.22
RUN version = 1.2 && echo "$version"
            ^ remove the blanks around =: here 'version' is run as a command
)x",
     .good = R"x(
FROM alpine:3.22
RUN version=1.2 && echo "$version"
RUN test a = b || chmod =2775 /srv
)x",
     .fixed = false}};

extern constinit const Check shell_assignment_spaced = {
    .id = "shell-assignment-spaced",
    .title = "Blanks around = make an assignment a command.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The shell takes the first word of a command for its name. Only name=value without blanks is an assignment.",
    .aliases = {"shellcheck:SC2283"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
