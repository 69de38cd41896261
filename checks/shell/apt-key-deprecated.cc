#include "analyzer/engine/check.h"

namespace plimsoll::checks::apt_key_deprecated {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (!command->is("apt-key")) continue;
        for (const shell::Word& word : command->arguments()) {
            if (!(word == "add") && !(word == "adv")) continue;
            report.at(command->words[0],
                      "apt-key trusts the key for every repository and is gone from current releases; store the key as a file and name it with signed-by");
            break;
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12
RUN curl -fsSL https://example.org/key.asc | sudo apt-key add -
                                                  ^^^^^^^ apt-key trusts the key for every repository and is gone from current releases; store the key as a file and name it with signed-by
RUN apt-key adv --keyserver keyserver.ubuntu.com --recv-keys 0123456789ABCDEF
    ^^^^^^^ apt-key trusts the key for every repository and is gone from current releases; store the key as a file and name it with signed-by
)",
                                        .good = R"(
FROM debian:12
RUN curl -fsSL https://example.org/key.asc -o /etc/apt/keyrings/example.asc \
    && echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.org/debian stable main" > /etc/apt/sources.list.d/example.list
RUN apt-key list
)",
                                        .fixed = false}};

extern constinit const Check apt_key_deprecated = {
    .id = "apt-key-deprecated",
    .title = "apt-key is deprecated.",
    .category = Category::deprecation,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A key that apt-key adds may sign any package of any repository, so one third-party key can replace parts of the distribution. "
           "Debian 13 and Ubuntu 24.10 no longer have the command, and the build fails there.",
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
