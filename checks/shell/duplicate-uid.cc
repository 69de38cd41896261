#include <algorithm>
#include <array>
#include <map>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::duplicate_uid {

namespace {

struct Program {
    std::string_view name;
    bool group = false;
    char letter = 'u';   // the option that takes the id
    std::string_view long_name;
    std::string_view valued;   // other one-letter options that take a value
};

constexpr std::array<Program, 4> programs = {{
    {"useradd", false, 'u', "--uid", "bcdefgGkKprRsZ"},
    {"adduser", false, 'u', "--uid", "hgsGDk"},
    {"groupadd", true, 'g', "--gid", "KpRPU"},
    {"addgroup", true, 'g', "--gid", ""},
}};

struct Account {
    const shell::Word* id = nullptr;
    const shell::Word* name = nullptr;
};

// Accounts by id: for each stage, users and groups apart.
using Seen = std::map<std::pair<bool, std::string>, const shell::Word*>;

}

static Account read_account(const shell::Command& command, const Program& program) {
    Account account;
    std::span<const shell::Word> words = command.arguments();
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view value = words[i].value;
        if (value.size() < 2 || value[0] != '-') {
            account.name = &words[i];
            continue;
        }
        if (value[1] == '-') {
            if (value == program.long_name && i + 1 < words.size()) account.id = &words[++i];
            // Debian's adduser: names with a value; the others of the set take theirs after '='.
            else if ((value == "--gid" || value == "--home" || value == "--shell" || value == "--gecos" || value == "--ingroup") && i + 1 < words.size())
                ++i;
            continue;
        }
        if (value.back() == program.letter && i + 1 < words.size())
            account.id = &words[++i];
        else if (program.valued.find(value.back()) != std::string_view::npos && !(program.name == "adduser" && value.back() == 'D'))
            ++i;
    }
    return account;
}

static bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

static void judge(const shell::Command& command, const Program& program, Seen& seen, Reporter& report) {
    if (const shell::Word* option = command.option("non-unique") ? command.option("non-unique") : command.option("o")) {
        if (program.name != "adduser" && program.name != "addgroup")
            report.at(*option, quote(option->value) + " lets two accounts share one id; give each its own");
        return;
    }
    const Account account = read_account(command, program);
    if (!account.id || !account.name || !account.id->literal || !account.name->literal || !is_number(account.id->value)) return;
    auto [entry, is_new] = seen.try_emplace({program.group, account.id->value}, account.name);
    if (is_new || entry->second->value == account.name->value) return;
    report
        .at(*account.id,
            std::string(program.group ? "GID " : "UID ") + account.id->value + " is that of " + quote(entry->second->value) + "; give each account its own")
        .related(entry->second->span(), "the other account");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    Seen seen;
    const docker::Stage* stage = nullptr;
    for (const docker::Command& command : file.commands()) {
        const std::string_view name = command->base_name();
        auto program = std::ranges::find(programs, name, &Program::name);
        if (program == programs.end()) continue;
        if (stage != command.stage()) seen.clear();
        stage = command.stage();
        judge(*command.command, *program, seen, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN groupadd -g 1000 app && useradd -u 1000 -g 1000 app
RUN useradd --uid 1000 -m other
                  ^^^^ UID 1000 is that of 'app'; give each account its own
RUN useradd -o -u 0 toor
            ^^ '-o' lets two accounts share one id; give each its own
)",
                                        .good = R"(
FROM debian:12-slim
RUN groupadd -g 1000 app && useradd -u 1000 -g 1000 app
RUN useradd -u 1001 other || useradd -u 1001 -M other
FROM alpine:3.22
RUN adduser -D -u 1001 other && addgroup -g 1001 others
)"}};

extern constinit const Check duplicate_uid = {
    .id = "duplicate-uid",
    .title = "Two accounts are created with the same UID or GID.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "The kernel knows only the number: two names with one id are one account with two passwords and two home directories, "
           "and logs cannot tell them apart.",
    .aliases = {"dockle:DKL-LI-0002"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
