#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::user_non_numeric {

static bool numeric(std::string_view user) {
    return !user.empty() && std::all_of(user.begin(), user.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Windows knows accounts by name only.
static bool windows_account(std::string_view user) { return user == "ContainerAdministrator" || user == "ContainerUser"; }

// Set to a text without variables.
static bool is_constant(const docker::Dockerfile& file, const docker::Variable& variable) {
    if (variable.kind != docker::Variable::Kind::env || !variable.set_by) return false;
    for (const docker::Pair& pair : variable.set_by->pairs)
        if (pair.key == variable.name.value && !file.references(pair.value).empty()) return false;
    return true;
}

// The build may give an ARG a number, and the base image an environment variable.
static bool open_to_change(const docker::Dockerfile& file, const docker::Instruction& user, const Text& name) {
    for (const docker::VariableReference& reference : file.references(name))
        if (!is_constant(file, file.lookup(reference.name.value, user))) return true;
    return false;
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Instruction* user : file.all(docker::Keyword::user, true)) {
        Text name = docker::unquoted(user->argument);
        name = name.sub(0, name.value.find(':'));
        if (name.empty() || open_to_change(file, *user, name)) continue;
        const std::optional<std::string> value = file.expand(name, *user);
        if (!value || numeric(std::string_view(*value).substr(0, value->find(':'))) || windows_account(*value)) continue;
        report.at(name, "use a numeric user ID instead of " + quote(name.value) + ": Kubernetes cannot tell that a named user is not root");
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
USER nobody:nogroup
     ^^^^^^ use a numeric user ID instead of 'nobody': Kubernetes cannot tell that a named user is not root
)",
                                        .good = R"(
FROM alpine:3.22
USER 65534:65534
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV APP_USER=app
USER ${APP_USER}
     ^^^^^^^^^^^ use a numeric user ID instead of '${APP_USER}': Kubernetes cannot tell that a named user is not root
)",
                                        .good = R"(
FROM alpine:3.22
ARG UID=app
ENV APP_USER=1000:0 OTHER_USER=$UID
USER $UID
USER ${APP_USER}
USER $OTHER_USER
USER $FROM_THE_BASE_IMAGE
)"}};

extern constinit const Check user_non_numeric = {
    .id = "user-non-numeric",
    .title = "USER is a name, not a number.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "A pod with runAsNonRoot refuses to start when the image names its user, because the kubelet does not read the image's /etc/passwd. "
           "A number also stays right when accounts are renumbered or the file is missing.",
    .aliases = {"hadolint:DL3066"},
    .examples = examples,
    .run = on(docker::Keyword::user, run),
};

}
