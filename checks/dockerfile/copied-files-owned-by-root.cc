#include "analyzer/engine/check.h"

namespace plimsoll::checks::copied_files_owned_by_root {

static bool below(const std::string& path, std::string_view folder) {
    return folder.size() > 1 && path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/' || folder.ends_with('/'));
}

static bool own_folder(const docker::Dockerfile& file, const docker::Instruction& copy, const std::string& user) {
    const std::optional<std::string> target = file.expand(*copy.destination(), copy);
    if (!target || target->empty()) return false;
    if (target->front() != '/') return true;   // below WORKDIR
    const std::optional<std::string> folder = file.workdir_before(copy);
    return (folder && below(*target, *folder)) || below(*target, "/home/" + user);
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (docker::Keyword keyword : {docker::Keyword::copy, docker::Keyword::add})
        for (const docker::Instruction* copy : file.all(keyword)) {
            if (!copy->stage || !copy->destination() || copy->flag("chown")) continue;
            const docker::UserInfo user = copy->stage->user_before(*copy);
            if (!user.set_by || !user.known() || user.is_root() || !own_folder(file, *copy, *user.value)) continue;
            const std::string owner(docker::unquoted(user.set_by->argument).value);
            report.at(copy->name, "the files belong to root although the user is " + quote(*user.value) + "; add --chown when it has to write them")
                .related(user.name.span, "the user is set here")
                .fix("Add --chown", Safety::unsafe, {{copy->name.span.end, copy->name.span.end}, " --chown=" + owner});
        }
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
WORKDIR /srv/app
USER node
COPY --chmod=644 package.json ./
^^^^ the files belong to root although the user is 'node'; add --chown when it has to write them
COPY a.txt /home/node/a.txt
^^^^ the files belong to root although the user is 'node'; add --chown when it has to write them
)",
                                        .good = R"(
FROM node:22
WORKDIR /srv/app
USER node
COPY --chown=node --chmod=644 package.json ./
COPY --chown=node a.txt /home/node/a.txt
)"},
                                       {.bad = R"(
FROM node:22 AS base
USER 1000:1000
WORKDIR /srv
FROM base
COPY a /usr/local/bin/
ADD a.tar /srv
^^^ the files belong to root although the user is '1000'; add --chown when it has to write them
)",
                                        .good = R"(
FROM node:22 AS base
USER 1000:1000
WORKDIR /srv
FROM base
COPY a /usr/local/bin/
ADD --chown=1000:1000 a.tar /srv
)"}};

extern constinit const Check copied_files_owned_by_root = {
    .id = "copied-files-owned-by-root",
    .title = "COPY after USER leaves files owned by root.",
    .category = Category::correctness,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::unsafe,
    .why = "USER has no influence on COPY and ADD: without --chown the files belong to root, and a step or a process of the user that writes them fails. "
           "For files that are only read this is the safer ownership.",
    .examples = examples,
    .run = on({docker::Keyword::copy, docker::Keyword::add}, run),
};

}
