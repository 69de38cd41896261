#include "analyzer/engine/check.h"

#include <array>

namespace plimsoll::checks::tls_verification_disabled {

using docker::Command;
using docker::Instruction;
using docker::Keyword;

namespace {

// Environment variables that turn off the checking of certificates.
struct Switch {
    std::string_view variable;
    bool any_case = false;       // npm reads its settings in either case
    std::string_view off = {};   // the value that does it; empty: any value but an empty one
    std::string_view what;       // for the message
};

}

static bool same(std::string_view a, std::string_view b, bool any_case) {
    if (!any_case) return a == b;
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if ((a[i] >= 'A' && a[i] <= 'Z' ? a[i] | 0x20 : a[i]) != (b[i] >= 'A' && b[i] <= 'Z' ? b[i] | 0x20 : b[i])) return false;
    return true;
}

static bool turns_off(const Switch& rule, std::string_view name, std::string_view value) {
    if (!same(name, rule.variable, rule.any_case)) return false;
    return rule.off.empty() ? !value.empty() : same(value, rule.off, true);
}

static std::string message(const Switch& rule, std::string_view name) {
    return quote(name) + " " + std::string(rule.what) + "; install the missing certificate authority instead";
}

// NAME=value of an export or env.
static void judge_word(const Switch& rule, const shell::Word& word, Reporter& report) {
    const std::string_view text = word.value;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || !turns_off(rule, text.substr(0, equals), text.substr(equals + 1))) return;
    report.at(word, message(rule, text.substr(0, equals)));
}

static void judge_command(const Switch& rule, const Command& command, Reporter& report) {
    for (const shell::Assignment& assignment : command->assignments)
        if (turns_off(rule, assignment.name.value, assignment.value.value))
            report.at(cover(assignment.name.span, assignment.value.span()), message(rule, assignment.name.value));
    const bool lists = command->is("export") || command->is("env") || command->is("sudo");
    for (const shell::Word& word : command->arguments()) {
        // What follows the assignments of a wrapper is a command of its own.
        if (!lists || (!command->is("export") && !word.starts_with("-") && word.value.find('=') == std::string::npos)) return;
        judge_word(rule, word, report);
    }
}

static void judge(const docker::Dockerfile& file, Reporter& report, const Switch& rule) {
    for (Keyword keyword : {Keyword::env, Keyword::arg})
        for (const Instruction* in : file.all(keyword, true))
            for (const docker::Pair& pair : in->pairs) {
                if (!pair.has_value || !same(pair.key.value, rule.variable, rule.any_case)) continue;
                const std::optional<std::string> value = file.expand(pair.value, *in);
                if (!value || !turns_off(rule, pair.key.value, *value)) continue;
                report.at(cover(pair.key.span, pair.value.span), message(rule, pair.key.value));
            }
    for (const Command& command : file.commands()) judge_command(rule, command, report);
}

// git config http.sslVerify false, git -c http.sslVerify=false.
static void judge_git(const Command& command, Reporter& report) {
    if (!command->is("git")) return;
    const std::span<const shell::Word> words = command->arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i].value;
        const std::size_t end = word.find('=');
        const std::string_view key = word.substr(0, end);
        if (!same(key.substr(0, 5), "http.", true) || key.size() < 14 || !same(key.substr(key.size() - 10), ".sslverify", true)) continue;
        const bool joined = end != std::string_view::npos;
        const std::string_view value = joined ? word.substr(end + 1) : i + 1 < words.size() ? std::string_view(words[i + 1].value) : std::string_view();
        if (!same(value, "false", true) && value != "0" && !same(value, "no", true) && !same(value, "off", true)) continue;
        report.at(joined ? words[i].span() : cover(words[i].span(), words[i + 1].span()),
                  "git accepts any server here; install the missing certificate authority instead");
    }
}

static constexpr Switch rules[] = {
    {.variable = "GIT_SSL_NO_VERIFY", .what = "makes git accept any server"},
    {.variable = "NODE_TLS_REJECT_UNAUTHORIZED", .off = "0", .what = "makes Node.js accept any server"},
    {.variable = "NPM_CONFIG_STRICT_SSL", .any_case = true, .off = "false", .what = "makes npm accept any server"},
    {.variable = "PIP_TRUSTED_HOST", .what = "makes pip accept any server that answers to that name"},
    {.variable = "PYTHONHTTPSVERIFY", .off = "0", .what = "makes Python accept any server"},
};

template <std::size_t rule>
static void run(const docker::Dockerfile& file, Reporter& report) {
    judge(file, report, rules[rule]);
}

static void run_git(const docker::Dockerfile& file, Reporter& report) {
    judge(file, report, rules[0]);
    for (const Command& command : file.commands()) judge_git(command, report);
}

static constexpr Example git_examples[] = {{.bad = R"(
FROM debian:13
ENV GIT_SSL_NO_VERIFY=1
    ^^^^^^^^^^^^^^^^^^^ 'GIT_SSL_NO_VERIFY' makes git accept any server; install the missing certificate authority instead
RUN git config --global http.sslVerify false && git -c http.sslVerify=false clone https://git.example.org/a/b
                        ^^^^^^^^^^^^^^^^^^^^ git accepts any server here; install the missing certificate authority instead
                                                       ^^^^^^^^^^^^^^^^^^^^ git accepts any server here; install the missing certificate authority instead
)",
                                            .good = R"(
FROM debian:13
ENV GIT_SSL_NO_VERIFY=
RUN git config --global http.sslVerify true && git -c http.sslCAInfo=/etc/ca.pem clone https://git.example.org/a/b
)"}};

static constexpr Example node_examples[] = {{.bad = R"(
FROM node:22
ARG NODE_TLS_REJECT_UNAUTHORIZED="0"
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'NODE_TLS_REJECT_UNAUTHORIZED' makes Node.js accept any server; install the missing certificate authority instead
RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'NODE_TLS_REJECT_UNAUTHORIZED' makes Node.js accept any server; install the missing certificate authority instead
)",
                                             .good = R"(
FROM node:22
ENV NODE_TLS_REJECT_UNAUTHORIZED=1
RUN NODE_EXTRA_CA_CERTS=/etc/ca.pem npm ci
)"}};

static constexpr Example npm_examples[] = {{.bad = R"(
FROM node:22
ENV npm_config_strict_ssl false
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'npm_config_strict_ssl' makes npm accept any server; install the missing certificate authority instead
RUN env NPM_CONFIG_STRICT_SSL=false npm ci
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'NPM_CONFIG_STRICT_SSL' makes npm accept any server; install the missing certificate authority instead
)",
                                            .good = R"(
FROM node:22
ENV NPM_CONFIG_STRICT_SSL=true
RUN npm ci
)"}};

static constexpr Example pip_examples[] = {{.bad = R"(
FROM python:3.14
RUN export PIP_TRUSTED_HOST=pypi.example.org && pip install -r requirements.txt
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'PIP_TRUSTED_HOST' makes pip accept any server that answers to that name; install the missing certificate authority instead
)",
                                            .good = R"(
FROM python:3.14
ARG PIP_TRUSTED_HOST
RUN export PIP_INDEX_URL=https://pypi.example.org/simple && pip install -r requirements.txt
)"}};

static constexpr Example python_examples[] = {{.bad = R"(
FROM python:3.14
ENV PYTHONUNBUFFERED=1 PYTHONHTTPSVERIFY=0
                       ^^^^^^^^^^^^^^^^^^^ 'PYTHONHTTPSVERIFY' makes Python accept any server; install the missing certificate authority instead
)",
                                               .good = R"(
FROM python:3.14
ENV PYTHONUNBUFFERED=1 PYTHONHTTPSVERIFY=1
)"}};

static constexpr std::string_view reason =
    "Without a check of the certificate anyone between the build and the server can hand over other code, which then runs in the build and ends in the image.";

static constexpr std::array<Check, 5> table = {{
    {.id = "git-ssl-verify-disabled",
     .title = "git TLS verification turned off.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .why = reason,
     .aliases = {"checkov:CKV2_DOCKER_14"},
     .examples = git_examples,
     .run = on({Keyword::env, Keyword::arg, Keyword::run}, run_git)},
    {.id = "node-tls-verify-disabled",
     .title = "NODE_TLS_REJECT_UNAUTHORIZED=0.",
     .category = Category::security,
     .severity = Severity::high,
     .why = "The setting goes for every connection the program makes, in production too: anyone between it and a server can read and change what is exchanged.",
     .aliases = {"checkov:CKV2_DOCKER_6"},
     .examples = node_examples,
     .run = on({Keyword::env, Keyword::arg, Keyword::run}, run<1>)},
    {.id = "npm-strict-ssl-env",
     .title = "NPM_CONFIG_STRICT_SSL=false.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .why = reason,
     .aliases = {"checkov:CKV2_DOCKER_12"},
     .examples = npm_examples,
     .run = on({Keyword::env, Keyword::arg, Keyword::run}, run<2>)},
    {.id = "pip-trusted-host-env",
     .title = "PIP_TRUSTED_HOST disables TLS verification.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .why = reason,
     .aliases = {"checkov:CKV2_DOCKER_16"},
     .examples = pip_examples,
     .run = on({Keyword::env, Keyword::arg, Keyword::run}, run<3>)},
    {.id = "python-https-verify-disabled",
     .title = "PYTHONHTTPSVERIFY=0.",
     .category = Category::supply_chain,
     .severity = Severity::high,
     .why = reason,
     .aliases = {"checkov:CKV2_DOCKER_5"},
     .examples = python_examples,
     .run = on({Keyword::env, Keyword::arg, Keyword::run}, run<4>)},
}};

extern constinit const std::span<const Check> tls_verification_disabled = table;

}
