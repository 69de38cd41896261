#include "analyzer/kubernetes/custom_schema.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <unordered_set>

#include "analyzer/kubernetes/schema.h"
#include "analyzer/kubernetes/values.h"
#include "analyzer/text/distance.h"
#include "analyzer/yaml/scalar.h"

namespace plimsoll::kubernetes {

namespace {

constexpr int most_suggestions = 50;   // a bound of the work that an object may ask for

// Bytes that the folders of two paths have in common.
std::size_t nearness(std::string_view a, std::string_view b) {
    const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const std::size_t common = static_cast<std::size_t>(end - a.begin());
    const std::size_t slash = a.substr(0, common).rfind('/');
    return slash == std::string_view::npos ? 0 : slash + 1;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_whole(yaml::Node node) {
    if (node.integer()) return true;
    const auto number = node.number();
    return number && *number > -9.2e18 && *number < 9.2e18 && *number == static_cast<double>(static_cast<std::int64_t>(*number));
}

class Validation {
public:
    Validation(const Object& object, const CustomSchema& custom, std::vector<CustomFault>& out)
        : object_(object), all_(custom.definition->manifest().schemas()), keeps_unknown_(custom.keeps_unknown), out_(out) {}

    void value(yaml::Node node, CompactSchemas::Index index, int depth, bool is_object = false) {
        if (index == CompactSchemas::none || !node.is_set() || node.is_placeholder() || depth > CompactSchemas::deepest) return;
        const Schema& schema = all_[index];
        if (schema.has(CompactSchemas::int_or_string)) {
            if (!node.text() && !is_whole(node)) fault(CustomFault::Kind::wrong_type, node, {}, "a whole number or text");
            return;
        }
        if (!has_type(node, schema.type)) return;
        if (node.is_scalar()) return scalar(node, schema);
        if (node.is_sequence()) return sequence(node, schema, depth);
        if (node.is_mapping()) mapping(node, schema, depth, is_object);
    }

private:
    using Schema = CompactSchemas::Schema;
    using Limits = CompactSchemas::Limits;

    void fault(CustomFault::Kind kind, yaml::Node place, std::string_view name, std::string what, bool is_definite = false) {
        out_.push_back({kind, &object_, place, std::string(name), std::move(what), is_definite});
    }

    void invalid(yaml::Node place, std::string what) { fault(CustomFault::Kind::invalid_value, place, {}, std::move(what)); }

    bool has_type(yaml::Node node, CompactSchemas::Type type) {
        const std::string_view wanted = unmet_type(node, type);
        if (!wanted.empty()) fault(CustomFault::Kind::wrong_type, node, {}, std::string(wanted));
        return wanted.empty();
    }

    // What a type wants and the value is not; "" when it fits.
    static std::string_view unmet_type(yaml::Node node, CompactSchemas::Type type) {
        using Type = CompactSchemas::Type;
        const auto unless = [](bool fits, std::string_view wanted) { return fits ? std::string_view{} : wanted; };
        const bool number = node.type() == yaml::Type::integer || node.type() == yaml::Type::number;
        switch (type) {
            case Type::any: return {};
            case Type::object: return unless(node.is_mapping(), "a mapping");
            case Type::array: return unless(node.is_sequence(), "a list");
            case Type::string: return unless(node.text().has_value(), "a text");
            case Type::integer: return unless(number && is_whole(node), "a whole number");
            case Type::number: return unless(number, "a number");
            case Type::boolean: return unless(node.boolean().has_value(), "true or false");
        }
        return {};
    }

    void scalar(yaml::Node node, const Schema& schema) {
        if (schema.limits != CompactSchemas::none) {
            std::string wanted = unmet_choice(node, all_.limits(schema));
            if (wanted.empty()) wanted = unmet_bound(node, schema);
            if (wanted.empty()) wanted = unmet_length(node, all_.limits(schema));
            if (!wanted.empty()) return invalid(node, std::move(wanted));
        }
        if (const std::string_view wanted = unmet_format(node, schema.format); !wanted.empty()) invalid(node, std::string(wanted));
    }

    std::string unmet_choice(yaml::Node node, const Limits& limits) const {
        const auto choices = all_.choices(limits);
        const auto fits = [&](const CompactSchemas::Choice& choice) { return same_scalar(choice, node); };
        return choices.empty() || std::ranges::any_of(choices, fits) ? std::string() : listed(choices);
    }

    // Numbers compare as numbers, so that 1 is 1.0.
    bool same_scalar(const CompactSchemas::Choice& choice, yaml::Node node) const {
        const std::string_view text = all_.text(choice.text);
        if (const auto number = node.number(); number && choice.is_number) return yaml::float_value(text) == number;
        return choice.type == node.type() && text == node.scalar();
    }

    std::string listed(std::span<const CompactSchemas::Choice> choices) const {
        constexpr std::size_t most = 12;
        std::string out;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            if (i == most) return out + " and others";
            const std::string_view text = all_.text(choices[i].text);
            out += i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ";
            out += text.empty() ? std::string_view("\"\"") : text;
        }
        return out;
    }

    std::string unmet_bound(yaml::Node node, const Schema& schema) const {
        const auto number = node.number();
        if (!number) return {};
        const Limits& limits = all_.limits(schema);
        const bool above = schema.has(CompactSchemas::exclusive_minimum), below = schema.has(CompactSchemas::exclusive_maximum);
        if (limits.minimum_text != CompactSchemas::none && (*number < limits.minimum || (above && *number == limits.minimum)))
            return (above ? "more than " : "at least ") + std::string(all_.text(limits.minimum_text));
        if (limits.maximum_text != CompactSchemas::none && (*number > limits.maximum || (below && *number == limits.maximum)))
            return (below ? "less than " : "at most ") + std::string(all_.text(limits.maximum_text));
        return {};
    }

    static std::string unmet_length(yaml::Node node, const Limits& limits) {
        const auto text = node.text();
        if (!text) return {};
        const auto length = static_cast<std::int64_t>(characters(*text));
        if (length < limits.min_length) return "at least " + std::to_string(limits.min_length) + " characters";
        if (length > limits.max_length) return "at most " + std::to_string(limits.max_length) + " characters";
        return {};
    }

    // What a format wants and the value is not; "" when it fits or the format is not evaluated.
    static std::string_view unmet_format(yaml::Node node, CompactSchemas::Format format) {
        using Format = CompactSchemas::Format;
        const auto unless = [](bool fits, std::string_view wanted) { return fits ? std::string_view{} : wanted; };
        if (format == Format::int32) {
            const auto value = node.integer();
            return unless(!value || (*value >= INT32_MIN && *value <= INT32_MAX), "a number of 32 bits");
        }
        const auto text = node.text();
        if (!text || format == Format::any) return {};
        if (format == Format::byte) return unless(decode_base64(*text).has_value(), "a text in base64");
        if (format == Format::cidr) return unless(parse_cidr(*text).has_value(), "a CIDR such as 10.0.0.0/8");
        const auto address = parse_address(*text);
        return unless(address && address->v6 == (format == Format::ipv6), format == Format::ipv6 ? "an IPv6 address" : "an IPv4 address");
    }

    void sequence(yaml::Node node, const Schema& schema, int depth) {
        if (schema.limits != CompactSchemas::none) {
            const Limits& limits = all_.limits(schema);
            const auto count = static_cast<std::int64_t>(node.size());
            if (count < limits.min_items) invalid(node, "at least " + std::to_string(limits.min_items) + " items");
            if (count > limits.max_items) invalid(node, "at most " + std::to_string(limits.max_items) + " items");
            if (schema.unique != CompactSchemas::Unique::nothing) duplicates(node, all_.keys(limits));
        }
        for (yaml::Node item : node.items()) value(item, schema.items, depth + 1);
    }

    // No two items of a set are equal, nor of a map in all of its keys.
    void duplicates(yaml::Node node, std::span<const CompactSchemas::Text> keys) {
        std::unordered_set<std::string> seen;
        for (yaml::Node item : node.items()) {
            std::string key;
            bool known = keys.empty() ? item.is_scalar() && !item.is_placeholder() : item.is_mapping();
            if (keys.empty()) key = item.scalar();
            for (const CompactSchemas::Text name : keys) {
                const yaml::Node part = item[all_.text(name)];
                known &= part.is_scalar() && !part.is_placeholder();
                key.append(part.scalar()) += '\n';
            }
            if (known && !seen.insert(std::move(key)).second) invalid(keys.empty() ? item : item[all_.text(keys[0])], "items that differ from one another");
        }
    }

    // `is_object`: an object of the API, which has the fields that all objects have.
    void mapping(yaml::Node node, const Schema& schema, int depth, bool is_object) {
        is_object |= schema.has(CompactSchemas::embedded_resource);
        const bool open = keeps_unknown_ || schema.has(CompactSchemas::any_others) || schema.has(CompactSchemas::keeps_unknown);
        bool misnamed = false;
        std::string room;
        for (const yaml::Entry& entry : node.entries()) {
            const std::string_view name = field_name(entry.key, room);
            if (entry.key.is_placeholder()) {
                misnamed = true;
            } else if (is_object && (name == "apiVersion" || name == "kind" || name == "metadata")) {
                continue;
            } else if (const CompactSchemas::Field* field = all_.field(schema, name)) {
                // The status is what the controller writes.
                if (!(is_object && depth == 0 && name == "status")) value(entry.value, field->schema, depth + 1);
            } else if (schema.others != CompactSchemas::none) {
                value(entry.value, schema.others, depth + 1);
            } else if (!open) {
                misnamed = true;
                unknown(entry, schema);
            }
        }
        if (!misnamed) required(node, schema, is_object);
    }

    void unknown(const yaml::Entry& entry, const Schema& schema) {
        std::vector<std::string_view> names;
        if (++suggestions_ <= most_suggestions)
            for (const CompactSchemas::Field& field : all_.fields(schema)) names.push_back(all_.text(field.name));
        const std::string_view near = nearest_name(entry.key.scalar(), names);
        fault(CustomFault::Kind::unknown_field, entry.value, entry.key.scalar(), std::string(near), !near.empty());
    }

    void required(yaml::Node node, const Schema& schema, bool is_object) {
        for (const CompactSchemas::Text each : all_.required(schema)) {
            const std::string_view name = all_.text(each);
            if (node.has(name)) continue;
            if (is_object && (name == "apiVersion" || name == "kind" || name == "metadata" || name == "status")) continue;
            fault(CustomFault::Kind::missing_field, node, name, {});
        }
    }

    const Object& object_;
    const CompactSchemas& all_;
    bool keeps_unknown_;
    std::vector<CustomFault>& out_;
    int suggestions_ = 0;
};

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
    for (const Object* object : objects_) {
        if (by_kind_.empty() || !is_custom(*object) || object->is_patch()) continue;
        const CustomSchema schema = of(*object);
        if (schema.has_schema) Validation(*object, schema, faults_).value(object->node(), schema.schema, 0, true);
    }
}

void CustomSchemas::add(const Object& definition) {
    const yaml::Node spec = definition.spec();
    const std::string_view kind = spec["names"]["kind"].text_or_empty(), group = spec["group"].text_or_empty();
    if (kind.empty() || group.empty() || definition.is_patch()) return;
    const bool old = definition.version() == "v1beta1";
    const CompactSchemas& schemas = definition.manifest().schemas();
    CustomSchema common{&definition, spec["validation"].is_mapping(), schemas.root(definition.number(), CompactSchemas::old_form),
                        old ? !spec["preserveUnknownFields"].is_false() : spec["preserveUnknownFields"].is_true(),
                        spec["scope"].text_or_empty() == "Namespaced"};
    std::vector<Row>& rows = by_kind_[kind];
    std::uint32_t index = 0;
    for (yaml::Node version : spec["versions"].items()) {
        CustomSchema found = common;
        found.schema = schemas.root(definition.number(), index++);
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
    const auto [first, last] = std::ranges::equal_range(rows->second, std::pair(object.group(), object.version()), {},
                                                        [](const Row& row) { return std::pair(row.group, row.version); });
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
