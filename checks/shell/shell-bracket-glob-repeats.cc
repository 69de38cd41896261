#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_bracket_glob_repeats {

// The characters of a [...] that names the same one twice; empty when there is none.
static std::string_view odd_brackets(std::string_view text) {
    for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
        const std::size_t close = text.find(']', open + 1);
        if (close == std::string_view::npos) return {};
        std::string_view inside = text.substr(open + 1, close - open - 1);
        if (inside.starts_with("!") || inside.starts_with("^")) inside.remove_prefix(1);
        if (inside.find_first_of("[:\\'\"$`") != std::string_view::npos) continue;
        for (std::size_t i = 0; i < inside.size(); ++i)
            if (inside[i] != '-' && inside.find(inside[i], i + 1) != std::string_view::npos) return text.substr(open, close + 1 - open);
    }
    return {};
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (command.is("[") || command.is("[[") || command.is("tr") || command.is("unset") || command.inner) return;
        for (const shell::Word& word : command.arguments()) {
            if (word.literal || word.quoted) continue;
            const std::string_view part = odd_brackets(word.text.value);
            if (part.empty() || !docker::is_sound(code)) continue;
            const std::size_t at = word.text.value.find(part);
            Draft draft = report.at(word.text.place(at, at + part.size()),
                                    "quote the word: outside quotes " + quote(part) + " stands for one of its characters in a file name");
            if (word.value.find_first_of("$`\"\\") == std::string::npos)
                draft.fix("Quote the word", Safety::unsafe, {{{word.span().begin, word.span().begin}, "\""}, {{word.span().end, word.span().end}, "\""}});
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN pip install scancode[full]
                        ^^^^^^ quote the word: outside quotes '[full]' stands for one of its characters in a file name
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN pip install "scancode[full]"
)x"},
                                       {.bad = R"x(
FROM alpine:3.22
RUN pip install scancode[full] "a[bb]" c[abc]
                        ^^^^^^ quote the word: outside quotes '[full]' stands for one of its characters in a file name
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN pip install "scancode[full]" "a[bb]" c[abc]
)x"}};

extern constinit const Check shell_bracket_glob_repeats = {
    .id = "shell-bracket-glob-repeats",
    .title = "Brackets outside quotes are a wildcard for one character.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "Outside quotes [full] matches one of f, u and l. As long as no file fits, the shell hands the word on as it is; one matching file, or a shell with "
           "other settings, and the command gets something else.",
    .aliases = {"shellcheck:SC2102"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
