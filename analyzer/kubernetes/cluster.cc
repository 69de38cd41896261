#include "analyzer/kubernetes/cluster.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/kubernetes/custom_schema.h"
#include "analyzer/kubernetes/existing.h"
#include "analyzer/kubernetes/kinds.h"
#include "analyzer/kubernetes/nearby.h"
#include "analyzer/kubernetes/provided.h"
#include "analyzer/text/glob.h"

namespace plimsoll::kubernetes {

namespace {

// Stand for namespaces in the keys below; no namespace is named so.
constexpr std::string_view open = "?", any = "*";

std::size_t mixed(std::size_t hash, std::string_view text) { return (hash ^ std::hash<std::string_view>{}(text)) * 0x9E3779B97F4A7C15ULL + (hash >> 29); }

struct Key {
    std::string_view space, first, second;
    bool operator==(const Key&) const = default;
};

struct KeyHash {
    std::size_t operator()(const Key& key) const { return mixed(mixed(mixed(0, key.space), key.first), key.second); }
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// The namespace as a key: `open` when none is written or a placeholder stands for it.
std::string_view space_of(const Object& object) {
    if (object.cluster_scoped()) return {};
    const auto declared = object.declared_namespace();
    return !declared || object.metadata()["namespace"].is_placeholder() ? open : *declared;
}

struct Named {
    const Object* first = nullptr;
    bool several = false;
};

struct KindIndex {
    std::vector<const Object*> objects;
    std::unordered_map<Key, Named, KeyHash> by_name;   // space, name
    bool unknown_names = false;

    void add(const Object& object) {
        objects.push_back(&object);
        unknown_names = unknown_names || object.metadata()["name"].is_placeholder();
        if (object.name().empty()) return;
        for (const std::string_view space : {space_of(object), any}) {
            Named& named = by_name[{space, object.name(), {}}];
            if (!named.first) {
                named.first = &object;
                continue;
            }
            named.several = true;
            // Variants of one application lie side by side: each refers to what is in its own file, else in its own folder.
            for (const std::string_view near : {std::string_view(object.manifest().source().path()), folder_of(object)}) {
                Named& neighbour = by_name[{space, object.name(), near}];
                if (!neighbour.first) neighbour.first = &object;
            }
        }
    }
    const Named* named(std::string_view space, std::string_view name, std::string_view near = {}) const {
        const auto found = by_name.find({space, name, near});
        return found == by_name.end() ? nullptr : &found->second;
    }
    // Of several with this name the one that is nearest to `from`.
    const Object* nearest(std::string_view space, std::string_view name, const Object& from) const {
        const Named* found = named(space, name);
        if (!found || !found->several || &found->first->manifest() == &from.manifest()) return found ? found->first : nullptr;
        if (const Named* here = named(space, name, from.manifest().source().path())) return here->first;
        const std::string_view folder = folder_of(from);
        if (folder_of(*found->first) == folder) return found->first;
        const Named* beside = folder.empty() ? nullptr : named(space, name, folder);
        return beside ? beside->first : found->first;
    }
};

// What lives outside: "Secret/db", "*/kube-root-ca.crt", or a name alone. Kustomize's generators alone may give thousands, so only patterns are
// compared one by one.
struct Externals {
    struct Pattern {
        Glob kind, name;
    };
    std::unordered_set<std::string> exact;
    std::vector<Pattern> patterns;

    explicit Externals(const std::vector<std::string>& texts) {
        for (const std::string_view text : texts) {
            const std::size_t slash = text.rfind('/');
            const bool alone = slash == std::string_view::npos;
            if (!alone && text.find_first_of("*?[\\") == std::string_view::npos)
                exact.emplace(text);
            else
                patterns.push_back({Glob(alone ? "*" : text.substr(0, slash)), Glob(alone ? text : text.substr(slash + 1))});
        }
    }
    bool hold(std::string_view kind, std::string_view name) const {
        if (!exact.empty() && exact.contains(std::string(kind).append("/").append(name))) return true;
        return std::ranges::any_of(patterns, [&](const Pattern& declared) { return declared.kind.matches(kind) && declared.name.matches(name); });
    }
};

// Meant to be an object, but kind or version is missing: the API server cannot say what it is, nor can we.
bool half_written(yaml::Node root) { return root["metadata"].is_mapping() && root["kind"].is_set() != root["apiVersion"].is_set(); }

// A document that could not be read may hold what seems to be missing.
bool any_refused(const std::vector<const Object*>& sorted) {
    const Manifest* last = nullptr;
    for (const Object* object : sorted) {
        if (&object->manifest() == last) continue;
        last = &object->manifest();
        for (const yaml::Document& document : last->stream().documents())
            if (document.refused || half_written(document.root)) return true;
    }
    return false;
}

}

struct Cluster::Index {
    std::unique_ptr<CustomSchemas> custom_schemas;
    std::once_flag providing;
    std::unique_ptr<const Provided> provided;   // made when first asked for
    // Built-in kinds by their names alone, others with their groups. Few ask for one group of a built-in kind: that is found when they do.
    using Kinds = std::unordered_map<std::string, KindIndex, TextHash, std::equal_to<>>;
    Kinds kinds, of_group;
    std::mutex grouping;
    std::unordered_set<std::string_view> secrets_to_come;
    Externals external;
    std::vector<const Pod*> pods;
    // Numbers in `pods` by namespace and label, by namespace alone (empty key), and those whose labels are not known (`open` as key).
    std::unordered_map<Key, std::vector<std::uint32_t>, KeyHash> by_label;
    std::mutex selecting;
    std::unordered_map<std::string, std::unique_ptr<const Selection>> selections;   // by namespace and selector

    explicit Index(const std::vector<std::string>& texts) : external(texts) {}
    const KindIndex* kind(std::string_view name);
    void add(const Object& object);
    void add(const Pod& pod);
    std::size_t count(const Key& key) const {
        const auto found = by_label.find(key);
        return found == by_label.end() ? 0 : found->second.size();
    }
    void gather(std::vector<std::uint32_t>& numbers, const Key& key) const {
        const auto found = by_label.find(key);
        if (found != by_label.end()) numbers.insert(numbers.end(), found->second.begin(), found->second.end());
    }
    std::vector<std::uint32_t> candidates(std::string_view space, const Selector& selector) const;
    std::vector<const Pod*> select(std::string_view space, const Selector& selector, bool only_whole) const;
};

const KindIndex* Cluster::Index::kind(std::string_view name) {
    if (const auto found = kinds.find(name); found != kinds.end()) return &found->second;
    const std::size_t slash = name.rfind('/');
    if (slash == std::string_view::npos || !builtin_kind(name.substr(0, slash), name.substr(slash + 1))) return nullptr;
    const auto all = kinds.find(name.substr(slash + 1));
    if (all == kinds.end()) return nullptr;
    std::lock_guard lock(grouping);
    const auto [found, is_new] = of_group.try_emplace(std::string(name));
    if (is_new)
        for (const Object* object : all->second.objects)
            if (object->group() == name.substr(0, slash)) found->second.add(*object);
    return found->second.objects.empty() ? nullptr : &found->second;
}

void Cluster::Index::add(const Object& object) {
    kinds[object.builtin() ? std::string(object.kind()) : std::string(object.group()).append("/").append(object.kind())].add(object);
    for (const std::string_view name : secrets_made_by(object)) secrets_to_come.insert(name);
    for (const Pod& pod : object.pods()) add(pod);
}

void Cluster::Index::add(const Pod& pod) {
    const auto number = static_cast<std::uint32_t>(pods.size());
    pods.push_back(&pod);
    const yaml::Node labels = pod.labels();
    bool unknown = labels.is_placeholder() || pod.metadata.is_placeholder();
    for (const std::string_view space : {space_of(*pod.object), any}) {
        by_label[{space, {}, {}}].push_back(number);
        for (const yaml::Entry label : labels.entries()) {
            if (label.value.is_placeholder())
                unknown = true;
            else
                by_label[{space, label.key.scalar(), label.value.scalar()}].push_back(number);
        }
        if (unknown) by_label[{space, open, {}}].push_back(number);
    }
}

// Pods that have the rarest of the labels asked for, and those whose labels are not known; without such a label all of the namespace.
std::vector<std::uint32_t> Cluster::Index::candidates(std::string_view space, const Selector& selector) const {
    std::vector<std::uint32_t> numbers;
    const auto in = [&](std::string_view where) {
        Key rarest{where, {}, {}};
        std::size_t fewest = count(rarest);
        bool labelled = false;
        for (const yaml::Entry pair : selector.pairs().entries()) {
            if (!pair.value.is_scalar() || pair.value.is_placeholder()) continue;
            const Key key{where, pair.key.scalar(), pair.value.scalar()};
            const std::size_t pods_with = count(key);
            if (labelled && pods_with >= fewest) continue;
            labelled = true;
            rarest = key;
            fewest = pods_with;
        }
        gather(numbers, rarest);
        if (labelled) gather(numbers, {where, open, {}});
    };
    if (space == open) {
        in(any);
    } else {
        in(space);
        in(open);
    }
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

std::vector<const Pod*> Cluster::Index::select(std::string_view space, const Selector& selector, bool only_whole) const {
    std::vector<const Pod*> found;
    for (const std::uint32_t number : candidates(space, selector)) {
        const Pod* pod = pods[number];
        if ((!only_whole || !pod->partial) && selector.matches(pod->labels()) != Match::no) found.push_back(pod);
    }
    return found;
}

Cluster::Cluster(std::vector<const Object*> objects, Knowledge knowledge, const std::vector<std::string>& external)
    : objects_(std::move(objects)), knowledge_(knowledge), index_(std::make_unique<Index>(external)) {
    std::ranges::stable_sort(objects_, [](const Object* a, const Object* b) {
        const int order = a->manifest().source().path().compare(b->manifest().source().path());
        return order != 0 ? order < 0 : a->anchor() < b->anchor();
    });
    if (any_refused(objects_)) knowledge_ = Knowledge::partial;
    for (const Object* object : objects_) {
        index_->add(*object);
        if (object->is_workload()) workloads_.push_back(object);
    }
    index_->custom_schemas = std::make_unique<CustomSchemas>(objects_);
}

Cluster::~Cluster() = default;

const CustomSchemas& Cluster::custom_schemas() const { return *index_->custom_schemas; }

const Provided& Cluster::provided() const {
    std::call_once(index_->providing, [this] { index_->provided = std::make_unique<const Provided>(*this); });
    return *index_->provided;
}

const Object* Cluster::anywhere(std::string_view kind, std::string_view name) const {
    const KindIndex* index = index_->kind(kind);
    const Named* found = index ? index->named(any, name) : nullptr;
    return found ? found->first : nullptr;
}

std::span<const Object* const> Cluster::of_kind(std::string_view kind) const {
    const KindIndex* found = index_->kind(kind);
    return found ? std::span<const Object* const>(found->objects) : std::span<const Object* const>();
}

Match Cluster::same_namespace(const Object& a, const Object& b) {
    const std::string_view first = space_of(a), second = space_of(b);
    // The same placeholder, or none in either: wherever they go, they go together.
    if (a.declared_namespace() == b.declared_namespace() || first.empty() || second.empty()) return Match::yes;
    if (first == open || second == open) return Match::unknown;
    return first == second ? Match::yes : Match::no;
}

const Object* Cluster::find(const Object& from, std::string_view kind, std::string_view name) const { return find(from, kind, name, {}); }

const Object* Cluster::find(const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace) const {
    const KindIndex* index = index_->kind(kind);
    if (!index || name.empty()) return nullptr;
    const BuiltinKind* known = builtin_kind(kind.substr(kind.find('/') + 1));
    if (index->objects.front()->builtin() && known && known->cluster_scoped)
        if (const Object* found = index->nearest({}, name, from)) return found;
    const std::string_view space = in_namespace.empty() ? space_of(from) : in_namespace;
    // What lives outside namespaces looks wherever a namespace is named; without one nothing is certain.
    if (!space.empty()) {
        if (const Object* here = index->nearest(space, name, from)) return here;
        if (const Object* floating = index->nearest(open, name, from)) return floating;
        if (space != open) return nullptr;
    }
    const Named* anywhere = index->named(any, name);
    return anywhere && !anywhere->several ? anywhere->first : nullptr;
}

bool Cluster::missing(const Object& from, std::string_view kind, std::string_view name, std::string_view in_namespace) const {
    // Names in a fragment are not yet what they will be, nor is its namespace.
    if (partial() || from.is_fragment() || name.empty() || find(from, kind, name, in_namespace)) return false;
    const std::string_view space = in_namespace.empty() ? space_of(from) : in_namespace;
    const KindIndex* index = index_->kind(kind);
    // "${X}" may be any of those that are not found, and a placeholder as `name` anything; __X__ is a mark for another program to replace.
    if (name.find_first_of("${<") != std::string_view::npos || name.starts_with("__")) return false;
    if (index && (index->unknown_names || ((space == open || space.empty()) && index->named(any, name)))) return false;
    const std::string_view bare = kind.substr(kind.find('/') + 1);
    if (exists_everywhere(bare, name, space) || (bare == "Secret" && index_->secrets_to_come.contains(name))) return false;
    return !index_->external.hold(bare, name);
}

const Selection& Cluster::selected(const Object& from, const Selector& selector, std::string_view in_namespace) const {
    return selection(selector, in_namespace.empty() ? space_of(from) : in_namespace, false);
}

const Selection& Cluster::selected_whole(const Object& from, const Selector& selector) const { return selection(selector, space_of(from), true); }

const Selection& Cluster::selection(const Selector& selector, std::string_view space, bool only_whole) const {
    static const Selection none;
    if (selector.absent()) return none;
    if (space.empty()) space = open;
    std::string key(only_whole ? "w" : "");
    key.append(space).append(1, '\n');
    selector.add_key(key);
    std::lock_guard lock(index_->selecting);
    const auto [found, is_new] = index_->selections.try_emplace(std::move(key));
    if (is_new) found->second = std::make_unique<const Selection>(index_->select(space, selector, only_whole));
    return *found->second;
}

}
