#include <algorithm>
#include <array>

#include "analyzer/engine/check.h"

// World-writable and setuid modes: chmod, install -m, mkdir -m in RUN and --chmod of COPY and ADD.

namespace plimsoll::checks::chmod_modes {

namespace {

// What a mode grants, as far as these checks ask.
struct Grants {
    bool others_write = false;
    bool set_id = false;
    bool sticky = false;
};

struct Mode {
    Text text;
    Grants grants;
};

Grants read_octal(std::string_view digits) {
    const std::size_t size = digits.size();
    auto digit = [&](std::size_t from_end) { return size >= from_end ? digits[size - from_end] - '0' : 0; };
    return {(digit(1) & 2) != 0, (digit(4) & 6) != 0, (digit(4) & 1) != 0};
}

// "u+x,o=rw": clauses of who, operator and permissions.
Grants read_symbolic(std::string_view mode) {
    Grants grants;
    while (!mode.empty()) {
        const std::size_t end = std::min(mode.find(','), mode.size());
        const std::string_view clause = mode.substr(0, end);
        mode.remove_prefix(std::min(end + 1, mode.size()));
        const std::size_t op = clause.find_first_of("+=");
        if (op == std::string_view::npos) continue;
        const std::string_view who = clause.substr(0, op), what = clause.substr(op + 1);
        const bool others = who.find('o') != std::string_view::npos || who.find('a') != std::string_view::npos;
        grants.others_write = grants.others_write || (others && what.find('w') != std::string_view::npos);
        grants.set_id = grants.set_id || what.find('s') != std::string_view::npos;
        grants.sticky = grants.sticky || what.find('t') != std::string_view::npos;
    }
    return grants;
}

bool is_octal(std::string_view text) {
    return text.size() >= 3 && text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '7'; });
}

std::optional<Grants> read_mode(std::string_view mode) {
    if (is_octal(mode)) return read_octal(mode);
    const bool symbolic =
        !mode.empty() && mode.find_first_of("+=") != std::string_view::npos && mode.find_first_not_of("ugoa+-=rwxXst,") == std::string_view::npos;
    return symbolic ? std::optional(read_symbolic(mode)) : std::nullopt;
}

// "-x", "-w": a mode that looks like options.
bool is_minus_mode(std::string_view word) { return word.find_first_not_of("-rwxXst,") == std::string_view::npos; }

// Words behind "chmod", also in "find ... -exec chmod".
std::span<const shell::Word> chmod_words(const shell::Command& command) {
    if (command.is("chmod")) return command.arguments();
    if (!command.is("find")) return {};
    std::span<const shell::Word> words = command.arguments();
    while (words.size() > 1 && !(words[0].starts_with("-exec") && words[1] == "chmod")) words = words.subspan(1);
    return words.size() > 1 ? words.subspan(2) : std::span<const shell::Word>{};
}

const Text* option_mode(const shell::Command& command, Text& storage) {
    if (!command.is("install") && !command.is("mkdir")) return nullptr;
    std::span<const shell::Word> words = command.arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view text = words[i].text.value;
        if (text.starts_with("--mode="))
            storage = words[i].text.sub(7);
        else if (text.starts_with("-m") && text.size() > 2)
            storage = words[i].text.sub(2);
        else if (text.size() > 1 && text[0] == '-' && text[1] != '-' && text.ends_with('m') && i + 1 < words.size())
            storage = words[i + 1].text;
        else
            continue;
        return &storage;
    }
    return nullptr;
}

std::optional<Mode> mode_of(const shell::Command& command) {
    Text text;
    for (const shell::Word& word : chmod_words(command)) {
        if (word.starts_with("-") && !is_minus_mode(word.value)) continue;
        text = word.text;
        break;
    }
    if (text.empty() && !option_mode(command, text)) return std::nullopt;
    text = docker::unquoted(text);
    const std::optional<Grants> grants = read_mode(text.value);
    return grants ? std::optional(Mode{text, *grants}) : std::nullopt;
}

template <typename Judge>
void each_mode(const docker::Dockerfile& file, Judge judge) {
    for (docker::Keyword keyword : {docker::Keyword::copy, docker::Keyword::add})
        for (const docker::Instruction* copy : file.all(keyword, true)) {
            const docker::Flag* flag = copy->flag("chmod");
            if (!flag) continue;
            const std::optional<std::string> value = file.expand(flag->value, *copy);
            const std::optional<Grants> grants = value ? read_mode(*value) : std::nullopt;
            if (grants) judge(Mode{flag->value, *grants});
        }
    for (const docker::Command& command : file.commands())
        if (const std::optional<Mode> mode = mode_of(*command.command)) judge(*mode);
}

void find_world_writable(const docker::Dockerfile& file, Reporter& report) {
    each_mode(file, [&](const Mode& mode) {
        if (mode.grants.others_write && !mode.grants.sticky)
            report.at(mode.text, quote(mode.text.value) + " lets every user write; give the owner or the group what they need");
    });
}

void find_set_id(const docker::Dockerfile& file, Reporter& report) {
    each_mode(file, [&](const Mode& mode) {
        if (mode.grants.set_id)
            report.at(mode.text, quote(mode.text.value) + " makes files run with the rights of their owner or group; grant a capability instead");
    });
}

constexpr Example world_writable_examples[] = {{.bad = R"(
FROM debian:12-slim
RUN chmod -R 777 /srv && chmod -v a+w /etc/app.conf
             ^^^ '777' lets every user write; give the owner or the group what they need
                                  ^^^ 'a+w' lets every user write; give the owner or the group what they need
RUN mkdir -pm 0777 /data && find /srv -type f -exec chmod u=rw,o=rw {} +
              ^^^^ '0777' lets every user write; give the owner or the group what they need
                                                          ^^^^^^^^^ 'u=rw,o=rw' lets every user write; give the owner or the group what they need
COPY --chmod=666 app.conf /etc/
             ^^^ '666' lets every user write; give the owner or the group what they need
)",
                                                .good = R"(
FROM debian:12-slim
RUN chmod 1777 /tmp && chmod 0775 /srv && chmod u+w,g+w /x && chmod o-w /y && chmod -x /z && chmod a+rwxt /w && chmod +w /v
COPY --chmod=0644 app.conf /etc/
RUN find / -perm 777 -ls && chmod --reference=/a /b
)"}};

constexpr Example set_id_examples[] = {{.bad = R"(
FROM debian:12-slim
RUN chmod u+s /usr/bin/ping && chmod 2755 /srv
          ^^^ 'u+s' makes files run with the rights of their owner or group; grant a capability instead
                                     ^^^^ '2755' makes files run with the rights of their owner or group; grant a capability instead
COPY --chmod=4755 tool /usr/bin/
             ^^^^ '4755' makes files run with the rights of their owner or group; grant a capability instead
)",
                                        .good = R"(
FROM debian:12-slim
RUN chmod 0755 /usr/bin/ping && chmod -R a-s /usr/bin && chmod u=rwx,g=rx /srv && chmod 1777 /tmp
COPY --chmod=755 tool /usr/bin/
)"}};

constexpr Runner everywhere(RunOnDockerfile run) { return on({docker::Keyword::run, docker::Keyword::copy, docker::Keyword::add}, run); }

constexpr Check list[] = {
    {
        .id = "setuid-binary-added",
        .title = "Files of the image become setuid or setgid.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "A setuid program runs as its owner, whoever starts it: one flaw in it turns any user of the container into root. "
               "Few images need one; file capabilities or no_new_privs are narrower.",
        .aliases = {"dockle:CIS-DI-0008"},
        .standards = {"CIS-Docker-4.8", "NIST-800-190-4.1.2"},
        .examples = set_id_examples,
        .run = everywhere(find_set_id),
    },
    {
        .id = "world-writable-permissions",
        .title = "Files are made writable for everyone.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Whoever gets to run code in the container, as any user, can then change the program or its settings and wait for somebody else to run them. "
               "Directories with the sticky bit, such as /tmp, are left alone.",
        .aliases = {"sonar:S2612"},
        .examples = world_writable_examples,
        .run = everywhere(find_world_writable),
    },
};

}

extern constinit const std::span<const Check> chmod_modes = list;

}
