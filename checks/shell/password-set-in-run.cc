#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::password_set_in_run {

// "*" and "!" lock an account.
static bool locks(std::string_view hash) { return hash.empty() || hash[0] == '!' || hash[0] == '*' || hash == "x"; }

static const shell::Word* password_option(const shell::Command& command) {
    std::span<const shell::Word> words = command.arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view value = words[i].value;
        if (value.starts_with("--password=")) return locks(value.substr(11)) ? nullptr : &words[i];
        const bool letters = value.size() > 1 && value[0] == '-' && value[1] != '-' && value.back() == 'p';
        if ((letters || value == "--password") && i + 1 < words.size()) return locks(words[i + 1].value) ? nullptr : &words[i];
    }
    return nullptr;
}

static bool is_shadow(std::string_view path) { return path == "/etc/shadow" || path == "/etc/gshadow"; }

static bool is_piped(const shell::Command& command) { return command.before == shell::Joint::pipe || command.before == shell::Joint::pipe_all; }

static void judge_passwd(const shell::Command& command, Reporter& report) {
    if (const shell::Word* empty = command.option("d") ? command.option("d") : command.option("delete"))
        report.at(*empty, quote(empty->value) + " leaves an account without password; lock it with passwd -l");
    else if (const shell::Word* input = command.option("stdin"))
        report.at(*input, "the password stays in the image and its history; let the account have none");
    else if (is_piped(command) && !command.has_any({"l", "lock", "e", "expire", "S", "status", "u", "unlock"}))
        report.at(command.name_span(), "the password stays in the image and its history; let the account have none");
}

static void judge(const shell::Command& command, Reporter& report) {
    if (command.is("chpasswd")) {
        report.at(command.name_span(), "the password stays in the image and its history; let the account have none");
    } else if (command.is("passwd")) {
        judge_passwd(command, report);
    } else if (command.is("usermod") || command.is("useradd")) {
        if (const shell::Word* option = password_option(command)) report.at(*option, "the password hash stays in the image; let the account have none");
    } else if (!command.redirects.empty() || command.is("tee") || command.is("sed")) {
        for (const shell::Redirect& redirect : command.redirects)
            if (redirect.op.find('>') != std::string::npos && is_shadow(redirect.target.value))
                report.at(redirect.target, quote(redirect.target.value) + " is written by hand; let the account have no password");
        const bool in_place = command.is("tee") || (command.is("sed") && command.has_any({"i", "in-place"}));
        for (const shell::Word& word : command.arguments())
            if (in_place && is_shadow(word.value)) report.at(word, quote(word.value) + " is written by hand; let the account have no password");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands())
        if (!command->inner) judge(*command.command, report);
}

static constexpr Example examples[] = {{.bad = R"df(
FROM debian:12-slim
RUN echo 'root:hunter2' | chpasswd
                          ^^^^^^^^ the password stays in the image and its history; let the account have none
RUN echo hunter2 | sudo passwd --stdin app && passwd -d root
                               ^^^^^^^ the password stays in the image and its history; let the account have none
                                                     ^^ '-d' leaves an account without password; lock it with passwd -l
RUN useradd -m -p "$(openssl passwd -1 hunter2)" app && echo 'app::1::::::' >> /etc/shadow
               ^^ the password hash stays in the image; let the account have none
                                                                               ^^^^^^^^^^^ '/etc/shadow' is written by hand; let the account have no password
)df",
                                        .good = R"df(
FROM debian:12-slim
RUN useradd -p '*' app && usermod -p '!' app && passwd -l root && useradd --password=! b && mkdir -p /x
RUN cat /etc/shadow > /dev/null
)df"}};

extern constinit const Check password_set_in_run = {
    .id = "password-set-in-run",
    .title = "RUN sets or empties an account password.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "A password set in a build is the same in every container of the image and can be read from its history or cracked from its /etc/shadow. "
           "A container needs no logins; where one does, set the password when it starts.",
    .aliases = {"checkov:CKV2_DOCKER_17", "dockle:DKL-LI-0001"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
