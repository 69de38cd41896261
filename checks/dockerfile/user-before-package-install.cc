#include "analyzer/engine/check.h"

namespace plimsoll::checks::user_before_package_install {

using shell::Manager;

static bool of_the_system(Manager manager) {
    switch (manager) {
        case Manager::apt_get:
        case Manager::apt:
        case Manager::aptitude:
        case Manager::apk:
        case Manager::yum:
        case Manager::dnf:
        case Manager::microdnf:
        case Manager::tdnf:
        case Manager::zypper:
        case Manager::pacman: return true;
        default: return false;
    }
}

static bool changes_system(const shell::PackageCall& call) {
    static constexpr std::string_view actions[] = {"install", "remove", "update", "upgrade", "dist-upgrade"};
    for (std::string_view action : actions)
        if (call.action == action) return !call.has("download-only") && !call.has("simulate") && !call.has("root");
    return false;
}

// Some command runs this one as another user.
static bool wrapped(const docker::Command& command) {
    const std::vector<shell::Command>& all = command.code->script->commands();
    for (std::optional<std::uint32_t> at = command->wrapper; at; at = all[*at].wrapper)
        for (std::string_view name : {"sudo", "doas", "gosu", "su-exec", "su", "runuser", "setpriv", "fakeroot"})
            if (all[*at].is(name)) return true;
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Command& command : file.commands()) {
        if (!command.stage() || command->in_function || command.instruction().is_trigger) continue;
        const std::optional<shell::PackageCall> call = shell::package_call(*command.command);
        if (!call || !of_the_system(call->manager) || !changes_system(*call) || wrapped(command)) continue;
        const docker::UserInfo user = command.stage()->user_before(command.instruction());
        if (!user.set_by || !user.known() || user.is_root()) continue;
        report.at(*call->program, quote(call->program->value) + " needs root, but the user here is " + quote(*user.value) + "; move it before USER")
            .related(user.name.span, "the user is set here");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
USER 1000
RUN apk add --no-cache curl
    ^^^ 'apk' needs root, but the user here is '1000'; move it before USER
)",
                                        .good = R"(
FROM alpine:3.22
RUN apk add --no-cache curl
USER 1000
RUN apk info
)"},
                                       {.bad = R"(
FROM debian:13 AS base
USER app
FROM base
RUN if true; then apt-get update; fi
                  ^^^^^^^ 'apt-get' needs root, but the user here is 'app'; move it before USER
)",
                                        .good = R"(
FROM debian:13 AS base
USER app
RUN sudo -E apt-get update
FROM base
USER root
RUN apt-get update
)"}};

extern constinit const Check user_before_package_install = {
    .id = "user-before-package-install",
    .title = "Package manager runs after USER dropped root.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "System package managers write below /usr and /var and lock their database: as an ordinary user they stop with a permission error, and the build "
           "with them.",
    .examples = examples,
    .run = on(docker::Keyword::user, run),
};

}
