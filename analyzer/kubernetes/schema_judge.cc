#include "analyzer/kubernetes/schema_judge.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_set>
#include <utility>

#include "analyzer/kubernetes/item_key.h"
#include "analyzer/kubernetes/values.h"
#include "analyzer/text/distance.h"
#include "analyzer/yaml/scalar.h"

namespace plimsoll::kubernetes {

namespace {

constexpr int most_suggestions = 50;   // a bound of the work that an object may ask for

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// As the API server compares them: a whole number with the whole part of a bound.
int order_by_number(yaml::Node value, double bound) {
    const auto order = [](auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; };
    const auto whole = whole_number(value);
    if (whole && std::abs(bound) < 9.2e18) return order(*whole, static_cast<std::int64_t>(bound));
    return order(value.number().value_or(bound), bound);
}

// Go's idea of a whole number, with room for what division loses.
bool is_nearly_whole(double value) {
    const double whole = std::trunc(value);
    return std::abs(value) <= 9007199254740991.0 && (value == whole || std::abs(value - whole) < 1e-9 * (std::abs(value) + std::abs(whole)));
}

// One line of a schema's text.
std::string one_line(std::string_view text) {
    constexpr std::size_t most = 160;
    std::size_t end = std::min(text.size(), most);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    std::string out(text.substr(0, end));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return end < text.size() ? out + "..." : out;
}

// "a, b or c".
std::string in_a_row(const std::vector<std::string>& parts, std::string_view last) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += i + 1 == parts.size() ? last : ", ";
        out += parts[i];
    }
    return out;
}

class SchemaJudge {
    using Index = CompactSchemas::Index;
    using Schema = CompactSchemas::Schema;
    using Limits = CompactSchemas::Limits;

public:
    SchemaJudge(const Object& object, const CustomSchema& custom, Patterns& patterns, std::vector<CustomFault>& out)
        : object_(object),
          all_(custom.definition->manifest().schemas()),
          keeps_unknown_(custom.keeps_unknown),
          patterns_(patterns),
          out_(&out),
          branches_left_(500 + 4 * static_cast<std::int64_t>(object.node().target()->skip)) {}

    void whole_object(const CustomSchema& custom) {
        const Index root = all_.root(custom.definition->number(), custom.version);
        value(object_.node(), {root, root, 0, true});
    }

private:
    // What is to be judged by what.
    struct By {
        Index schema;
        Index structure;   // the schema of this place that is in no alternative: it has the defaults, and says what may be null
        int depth;
        bool is_object = false;   // an object of the API, which has the fields that all objects have
    };

    // What an alternative says.
    struct Verdict {
        std::vector<CustomFault> faults;
        bool is_sure = true;   // without faults: it fits; otherwise that is not known
        bool fits() const { return faults.empty(); }
    };

    const Schema& structure(const By& by) const {
        static const Schema anything;
        return by.structure == CompactSchemas::none ? anything : all_[by.structure];
    }

    void fault(CustomFault::Kind kind, yaml::Node place, std::string_view name, std::string what, bool is_definite = false) {
        out_->push_back({kind, &object_, place, std::string(name), std::move(what), is_definite});
    }
    void invalid(yaml::Node place, std::string what) { fault(CustomFault::Kind::invalid_value, place, {}, std::move(what)); }

    void value(yaml::Node node, const By& by) {
        if (by.schema == CompactSchemas::none || (!node.is_set() && !node.is_null())) return;
        if (node.is_placeholder() || by.depth > CompactSchemas::deepest) {
            is_sure_ = false;
            return;
        }
        const Schema& schema = all_[by.schema];
        if (node.is_null()) return null(node, schema);
        if (!has_type(node, schema)) return;
        const std::size_t before = out_->size();
        if (node.is_scalar()) scalar(node, schema);
        if (node.is_sequence()) sequence(node, schema, by);
        if (node.is_mapping()) mapping(node, schema, by);
        // One mistake is one finding: what is wrong already tends to fit no alternative either.
        if (schema.limits != CompactSchemas::none && out_->size() == before && all_.limits(schema).has_alternatives()) alternatives(node, by);
    }

    // Of what has no value only the type and the choices count; null is none of them even where it is listed.
    void null(yaml::Node node, const Schema& schema) {
        if (!schema.has(CompactSchemas::nullable) && (schema.type != CompactSchemas::Type::any || schema.has(CompactSchemas::int_or_string)))
            return fault(CustomFault::Kind::wrong_type, node, {}, std::string(wanted_type(schema)));
        if (const auto choices = all_.choices(all_.limits(schema)); !choices.empty()) invalid(node, listed(choices));
    }

    bool has_type(yaml::Node node, const Schema& schema) {
        if (is_of_type(node, schema)) return true;
        fault(CustomFault::Kind::wrong_type, node, {}, std::string(wanted_type(schema)));
        return false;
    }

    static bool is_of_type(yaml::Node node, const Schema& schema) {
        using Type = CompactSchemas::Type;
        if (schema.has(CompactSchemas::int_or_string)) return node.text() || whole_number(node);
        switch (schema.type) {
            case Type::any: return true;
            case Type::object: return node.is_mapping();
            case Type::array: return node.is_sequence();
            case Type::string: return node.text().has_value();
            case Type::integer: return whole_number(node).has_value();
            case Type::number: return node.type() == yaml::Type::integer || node.type() == yaml::Type::number;
            case Type::boolean: return node.boolean().has_value();
        }
        return true;
    }

    static std::string_view wanted_type(const Schema& schema) {
        constexpr std::string_view names[] = {"anything", "a mapping", "a list", "a text", "a whole number", "a number", "true or false"};
        return schema.has(CompactSchemas::int_or_string) ? "a whole number or text" : names[static_cast<int>(schema.type)];
    }

    // ---- scalars ----------------------------------------------------------------------------------------------------------

    void scalar(yaml::Node node, const Schema& schema) {
        std::string wanted = unmet_width(node, schema);
        if (schema.limits != CompactSchemas::none) {
            const Limits& limits = all_.limits(schema);
            if (wanted.empty()) wanted = unmet_choice(node, limits);
            if (wanted.empty()) wanted = unmet_bound(node, schema, limits);
            if (wanted.empty()) wanted = unmet_multiple(node, limits);
            if (wanted.empty()) wanted = unmet_length(node, limits);
            if (wanted.empty()) wanted = unmet_pattern(node, limits);
        }
        if (wanted.empty()) wanted = unmet_format(node, schema);
        if (!wanted.empty()) invalid(node, std::move(wanted));
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

    static std::string unmet_width(yaml::Node node, const Schema& schema) {
        const bool fits = !schema.has(CompactSchemas::is_int32) || (order_by_number(node, INT32_MIN) >= 0 && order_by_number(node, INT32_MAX) <= 0);
        return fits ? std::string() : "a number of 32 bits";
    }

    std::string unmet_bound(yaml::Node node, const Schema& schema, const Limits& limits) const {
        if (!node.number()) return {};
        const bool above = schema.has(CompactSchemas::exclusive_minimum), below = schema.has(CompactSchemas::exclusive_maximum);
        if (limits.minimum_text != CompactSchemas::none && order_by_number(node, limits.minimum) < (above ? 1 : 0))
            return (above ? "more than " : "at least ") + std::string(all_.text(limits.minimum_text));
        if (limits.maximum_text != CompactSchemas::none && order_by_number(node, limits.maximum) > (below ? -1 : 0))
            return (below ? "less than " : "at most ") + std::string(all_.text(limits.maximum_text));
        return {};
    }

    // A fraction as the factor of a whole number is what the API server itself has no good answer to.
    std::string unmet_multiple(yaml::Node node, const Limits& limits) {
        const auto number = node.number();
        if (!number || limits.multiple_text == CompactSchemas::none) return {};
        const double factor = limits.multiple;
        const auto whole = whole_number(node);
        if (factor <= 0 || (whole && (factor != std::trunc(factor) || factor > 9.2e18))) {
            is_sure_ = false;
            return {};
        }
        const bool fits = whole ? *whole % static_cast<std::int64_t>(factor) == 0 : is_nearly_whole(factor < 1 ? 1 / factor * *number : *number / factor);
        return fits ? std::string() : "a multiple of " + std::string(all_.text(limits.multiple_text));
    }

    static std::string unmet_length(yaml::Node node, const Limits& limits) {
        const auto text = node.text();
        if (!text || (limits.min_length == INT64_MIN && limits.max_length == INT64_MAX)) return {};
        const auto length = static_cast<std::int64_t>(characters(*text));
        if (length < limits.min_length) return "at least " + std::to_string(limits.min_length) + " characters";
        if (length > limits.max_length) return "at most " + std::to_string(limits.max_length) + " characters";
        return {};
    }

    std::string unmet_pattern(yaml::Node node, const Limits& limits) {
        const auto text = node.text();
        if (!text || limits.pattern == CompactSchemas::none) return {};
        const std::string_view pattern = all_.text(limits.pattern);
        const auto found = patterns_.finds(pattern, *text);
        if (!found) is_sure_ = false;
        return found.value_or(true) ? std::string() : "a text that matches " + one_line(pattern);
    }

    std::string unmet_format(yaml::Node node, const Schema& schema) {
        const auto text = node.text();
        if (!text || schema.format == TextFormat::any) return {};
        const Match fits = has_format(*text, schema.format, patterns_);
        if (fits == Match::unknown) is_sure_ = false;
        return fits == Match::no ? std::string(format_wanted(schema.format)) : std::string();
    }

    // ---- lists ------------------------------------------------------------------------------------------------------------

    void sequence(yaml::Node node, const Schema& schema, const By& by) {
        if (schema.limits != CompactSchemas::none) {
            const Limits& limits = all_.limits(schema);
            const auto count = static_cast<std::int64_t>(node.size());
            if (count < limits.min_items) invalid(node, "at least " + std::to_string(limits.min_items) + " items");
            if (count > limits.max_items) invalid(node, "at most " + std::to_string(limits.max_items) + " items");
        }
        if (schema.has(CompactSchemas::unique_items)) different(node, {}, schema);
        if (schema.has(CompactSchemas::unique_keys)) different(node, all_.keys(all_.limits(schema)), schema);
        if (schema.items == CompactSchemas::none) return;
        for (yaml::Node item : node.items()) value(item, {schema.items, structure(by).items, by.depth + 1});
    }

    // No two items of a set are equal, nor of a map in all of its keys.
    void different(yaml::Node node, std::span<const CompactSchemas::Text> keys, const Schema& schema) {
        std::unordered_set<std::string> seen;
        for (yaml::Node item : node.items()) {
            std::optional<std::string> key = keys.empty() ? item_key(item) : key_of(item, keys, schema);
            if (key && !seen.insert(std::move(*key)).second) invalid(keys.empty() ? item : marked(item, keys), "items that differ from one another");
        }
    }

    yaml::Node marked(yaml::Node item, std::span<const CompactSchemas::Text> keys) const {
        for (const CompactSchemas::Text key : keys)
            if (const yaml::Node part = item[all_.text(key)]) return part;
        return item;
    }

    // nullopt when a part is missing or not known. One that has a default is the same wherever it is missing.
    std::optional<std::string> key_of(yaml::Node item, std::span<const CompactSchemas::Text> keys, const Schema& list) const {
        std::string out;
        for (const CompactSchemas::Text name : keys) {
            const yaml::Node part = item[all_.text(name)];
            const bool is_filled = !part && item.is_mapping() && list.items != CompactSchemas::none && has_default(all_[list.items], all_.text(name));
            const std::optional<std::string> key = part ? item_key(part) : is_filled ? std::optional<std::string>("default") : std::nullopt;
            if (!key) return std::nullopt;
            out.append(*key) += '\n';
        }
        return out;
    }

    // ---- mappings ---------------------------------------------------------------------------------------------------------

    void mapping(yaml::Node node, const Schema& schema, const By& by) {
        const bool is_root = node == object_.node(), is_object = by.is_object || structure(by).has(CompactSchemas::embedded_resource);
        const bool open = in_alternative_ || keeps_unknown_ || schema.has(CompactSchemas::any_others) || schema.has(CompactSchemas::keeps_unknown);
        bool misnamed = false;
        std::string room;
        for (const yaml::Entry& entry : node.entries()) {
            const std::string_view name = field_name(entry.key, room);
            if (entry.key.is_placeholder()) {
                misnamed = true;
            } else if (is_object && (name == "apiVersion" || name == "kind" || name == "metadata")) {
                if (name == "metadata" && is_root) metadata(entry.value, schema);
            } else if (const CompactSchemas::Field* field = all_.field(schema, name)) {
                // The status is what the controller writes.
                if (is_root && name == "status") continue;
                const Index structure = below(by, *field);
                if (!is_dropped(entry.value, structure)) value(entry.value, {field->schema, structure, by.depth + 1});
            } else if (schema.others != CompactSchemas::none) {
                const Index structure = in_alternative_ ? this->structure(by).others : schema.others;
                if (!is_dropped(entry.value, structure)) value(entry.value, {schema.others, structure, by.depth + 1});
            } else if (!open) {
                misnamed = true;
                unknown(entry, schema);
            }
        }
        if (in_alternative_) note_defaults(node, schema, by);
        if (misnamed) is_sure_ = false;
        if (misnamed) return;
        required(node, schema, by, is_object);
        if (schema.limits != CompactSchemas::none) count(node, all_.limits(schema), by, is_object);
        if (schema.has(CompactSchemas::embedded_resource) && !in_alternative_) header(node);
    }

    // What the structural schema says of a field.
    Index below(const By& by, const CompactSchemas::Field& field) const {
        if (!in_alternative_) return field.schema;
        const CompactSchemas::Field* outer = all_.field(structure(by), all_.text(field.name));
        return outer ? outer->schema : structure(by).others;
    }

    // The API server removes a null, or puts the default there, before it looks.
    bool is_dropped(yaml::Node node, Index structure) const {
        return node.is_null() && structure != CompactSchemas::none && !all_[structure].has(CompactSchemas::nullable);
    }

    bool has_default(const Schema& schema, std::string_view name) const {
        const CompactSchemas::Field* field = all_.field(schema, name);
        return field && field->schema != CompactSchemas::none && all_[field->schema].has(CompactSchemas::has_default);
    }

    // A default is not known here, so neither is what an alternative says of it.
    void note_defaults(yaml::Node node, const Schema& schema, const By& by) {
        for (const CompactSchemas::Field& field : all_.fields(schema))
            if (const std::string_view name = all_.text(field.name); has_default(structure(by), name) && !node[name].is_set()) is_sure_ = false;
    }

    // Of the names a schema of an object may restrict, that of the object.
    void metadata(yaml::Node node, const Schema& schema) {
        const CompactSchemas::Field* field = all_.field(schema, "metadata");
        if (!field || !node.is_mapping()) return;
        const bool was = std::exchange(in_alternative_, true);
        value(node, {field->schema, field->schema, 1});
        in_alternative_ = was;
    }

    void unknown(const yaml::Entry& entry, const Schema& schema) {
        std::vector<std::string_view> names;
        if (++suggestions_ <= most_suggestions)
            for (const CompactSchemas::Field& field : all_.fields(schema)) names.push_back(all_.text(field.name));
        const std::string_view near = nearest_name(entry.key.scalar(), names);
        fault(CustomFault::Kind::unknown_field, entry.value, entry.key.scalar(), std::string(near), !near.empty());
    }

    // Whether the API server finds the field there when it looks.
    bool is_there(yaml::Node node, std::string_view name, const By& by) const {
        if (has_default(structure(by), name)) return true;
        const yaml::Node value = node[name];
        const CompactSchemas::Field* field = all_.field(structure(by), name);
        return value && !is_dropped(value, field ? field->schema : structure(by).others);
    }

    void required(yaml::Node node, const Schema& schema, const By& by, bool is_object) {
        for (const CompactSchemas::Text each : all_.required(schema)) {
            const std::string_view name = all_.text(each);
            if (is_object && (name == "apiVersion" || name == "kind" || name == "metadata" || name == "status")) continue;
            if (!is_there(node, name, by)) fault(CustomFault::Kind::missing_field, node, name, {});
        }
    }

    // Defaults count, nulls and what the schema does not know do not; the fields that all objects have are not looked through.
    void count(yaml::Node node, const Limits& limits, const By& by, bool is_object) {
        if ((limits.min_properties == INT64_MIN && limits.max_properties == INT64_MAX) || is_object) return;
        std::int64_t count = 0;
        std::string room;
        for (const yaml::Entry& entry : node.entries()) count += is_there(node, field_name(entry.key, room), by) ? 1 : 0;
        for (const CompactSchemas::Field& field : all_.fields(structure(by)))
            if (const std::string_view name = all_.text(field.name); !node.has(name) && has_default(structure(by), name)) ++count;
        if (count < limits.min_properties) invalid(node, "at least " + std::to_string(limits.min_properties) + " entries");
        if (count > limits.max_properties) invalid(node, "at most " + std::to_string(limits.max_properties) + " entries");
    }

    // An object within another says what it is.
    void header(yaml::Node node) {
        for (const std::string_view name : {"apiVersion", "kind"}) {
            const yaml::Node value = node[name];
            if (value.is_placeholder()) continue;
            if (!value.is_set())
                fault(CustomFault::Kind::missing_field, node, name, {});
            else if (!value.text())
                fault(CustomFault::Kind::wrong_type, value, {}, "a text");
            else if (name == "kind" ? !is_kind(*value.text()) : !is_version(*value.text()))
                invalid(value, name == "kind" ? "the name of a kind such as Deployment" : "a version such as apps/v1");
        }
    }

    static bool is_kind(std::string_view text) {
        std::string lower(text);
        std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
        return is_dns1035_label(lower);
    }

    static bool is_version(std::string_view text) { return !text.empty() && std::ranges::count(text, '/') <= 1; }

    // ---- allOf, anyOf, oneOf, not -----------------------------------------------------------------------------------------

    void alternatives(yaml::Node node, const By& by) {
        const Limits& limits = all_.limits(all_[by.schema]);
        for (const Index each : all_.alternatives(limits.all_of)) {
            Verdict verdict = judged(node, each, by);
            is_sure_ &= verdict.is_sure;
            std::ranges::move(verdict.faults, std::back_inserter(*out_));
        }
        if (limits.any_of.count > 0) any_of(node, all_.alternatives(limits.any_of), by);
        if (limits.one_of.count > 0) one_of(node, all_.alternatives(limits.one_of), by);
        if (limits.negated != CompactSchemas::none) none_of(node, limits.negated, by);
    }

    Verdict judged(yaml::Node node, Index schema, const By& by) {
        Verdict verdict;
        if (--branches_left_ < 0) {
            verdict.is_sure = false;
            return verdict;
        }
        std::vector<CustomFault>* const out = std::exchange(out_, &verdict.faults);
        const bool sure = std::exchange(is_sure_, true), inside = std::exchange(in_alternative_, true);
        value(node, {schema, by.structure, by.depth + 1, by.is_object});
        verdict.is_sure = std::exchange(is_sure_, sure);
        in_alternative_ = inside;
        out_ = out;
        return verdict;
    }

    void any_of(yaml::Node node, std::span<const Index> schemas, const By& by) {
        std::vector<Verdict> verdicts;
        for (const Index each : schemas) {
            verdicts.push_back(judged(node, each, by));
            if (verdicts.back().fits() && verdicts.back().is_sure) return;
        }
        if (std::ranges::any_of(verdicts, &Verdict::fits))
            is_sure_ = false;
        else
            no_form(node, verdicts, "one of the forms that anyOf lists");
    }

    void one_of(yaml::Node node, std::span<const Index> schemas, const By& by) {
        std::vector<Verdict> verdicts;
        std::vector<std::string> names;
        std::size_t fitting = 0, sure = 0;
        for (const Index each : schemas) {
            verdicts.push_back(judged(node, each, by));
            fitting += verdicts.back().fits() ? 1 : 0;
            if (!verdicts.back().fits() || !verdicts.back().is_sure) continue;
            ++sure;
            if (each != CompactSchemas::none)
                for (const CompactSchemas::Text name : all_.required(all_[each])) names.push_back(quoted(all_.text(name)));
        }
        if (fitting == 0) return no_form(node, verdicts, "one of the forms that oneOf lists");
        if (sure > 1)
            return invalid(node, names.size() == sure ? "only one of the fields " + in_a_row(names, " and ") : "only one of the forms that oneOf lists");
        is_sure_ &= fitting == sure;
    }

    void none_of(yaml::Node node, Index schema, const By& by) {
        const Verdict verdict = judged(node, schema, by);
        if (!verdict.fits()) return;
        is_sure_ &= verdict.is_sure;
        if (!verdict.is_sure) return;
        std::vector<std::string> names;
        for (const CompactSchemas::Text name : all_.required(all_[schema])) names.push_back(quoted(all_.text(name)));
        const bool plain = !names.empty() && all_[schema].fields.count == 0;
        invalid(node, !plain              ? "what does not fit the schema under 'not'"
                      : names.size() == 1 ? "no field " + names[0]
                                          : "not " + in_a_row(names, " and ") + " together");
    }

    static std::string quoted(std::string_view name) { return "'" + one_line(name) + "'"; }

    // Says what the alternatives want where all of them speak of the value itself, and not of something in it.
    void no_form(yaml::Node node, const std::vector<Verdict>& verdicts, std::string_view otherwise) {
        std::vector<std::string> wanted;
        for (const Verdict& verdict : verdicts) {
            std::vector<std::string> parts;
            for (const CustomFault& each : verdict.faults) {
                if (!(each.place == node)) return invalid(node, std::string(otherwise));
                parts.push_back(each.kind == CustomFault::Kind::missing_field ? "the field " + quoted(each.name) : each.what);
            }
            const std::string text = in_a_row(parts, " and ");
            if (std::ranges::find(wanted, text) == wanted.end()) wanted.push_back(text);
        }
        invalid(node, wanted.size() > 6 ? std::string(otherwise) : in_a_row(wanted, " or "));
    }

    const Object& object_;
    const CompactSchemas& all_;
    bool keeps_unknown_;
    Patterns& patterns_;
    std::vector<CustomFault>* out_;
    std::int64_t branches_left_;    // of the work that aliases may multiply
    bool in_alternative_ = false;   // where the schema names no more than it speaks of
    bool is_sure_ = true;           // nothing was met that is not known or not evaluated
    int suggestions_ = 0;
};

}

void judge_by_schema(const Object& object, const CustomSchema& schema, Patterns& patterns, std::vector<CustomFault>& out) {
    SchemaJudge(object, schema, patterns, out).whole_object(schema);
}

}
