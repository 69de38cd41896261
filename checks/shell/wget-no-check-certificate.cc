#include "analyzer/engine/check.h"
#include "analyzer/shell/downloads.h"

namespace plimsoll::checks::wget_no_check_certificate {

// "check_certificate = off" in a word, as wgetrc and wget -e know it.
static bool turns_off(std::string_view text) {
    std::size_t at = text.find("check_certificate");
    if (at == std::string_view::npos) at = text.find("check-certificate");
    if (at == std::string_view::npos) return false;
    std::size_t value = text.find_first_not_of(" \t=", at + 17);
    return value != std::string_view::npos && (text.substr(value).starts_with("off") || text.substr(value).starts_with("no"));
}

static void judge_call(const shell::Command& command, Reporter& report) {
    const std::optional<shell::Download> call = shell::download_call(command);
    for (const shell::DownloadOption& option : call->options) {
        const bool plain = option.key.starts_with("no-check-c");   // getopt takes unique beginnings
        const bool valued = (option.key == "check-certificate" && option.value == "off") || (option.key == "execute" && turns_off(option.value));
        if (!plain && !valued) continue;
        const shell::Word& word = option.key == "execute" && option.value_word ? *option.value_word : *option.word;
        report.at(word, quote(word.value) + " turns certificate checks off; install the CA and use --ca-certificate");
    }
}

// A wgetrc written by echo, printf or tee.
static void judge_writer(const shell::Command& command, Reporter& report) {
    for (const shell::Redirect& redirect : command.redirects) {
        if (!redirect.target.value.ends_with("wgetrc")) continue;
        for (const shell::Word& word : command.arguments())
            if (turns_off(word.value)) report.at(word, quote(word.value) + " turns certificate checks off for every wget; install the CA instead");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (command->is("wget"))
            judge_call(*command.command, report);
        else if (!command->redirects.empty() && (command->is("echo") || command->is("printf")))
            judge_writer(*command.command, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN wget -q --no-check-certificate https://example.org/b
            ^^^^^^^^^^^^^^^^^^^^^^ '--no-check-certificate' turns certificate checks off; install the CA and use --ca-certificate
RUN echo "check_certificate = off" >> ~/.wgetrc
         ^^^^^^^^^^^^^^^^^^^^^^^^^ 'check_certificate = off' turns certificate checks off for every wget; install the CA instead
)",
                                        .good = R"(
FROM debian:12-slim
RUN wget -q --ca-certificate=/ca.pem https://example.org/b -O --no-check-certificate
RUN echo "check_certificate = on" >> ~/.wgetrc
)"}};

extern constinit const Check wget_no_check_certificate = {
    .id = "wget-no-check-certificate",
    .title = "wget skips certificate verification.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Without the check anybody on the way can hand the build another file, and it ends up in the image as if the server had sent it.",
    .aliases = {"checkov:CKV2_DOCKER_3", "sonar:S4830", "mondoo:no-insecure-certificate-validation-wget"},
    .standards = {"CIS-Docker-4.11", "MITRE-T1195"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
