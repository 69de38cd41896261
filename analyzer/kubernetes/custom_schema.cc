#include "analyzer/kubernetes/custom_schema.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "analyzer/kubernetes/pattern.h"
#include "analyzer/kubernetes/schema.h"
#include "analyzer/kubernetes/schema_judge.h"

namespace plimsoll::kubernetes {

namespace {

// Bytes that the folders of two paths have in common.
std::size_t nearness(std::string_view a, std::string_view b) {
    const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const std::size_t common = static_cast<std::size_t>(end - a.begin());
    const std::size_t slash = a.substr(0, common).rfind('/');
    return slash == std::string_view::npos ? 0 : slash + 1;
}

}

CustomSchemas::CustomSchemas(std::span<const Object* const> objects) : objects_(objects) {
    for (const Object* object : objects)
        if (object->is("CustomResourceDefinition")) add(*object);
    for (auto& [kind, rows] : by_kind_) std::ranges::stable_sort(rows, {}, [](const Row& row) { return std::tuple(row.group, row.version, row.path()); });
}

const std::vector<CustomFault>& CustomSchemas::faults() const {
    std::call_once(once_, [&] { find_faults(); });
    return faults_;
}

void CustomSchemas::find_faults() const {
    Patterns patterns;
    for (const Object* object : objects_) {
        if (by_kind_.empty() || !is_custom(*object) || object->is_patch()) continue;
        const CustomSchema schema = of(*object);
        if (schema.has_schema) judge_by_schema(*object, schema, patterns, faults_);
    }
}

void CustomSchemas::add(const Object& definition) {
    const yaml::Node spec = definition.spec();
    const std::string_view kind = spec["names"]["kind"].text_or_empty(), group = spec["group"].text_or_empty();
    if (kind.empty() || group.empty() || definition.is_patch()) return;
    const bool old = definition.version() == "v1beta1";
    CustomSchema common{&definition, spec["validation"].is_mapping(), CompactSchemas::old_form,
                        old ? !spec["preserveUnknownFields"].is_false() : spec["preserveUnknownFields"].is_true(),
                        spec["scope"].text_or_empty() == "Namespaced"};
    std::vector<Row>& rows = by_kind_[kind];
    std::uint32_t index = 0;
    for (yaml::Node version : spec["versions"].items()) {
        CustomSchema found = common;
        found.version = index++;
        found.has_schema = found.has_schema || version["schema"].is_mapping();
        rows.push_back({group, version["name"].text_or_empty(), found});
    }
    if (!spec["versions"].is_sequence()) rows.push_back({group, spec["version"].text_or_empty(), common});
}

CustomSchema CustomSchemas::of(const Object& object) const {
    const auto rows = by_kind_.find(object.kind());
    if (rows == by_kind_.end()) return {};
    // Rows of one version are in the order of the set, which is that of the paths: what is nearest to a path is what stands beside it, and before that
    // whatever begins with the same folders.
    const auto order = [](const Row& row) { return std::tuple(row.group, row.version, row.path()); };
    const auto name = [](const Row& row) { return std::pair(row.group, row.version); };
    const auto first = std::ranges::lower_bound(rows->second, std::pair(object.group(), object.version()), {}, name);
    const auto last = std::ranges::upper_bound(first, rows->second.end(), std::pair(object.group(), object.version()), {}, name);
    if (first == last) return {};
    const std::string_view path = object.manifest().source().path();
    const auto behind = std::ranges::lower_bound(first, last, std::tuple(object.group(), object.version(), path), {}, order);
    std::size_t most = 0;
    if (behind != last) most = nearness(path, behind->path());
    if (behind != first) most = std::max(most, nearness(path, std::prev(behind)->path()));
    return std::ranges::lower_bound(first, last, std::tuple(object.group(), object.version(), path.substr(0, most)), {}, order)->found;
}

bool is_custom(const Object& object) {
    return !is_api_group(object.group()) && !object.builtin() && object.group() != "kustomize.config.k8s.io" &&
           object.group().find('.') != std::string_view::npos;
}

}
