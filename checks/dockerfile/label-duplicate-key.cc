#include <map>
#include <string>

#include "analyzer/engine/check.h"

namespace plimsoll::checks::label_duplicate_key {

struct Place {
    const docker::Instruction* instruction = nullptr;
    std::size_t index = 0;   // in its pairs
    const docker::Pair& pair() const { return instruction->pairs[index]; }
};

// Bytes that have to go with the pair; nullopt when comments are in the way.
static std::optional<Span> removal(const docker::Dockerfile& file, const Place& place) {
    const docker::Instruction& instruction = *place.instruction;
    const auto& pairs = instruction.pairs;
    if (!instruction.comments.empty() || !instruction.empty_lines.empty()) return std::nullopt;
    if (pairs.size() == 1) return file.source().whole_lines(instruction.span);
    if (place.index + 1 < pairs.size()) return Span{pairs[place.index].key.span.begin, pairs[place.index + 1].key.span.begin};
    const docker::Pair& before = pairs[place.index - 1];
    return Span{before.has_value ? before.value.span.end : before.key.span.end, place.pair().value.span.end};
}

struct Keys {
    const docker::Dockerfile& file;
    Reporter& report;
    std::map<std::string, Place, std::less<>> known;

    void set(const Place& place, const docker::Instruction& at) {
        const std::optional<std::string> key = file.expand(place.pair().key, at);
        if (!key || key->empty()) return;
        auto [entry, added] = known.try_emplace(*key, place);
        if (added) return;
        dead(entry->second, place, *key);
        entry->second = place;
    }
    void dead(const Place& first, const Place& second, const std::string& key) {
        auto finding = report.at(first.pair().key, quote(key) + " is set again before anything uses this value; keep one");
        finding.related(second.pair().key.span, "set again here");
        if (const auto span = removal(file, first)) finding.fix("Remove the value that is not used", Safety::unsafe, {*span, ""});
    }
    // A variable that a value reads is used, whatever follows.
    void read(const Text& text) {
        if (text.value.find('$') == std::string_view::npos) return;
        for (const docker::VariableReference& reference : file.references(text)) known.erase(std::string(reference.name.value));
    }
};

// Labels are read by nobody during the build: the last of a stage counts.
static void labels(const docker::Dockerfile& file, const docker::Stage& stage, Reporter& report) {
    Keys keys{file, report, {}};
    for (const docker::Instruction* instruction : stage.instructions)
        if (instruction->keyword == docker::Keyword::label)
            for (std::size_t i = 0; i < instruction->pairs.size(); ++i) keys.set({instruction, i}, *instruction);
}

// A variable is used by whatever comes between, other ENV excepted.
static void variables(const docker::Dockerfile& file, const docker::Stage& stage, Reporter& report) {
    Keys keys{file, report, {}};
    for (const docker::Instruction* instruction : stage.instructions) {
        if (instruction->keyword != docker::Keyword::env) {
            keys.known.clear();
            continue;
        }
        for (const docker::Pair& pair : instruction->pairs) keys.read(pair.value);
        for (std::size_t i = 0; i < instruction->pairs.size(); ++i) keys.set({instruction, i}, *instruction);
    }
}

static void run(const docker::Dockerfile& file, Reporter& report) {
    for (const docker::Stage& stage : file.stages()) {
        labels(file, stage, report);
        variables(file, stage, report);
    }
}

static constexpr Example examples[] = {{.bad = R"(
FROM alpine:3.22
LABEL version=2 team=y version=3
      ^^^^^^^ 'version' is set again before anything uses this value; keep one
                ^^^^ 'team' is set again before anything uses this value; keep one
LABEL "team"=z
ENV A=1 \
    ^ 'A' is set again before anything uses this value; keep one
    B=2 \
    A=3
)",
                                        .good = R"(
FROM alpine:3.22
LABEL version=3
LABEL "team"=z
ENV B=2 \
    A=3
)"},
                                       {.bad = R"(
FROM alpine:3.22
LABEL vendor=acme
      ^^^^^^ 'vendor' is set again before anything uses this value; keep one
RUN make
LABEL vendor=other
)",
                                        .good = R"(
FROM alpine:3.22
RUN make
LABEL vendor=other
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV A=1 B=2
        ^ 'B' is set again before anything uses this value; keep one
ENV B=3
)",
                                        .good = R"(
FROM alpine:3.22
ENV A=1
ENV B=3
)"},
                                       {.bad = R"(
FROM alpine:3.22
ENV A 1
    ^ 'A' is set again before anything uses this value; keep one
ENV A 2
)",
                                        .good = R"(
FROM alpine:3.22 AS a
LABEL version=1
ENV P=/a
ENV P=$P:/b
ENV C=1
RUN make
ENV C=2
FROM alpine:3.22
LABEL version=1
)",
                                        .fixed = false}};

extern constinit const Check label_duplicate_key = {
    .id = "label-duplicate-key",
    .title = "Label or variable is set again before its value is used.",
    .category = Category::correctness,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "The last value wins and the first is dead text, most often left by a copy and paste that was to set another key.",
    .examples = examples,
    .run = on({docker::Keyword::label, docker::Keyword::env}, run),
};

}
