#include <algorithm>
#include <unordered_set>

#include "analyzer/engine/check.h"
#include "analyzer/text/distance.h"

namespace plimsoll::checks::from_undeclared_arg {

namespace {

// The names of the global ARGs, in order.
std::vector<std::string_view> declared(const docker::Dockerfile& file) {
    std::vector<std::string_view> names;
    for (const docker::Instruction* in : file.before_first_from())
        if (in->keyword == docker::Keyword::arg)
            for (const docker::Pair& pair : in->pairs) names.push_back(pair.key.value);
    return names;
}

class Judge {
public:
    Judge(const docker::Dockerfile& file, Reporter& report) : file_(file), report_(report), names_(declared(file)), known_(names_.begin(), names_.end()) {}

    void text(const Text& text) {
        if (text.value.find('$') == std::string_view::npos) return;
        for (const docker::VariableReference& variable : file_.references(text)) {
            const std::string_view name = variable.name.value;
            if (variable.single_quoted || variable.guarded() || known_.contains(name) || docker::is_platform_argument(name)) continue;
            // Among very many names no near one means anything, and looking for it takes long.
            const std::string_view near = names_.size() < 256 ? nearest_name(name, names_) : std::string_view{};
            report_.at(variable.whole, "no ARG before the first FROM declares " + quote(name) + ", so it is always empty here" +
                                           (near.empty() ? "; add ARG " + std::string(name) : "; did you mean " + quote(near) + "?"));
        }
    }

private:
    const docker::Dockerfile& file_;
    Reporter& report_;
    std::vector<std::string_view> names_;
    std::unordered_set<std::string_view> known_;
};

void run(const docker::Dockerfile& file, Reporter& report) {
    Judge judge(file, report);
    for (const docker::Stage& stage : file.stages()) {
        judge.text(stage.base);
        if (const docker::Flag* platform = stage.from->flag("platform")) judge.text(platform->value);
    }
}

constexpr Example examples[] = {{.bad = R"(
ARG VERSION=3.22
FROM alpine:$VERSON
            ^^^^^^^ no ARG before the first FROM declares 'VERSON', so it is always empty here; did you mean 'VERSION'?
)",
                                 .good = R"(
ARG VERSION
FROM --platform=$BUILDPLATFORM alpine:$VERSION
FROM alpine:${OTHER:-3.22}
)"},
                                {.bad = R"(
FROM alpine:3.22
ARG NEXT=3.21
FROM alpine:${NEXT}
            ^^^^^^^ no ARG before the first FROM declares 'NEXT', so it is always empty here; add ARG NEXT
)",
                                 .good = R"(
ARG NEXT=3.21
FROM alpine:3.22
FROM alpine:${NEXT}
)"}};

}

extern constinit const Check from_undeclared_arg = {
    .id = "from-undeclared-arg",
    .title = "FROM expands an ARG that is not declared before it.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "FROM sees only the ARGs that stand before the first FROM; those of a stage, ENV and the shell's environment do not count. "
           "--build-arg has no effect on a name that is not declared, so the variable is empty in every build.",
    .aliases = {"buildkit:UndefinedArgInFrom"},
    .examples = examples,
    .run = on(docker::Keyword::from, run),
};

}
