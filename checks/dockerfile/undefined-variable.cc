#include "analyzer/engine/check.h"
#include "analyzer/text/distance.h"

#include <algorithm>
#include <unordered_map>

namespace plimsoll::checks::undefined_variable {

using docker::Instruction;
using docker::Keyword;
using docker::Stage;
using docker::Variable;
using docker::VariableReference;

// The environment of a base image is not known. A name that nothing defines is reported only when the file itself shows that
// another definition was meant: a global ARG, one of another stage, one further down, a near name, or when the base is empty or known.

// Base images set these so often that an ENV of the same name in another stage says nothing.
static bool usual_in_images(std::string_view name) {
    for (std::string_view usual : {"HOME",     "USER",      "LANG",         "LC_ALL",       "SHELL",          "HOSTNAME",    "JAVA_HOME",  "GOPATH",
                                   "GOROOT",   "NODE_PATH", "NODE_VERSION", "PYTHONPATH",   "PYTHON_VERSION", "VIRTUAL_ENV", "CARGO_HOME", "RUSTUP_HOME",
                                   "GEM_HOME", "CONDA_DIR", "CUDA_HOME",    "CUDA_VERSION", "APP_ROOT",       "MANPATH",     "INFOPATH"})
        if (name == usual) return true;
    return name.ends_with("_PATH") || name.ends_with("PATH") || name.ends_with("FLAGS");
}

namespace {

struct Definition {
    const Instruction* in = nullptr;
    Text name;
};

}

namespace {

class Search {
public:
    explicit Search(const docker::Dockerfile& file, Reporter& report) : file_(file), report_(report) {}

    void visit(const Instruction& in) {
        switch (in.keyword) {
            case Keyword::env:
            case Keyword::label:
            case Keyword::arg:
                for (const docker::Pair& pair : in.pairs) text(pair.value, in, pair.key.value);
                break;
            case Keyword::copy:
            case Keyword::add:
                for (const docker::Flag& flag : in.flags)
                    if (flag.name == "chown" || flag.name == "chmod") text(flag.value, in);
                for (const Text& word : in.words)
                    if (!word.value.starts_with("<<")) text(word, in);
                break;
            case Keyword::expose:
            case Keyword::volume:
                for (const Text& word : in.words) text(word, in);
                break;
            case Keyword::user:
            case Keyword::workdir:
            case Keyword::stopsignal: text(in.argument, in); break;
            default: break;
        }
    }

private:
    void text(const Text& value, const Instruction& in, std::string_view key = {}) {
        if (value.value.find('$') == std::string_view::npos) return;
        const std::vector<VariableReference> references = file_.references(value);
        const VariableReference* guard = nullptr;   // the last ${NAME:+...}: what it holds is used only when NAME is set
        for (const VariableReference& reference : references) {
            if (guard && guard->whole.span.contains(reference.whole.span) && guard->name == reference.name.value) continue;
            if (reference.guarded())
                guard = &reference;
            else
                judge(reference, in, key);
        }
    }

    void judge(const VariableReference& reference, const Instruction& in, std::string_view key) {
        const std::string_view name = reference.name.value;
        if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return;
        const Variable known = file_.lookup(name, in);
        if (known.kind != Variable::Kind::undefined && known.kind != Variable::Kind::unknown) return;
        if (known.set_by) return;
        const bool itself = name == key;
        if (!itself && in.keyword == Keyword::env && in.pairs.size() < 1000)
            for (const docker::Pair& pair : in.pairs)
                if (pair.key == name) return;   // env-same-line-reference tells more
        if (docker::is_platform_argument(name)) {
            report_.at(reference.whole, quote(name) + " is known in FROM only; declare it in this stage with ARG " + std::string(name));
            return;
        }
        if (!told_by_definition(reference, in, itself) && !itself && !told_by_near_name(reference, in) &&
            (known.kind == Variable::Kind::undefined || known_environment(*in.stage)))
            report_.at(reference.whole, quote(name) + " is not defined in this stage, so it is empty");
    }

    // These images set PATH and nothing else.
    static bool known_environment(const Stage& stage) {
        const std::optional<docker::Reference>& image = stage.root_image();
        if (!image) return false;
        const std::string name = image->familiar();
        for (std::string_view plain : {"alpine", "busybox", "debian", "ubuntu", "amazonlinux", "oraclelinux"})
            if (name == plain) return true;
        return false;
    }

    bool told_by_definition(const VariableReference& reference, const Instruction& in, bool itself) {
        collect();
        const std::string_view name = reference.name.value;
        if (const auto found = globals_.find(name); found != globals_.end()) {
            report_.at(reference.whole, quote(name) + " is declared before the first FROM only; repeat ARG " + std::string(name) + " in this stage")
                .related(found->second.name.span, "declared here");
            return true;
        }
        const auto found = definitions_.find(name);
        if (found == definitions_.end()) return false;
        for (const Definition& other : found->second) {
            const bool argument = other.in->keyword == Keyword::arg;
            if (!argument && (itself || usual_in_images(name))) continue;
            const bool here = other.in->stage == in.stage;
            if (here && itself) continue;
            report_
                .at(reference.whole, here ? quote(name) + " is defined further down only; move its " + std::string(docker::name_of(other.in->keyword)) + " up"
                                          : quote(name) + " is defined in stage " + quote(other.in->stage->label()) + " only; define it in this stage too")
                .related(other.name.span, "defined here");
            return true;
        }
        return false;
    }

    bool told_by_near_name(const VariableReference& reference, const Instruction& in) {
        const std::string_view name = reference.name.value;
        if (name.size() < 5 || usual_in_images(name) || near_searches_ >= 200) return false;
        ++near_searches_;
        const std::string_view near = nearest_name(name, visible(in));
        if (near.empty() || edit_distance(name, near, 1) > 1 || differ_in_digit(name, near)) return false;
        report_.at(reference.whole, quote(name) + " is not defined; did you mean " + quote(near) + "?");
        return true;
    }

    static bool differ_in_digit(std::string_view a, std::string_view b) {
        const auto digits = [](std::string_view text) { return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }); };
        return digits(a) > 0 || digits(b) > 0;
    }

    // Names defined in the stage and its ancestors; the last 200 of them.
    const std::vector<std::string_view>& visible(const Instruction& in) {
        if (visible_stage_ == in.stage) return visible_;
        visible_stage_ = in.stage;
        visible_.clear();
        for (const Stage* stage : in.stage->chain())
            for (const Instruction* at : stage->instructions) {
                if (at->keyword != Keyword::env && at->keyword != Keyword::arg) continue;
                for (const docker::Pair& pair : at->pairs)
                    if (visible_.size() < 200) visible_.push_back(pair.key.value);
            }
        return visible_;
    }

    void collect() {
        if (collected_) return;
        collected_ = true;
        for (const Instruction* in : file_.before_first_from())
            if (in->keyword == Keyword::arg)
                for (const docker::Pair& pair : in->pairs) globals_.emplace(pair.key.value, Definition{in, pair.key});
        for (Keyword keyword : {Keyword::arg, Keyword::env})
            for (const Instruction* in : file_.all(keyword)) {
                if (!in->stage) continue;
                for (const docker::Pair& pair : in->pairs) {
                    std::vector<Definition>& all = definitions_[pair.key.value];
                    if (all.size() < 8) all.push_back({in, pair.key});
                }
            }
    }

    const docker::Dockerfile& file_;
    Reporter& report_;
    bool collected_ = false;
    int near_searches_ = 0;
    std::unordered_map<std::string_view, Definition> globals_;
    std::unordered_map<std::string_view, std::vector<Definition>> definitions_;
    const Stage* visible_stage_ = nullptr;
    std::vector<std::string_view> visible_;
};

}

static void run(const docker::Dockerfile& file, Reporter& report) {
    Search search(file, report);
    for (const Stage& stage : file.stages())
        for (const Instruction* in : stage.instructions) search.visit(*in);
}

static constexpr Example examples[] = {{.bad = R"(
ARG VERSION=1.2
FROM alpine:3.22
LABEL version=$VERSION
              ^^^^^^^^ 'VERSION' is declared before the first FROM only; repeat ARG VERSION in this stage
COPY app-${VERSION}.tar /srv/
         ^^^^^^^^^^ 'VERSION' is declared before the first FROM only; repeat ARG VERSION in this stage
)",
                                        .good = R"(
ARG VERSION=1.2
FROM node:22
ARG VERSION
LABEL version=$VERSION other=$FROM_THE_BASE_IMAGE
COPY app-${VERSION}.tar '$VERSION' \$VERSION /srv/
)"},
                                       {.bad = R"(
FROM alpine:3.22 AS one
ARG REV=abc
FROM alpine:3.22
LABEL rev=$REV
          ^^^^ 'REV' is defined in stage 'one' only; define it in this stage too
ENV ARCH=$TARGETARCH
         ^^^^^^^^^^^ 'TARGETARCH' is known in FROM only; declare it in this stage with ARG TARGETARCH
WORKDIR $APP_DIR
        ^^^^^^^^ 'APP_DIR' is defined further down only; move its ENV up
ENV APP_DIR=/srv
USER $AP_DIR
     ^^^^^^^ 'AP_DIR' is not defined; did you mean 'APP_DIR'?
)",
                                        .good = R"(
FROM alpine:3.22 AS one
ARG REV=abc
ENV JAVA_HOME=/java
FROM one
LABEL rev=$REV
FROM node:22
ENV LD_LIBRARY_PATH=/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} REV=${REV:-none}
WORKDIR $JAVA_HOME
)"},
                                       {.bad = R"(
FROM scratch
COPY app $HOME/app
         ^^^^^ 'HOME' is not defined in this stage, so it is empty
)",
                                        .good = R"(
FROM debian:13
ENV PATH=/bin:$PATH LD_LIBRARY_PATH=$LD_LIBRARY_PATH:/lib
COPY app ${HOME:-/}/app
)"}};

extern constinit const Check undefined_variable = {
    .id = "undefined-variable",
    .title = "Variable is used but not defined in the stage.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The builder replaces a variable it does not know with nothing and goes on: files land in the root folder, labels stay empty. "
           "An ARG before the first FROM is for FROM lines only, and every FROM starts with the variables of its base alone.",
    .aliases = {"buildkit:UndefinedVar", "sonar:S6579"},
    .examples = examples,
    .run = on(Keyword::from, run),
};

}
