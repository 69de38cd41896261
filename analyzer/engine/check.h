#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

// What every check file needs. Keep the includes light: 300 files include this one.
#include "analyzer/docker/dockerfile.h"
#include "analyzer/engine/reporter.h"
#include "analyzer/engine/severity.h"
#include "analyzer/shell/packages.h"
#include "analyzer/text/edit.h"

namespace plimsoll {

// bugs: certain defects only; recommended contains bugs; strict contains everything.
enum class Profile : std::uint8_t { bugs, recommended, strict };

enum class Category : std::uint8_t { security, supply_chain, correctness, reliability, efficiency, style, deprecation, compliance };

// A short constant list of names; longer lists do not compile.
template <std::size_t capacity>
struct Names {
    std::array<std::string_view, capacity> items{};
    std::uint8_t count = 0;
    constexpr Names() = default;
    constexpr Names(std::initializer_list<std::string_view> list) {
        for (std::string_view item : list) items[count++] = item;
    }
    constexpr auto begin() const { return items.begin(); }
    constexpr auto end() const { return items.begin() + count; }
    constexpr std::size_t size() const { return count; }
};

// Documentation and test in one. A line whose first non-blank is '^' marks the bytes of the line above it and carries the
// exact message; several such lines may follow one another, each marking the same source line. Marker lines are removed before parsing.
// A marker "^| message" marks an empty place (insertion point) at the caret's column.
struct Example {
    std::string_view bad;           // gives exactly the marked findings of this check
    std::string_view good;          // silent; what the safe and unsafe fixes make of `bad`, when every finding of `bad` has a fix
    std::string_view config = {};   // a .plimsoll.yaml
    Names<4> files = {};            // further files beside it: "name" or "name=content"
    std::string_view path = "Dockerfile";
    bool fixed = true;   // false: `good` is not what the fixes make of `bad`
};

// A setting of one check, `checks: {id: {name: value}}` in the configuration.
struct Option {
    enum class Type : std::uint8_t { text, list, number, flag };
    std::string_view name;
    Type type = Type::list;
    std::string_view value = {};   // default; lists are separated by blanks
    std::string_view what = {};
};

using RunOnDockerfile = void (*)(const docker::Dockerfile& file, Reporter& report);

// When a check runs. The engine asks each file once which kinds of instruction it holds.
struct Runner {
    RunOnDockerfile dockerfile = nullptr;
    std::uint32_t keywords = 0;   // bit set of docker::Keyword, triggers of ONBUILD included; 0: every Dockerfile
};

constexpr std::uint32_t bit(docker::Keyword keyword) { return std::uint32_t{1} << static_cast<unsigned>(keyword); }

// Runs on files that hold at least one of these instructions.
constexpr Runner on(std::initializer_list<docker::Keyword> keywords, RunOnDockerfile run) {
    Runner runner{run, 0};
    for (docker::Keyword keyword : keywords) runner.keywords |= bit(keyword);
    return runner;
}
constexpr Runner on(docker::Keyword keyword, RunOnDockerfile run) { return on({keyword}, run); }
constexpr Runner on_every_dockerfile(RunOnDockerfile run) { return {run, 0}; }

// One check: constant data and a function. Ids come from the catalogue and are forever.
struct Check {
    std::string_view id;
    std::string_view title;   // one sentence, upper case start, full stop
    Category category = Category::correctness;
    Severity severity = Severity::medium;
    Profile profile = Profile::recommended;
    Safety fix = Safety::none;   // the best safety its fixes have
    std::string_view why = {};   // the reasons, one to four sentences
    Names<24> aliases = {};      // every peer id one of its findings may carry, "hadolint:DL3020"
    Names<12> standards = {};
    std::span<const Option> options = {};
    std::span<const Example> examples = {};
    Runner run = {};
};

}
