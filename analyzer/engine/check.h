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

namespace plimsoll::kubernetes {
class Cluster;
class Manifest;
class Object;
struct Container;
struct Pod;
}

namespace plimsoll {

// bugs: certain defects only; recommended contains bugs; strict contains everything.
enum class Profile : std::uint8_t { bugs, recommended, strict };

enum class Category : std::uint8_t { security, supply_chain, correctness, reliability, efficiency, style, deprecation, compliance, resources };

constexpr std::string_view category_names[] = {"security", "supply-chain", "correctness", "reliability", "efficiency",
                                               "style",    "deprecation",  "compliance",  "resources"};
constexpr std::string_view name_of(Category category) { return category_names[static_cast<unsigned>(category)]; }

// A short constant list of names; longer lists do not compile.
template <std::size_t capacity>
struct Names {
    std::array<std::string_view, capacity> items{};
    std::uint8_t count = 0;
    constexpr Names() = default;
    constexpr Names(std::initializer_list<std::string_view> list) {
        for (std::string_view item : list) items[count++] = item;
    }
    constexpr operator std::span<const std::string_view>() const { return {items.data(), count}; }
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
using RunOnManifest = void (*)(const kubernetes::Manifest& file, Reporter& report);
using RunOnObject = void (*)(const kubernetes::Object& object, Reporter& report);
using RunOnPod = void (*)(const kubernetes::Pod& pod, Reporter& report);
using RunOnContainer = void (*)(const kubernetes::Container& container, Reporter& report);
using RunOnCluster = void (*)(const kubernetes::Cluster& cluster, Reporter& report);

// When a check runs. The engine asks each file once which kinds of instruction and object it holds, and calls only who wants them.
struct Runner {
    RunOnDockerfile dockerfile = nullptr;
    RunOnManifest manifest = nullptr;   // once for each YAML or JSON file that is analysed (objects, kustomization.yaml, Chart.yaml, values)
    RunOnObject object = nullptr;
    RunOnPod pod = nullptr;               // once for each pod spec of an object
    RunOnContainer container = nullptr;   // once for each container of each pod spec, init and ephemeral ones included
    RunOnCluster cluster = nullptr;       // once for all objects that are applied together
    std::uint32_t keywords = 0;           // bit set of docker::Keyword, triggers of ONBUILD included; 0: every Dockerfile
    bool schemas = false;                 // the one for all objects asks what the definitions of custom resources say of these
    Names<20> kinds = {};                 // for object: what kubernetes::Object::is() is asked; none: every object
};

constexpr std::uint32_t bit(docker::Keyword keyword) { return std::uint32_t{1} << static_cast<unsigned>(keyword); }

// Runs on files that hold at least one of these instructions.
constexpr Runner on(std::initializer_list<docker::Keyword> keywords, RunOnDockerfile run) {
    Runner runner;
    runner.dockerfile = run;
    for (docker::Keyword keyword : keywords) runner.keywords |= bit(keyword);
    return runner;
}
constexpr Runner on(docker::Keyword keyword, RunOnDockerfile run) { return on({keyword}, run); }
constexpr Runner on_every_dockerfile(RunOnDockerfile run) { return on({}, run); }

// Runs on objects of these kinds: "Deployment" (built in, any version) or "group/Kind".
constexpr Runner on_objects(std::initializer_list<std::string_view> kinds, RunOnObject run) {
    Runner runner;
    runner.object = run;
    runner.kinds = kinds;
    return runner;
}
constexpr Runner on_every_object(RunOnObject run) { return on_objects({}, run); }
constexpr Runner on_pods(RunOnPod run) {
    Runner runner;
    runner.pod = run;
    return runner;
}
constexpr Runner on_containers(RunOnContainer run) {
    Runner runner;
    runner.container = run;
    return runner;
}
constexpr Runner on_manifests(RunOnManifest run) {
    Runner runner;
    runner.manifest = run;
    return runner;
}
constexpr Runner on_cluster(RunOnCluster run) {
    Runner runner;
    runner.cluster = run;
    return runner;
}
constexpr Runner on_custom_resources(RunOnCluster run) {
    Runner runner = on_cluster(run);
    runner.schemas = true;
    return runner;
}
// Both; the second one's kinds and keywords hold where the first has none.
constexpr Runner operator|(Runner a, const Runner& b) {
    if (!a.dockerfile) a.dockerfile = b.dockerfile;
    if (!a.manifest) a.manifest = b.manifest;
    if (!a.object) a.object = b.object;
    if (!a.pod) a.pod = b.pod;
    if (!a.container) a.container = b.container;
    if (!a.cluster) a.cluster = b.cluster;
    a.schemas = a.schemas || b.schemas;
    if (!a.keywords) a.keywords = b.keywords;
    if (!a.kinds.size()) a.kinds = b.kinds;
    return a;
}

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
