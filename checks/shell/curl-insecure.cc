#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::curl_insecure {

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (!command->is("curl")) continue;
        const std::optional<shell::Download> call = shell::download_call(*command.command);
        for (std::string_view key : {"insecure", "proxy-insecure", "doh-insecure"})
            if (const shell::DownloadOption* option = call->option(key))
                report.at(*option->word, quote(option->word->value) + " turns certificate checks off; install the CA and use --cacert");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN curl -fsSLk https://example.org/a -o a
         ^^^^^^ '-fsSLk' turns certificate checks off; install the CA and use --cacert
RUN curl -f --insecure -O https://example.org/a
            ^^^^^^^^^^ '--insecure' turns certificate checks off; install the CA and use --cacert
)",
                                        .good = R"(
FROM debian:12-slim
RUN curl -fsSL https://example.org/a -o k && curl -H "X: -k" -fo -k https://example.org/
)"}};

extern constinit const Check curl_insecure = {
    .id = "curl-insecure",
    .title = "curl skips certificate verification.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Without the check anybody on the way can hand the build another file, and it ends up in the image as if the server had sent it.",
    .aliases = {"checkov:CKV2_DOCKER_2", "sonar:S4830", "mondoo:no-insecure-certificate-validation-curl"},
    .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
