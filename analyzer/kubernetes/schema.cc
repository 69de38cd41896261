#include "analyzer/kubernetes/schema.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <tuple>

#include "analyzer/kubernetes/lifecycle.h"
#include "analyzer/kubernetes/schema_tables.h"

namespace plimsoll::kubernetes {

namespace {

namespace tables = schema_tables;

constexpr std::uint16_t no_definition = 0xffff;

std::string_view text_of(tables::TextRow row) { return {tables::texts + row.begin, row.size}; }

std::span<const tables::KindRow> kinds() { return {tables::kinds, tables::kind_count}; }

std::span<const tables::FieldRow> fields_of(std::uint16_t definition) {
    const tables::DefinitionRow& row = tables::definitions[definition];
    return {tables::fields + row.first_field, row.field_count};
}

Field field_of(const tables::FieldRow& row) {
    Field out;
    out.name = text_of(row.name);
    out.type = static_cast<FieldType>(row.type);
    out.shape = static_cast<FieldShape>(row.shape);
    out.need = static_cast<FieldNeed>(row.need);
    out.lifetime = {row.since, row.until};
    out.deprecated = row.deprecated != 0;
    out.default_value = text_of(row.default_value);
    out.gate = text_of(row.gate);
    out.unique = text_of(row.unique);
    out.definition = row.definition;
    out.first_choice = row.first_choice;
    out.choice_count = row.choice_count;
    return out;
}

Lifetime lifetime_of(const tables::KindRow& row) { return {row.since, row.until}; }

}

Definition Field::structure() const { return Definition(definition); }

std::vector<std::string_view> Field::choices() const {
    std::vector<std::string_view> out;
    for (unsigned i = 0; i < choice_count; ++i) out.push_back(text_of(tables::choices[first_choice + i]));
    return out;
}

bool Field::is_choice(std::string_view value) const {
    const std::span<const tables::TextRow> all{tables::choices + first_choice, choice_count};
    return std::any_of(all.begin(), all.end(), [&](tables::TextRow row) { return text_of(row) == value; });
}

std::string Field::type_name() const {
    constexpr std::string_view names[] = {"text",     "whole number",         "whole number",        "number",  "true or false", "text in base64", "time",
                                          "quantity", "whole number or text", "schema or a boolean", "anything"};
    constexpr std::string_view shapes[] = {"", "list of ", "map of ", "map of lists of "};
    std::string out(shapes[static_cast<unsigned>(shape)]);
    return out += type == FieldType::structure ? structure().name() : names[static_cast<unsigned>(type)];
}

std::string_view Definition::name() const { return text_of(tables::definitions[index_].name); }
std::size_t Definition::size() const { return fields_of(index_).size(); }
Field Definition::field(std::size_t index) const { return field_of(fields_of(index_)[index]); }

std::optional<Field> Definition::find(std::string_view name) const {
    const auto fields = fields_of(index_);
    const auto at =
        std::lower_bound(fields.begin(), fields.end(), name, [](const tables::FieldRow& row, std::string_view wanted) { return text_of(row.name) < wanted; });
    return at != fields.end() && text_of(at->name) == name ? std::optional(field_of(*at)) : std::nullopt;
}

std::size_t Definition::next_needed(std::size_t from) const {
    const auto fields = fields_of(index_);
    while (from < fields.size() && fields[from].need != static_cast<std::uint8_t>(FieldNeed::needed)) ++from;
    return from;
}

std::string complaint_about_version(std::string_view version) {
    std::string_view rest = version;
    if (rest.starts_with('v')) rest.remove_prefix(1);
    int minor = 0;
    if (rest.starts_with("1.")) {
        const auto [end, error] = std::from_chars(rest.data() + 2, rest.data() + rest.size(), minor);
        const bool is_whole = error == std::errc() && (end == rest.data() + rest.size() || *end == '.');
        if (is_whole && minor >= oldest_minor && minor <= newest_minor) return {};
    }
    std::string out = "unknown Kubernetes version '" + std::string(version.substr(0, 40)) + "', there are ";
    for (minor = oldest_minor; minor <= newest_minor; ++minor) out += (minor > oldest_minor ? ", 1." : "1.") + std::to_string(minor);
    return out;
}

std::optional<Kind> find_kind(std::string_view group, std::string_view version, std::string_view kind) {
    const auto key = [](const tables::KindRow& row) { return std::tuple(text_of(row.group), text_of(row.version), text_of(row.kind)); };
    const auto wanted = std::tuple(group, version, kind);
    const auto all = kinds();
    const auto at = std::lower_bound(all.begin(), all.end(), wanted, [&](const tables::KindRow& row, const auto& value) { return key(row) < value; });
    if (at == all.end() || key(*at) != wanted) return std::nullopt;
    Kind out{text_of(at->group), text_of(at->version), text_of(at->kind), std::nullopt, at->namespaced != 0, lifetime_of(*at)};
    if (at->definition != no_definition) out.definition = Definition(at->definition);
    return out;
}

bool is_api_group(std::string_view group) {
    const auto all = kinds();
    const auto at =
        std::lower_bound(all.begin(), all.end(), group, [](const tables::KindRow& row, std::string_view value) { return text_of(row.group) < value; });
    return at != all.end() && text_of(at->group) == group;
}

std::vector<std::string> homes_of(std::string_view kind, int minor) {
    std::vector<std::string> out;
    for (const tables::KindRow& row : kinds()) {
        if (text_of(row.kind) != kind || !lifetime_of(row).holds(minor)) continue;
        std::string home(text_of(row.group));
        if (!home.empty()) home += '/';
        out.push_back(home.append(text_of(row.version)));
    }
    return out;
}

std::vector<std::string_view> kinds_of(std::string_view group, std::string_view version, int minor) {
    std::vector<std::string_view> out;
    for (const tables::KindRow& row : kinds())
        if (text_of(row.group) == group && text_of(row.version) == version && lifetime_of(row).holds(minor)) out.push_back(text_of(row.kind));
    return out;
}

std::vector<std::string_view> groups() {
    std::vector<std::string_view> out;
    for (const tables::KindRow& row : kinds())
        if (out.empty() || out.back() != text_of(row.group)) out.push_back(text_of(row.group));
    return out;
}

namespace {

// How far a step below a field's value leads into its type: a list's item and a map's value are of the type inside.
FieldShape inside(FieldShape shape) { return shape == FieldShape::map_of_lists ? FieldShape::list : FieldShape::one; }

}

NodeSchema schema_of(Definition root, yaml::Node object, yaml::Node node) {
    constexpr std::size_t deepest = 200;
    std::vector<yaml::Node> steps;
    for (yaml::Node at = node; at && !(at == object); at = at.parent()) {
        if (steps.size() == deepest) return {};
        steps.push_back(at);
    }
    NodeSchema out{root, std::nullopt};
    FieldShape shape = FieldShape::one;
    for (std::size_t i = steps.size(); i-- > 0;) {
        const bool into_collection = out.field && shape != FieldShape::one;
        if (into_collection) {
            shape = inside(shape);
        } else {
            const yaml::Node key = steps[i].key();
            if (!out.definition || !key) return {};
            out.field = out.definition->find(key.scalar());
            if (!out.field) return {};
            shape = out.field->shape;
        }
        out.definition.reset();
        if (shape == FieldShape::one && out.field->type == FieldType::structure) out.definition = out.field->structure();
    }
    return out;
}

}
