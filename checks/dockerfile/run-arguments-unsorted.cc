#include <algorithm>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::run_arguments_unsorted {

static bool is_system_manager(shell::Manager manager) {
    using shell::Manager;
    constexpr Manager list[] = {Manager::apt_get, Manager::apt,      Manager::aptitude, Manager::apk,   Manager::yum,
                                Manager::dnf,     Manager::microdnf, Manager::tdnf,     Manager::zypper};
    return std::find(std::begin(list), std::end(list), manager) != std::end(list);
}

static std::string key(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// One package on each line, nothing but blanks and continuations between them.
static bool is_list(const docker::Dockerfile& file, const std::vector<const shell::Word*>& words) {
    const Source& source = file.source();
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i]->literal || words[i]->quoted || words[i]->span().size() != words[i]->value.size()) return false;
        if (i == 0) continue;
        const Span between{words[i - 1]->span().end, words[i]->span().begin};
        if (between.begin > between.end || source.slice(between).find('\n') == std::string_view::npos) return false;
        if (source.slice(between).find_first_not_of(" \t\r\n\\`") != std::string_view::npos) return false;
    }
    return true;
}

static void judge(const docker::Dockerfile& file, const shell::PackageCall& call, Reporter& report) {
    if (!is_system_manager(call.manager) || call.action != "install" || call.operands.size() < 3 || !is_list(file, call.operands)) return;
    const auto before = [](const shell::Word* a, const shell::Word* b) { return key(a->value) < key(b->value); };
    const auto wrong = std::is_sorted_until(call.operands.begin(), call.operands.end(), before);
    if (wrong == call.operands.end()) return;
    auto sorted = call.operands;
    std::stable_sort(sorted.begin(), sorted.end(), before);
    std::vector<Edit> edits;
    for (std::size_t i = 0; i < sorted.size(); ++i)
        if (sorted[i] != call.operands[i]) edits.push_back({call.operands[i]->span(), sorted[i]->value});
    report.at(**wrong, "the packages are not in alphabetical order; move " + quote((*wrong)->value) + " above " + quote((*(wrong - 1))->value))
        .fix("Sort the packages", Safety::safe, std::move(edits));
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands())
        if (const auto call = shell::package_call(*command.command)) judge(file, *call, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM debian:13
RUN apt-get update && apt-get install -y \
    make \
    curl \
    ^^^^ the packages are not in alphabetical order; move 'curl' above 'make'
    zip \
    git && rm -rf /var/lib/apt/lists/*
)",
                                        .good = R"(
FROM debian:13
RUN apt-get update && apt-get install -y \
    curl \
    git \
    make \
    zip && rm -rf /var/lib/apt/lists/*
)"},
                                       {.bad = R"(
FROM alpine:3.22
RUN apk add b \
            a \
            ^ the packages are not in alphabetical order; move 'a' above 'b'
            c
)",
                                        .good = R"(
FROM debian:13
RUN apt-get install -y zip curl make
RUN apt-get install -y zip \
  # for downloads
  curl \
  $MORE
)",
                                        .fixed = false}};

extern constinit const Check run_arguments_unsorted = {
    .id = "run-arguments-unsorted",
    .title = "Package list in RUN is not sorted.",
    .category = Category::style,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "In a sorted list a duplicate stands beside its twin, and two branches that add packages rarely conflict.",
    .aliases = {"sonar:S7018"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
