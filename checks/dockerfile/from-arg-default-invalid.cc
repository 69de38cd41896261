#include <string>
#include <unordered_map>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::from_arg_default_invalid {

namespace {

using docker::VariableValue;

// The global ARGs by their defaults alone, as a build without --build-arg has them.
class Defaults {
public:
    explicit Defaults(const docker::Dockerfile& file) : escape_(file.escape()) {
        for (const docker::Instruction* in : file.before_first_from())
            if (in->keyword == docker::Keyword::arg)
                for (const docker::Pair& pair : in->pairs) define(pair);
    }

    std::string expand(std::string_view text) const {
        return docker::expand_word(text, escape_, [this](std::string_view name) { return value(name); }).value_or(std::string());
    }

private:
    void define(const docker::Pair& pair) {
        const std::string_view name = pair.key.value;
        if (pair.has_value)
            values_[name] = {VariableValue::State::set, expand(pair.value.value)};
        else
            values_.try_emplace(name);
    }

    VariableValue value(std::string_view name) const {
        if (auto found = values_.find(name); found != values_.end() && found->second.state == VariableValue::State::set) return found->second;
        // What the builder itself fills in, by the example of a common machine.
        if (name.ends_with("PLATFORM") && docker::is_platform_argument(name)) return {VariableValue::State::set, "linux/amd64"};
        if (docker::is_platform_argument(name)) return {VariableValue::State::set, name.ends_with("OS") ? "linux" : name.ends_with("VARIANT") ? "" : "amd64"};
        return {};
    }

    char escape_;
    std::unordered_map<std::string_view, VariableValue> values_;
};

void run(const docker::Dockerfile& file, Reporter& report) {
    const Defaults defaults(file);
    for (const docker::Stage& stage : file.stages()) {
        if (stage.base.empty()) continue;
        const std::string base = defaults.expand(stage.base.value);
        if (docker::parse_reference(base) || stage.parent) continue;
        if (stage.base.value.find('$') == std::string_view::npos) {
            report.at(stage.base, quote(base) + " is no valid image name: names are lower case letters, digits and single separators").severity(Severity::high);
        } else {
            report.at(stage.base, "without build arguments the image is " + quote(base) + ", which is no valid name; give the ARG a default");
        }
    }
}

constexpr Example examples[] = {{.bad = R"(
ARG TAG
FROM alpine:$TAG
     ^^^^^^^^^^^ without build arguments the image is 'alpine:', which is no valid name; give the ARG a default
)",
                                 .good = R"(
ARG TAG=3.22
FROM alpine:$TAG
FROM alpine:${OTHER:-3.22}
FROM example.org/app-$TARGETARCH
FROM scratch
)"},
                                {.bad = R"(
ARG BASE
ARG IMAGE=$BASE
FROM ${IMAGE}
     ^^^^^^^^ without build arguments the image is '', which is no valid name; give the ARG a default
FROM Alpine:3.22
     ^^^^^^^^^^^ 'Alpine:3.22' is no valid image name: names are lower case letters, digits and single separators
)",
                                 .good = R"(
ARG BASE=alpine
ARG IMAGE=$BASE:3.22
FROM ${IMAGE} AS Base
FROM Base
)"}};

}

extern constinit const Check from_arg_default_invalid = {
    .id = "from-arg-default-invalid",
    .title = "FROM is invalid when only ARG defaults are used.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "A plain docker build fails on this line, and the message does not say which argument is missing. "
           "Editors, scanners and update bots cannot tell the base image either.",
    .aliases = {"buildkit:InvalidDefaultArgInFrom"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
