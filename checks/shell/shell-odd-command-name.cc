#include <optional>
#include <string>

#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_odd_command_name {

// A word that can hardly be meant as the name of a command.
struct Oddity {
    std::string_view alias;
    std::string message;
};

static std::optional<Oddity> oddity_of(const shell::Word& name) {
    const std::string_view text = name.text.value;
    if (text.starts_with("-") && text.size() > 1 && name.literal)
        return Oddity{"shellcheck:SC2215", "add a \\ at the end of the line above or remove the operator in front: " + quote(text) + " is run as a command"};
    if (!name.literal && !name.quoted && text.find_first_of("$`(") == std::string_view::npos && text.find_first_of("*?") != std::string_view::npos)
        return Oddity{"shellcheck:SC2211", "name the command: the first file that matches " + quote(text) + " is run, the others become its arguments"};
    if (name.literal && text.size() > 1 && text != ".." &&
        std::string_view("%,;:?!~.'\"").find(name.value.empty() ? 'a' : name.value.back()) != std::string_view::npos)
        return Oddity{"shellcheck:SC2288", "check the syntax: " + quote(text) + " is run as a command"};
    return std::nullopt;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.words.empty() || command.wrapper) return;
        const std::optional<Oddity> oddity = oddity_of(command.words.front());
        if (oddity && docker::is_sound(code)) report.at(command.name_span(), oddity->message).only({oddity->alias});
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN apt-get install curl && -y wget
                            ^^ add a \ at the end of the line above or remove the operator in front: '-y' is run as a command
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN apt-get install -y curl wget
)x",
                                        .fixed = false},
                                       {.bad = R"x(
FROM alpine:3.22
RUN /opt/tool-*/install --all
    ^^^^^^^^^^^^^^^^^^^ name the command: the first file that matches '/opt/tool-*/install' is run, the others become its arguments
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN /opt/tool-1/install --all && : && . /etc/os-release
)x",
                                        .fixed = false}};

extern constinit const Check shell_odd_command_name = {
    .id = "shell-odd-command-name",
    .title = "Command name is an option, a wildcard or ends in punctuation.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "The first word of a command is its name. An option there is left over from a line that was broken in the wrong place, and a wildcard runs whatever "
           "comes first in the directory.",
    .aliases = {"shellcheck:SC2215", "shellcheck:SC2211", "shellcheck:SC2288"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
