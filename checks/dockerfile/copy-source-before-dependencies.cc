#include "analyzer/engine/check.h"

#include <algorithm>

namespace plimsoll::checks::copy_source_before_dependencies {

using docker::Command;
using docker::Instruction;
using docker::Keyword;

namespace {

struct Installer {
    std::string_view program, subcommand;
    std::string_view manifests;   // blank-separated file names, any of which is enough
};

}

static constexpr Installer installers[] = {
    {"npm", "ci", "package.json package-lock.json npm-shrinkwrap.json"},
    {"npm", "install", "package.json package-lock.json npm-shrinkwrap.json"},
    {"npm", "i", "package.json package-lock.json npm-shrinkwrap.json"},
    {"yarn", "install", "package.json yarn.lock"},
    {"pnpm", "install", "package.json pnpm-lock.yaml"},
    {"pip", "install", "requirements"},
    {"pip3", "install", "requirements"},
    {"go", "mod", "go.mod go.sum"},
    {"bundle", "install", "Gemfile"},
    {"composer", "install", "composer.json composer.lock"},
    {"poetry", "install", "pyproject.toml poetry.lock"},
    {"cargo", "fetch", "Cargo.toml Cargo.lock"},
    {"mvn", "dependency:go-offline", "pom.xml"},
    {"mvn", "dependency:resolve", "pom.xml"},
    {"dotnet", "restore", ".csproj .sln .fsproj"},
};

// Installs what a manifest of the project names: without package names on the command line, with -r for pip.
static bool installs_project(const Command& command, const Installer& installer) {
    if (!command->is(installer.program)) return false;
    const std::span<const shell::Word> words = command->arguments();
    const auto subcommand = std::find_if(words.begin(), words.end(), [](const shell::Word& word) { return !word.starts_with("-"); });
    if (subcommand == words.end() || *subcommand != installer.subcommand) return false;
    if (installer.program.starts_with("pip")) return command->option("r") || command->option("requirement");
    if (installer.program == "go") return std::any_of(words.begin(), words.end(), [](const shell::Word& word) { return word == "download"; });
    if (installer.program != "npm") return true;
    return std::all_of(subcommand + 1, words.end(), [](const shell::Word& word) { return word.starts_with("-"); });
}

static const Text* whole_context(const Instruction& copy) {
    for (const Text& source : copy.sources()) {
        const std::string_view value = docker::unquoted(source).value;
        if (value == "." || value == "./" || value == "*" || value == "./*" || value == "/") return &source;
    }
    return nullptr;
}

static bool copies_manifest(const Instruction& copy, std::string_view manifests) {
    for (const Text& source : copy.sources()) {
        std::string_view name = docker::unquoted(source).value;
        name = name.substr(name.rfind('/') + 1);
        for (std::string_view rest = manifests; !rest.empty();) {
            const std::size_t end = std::min(rest.find(' '), rest.size());
            // "package*.json" and "Gemfile*" count by their beginning.
            const std::string_view manifest = rest.substr(0, end), stem = name.substr(0, name.find('*'));
            if (name.find(manifest) != std::string_view::npos || (stem.size() < name.size() && stem.size() > 2 && manifest.starts_with(stem))) return true;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return false;
}

static void judge(const docker::Dockerfile& file, const docker::Stage& stage, Reporter& report) {
    const Text* everything = nullptr;
    std::vector<const Instruction*> before;
    for (const Instruction* in : stage.instructions) {
        const bool copies = in->keyword == Keyword::copy || in->keyword == Keyword::add;
        if (copies && !everything && !in->from()) {
            everything = whole_context(*in);
            before.push_back(in);
        }
        if (in->keyword != Keyword::run || !everything) continue;
        if (in->flag("mount")) return;   // a bind or cache mount is another answer to the same question
        for (const Command& command : file.commands_of(*in))
            for (const Installer& installer : installers) {
                if (!installs_project(command, installer)) continue;
                if (std::none_of(before.begin(), before.end(), [&](const Instruction* copy) { return copies_manifest(*copy, installer.manifests); }))
                    report
                        .at(docker::unquoted(*everything),
                            "every change of a source file installs the dependencies again; copy their manifest, install, then copy the rest")
                        .related(command->name_span(), "installed here");
                return;
            }
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) judge(file, stage, report);
}

static constexpr Example examples[] = {{.bad = R"(
FROM node:22
WORKDIR /srv
COPY . .
     ^ every change of a source file installs the dependencies again; copy their manifest, install, then copy the rest
RUN npm ci
)",
                                        .good = R"(
FROM node:22
WORKDIR /srv
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm ci --omit=dev && npm run build
)",
                                        .fixed = false},
                                       {.bad = R"(
FROM python:3.14
COPY ./ /srv/
     ^^ every change of a source file installs the dependencies again; copy their manifest, install, then copy the rest
RUN cd /srv && pip install --no-cache-dir -r requirements.txt
)",
                                        .good = R"(
FROM python:3.14
COPY ./ /srv/
RUN pip install --no-cache-dir flask==3.1.0
RUN npm install left-pad
RUN --mount=type=cache,target=/root/.npm npm ci
)",
                                        .fixed = false}};

extern constinit const Check copy_source_before_dependencies = {
    .id = "copy-source-before-dependencies",
    .title = "Source tree copied before dependencies are installed.",
    .category = Category::efficiency,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "A step comes from the cache only while the files copied before it stay the same. Dependencies change rarely, sources with every commit.",
    .examples = examples,
    .run = on({Keyword::copy, Keyword::add}, run),
};

}
