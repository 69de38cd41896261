#include <algorithm>
#include <array>
#include <vector>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::git_clone_unpinned {

// Names of branches that move; everything else may be a tag.
static bool is_moving(std::string_view ref) {
    constexpr std::array<std::string_view, 9> branches = {"main", "master", "develop", "dev", "trunk", "HEAD", "origin/HEAD", "origin/master", "origin/main"};
    return std::ranges::find(branches, ref) != branches.end();
}

static bool moves(const docker::Dockerfile& file, const docker::Command& at, const shell::Word& word) {
    if (is_moving(word.value)) return true;
    if (word.literal) return false;
    const std::optional<std::string> value = file.expand(word.text, at.instruction());
    return value && is_moving(*value);
}

// The words of a git command behind the sub-command.
static std::span<const shell::Word> after(const shell::Command& git, std::string_view subcommand) {
    std::span<const shell::Word> words = git.arguments();
    while (!words.empty() && words.front() != subcommand) words = words.subspan(1);
    return words;
}

struct CloneWords {
    const shell::Word* ref = nullptr;          // of -b, --branch, --revision
    const shell::Word* repository = nullptr;   // null when the words hide it
};

static CloneWords read_clone(std::span<const shell::Word> words) {
    constexpr std::array<std::string_view, 12> valued = {"-o",          "--origin",           "-c",       "--config",        "-j", "--jobs", "--depth",
                                                         "--reference", "--separate-git-dir", "--filter", "--shallow-since", "-u"};
    CloneWords read;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const shell::Word& word = words[i];
        const bool named = word == "-b" || word == "--branch" || word == "--revision";
        if (named && i + 1 < words.size())
            read.ref = &words[++i];
        else if (word.starts_with("--branch=") || word.starts_with("--revision="))
            read.ref = &word;
        else if (std::ranges::find(valued, std::string_view(word.value)) != valued.end())
            ++i;
        else if (!word.starts_with("-") && !read.repository)
            read.repository = &word;
    }
    return read;
}

static bool is_remote_repository(const shell::Word& repository) {
    const std::string_view value = repository.value;
    if (value.starts_with("file:") || value.starts_with("/") || value.starts_with(".")) return false;
    return value.find(':') != std::string_view::npos || value.find('$') != std::string_view::npos;
}

// checkout TAG, reset --hard COMMIT, switch --detach TAG; not "checkout -b branch" or a file.
static bool pins(const docker::Dockerfile& file, const docker::Command& at) {
    for (std::string_view action : {"checkout", "reset", "switch"}) {
        if (!at->is("git", action)) continue;
        for (const shell::Word& word : after(*at.command, action).subspan(1)) {
            if (word == "--" || word == "-b" || word == "-c") return false;
            if (!word.starts_with("-") && word != ".") return !moves(file, at, word);
        }
    }
    return false;
}

static void judge(const docker::Dockerfile& file, const docker::Command& at, Reporter& report) {
    const std::span<const shell::Word> words = after(*at.command, "clone");
    if (words.empty()) return;
    const CloneWords clone = read_clone(words);
    if (!clone.repository || !is_remote_repository(*clone.repository)) return;
    if (!clone.ref) {
        report.at(words.front(), "git clone takes what the default branch holds today; add --branch TAG or check out a commit");
    } else if (!clone.ref->starts_with("--") && moves(file, at, *clone.ref)) {
        report.at(*clone.ref, "branch " + quote(clone.ref->value) + " moves; name a tag or check out a commit");
    } else if (clone.ref->starts_with("--branch=") && is_moving(std::string_view(clone.ref->value).substr(9))) {
        report.at(*clone.ref, "branch " + quote(std::string_view(clone.ref->value).substr(9)) + " moves; name a tag or check out a commit");
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::vector<docker::Command> open;               // clones that no checkout has followed
    const docker::Instruction* last_run = nullptr;   // of the last clone: a checkout belongs to it
    const docker::Stage* stage = nullptr;
    for (const docker::Command& command : file.commands()) {
        if (!command->is("git")) continue;
        if (command.stage() != stage) last_run = nullptr;
        stage = command.stage();
        if (command->is("git", "clone")) {
            open.push_back(command);
            last_run = &command.instruction();
        } else if (last_run && pins(file, command)) {
            while (!open.empty() && &open.back().instruction() == last_run) open.pop_back();
        }
    }
    for (const docker::Command& clone : open) judge(file, clone, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:12-slim
RUN git clone --depth 1 https://example.org/a.git /a
        ^^^^^ git clone takes what the default branch holds today; add --branch TAG or check out a commit
RUN git clone -b master https://example.org/b.git
                 ^^^^^^ branch 'master' moves; name a tag or check out a commit
RUN git clone https://example.org/b.git /b && git -C /b checkout v1.0.0
)",
                                        .good = R"(
FROM debian:12-slim AS later
RUN git clone https://example.org/d.git /d
RUN cd /d && git checkout v1.0.0
FROM debian:12-slim
ARG VERSION=v2.1
RUN git clone --depth 1 --branch v1.2.3 https://example.org/a.git && git clone -b "$VERSION" https://example.org/c.git
RUN git clone https://example.org/b.git /b && git -C /b checkout 4f9d1f1e0b8a4a3f5f1f3f0c9a0b7d6e5c4b3a29
RUN git clone /srv/local.git
)"}};

extern constinit const Check git_clone_unpinned = {
    .id = "git-clone-unpinned",
    .title = "git clone without a fixed commit or tag.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "The clone holds whatever the branch points to at build time, and the layer cache may keep it for weeks. "
           "The image cannot be built again, and a bad push to the repository goes straight into it.",
    .standards = {"CIS-Docker-4.11"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
