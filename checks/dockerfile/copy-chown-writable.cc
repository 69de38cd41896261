#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::copy_chown_writable {

using docker::Instruction;

// Data, not code that runs.
static bool is_data(std::string_view source) {
    for (std::string_view end : {".txt", ".md", ".html", ".css", ".csv", ".json", ".yaml", ".yml", ".toml", ".ini", ".conf", ".cfg", ".xml", ".properties",
                                 ".db", ".sqlite", ".log", ".svg", ".png"})
        if (source.ends_with(end)) return true;
    return false;
}

static bool all_data(const Instruction& copy) {
    return std::all_of(copy.sources().begin(), copy.sources().end(), [](const Text& source) { return is_data(docker::unquoted(source).value); });
}

// --chmod that lets the group or others write.
static bool widely_writable(std::string_view mode) {
    if (mode.size() >= 3 && mode.find_first_not_of("01234567") == std::string_view::npos) return ((mode[mode.size() - 1] | mode[mode.size() - 2]) & 2) != 0;
    return mode.find("o+w") != std::string_view::npos || mode.find("a+w") != std::string_view::npos || mode.find("a+rw") != std::string_view::npos ||
           mode.find("go+w") != std::string_view::npos;
}

static bool without_write(std::string_view mode) {
    if (mode.size() >= 3 && mode.find_first_not_of("01234567") == std::string_view::npos) return (mode[mode.size() - 3] & 2) == 0;
    return mode.find("a-w") != std::string_view::npos || mode.find("u-w") != std::string_view::npos;
}

static void judge(const docker::Dockerfile& file, const Instruction& copy, const docker::UserInfo& runtime, Reporter& report) {
    const docker::Flag* chown = copy.flag("chown");
    const docker::Flag* chmod = copy.flag("chmod");
    if (chmod && widely_writable(chmod->value.value)) {
        report.at(chmod->value, "the running program can change these files; leave write access to root");
        return;
    }
    if (!chown || (chmod && without_write(chmod->value.value))) return;
    std::optional<std::string> owner = file.expand(chown->value, copy);
    if (!owner || !runtime.known()) return;
    owner->resize(std::min(owner->find(':'), owner->size()));
    if (owner->empty() || *owner == "root" || *owner == "0" || owner != runtime.value) return;
    report.at(chown->value, "the running program, user " + quote(*owner) + ", can change these files; let root own them");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    if (!file.target()) return;
    const docker::UserInfo runtime = file.target()->user();
    if (runtime.is_root()) return;
    for (docker::Keyword keyword : {docker::Keyword::copy, docker::Keyword::add})
        for (const Instruction* copy : file.all(keyword))
            if (!copy->flags.empty() && copy->stage && file.in_result(*copy->stage) && !all_data(*copy)) judge(file, *copy, runtime, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
COPY --chown=node:node src/ /srv/
             ^^^^^^^^^ the running program, user 'node', can change these files; let root own them
COPY --chmod=0777 start.sh /usr/local/bin/
             ^^^^ the running program can change these files; leave write access to root
USER node
)",
                                        .good = R"(
FROM node:22 AS build
COPY --chown=node:node src/ /srv/
FROM node:22
COPY --chown=node settings.json /srv/
COPY --chown=node:node --chmod=555 src/ /srv/
COPY --chown=other --chmod=755 start.sh /usr/local/bin/
USER node
)"}};

extern constinit const Check copy_chown_writable = {
    .id = "copy-chown-writable",
    .title = "COPY --chown makes application files writable by the runtime user.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "An attacker who gets the program to write a file can replace the program itself when it owns its code. Root owning it, readable for all, is enough "
           "to run it.",
    .aliases = {"kics:aa93e17f-b6db-4162-9334-c70334e7ac28", "terrascan:AC_DOCKER_00024", "sonar:S6504"},
    .examples = examples,
    .run = on({docker::Keyword::copy, docker::Keyword::add}, run),
};

}
