#include "analyzer/engine/check.h"

namespace plimsoll::checks::cd_instead_of_workdir {

// A directory WORKDIR can name: no substitution, no pattern, nothing that only the shell knows. At the start of a RUN every
// variable comes from the builder or the base image.
static bool workdir_can_name(const docker::Dockerfile& file, const docker::Instruction& run, const shell::Word& target, bool leading) {
    if (target.value.empty() || target.value[0] == '-' || target.value[0] == '~') return false;
    if (target.literal) return true;
    if (target.value.find_first_of("`*?[(") != std::string::npos) return false;
    for (const docker::VariableReference& reference : file.references(target.text)) {
        if (leading && reference.op.empty()) continue;
        const docker::Variable variable = file.lookup(reference.name.value, run);
        if (variable.kind != docker::Variable::Kind::arg && variable.kind != docker::Variable::Kind::env) return false;
    }
    return true;
}

static bool changes_options(const shell::Command& command) { return command.is("set") || command.is("shopt"); }

static void judge(const docker::Dockerfile& file, const docker::Command& at, bool leading, bool alone, Reporter& report) {
    const shell::Command& cd = *at.command;
    if (cd.in_subshell || cd.in_substitution || cd.in_function || cd.condition || cd.wrapper || cd.words.size() != 2) return;
    const shell::Word& target = cd.words[1];
    if (!workdir_can_name(file, at.instruction(), target, leading)) return;
    if (alone)
        report.at(cd.name_span(), "this directory is left when RUN ends; use WORKDIR " + target.value);
    else if (leading || !report.flag("only_leading"))
        report.at(cd.name_span(), "use WORKDIR " + target.value + " instead of cd");
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    const docker::ShellCode* code = nullptr;
    bool leading = true;
    std::span<const docker::Command> commands = file.commands();
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (commands[i].code != code) leading = true;
        code = commands[i].code;
        if (leading && changes_options(*commands[i].command)) continue;
        const bool last = i + 1 == commands.size() || commands[i + 1].code != code;
        if (commands[i]->is("cd")) judge(file, commands[i], leading, leading && last, report);
        leading = false;
    }
}

static constexpr Option options[] = {
    {"only_leading", Option::Type::flag, "true", "report only a cd that opens the RUN; false reports every cd outside subshells"},
};

static constexpr Example examples[] = {{.bad = R"df(
FROM alpine:3.22
RUN cd /srv/app && make
    ^^ use WORKDIR /srv/app instead of cd
RUN cd /opt
    ^^ this directory is left when RUN ends; use WORKDIR /opt
)df",
                                        .good = R"df(
FROM alpine:3.22
WORKDIR /srv/app
RUN make
RUN (cd /opt && make)
RUN cd "$(mktemp -d)" && make
RUN mkdir /src && cd /src && make && rm -rf /src
)df"},
                                       {.bad = R"df(
FROM alpine:3.22
ARG SRC=/src
RUN set -ex; cd "$SRC"; make
             ^^ use WORKDIR $SRC instead of cd
)df",
                                        .good = R"df(
FROM alpine:3.22
RUN SRC=/src && cd "$SRC" && make
)df"},
                                       {.bad = R"df(
FROM alpine:3.22
RUN make && cd /srv && make
            ^^ use WORKDIR /srv instead of cd
)df",
                                        .good = R"df(
FROM alpine:3.22
RUN make && (cd /srv && make)
)df",
                                        .config = "checks:\n  cd-instead-of-workdir:\n    only_leading: false\n"}};

extern constinit const Check cd_instead_of_workdir = {
    .id = "cd-instead-of-workdir",
    .title = "RUN changes the directory with cd instead of WORKDIR.",
    .category = Category::style,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why = "A cd holds only until its RUN ends, so each following step has to repeat it. WORKDIR states the directory once, creates it, "
           "and later steps and the container start there. A cd in the middle of a longer command, in a subshell or into a directory only the shell knows "
           "is left alone.",
    .aliases = {"hadolint:DL3003", "trivy:DS-0013", "kics:f4a6bcd3-e231-4acf-993c-aa027be50d2e", "semgrep:use-workdir", "sonar:S6597",
                "terrascan:AC_DOCKER_0018", "mondoo:use-workdir-not-cd"},
    .options = options,
    .examples = examples,
    .run = on(docker::Keyword::run, run),
};

}
