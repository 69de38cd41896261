#include "analyzer/docker/layer.h"
#include "analyzer/engine/check.h"

#include <algorithm>

// Package managers of programming languages, asked for whatever is newest.

namespace plimsoll::checks::language_version_unpinned {

using shell::Manager;

namespace {

bool is_path(std::string_view word) { return word.starts_with('/') || word.starts_with('.') || word.starts_with('~'); }

bool ends_like_archive(std::string_view word) {
    constexpr std::string_view endings[] = {".whl", ".tar.gz", ".tgz", ".tar", ".zip", ".tar.bz2", ".gem"};
    return std::ranges::any_of(endings, [&](std::string_view ending) { return word.ends_with(ending); });
}

bool is_vcs(std::string_view word) { return word.starts_with("git+") || word.starts_with("hg+") || word.starts_with("svn+") || word.starts_with("bzr+"); }

// A specifier, a file, or a repository at a revision.
bool pip_pinned(std::string_view word) {
    word = word.substr(0, word.find('#'));
    if (is_vcs(word)) return word.find('@', word.find("://") + 3) != std::string_view::npos;
    return word.find_first_of("<>=~") != std::string_view::npos || word.find("!=") != std::string_view::npos || ends_like_archive(word) ||
           word.find('/') != std::string_view::npos || is_path(word);
}

// name@version behind an optional scope, a file, or a repository at a revision.
bool npm_pinned(std::string_view word) {
    if (word.find("://") != std::string_view::npos || word.starts_with("git@")) return ends_like_archive(word) || word.find('#') != std::string_view::npos;
    if (is_path(word) || ends_like_archive(word)) return true;
    const std::size_t scope = word.starts_with('@') ? std::min(word.find('/'), word.size()) : 0;
    if (word.find('@', std::max<std::size_t>(scope, 1)) != std::string_view::npos) return true;
    // owner/repository of GitHub needs a revision.
    return !word.starts_with('@') && word.find('/') != std::string_view::npos && word.find('#') != std::string_view::npos;
}

bool gem_pinned(std::string_view word) { return word.find(':') != std::string_view::npos || is_path(word) || ends_like_archive(word); }

// Packages of the module at hand and of the standard library have no version of their own; remote ones start with a host name.
bool go_pinned(std::string_view word) {
    if (is_path(word) || word.ends_with(".go")) return true;
    const std::string_view host = word.substr(0, word.find('/'));
    if (host.find('.') == std::string_view::npos) return true;
    const std::size_t at = word.find('@');
    return at != std::string_view::npos && word.substr(at) != "@latest" && word.substr(at) != "@none";
}

bool cargo_pinned(std::string_view word) { return word.find('@') != std::string_view::npos; }

bool pip_applies(const docker::PackageUse& use) { return use->action == "install" && !use->has("requirement") && !use->has("constraint"); }

// An install that names packages; a bare one follows package.json and its lock file.
bool npm_applies(const docker::PackageUse& use) {
    if (use->manager == Manager::npx) return use->has("yes");
    if (use->manager == Manager::yarn) return use->has("global");
    return use->action == "install" && (use->manager != Manager::pnpm || use->has("global"));
}

bool gem_applies(const docker::PackageUse& use) { return use->action == "install" && !use->has("version"); }

// Without the network the module cache or the vendor folder decides.
bool go_applies(const docker::PackageUse& use) {
    const shell::PackageOption* mod = use->option("mod");
    return (use->action == "install" || use->action == "get" || use->action == "run") && !(mod && mod->value && *mod->value == "vendor");
}

bool cargo_applies(const docker::PackageUse& use) {
    return use->action == "install" && !use->has("version") && !use->has("vers") && !use->has("path") && !use->has("rev") && !use->has("tag");
}

struct Tool {
    shell::Managers managers;
    bool (*applies)(const docker::PackageUse&);
    bool (*pinned)(std::string_view);
    std::string_view form;     // how a version is given
    shell::Managers aliased;   // the peers' rules name only these
};

constexpr Tool pip{{Manager::pip, Manager::pipx}, pip_applies, pip_pinned, "name==version", {Manager::pip, Manager::pipx}};
constexpr Tool npm{{Manager::npm, Manager::npx, Manager::yarn, Manager::pnpm}, npm_applies, npm_pinned, "name@version", {Manager::npm}};
constexpr Tool gem{{Manager::gem}, gem_applies, gem_pinned, "name:version", {Manager::gem}};
constexpr Tool go{{Manager::go}, go_applies, go_pinned, "path@version", {Manager::go}};
constexpr Tool cargo{{Manager::cargo}, cargo_applies, cargo_pinned, "name@version", {Manager::cargo}};

// The operands that are packages: not what stands behind "--", and of commands that run something only the first.
std::vector<const shell::Word*> packages_of(const docker::PackageUse& use) {
    std::uint32_t end = UINT32_MAX;
    for (const shell::Word& word : use.command->words)
        if (use->manager == Manager::gem && word == "--") end = std::min(end, word.span().begin);
    std::vector<const shell::Word*> packages;
    const bool runs = use->action == "run" || use->manager == Manager::npx;
    for (const shell::Word* operand : use->operands) {
        if (operand->span().begin >= end) break;
        packages.push_back(operand);
        if (runs) break;
    }
    // "yarn global add x", "go get tool x": the verbs are no packages.
    if (use->manager == Manager::yarn && !packages.empty() && *packages.front() == "add") packages.erase(packages.begin());
    return packages;
}

// An expansion that is not known may bring a version along.
bool may_hold_version(const docker::Argument& argument) { return !argument.known && argument.value.find_first_of("$`*?") != std::string::npos; }

void report_use(const docker::Dockerfile& file, const docker::PackageUse& use, const Tool& tool, Reporter& report) {
    std::optional<docker::Argument> first;
    std::size_t more = 0;
    for (const shell::Word* operand : packages_of(use)) {
        for (docker::Argument& argument : docker::arguments_of(*operand, use.command, file)) {
            if (argument.value.empty() || argument.value.starts_with("-") || tool.pinned(argument.value) || may_hold_version(argument)) continue;
            if (first)
                ++more;
            else
                first = std::move(argument);
        }
    }
    if (!first) return;
    std::string message = quote(first->value);
    if (more > 0)
        message += " and " + std::to_string(more) + (more == 1 ? " more package have" : " more packages have");
    else
        message += " has";
    auto draft = report.at(*first->word, message + " no version; pin it as " + std::string(tool.form));
    // uv reads pip's arguments, but no peer's rule means it.
    if (!tool.aliased.has(use->manager) || use.command->is("uv")) draft.only({});
}

template <const Tool& tool>
void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::PackageUse& use : file.package_uses())
        if (tool.managers.has(use->manager) && tool.applies(use)) report_use(file, use, tool, report);
}

constexpr Example pip_examples[] = {{.bad = R"(
FROM python:3.13
RUN pip install --index-url https://pypi.example.org/simple flask "gunicorn==23.0.0" requests
                                                            ^^^^^ 'flask' and 1 more package have no version; pin it as name==version
RUN python3 -m pip install -U pip
                              ^^^ 'pip' has no version; pin it as name==version
RUN pip install git+https://git.example.org/tool.git
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'git+https://git.example.org/tool.git' has no version; pin it as name==version
)",
                                     .good = R"(
FROM python:3.13
ARG FLASK=3.1.0
RUN pip install "flask==$FLASK" 'gunicorn>=23,<24' requests~=2.32 ./local.whl . git+https://git.example.org/tool.git@v1.2
RUN pip install -r requirements.txt wheel && pip install $UNKNOWN && pip install -c constraints.txt flask
)",
                                     .fixed = false}};

constexpr Example npm_examples[] = {{.bad = R"(
FROM node:24
RUN npm install -g --loglevel error typescript @angular/cli@20.0.0
                                    ^^^^^^^^^^ 'typescript' has no version; pin it as name@version
RUN yarn global add serve && npx --yes cowsay hello
                    ^^^^^ 'serve' has no version; pin it as name@version
                                       ^^^^^^ 'cowsay' has no version; pin it as name@version
)",
                                     .good = R"(
FROM node:24
RUN npm install && npm ci && npm install -g typescript@5.8 @angular/cli@20.0.0 ./tool.tgz https://git.example.org/a.git#v1
RUN npx prettier --check . && yarn add left-pad && npm run build
)",
                                     .fixed = false}};

constexpr Example gem_examples[] = {{.bad = R"(
FROM ruby:3.4
RUN gem install bundler rake:13.2.1 -- --use-system-libraries
                ^^^^^^^ 'bundler' has no version; pin it as name:version
)",
                                     .good = R"(
FROM ruby:3.4
RUN gem install rake:13.2.1 && gem install bundler -v 2.6.2 && gem install --version 1.0 nokogiri -- --use-system-libraries
)",
                                     .fixed = false}};

constexpr Example go_examples[] = {{.bad = R"(
FROM golang:1.25
RUN go install -ldflags "-s -w" example.org/tool/cmd/a@latest
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'example.org/tool/cmd/a@latest' has no version; pin it as path@version
RUN go get -u example.org/lib
              ^^^^^^^^^^^^^^^ 'example.org/lib' has no version; pin it as path@version
)",
                                    .good = R"(
FROM golang:1.25
RUN go install example.org/tool/cmd/a@v1.2.3 ./cmd/... && go run main.go && go install -mod=vendor example.org/own/cmd
)",
                                    .fixed = false}};

constexpr Example cargo_examples[] = {{.bad = R"(
FROM rust:1.89
RUN cargo install ripgrep
                  ^^^^^^^ 'ripgrep' has no version; pin it as name@version
)",
                                       .good = R"(
FROM rust:1.89
RUN cargo install ripgrep@14.1.1 && cargo install --version 14.1.1 ripgrep && cargo install --path .
)",
                                       .fixed = false}};

constexpr std::string_view why = "Without a version each build takes what the registry offers that day: two images from one Dockerfile differ, and a broken or "
                                 "hijacked release arrives unasked.";

constexpr Check table[] = {
    {.id = "pip-version-unpinned",
     .title = "pip install without package versions.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"hadolint:DL3013", "kics:02d9c71f-3ee8-4986-9c27-1a20d0d19bfc", "terrascan:AC_DOCKER_0010"},
     .standards = {"CIS-Docker-4.11"},
     .examples = pip_examples,
     .run = on(docker::Keyword::run, run<pip>)},
    {.id = "npm-version-unpinned",
     .title = "npm install of a package without version.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"hadolint:DL3016", "kics:e36d8880-3f78-4546-b9a1-12f0745ca0d5"},
     .standards = {"CIS-Docker-4.11"},
     .examples = npm_examples,
     .run = on(docker::Keyword::run, run<npm>)},
    {.id = "gem-version-unpinned",
     .title = "gem install takes whatever version is newest.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"hadolint:DL3028", "kics:22cd11f7-9c6c-4f6e-84c0-02058120b341"},
     .standards = {"CIS-Docker-4.11"},
     .examples = gem_examples,
     .run = on(docker::Keyword::run, run<gem>)},
    {.id = "go-version-unpinned",
     .title = "go install or run without a module version.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = why,
     .aliases = {"hadolint:DL3062"},
     .standards = {"CIS-Docker-4.11"},
     .examples = go_examples,
     .run = on(docker::Keyword::run, run<go>)},
    {.id = "cargo-version-unpinned",
     .title = "cargo install without version or lock.",
     .category = Category::supply_chain,
     .severity = Severity::low,
     .profile = Profile::recommended,
     .why = why,
     .standards = {"CIS-Docker-4.11"},
     .examples = cargo_examples,
     .run = on(docker::Keyword::run, run<cargo>)},
};

}

extern constinit const std::span<const Check> language_version_unpinned = table;

}
