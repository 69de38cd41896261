#include "analyzer/engine/check.h"

#include <vector>

namespace plimsoll::checks::copy_relative_dest_without_workdir {

using docker::Instruction;
using docker::Keyword;

static bool relative(std::string_view path) {
    while (!path.empty() && (path.front() == '"' || path.front() == '\'')) path.remove_prefix(1);
    if (path.empty() || path.front() == '/' || path.front() == '\\' || path.front() == '$') return false;
    return path.size() < 2 || path[1] != ':';
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    std::vector<bool> placed(file.stages().size(), false);   // stages with a WORKDIR so far, their ancestors' included
    for (const docker::Stage& stage : file.stages()) {
        if (stage.parent) placed[stage.index] = placed[stage.parent->index];
        for (const Instruction* in : stage.instructions) {
            if (in->keyword == Keyword::workdir) placed[stage.index] = true;
            if (placed[stage.index]) break;
            if ((in->keyword != Keyword::copy && in->keyword != Keyword::add) || !in->destination()) continue;
            const Text destination = docker::unquoted(*in->destination());
            if (!relative(destination.value)) continue;
            Draft draft =
                report.at(destination, "no WORKDIR so far, so " + quote(destination.value) + " depends on the base image; set WORKDIR or use an absolute path");
            if (in->keyword == Keyword::add) draft.only({});
        }
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
COPY package.json ./
                  ^^ no WORKDIR so far, so './' depends on the base image; set WORKDIR or use an absolute path
ADD ["a.tar", "vendor"]
               ^^^^^^ no WORKDIR so far, so 'vendor' depends on the base image; set WORKDIR or use an absolute path
)",
                                        .good = R"(
FROM node:22 AS base
WORKDIR /srv
FROM base
COPY package.json ./
FROM node:22
COPY package.json /srv/
COPY package.json "$HOME"/lib/
COPY package.json C:/srv/
)"}};

extern constinit const Check copy_relative_dest_without_workdir = {
    .id = "copy-relative-dest-without-workdir",
    .title = "COPY to a relative path with no WORKDIR set.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A relative destination starts at the working directory, and without WORKDIR that is whatever the base image chose, often the root folder. "
           "A new version of the base image can move the files.",
    .aliases = {"hadolint:DL3045"},
    .examples = examples,
    .run = on({Keyword::copy, Keyword::add}, run),
};

}
