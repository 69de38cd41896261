#include "analyzer/kubernetes/schema.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "analyzer/kubernetes/schema_tables.h"

namespace plimsoll::kubernetes {

namespace {

namespace tables = schema_tables;

std::string_view text_of(tables::TextRow row) { return {tables::texts + row.begin, row.size}; }
std::string_view name_of(const tables::FieldRow& row) { return {tables::texts + row.name, row.name_size}; }

std::span<const tables::KindRow> kinds() { return {tables::kinds, tables::kind_count}; }

std::span<const tables::FieldRow> fields_of(std::uint16_t definition) {
    const tables::DefinitionRow& row = tables::definitions[definition];
    return {tables::fields + row.first_field, row.field_count};
}

Field field_of(const tables::FieldRow& row) {
    return {name_of(row),    static_cast<FieldType>(row.type), static_cast<FieldShape>(row.shape), row.required != 0, row.definition, row.first_choice,
            row.choice_count};
}

}

Definition Field::structure() const { return Definition(definition); }

std::vector<std::string_view> Field::choices() const {
    std::vector<std::string_view> out;
    for (unsigned i = 0; i < choice_count; ++i) out.push_back(text_of(tables::choices[first_choice + i]));
    return out;
}

std::size_t Definition::size() const { return fields_of(index_).size(); }
Field Definition::field(std::size_t index) const { return field_of(fields_of(index_)[index]); }

std::optional<Field> Definition::find(std::string_view name) const {
    const auto fields = fields_of(index_);
    const auto at =
        std::lower_bound(fields.begin(), fields.end(), name, [](const tables::FieldRow& row, std::string_view wanted) { return name_of(row) < wanted; });
    return at != fields.end() && name_of(*at) == name ? std::optional(field_of(*at)) : std::nullopt;
}

std::optional<Definition> find_kind(std::string_view group, std::string_view version, std::string_view kind) {
    const auto key = [](const tables::KindRow& row) { return std::tuple(text_of(row.group), text_of(row.version), text_of(row.kind)); };
    const auto wanted = std::tuple(group, version, kind);
    const auto all = kinds();
    const auto at = std::lower_bound(all.begin(), all.end(), wanted, [&](const tables::KindRow& row, const auto& value) { return key(row) < value; });
    return at != all.end() && key(*at) == wanted ? std::optional(Definition(at->definition)) : std::nullopt;
}

bool is_api_group(std::string_view group) {
    const auto all = kinds();
    return std::any_of(all.begin(), all.end(), [&](const tables::KindRow& row) { return text_of(row.group) == group; });
}

std::vector<std::string_view> versions_of(std::string_view group, std::string_view kind) {
    std::vector<std::string_view> out;
    for (const tables::KindRow& row : kinds())
        if (text_of(row.group) == group && text_of(row.kind) == kind) out.push_back(text_of(row.version));
    return out;
}

std::vector<std::string_view> kinds_of(std::string_view group, std::string_view version) {
    std::vector<std::string_view> out;
    for (const tables::KindRow& row : kinds())
        if (text_of(row.group) == group && text_of(row.version) == version) out.push_back(text_of(row.kind));
    return out;
}

}
