#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>
#include <set>

// Packages that a finished image should not hold.

namespace plimsoll::checks::unwanted_package {

using shell::Manager;

namespace {

constexpr shell::Managers system_managers = {Manager::apt_get, Manager::apt,      Manager::aptitude, Manager::apk,    Manager::yum,
                                             Manager::dnf,     Manager::microdnf, Manager::tdnf,     Manager::zypper, Manager::pacman};

// "gcc:amd64=12.2" -> "gcc"
std::string_view plain_name(std::string_view package) { return package.substr(0, package.find_first_of("=<>~:@/")); }

bool is_install(const docker::PackageUse& use) { return system_managers.has(use->manager) && use->action == "install"; }

// What the RUN takes away again.
struct Removed {
    std::set<std::string_view> names;
    bool unknown = false;   // a list in a variable, a group of apk

    Removed(const docker::Dockerfile& file, const docker::Instruction& run) {
        for (const docker::PackageUse& use : file.package_uses_of(run)) {
            if (!system_managers.has(use->manager) || use->action != "remove") continue;
            for (const shell::Word* operand : use->operands) {
                if (!operand->literal || operand->starts_with(".")) unknown = true;
                names.insert(plain_name(operand->value));
            }
        }
    }
    bool has(std::string_view name) const { return unknown || names.contains(name); }
};

// Calls `found` for each installed package of a stage that ends up in the result, unless its RUN removes it again.
template <typename Found>
void each_kept_package(const docker::Dockerfile& file, Found found) {
    const docker::Instruction* run = nullptr;
    std::optional<Removed> removed;
    for (const docker::PackageUse& use : file.package_uses()) {
        if (!is_install(use) || !use.stage() || !file.in_result(*use.stage())) continue;
        if (&use.instruction() != run) {
            run = &use.instruction();
            removed.emplace(file, *run);
        }
        for (const shell::Word* operand : use->operands) {
            for (const docker::Argument& argument : docker::arguments_of(*operand, use.command, file)) {
                std::string_view name = plain_name(argument.value);
                if (!removed->has(name)) found(use, *operand, name);
            }
        }
    }
}

bool lists(const std::vector<std::string>& packages, std::string_view name) { return std::ranges::find(packages, name) != packages.end(); }

void run_ssh(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& packages = report.list("packages");
    each_kept_package(file, [&](const docker::PackageUse& use, const shell::Word& word, std::string_view name) {
        // Where openssh is the whole suite; elsewhere it is the part that client and server share.
        bool suite = use->manager == Manager::apk || use->manager == Manager::pacman || use->manager == Manager::zypper;
        if (lists(packages, name) || (suite && name == "openssh"))
            report.at(word, quote(name) + " is an SSH server; leave it out and reach the container with docker exec or kubectl exec");
    });
}

void run_tools(const docker::Dockerfile& file, Reporter& report) {
    const std::vector<std::string>& packages = report.list("packages");
    each_kept_package(file, [&](const docker::PackageUse&, const shell::Word& word, std::string_view name) {
        if (lists(packages, name)) report.at(word, quote(name) + " helps an intruder more than the service; install it in a builder stage or not at all");
    });
}

constexpr Option ssh_options[] = {
    {.name = "packages", .value = "openssh-server openssh-sftp-server dropbear dropbear-bin sshd", .what = "Packages that are SSH servers."}};
constexpr Option tool_options[] = {{.name = "packages",
                                    .value = "gcc g++ gcc-c++ clang make cmake build-essential build-base gdb lldb strace ltrace tcpdump wireshark tshark nmap "
                                             "netcat netcat-openbsd netcat-traditional nc ncat socat "
                                             "telnet vim vim-tiny vim-enhanced emacs nano ftp rsh-client",
                                    .what = "Packages that a finished image should not hold."}};

constexpr Example ssh_examples[] = {{.bad = R"(
FROM debian:12
RUN apt-get update && apt-get install -y curl openssh-server=1:9.2
                                              ^^^^^^^^^^^^^^^^^^^^ 'openssh-server' is an SSH server; leave it out and reach the container with docker exec or kubectl exec
)",
                                     .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y curl openssh-client
)",
                                     .fixed = false},
                                    {.bad = R"(
FROM alpine:3.22
RUN apk add --no-cache openssh
                       ^^^^^^^ 'openssh' is an SSH server; leave it out and reach the container with docker exec or kubectl exec
)",
                                     .good = R"(
FROM debian:12 AS build
RUN apt-get update && apt-get install -y openssh-server
FROM rockylinux:9
RUN dnf install -y openssh openssh-clients
)",
                                     .fixed = false}};

constexpr Example tool_examples[] = {{.bad = R"(
FROM debian:12
RUN apt-get update && apt-get install -y curl vim
                                              ^^^ 'vim' helps an intruder more than the service; install it in a builder stage or not at all
)",
                                      .good = R"(
FROM debian:12 AS build
RUN apt-get update && apt-get install -y gcc
FROM alpine:3.22
COPY --from=build /a /a
RUN apk add --no-cache gcc && apk del gcc && apk add -t .tmp make && apk del .tmp
)",
                                      .fixed = false},
                                     {.bad = R"(
FROM debian:12
RUN apt-get update && apt-get install -y gdb my-tool
                                             ^^^^^^^ 'my-tool' helps an intruder more than the service; install it in a builder stage or not at all
)",
                                      .good = R"(
FROM debian:12
RUN apt-get update && apt-get install -y gdb
)",
                                      .config = R"(
checks:
  unnecessary-package-installed:
    packages: [my-tool]
)",
                                      .fixed = false}};

constexpr Check table[] = {
    {.id = "ssh-server-installed",
     .title = "Image installs an SSH server.",
     .category = Category::security,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "A second way in beside the orchestrator's own brings keys, passwords and a daemon that must be kept up to date, and its sessions appear in no "
            "audit log of the cluster. "
            "docker exec and kubectl exec need none of it.",
     .aliases = {"dockerfile-lint:installing_ssh"},
     .standards = {"NIST-800-190-4.1.2"},
     .options = ssh_options,
     .examples = ssh_examples,
     .run = on(docker::Keyword::run, run_ssh)},
    {.id = "unnecessary-package-installed",
     .title = "Debug or build tools installed in the final stage.",
     .category = Category::security,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "Compilers, debuggers, network tools and editors do nothing for a running service, but each is a ready tool for whoever breaks in and one more "
            "thing to patch. "
            "What the build needs belongs in a builder stage.",
     .standards = {"CIS-Docker-4.3", "NIST-800-190-4.1.2"},
     .options = tool_options,
     .examples = tool_examples,
     .run = on(docker::Keyword::run, run_tools)},
};

}

extern constinit const std::span<const Check> unwanted_package = table;

}
