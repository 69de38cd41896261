#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::epel_enabled {

namespace {

constexpr std::string_view advice = " adds a package repository beside those of the distribution";

bool has_word(const shell::PackageCall& call, std::string_view value) {
    return std::ranges::any_of(call.operands, [&](const shell::Word* word) { return *word == value || word->starts_with(value); });
}

void report_use(const docker::PackageUse& use, Reporter& report) {
    if (use->action == "install" || use->action == "reinstall") {
        for (const shell::Word* operand : use->operands) {
            std::string_view name = operand->value;
            name = name.substr(name.rfind('/') + 1);
            if (name.starts_with("epel-release") || name.starts_with("oracle-epel-release")) report.at(*operand, quote(operand->value) + std::string(advice));
        }
    }
    bool adds = use->action == "addrepo" || (use->action == "copr" && has_word(use.call, "enable")) ||
                (use->action == "config-manager" && (use->has("add-repo") || has_word(use.call, "addrepo")));
    if (adds) report.at(*use->subcommand, quote(use->program->value + ' ' + use->subcommand->value) + std::string(advice)).only({});
}

bool is_source_folder(std::string_view path) {
    return path.starts_with("/etc/apt/sources.list") || path.starts_with("/etc/yum.repos.d/") || path.starts_with("/etc/zypp/repos.d/") ||
           path == "/etc/apk/repositories";
}

void report_command(const shell::Command& command, Reporter& report) {
    bool tool = command.is("add-apt-repository") || command.is("apt-add-repository") || (command.is("yum-config-manager") && command.option("add-repo"));
    if (tool) {
        report.at(command.words[0], quote(command.base_name()) + std::string(advice)).only({});
        return;
    }
    // What replaces the distribution's own list is no addition: only ">>" and files of their own count.
    for (const shell::Redirect& redirect : command.redirects)
        if (redirect.op.starts_with('>') && is_source_folder(redirect.target.value) &&
            (redirect.op == ">>" || redirect.target.value.find(".d/") != std::string::npos))
            report.at(redirect.target, quote(redirect.target.value) + std::string(advice)).only({});
    if (!command.is("tee")) return;
    for (const shell::Word& word : command.arguments())
        if (is_source_folder(word.value)) report.at(word, quote(word.value) + std::string(advice)).only({});
}

void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses())
        if (use->subcommand) report_use(use, report);
    for (const docker::Command& command : file.commands()) report_command(*command.command, report);
}

}

static constexpr Example examples[] = {{.bad = R"(
FROM rockylinux:9
RUN dnf install -y epel-release && dnf config-manager --add-repo https://example.org/x.repo
                   ^^^^^^^^^^^^ 'epel-release' adds a package repository beside those of the distribution
                                       ^^^^^^^^^^^^^^ 'dnf config-manager' adds a package repository beside those of the distribution
FROM ubuntu:24.04
RUN add-apt-repository -y ppa:deadsnakes/ppa
    ^^^^^^^^^^^^^^^^^^ 'add-apt-repository' adds a package repository beside those of the distribution
RUN echo "deb https://example.org/ubuntu noble main" > /etc/apt/sources.list.d/x.list
                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '/etc/apt/sources.list.d/x.list' adds a package repository beside those of the distribution
)",
                                        .good = R"(
FROM rockylinux:9
RUN dnf install -y git && dnf config-manager --set-enabled crb
FROM ubuntu:24.04
RUN echo "deb https://mirror.example.org/ubuntu noble main" > /etc/apt/sources.list
)",
                                        .fixed = false}};

extern constinit const Check epel_enabled = {
    .id = "epel-enabled",
    .title = "Image enables an extra package repository.",
    .category = Category::compliance,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Packages from outside the distribution have another update policy and other maintainers, and vulnerability scanners often know nothing about them. "
           "Some organisations want each such source to be a decision.",
    .aliases = {"dockerfile-lint:no_epel"},
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
