#include "analyzer/docker/run_scripts.h"
#include "analyzer/engine/check.h"

namespace plimsoll::checks::shell_test_glob {

static bool tests_file(const shell::Word& word) {
    const std::string_view op = word.value;
    return op.size() == 2 && op[0] == '-' && std::string_view("bcdefghkLnOprSsuwxGNz").find(op[1]) != std::string_view::npos;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    docker::for_each_command(file, [&](const docker::ShellCode& code, const shell::Command& command) {
        if (!command.is("[") && !command.is("[[") && !command.is("test")) return;
        for (std::size_t i = 1; i < command.words.size(); ++i) {
            const shell::Word& word = command.words[i];
            if (!tests_file(command.words[i - 1]) || word.literal || word.quoted || word.text.value.find_first_of("*?") == std::string_view::npos) continue;
            if (word.text.value.find_first_of("$`") != std::string_view::npos || !docker::is_sound(code)) continue;
            report.at(word, "loop over " + quote(word.text.value) + " or use ls: " + command.words[i - 1].value +
                                " takes one name, and this may become several or none");
        }
    });
}

static constexpr Example examples[] = {{.bad = R"x(
FROM alpine:3.22
RUN [ -f /lib/libaio.so.? ] || date
         ^^^^^^^^^^^^^^^^ loop over '/lib/libaio.so.?' or use ls: -f takes one name, and this may become several or none
)x",
                                        .good = R"x(
FROM alpine:3.22
RUN ls /lib/libaio.so.? || date
RUN [ -f /lib/libaio.so.1 ] || [ -n "*" ]
)x"}};

extern constinit const Check shell_test_glob = {
    .id = "shell-test-glob",
    .title = "Wildcard in a test of one file.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The shell puts all matching names in place of the wildcard. With two matches the test is a syntax error, in [[ ]] the wildcard is not expanded at "
           "all.",
    .aliases = {"shellcheck:SC2144"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
