#include <algorithm>
#include <cctype>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::host_key_checking_disabled {

static std::size_t skip(std::string_view text, std::size_t at, std::string_view any_of) {
    while (at < text.size() && any_of.find(text[at]) != std::string_view::npos) ++at;
    return at;
}

// "StrictHostKeyChecking no" in any of its spellings; the place of the whole setting.
static std::optional<Text> weak_setting(const Text& text) {
    constexpr std::string_view key = "stricthostkeychecking";
    std::string_view value = text.value;
    if (value.size() < key.size() + 3) return std::nullopt;
    auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    auto found = std::search(value.begin(), value.end(), key.begin(), key.end(), same);
    while (found != value.end()) {
        const auto begin = static_cast<std::size_t>(found - value.begin());
        const std::size_t word = skip(value, begin + key.size(), " \t=\\\"'");
        for (std::string_view weak : {"no", "off", "false", "accept-new"}) {
            const std::size_t end = word + weak.size();
            if (value.substr(word).starts_with(weak) &&
                (end == value.size() || (std::isalnum(static_cast<unsigned char>(value[end])) == 0 && value[end] != '-')))
                return text.sub(begin, end);
        }
        found = std::search(found + 1, value.end(), key.begin(), key.end(), same);
    }
    return std::nullopt;
}

static void judge(const Text& text, Reporter& report) {
    if (const std::optional<Text> setting = weak_setting(text))
        report.at(*setting, quote(setting->value) + " trusts any server; put the known host key into the image");
}

// ssh-keyscan asks the very server it should tell apart from another.
static bool learns_keys(const shell::Command& command) {
    auto known_hosts = [](const shell::Redirect& redirect) {
        return redirect.op.find('>') != std::string::npos && redirect.target.value.find("known_hosts") != std::string::npos;
    };
    return command.is("ssh-keyscan") && std::ranges::any_of(command.redirects, known_hosts);
}

// A RUN that goes on to compare fingerprints knows what it does.
static bool compares(std::span<const docker::Command> commands) {
    return std::ranges::any_of(commands, [](const docker::Command& command) {
        return command->is("ssh-keygen") || command->is("sha256sum") || command->is("cmp") || command->is("diff");
    });
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::env, docker::Keyword::arg})
        for (const docker::Instruction* instruction : file.all(keyword, true))
            for (const docker::Pair& pair : instruction->pairs) judge(pair.value, report);
    for (const docker::Command& command : file.commands()) {
        for (const shell::Assignment& assignment : command->assignments) judge(assignment.value.text, report);
        // The words of a wrapper are those of the command it runs.
        if (!command->inner)
            for (const shell::Word& word : command->words) judge(word.text, report);
        if (learns_keys(*command.command) && !compares(file.commands_of(command.instruction())))
            report.at(command->name_span(), "ssh-keyscan accepts the key of whoever answers; write the published host key instead");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
ENV GIT_SSH_COMMAND="ssh -o StrictHostKeyChecking=no"
                            ^^^^^^^^^^^^^^^^^^^^^^^^ 'StrictHostKeyChecking=no' trusts any server; put the known host key into the image
RUN scp -o StrictHostKeyChecking=accept-new a@b:/c .
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'StrictHostKeyChecking=accept-new' trusts any server; put the known host key into the image
RUN echo "Host *\n\tStrictHostKeyChecking no\n" >> /root/.ssh/config
                    ^^^^^^^^^^^^^^^^^^^^^^^^ 'StrictHostKeyChecking no' trusts any server; put the known host key into the image
RUN ssh-keyscan git.example.org >> /root/.ssh/known_hosts
    ^^^^^^^^^^^ ssh-keyscan accepts the key of whoever answers; write the published host key instead
)",
                                        .good = R"(
FROM debian:12-slim
RUN echo "StrictHostKeyChecking yes" >> /root/.ssh/config && grep StrictHostKeyChecking /etc/ssh/ssh_config
COPY known_hosts /root/.ssh/
RUN ssh-keyscan git.example.org > known_hosts && ssh-keygen -lf known_hosts | grep SHA256:abc
)"}};

extern constinit const Check host_key_checking_disabled = {
    .id = "host-key-checking-disabled",
    .title = "SSH host key checking is turned off.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The host key is the only proof that the answer comes from the right server. A build starts without memory, so taking a key on first sight "
           "means taking it every time, from anybody.",
    .examples = examples,
    .run = on({docker::Keyword::run, docker::Keyword::env, docker::Keyword::arg}, run),
};

}
