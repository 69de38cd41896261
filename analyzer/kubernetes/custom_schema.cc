#include "analyzer/kubernetes/custom_schema.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "analyzer/kubernetes/schema.h"
#include "analyzer/kubernetes/values.h"
#include "analyzer/text/distance.h"

namespace plimsoll::kubernetes {

namespace {

constexpr int deepest_schema = 64;
// Bounds of the work that a schema may ask for; real ones stay far below.
constexpr int most_suggestions = 50;
constexpr std::uint32_t most_choices = 1000, most_required = 500, small = 100;

using Names = std::unordered_map<std::string_view, yaml::Node>;

// Bytes that the folders of two paths have in common.
std::size_t nearness(std::string_view a, std::string_view b) {
    const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const std::size_t common = static_cast<std::size_t>(end - a.begin());
    const std::size_t slash = a.substr(0, common).rfind('/');
    return slash == std::string_view::npos ? 0 : slash + 1;
}

// Numbers compare as numbers, so that 1 is 1.0.
bool same_scalar(yaml::Node a, yaml::Node b) {
    if (a.text() && b.text()) return *a.text() == *b.text();
    if (const auto x = a.number(), y = b.number(); x && y) return *x == *y;
    return a.type() == b.type() && a.scalar() == b.scalar();
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
    Validation(const Object& object, bool keeps_unknown, std::vector<CustomFault>& out) : object_(object), keeps_unknown_(keeps_unknown), out_(out) {}

    void value(yaml::Node node, yaml::Node schema, int depth, bool is_object = false) {
        if (!node.is_set() || node.is_placeholder() || !schema.is_mapping() || depth > deepest_schema) return;
        if (schema["x-kubernetes-int-or-string"].is_true()) {
            if (!node.text() && !is_whole(node)) fault(CustomFault::Kind::wrong_type, node, {}, "a whole number or text");
            return;
        }
        if (!has_type(node, schema["type"].text_or_empty())) return;
        if (node.is_scalar()) return scalar(node, schema);
        if (node.is_sequence()) return sequence(node, schema, depth);
        if (node.is_mapping()) mapping(node, schema, depth, is_object);
    }

private:
    void fault(CustomFault::Kind kind, yaml::Node place, std::string_view name, std::string what, bool is_definite = false) {
        out_.push_back({kind, &object_, place, std::string(name), std::move(what), is_definite});
    }

    bool has_type(yaml::Node node, std::string_view type) {
        struct Known {
            std::string_view type, what;
            bool fits;
        };
        const bool number = node.type() == yaml::Type::integer || node.type() == yaml::Type::number;
        const Known known[] = {{"object", "a mapping", node.is_mapping()},
                               {"array", "a list", node.is_sequence()},
                               {"string", "a text", node.text().has_value()},
                               {"integer", "a whole number", number && is_whole(node)},
                               {"number", "a number", number},
                               {"boolean", "true or false", node.boolean().has_value()}};
        for (const Known& each : known) {
            if (each.type != type) continue;
            if (!each.fits) fault(CustomFault::Kind::wrong_type, node, {}, std::string(each.what));
            return each.fits;
        }
        return true;
    }

    void scalar(yaml::Node node, yaml::Node schema) {
        const auto wrong = [&](std::string what) { fault(CustomFault::Kind::invalid_value, node, {}, std::move(what)); };
        if (const yaml::Node choices = schema["enum"]; choices.is_sequence() && !choices.empty() && choices.target()->skip <= most_choices) {
            const auto fits = [&](yaml::Node choice) { return same_scalar(choice, node); };
            if (std::none_of(choices.items().begin(), choices.items().end(), fits)) return wrong(listed(choices));
        }
        if (const auto number = node.number()) {
            const yaml::Node least = schema["minimum"], most = schema["maximum"];
            const bool above = schema["exclusiveMinimum"].is_true(), below = schema["exclusiveMaximum"].is_true();
            if (const auto bound = least.number(); bound && (*number < *bound || (above && *number == *bound)))
                return wrong((above ? "more than " : "at least ") + std::string(least.scalar()));
            if (const auto bound = most.number(); bound && (*number > *bound || (below && *number == *bound)))
                return wrong((below ? "less than " : "at most ") + std::string(most.scalar()));
        }
        if (const auto text = node.text()) {
            if (const auto bound = schema["minLength"].integer(); bound && static_cast<std::int64_t>(characters(*text)) < *bound)
                return wrong("at least " + std::to_string(*bound) + " characters");
            if (const auto bound = schema["maxLength"].integer(); bound && static_cast<std::int64_t>(characters(*text)) > *bound)
                return wrong("at most " + std::to_string(*bound) + " characters");
        }
        if (const std::string_view wanted = unmet_format(node, schema["format"].text_or_empty()); !wanted.empty()) wrong(std::string(wanted));
    }

    static std::string listed(yaml::Node choices) {
        constexpr std::size_t most = 12;
        std::string out;
        std::size_t left = choices.size(), shown = 0;
        for (yaml::Node choice : choices.items()) {
            if (shown++ == most) return out + " and others";
            out += shown == 1 ? "" : left == 1 ? " or " : ", ";
            out += choice.scalar().empty() ? std::string_view("\"\"") : choice.scalar();
            --left;
        }
        return out;
    }

    // What a format wants and the value is not; "" when it fits or the format is not evaluated.
    static std::string_view unmet_format(yaml::Node node, std::string_view format) {
        if (format.empty()) return {};
        if (format == "int32") {
            const auto value = node.integer();
            return value && (*value < INT32_MIN || *value > INT32_MAX) ? "a number of 32 bits" : std::string_view{};
        }
        const auto text = node.text();
        if (!text) return {};
        if (format == "byte") return decode_base64(*text) ? std::string_view{} : "a text in base64";
        if (format == "cidr") return parse_cidr(*text) ? std::string_view{} : "a CIDR such as 10.0.0.0/8";
        if (format != "ipv4" && format != "ipv6") return {};
        const auto address = parse_address(*text);
        return address && address->v6 == (format == "ipv6") ? std::string_view{} : format == "ipv6" ? "an IPv6 address" : "an IPv4 address";
    }

    void sequence(yaml::Node node, yaml::Node schema, int depth) {
        const auto count = static_cast<std::int64_t>(node.size());
        if (const auto bound = schema["minItems"].integer(); bound && count < *bound)
            fault(CustomFault::Kind::invalid_value, node, {}, "at least " + std::to_string(*bound) + " items");
        if (const auto bound = schema["maxItems"].integer(); bound && count > *bound)
            fault(CustomFault::Kind::invalid_value, node, {}, "at most " + std::to_string(*bound) + " items");
        if (const std::string_view kind = schema["x-kubernetes-list-type"].text_or_empty(); kind == "set" || kind == "map")
            duplicates(node, kind == "map" ? schema["x-kubernetes-list-map-keys"] : yaml::Node());
        const yaml::Node inner = schema["items"];
        for (yaml::Node item : node.items()) value(item, inner, depth + 1);
    }

    // No two items of a set are equal, nor of a map in all of its keys.
    void duplicates(yaml::Node node, yaml::Node keys) {
        constexpr std::size_t most_keys = 10;
        if (keys && (!keys.is_sequence() || keys.size() > most_keys)) return;
        std::unordered_set<std::string> seen;
        for (yaml::Node item : node.items()) {
            std::string key;
            bool known = !keys ? item.is_scalar() && !item.is_placeholder() : item.is_mapping();
            if (!keys) key = item.scalar();
            for (yaml::Node name : keys.items()) {
                const yaml::Node part = item[name.scalar()];
                known &= part.is_scalar() && !part.is_placeholder();
                key.append(part.scalar()) += '\n';
            }
            if (known && !seen.insert(std::move(key)).second)
                fault(CustomFault::Kind::invalid_value, keys ? item[keys[0].scalar()] : item, {}, "items that differ from one another");
        }
    }

    // `is_object`: an object of the API, which has the fields that all objects have.
    void mapping(yaml::Node node, yaml::Node schema, int depth, bool is_object) {
        is_object |= schema["x-kubernetes-embedded-resource"].is_true();
        const yaml::Node fields = schema["properties"], others = schema["additionalProperties"];
        const bool open = keeps_unknown_ || others.is_true() || schema["x-kubernetes-preserve-unknown-fields"].is_true();
        bool misnamed = false;
        for (const yaml::Entry& entry : node.entries()) {
            const std::string_view name = entry.key.scalar();
            if (entry.key.is_placeholder()) {
                misnamed = true;
            } else if (is_object && (name == "apiVersion" || name == "kind" || name == "metadata")) {
                continue;
            } else if (const yaml::Node field = find(fields, name); field) {
                // The status is what the controller writes.
                if (!(is_object && depth == 0 && name == "status")) value(entry.value, field, depth + 1);
            } else if (others.is_mapping()) {
                value(entry.value, others, depth + 1);
            } else if (!open) {
                misnamed = true;
                unknown(entry, fields);
            }
        }
        if (!misnamed) required(node, schema["required"], fields, is_object);
    }

    // A field of the schema; those of a large one are looked up by an index.
    yaml::Node find(yaml::Node fields, std::string_view name) {
        if (!fields.is_mapping() || fields.target()->skip <= small) return fields[name];
        Names& names = indexes_[fields.target()];
        if (names.empty())
            for (const yaml::Entry& field : fields.entries()) names.emplace(field.key.scalar(), field.value);
        const auto found = names.find(name);
        return found == names.end() ? yaml::Node() : found->second;
    }

    void unknown(const yaml::Entry& entry, yaml::Node fields) {
        std::vector<std::string_view> names;
        if (++suggestions_ <= most_suggestions)
            for (const yaml::Entry& field : fields.entries()) names.push_back(field.key.scalar());
        const std::string_view near = nearest_name(entry.key.scalar(), names);
        fault(CustomFault::Kind::unknown_field, entry.value, entry.key.scalar(), std::string(near), !near.empty());
    }

    void required(yaml::Node node, yaml::Node names, yaml::Node fields, bool is_object) {
        if (!names.is_sequence() || names.target()->skip > most_required) return;
        for (yaml::Node name : names.items()) {
            const std::string_view text = name.text_or_empty();
            if (text.empty() || node.has(text) || find(fields, text).has("default")) continue;
            if (is_object && (text == "apiVersion" || text == "kind" || text == "metadata" || text == "status")) continue;
            fault(CustomFault::Kind::missing_field, node, text, {});
        }
    }

    const Object& object_;
    bool keeps_unknown_;
    std::vector<CustomFault>& out_;
    int suggestions_ = 0;
    std::unordered_map<const yaml::Record*, Names> indexes_;
};

}

// A definition with its schemas, from the bytes of its document.
struct CustomSchemas::Reread {
    explicit Reread(const Object& definition) : source(definition.manifest().source().path(), text_of(definition)), manifest(source) {}

    static std::string text_of(const Object& definition) {
        const Source& whole = definition.manifest().source();
        const bool wide = whole.text().find('\0') != std::string_view::npos;   // UTF-16 begins with a mark that only the whole file has
        return std::string(wide ? whole.text() : whole.slice(definition.manifest().stream().documents()[definition.document()].span));
    }

    yaml::Node spec_of(const Object& definition) const {
        for (const auto& object : manifest.objects())
            if (object->name() == definition.name() && object->is("CustomResourceDefinition")) return object->spec();
        return {};
    }

    Source source;
    Manifest manifest;
};

CustomSchemas::CustomSchemas(std::span<const Object* const> objects) : objects_(objects) {
    for (const Object* object : objects)
        if (object->is("CustomResourceDefinition")) add(*object);
}

CustomSchemas::~CustomSchemas() = default;

const std::vector<CustomFault>& CustomSchemas::faults() const {
    std::call_once(once_, [&] { find_faults(); });
    return faults_;
}

// Definition by definition, so that only one of them is in memory.
void CustomSchemas::find_faults() const {
    std::vector<std::pair<CustomSchema, std::vector<const Object*>>> groups;
    std::unordered_map<const Object*, std::size_t> numbers;   // of definitions
    for (const Object* object : objects_) {
        if (by_kind_.empty() || !is_custom(*object) || object->is_patch()) continue;
        const CustomSchema schema = of(*object);
        if (!schema.has_schema) continue;
        const auto [number, is_new] = numbers.try_emplace(schema.definition, groups.size());
        if (is_new) groups.push_back({schema, {}});
        groups[number->second].second.push_back(object);
    }
    for (const auto& [common, objects] : groups) {
        const Reread again(*common.definition);
        const yaml::Node spec = again.spec_of(*common.definition);
        for (const Object* object : objects) {
            const CustomSchema schema = of(*object);
            const yaml::Node own = schema.version == SIZE_MAX ? yaml::Node() : spec["versions"][schema.version]["schema"]["openAPIV3Schema"];
            Validation(*object, schema.keeps_unknown, faults_).value(object->node(), own ? own : spec["validation"]["openAPIV3Schema"], 0, true);
        }
    }
}

void CustomSchemas::add(const Object& definition) {
    const yaml::Node spec = definition.spec();
    const std::string_view kind = spec["names"]["kind"].text_or_empty(), group = spec["group"].text_or_empty();
    if (kind.empty() || group.empty() || definition.is_patch()) return;
    const bool old = definition.version() == "v1beta1";
    CustomSchema common{&definition, spec["validation"].is_mapping(), SIZE_MAX,
                        old ? !spec["preserveUnknownFields"].is_false() : spec["preserveUnknownFields"].is_true(),
                        spec["scope"].text_or_empty() == "Namespaced"};
    std::vector<Row>& rows = by_kind_[kind];
    std::size_t index = 0;
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
    CustomSchema best;
    std::size_t most = 0;
    for (const Row& row : rows->second) {
        if (row.group != object.group() || row.version != object.version()) continue;
        const std::size_t near = nearness(object.manifest().source().path(), row.found.definition->manifest().source().path());
        if (!best || near > most) best = row.found, most = near;
    }
    return best;
}

bool is_custom(const Object& object) {
    return !is_api_group(object.group()) && !object.builtin() && object.group() != "kustomize.config.k8s.io" &&
           object.group().find('.') != std::string_view::npos;
}

}
