#include "analyzer/kubernetes/compact_schema.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "analyzer/kubernetes/object.h"
#include "analyzer/yaml/scalar.h"

namespace plimsoll::kubernetes {

namespace {

// Bounds of the work that a schema may ask for; real ones stay far below. The first two count nodes, with what is below them.
constexpr std::uint32_t most_choices = 1000, most_required = 500;
constexpr std::size_t most_keys = 10;
constexpr int deepest_read = CompactSchemas::deepest + 1;   // whether a field has a default is asked one level above it

enum class Keyword : std::uint8_t {
    other,
    type,
    properties,
    items,
    format,
    required,
    enumeration,
    fallback,
    minimum,
    maximum,
    min_length,
    max_length,
    min_items,
    max_items,
    others,
    exclusive_minimum,
    exclusive_maximum,
    int_or_string,
    keeps_unknown,
    embedded_resource,
    list_type,
    list_keys,
    nullable,
    pattern,
    multiple_of,
    min_properties,
    max_properties,
    all_of,
    any_of,
    one_of,
    negated,
};

struct KeywordName {
    std::string_view name;
    Keyword keyword;
};

// The frequent ones first.
constexpr KeywordName keyword_names[] = {
    {"description", Keyword::other},
    {"type", Keyword::type},
    {"properties", Keyword::properties},
    {"items", Keyword::items},
    {"required", Keyword::required},
    {"format", Keyword::format},
    {"enum", Keyword::enumeration},
    {"default", Keyword::fallback},
    {"additionalProperties", Keyword::others},
    {"pattern", Keyword::pattern},
    {"anyOf", Keyword::any_of},
    {"x-kubernetes-list-type", Keyword::list_type},
    {"x-kubernetes-map-type", Keyword::other},
    {"x-kubernetes-validations", Keyword::other},
    {"x-kubernetes-int-or-string", Keyword::int_or_string},
    {"minimum", Keyword::minimum},
    {"maximum", Keyword::maximum},
    {"minLength", Keyword::min_length},
    {"maxLength", Keyword::max_length},
    {"minItems", Keyword::min_items},
    {"maxItems", Keyword::max_items},
    {"exclusiveMinimum", Keyword::exclusive_minimum},
    {"exclusiveMaximum", Keyword::exclusive_maximum},
    {"x-kubernetes-preserve-unknown-fields", Keyword::keeps_unknown},
    {"x-kubernetes-embedded-resource", Keyword::embedded_resource},
    {"x-kubernetes-list-map-keys", Keyword::list_keys},
    {"nullable", Keyword::nullable},
    {"minProperties", Keyword::min_properties},
    {"maxProperties", Keyword::max_properties},
    {"oneOf", Keyword::one_of},
    {"not", Keyword::negated},
    {"allOf", Keyword::all_of},
    {"multipleOf", Keyword::multiple_of},
};

Keyword keyword_of(std::string_view name) {
    for (const KeywordName& each : keyword_names)
        if (each.name == name) return each.keyword;
    return Keyword::other;
}

CompactSchemas::Type schema_type(std::string_view name) {
    using Type = CompactSchemas::Type;
    constexpr std::pair<std::string_view, Type> known[] = {{"string", Type::string},   {"object", Type::object},   {"array", Type::array},
                                                           {"boolean", Type::boolean}, {"integer", Type::integer}, {"number", Type::number}};
    for (const auto& [each, type] : known)
        if (each == name) return type;
    return Type::any;
}

// Holds each run of values once, one run behind the other.
template <typename T>
class Runs {
public:
    using Range = CompactSchemas::Range;

    explicit Runs(std::vector<T>& all) : all_(all), known_(0, Hash{&all}, Equal{&all}) {}

    Range add(std::span<const T> run) {
        if (run.empty()) return {};
        const Range added{static_cast<std::uint32_t>(all_.size()), static_cast<std::uint32_t>(run.size())};
        all_.insert(all_.end(), run.begin(), run.end());
        const auto [found, is_new] = known_.insert(added);
        if (!is_new) all_.resize(added.begin);
        return *found;
    }

private:
    static std::string_view bytes(const std::vector<T>& all, Range range) {
        return {reinterpret_cast<const char*>(all.data() + range.begin), range.count * sizeof(T)};
    }
    struct Hash {
        const std::vector<T>* all;
        std::size_t operator()(Range range) const { return std::hash<std::string_view>()(bytes(*all, range)); }
    };
    struct Equal {
        const std::vector<T>* all;
        bool operator()(Range a, Range b) const { return bytes(*all, a) == bytes(*all, b); }
    };
    std::vector<T>& all_;
    std::unordered_set<Range, Hash, Equal> known_;
};

}

// Reads schemas of one file one after the other; what it needs to find equal parts goes when it does.
class SchemaCompiler {
public:
    explicit SchemaCompiler(CompactSchemas& out)
        : out_(out), schemas_(out.schemas_), fields_(out.fields_), lists_(out.lists_), choices_(out.choices_), limits_(out.limits_), texts_(out.texts_) {}

    void add(const Object& definition) {
        const yaml::Node spec = definition.spec();
        const Index common = schema(spec["validation"]["openAPIV3Schema"], 0);
        std::uint32_t version = 0;
        for (const yaml::Node each : spec["versions"].items()) {
            const yaml::Node own = each["schema"]["openAPIV3Schema"];
            out_.roots_.push_back({definition.number(), version++, own ? schema(own, 0) : common});
        }
        out_.roots_.push_back({definition.number(), CompactSchemas::old_form, common});
    }

private:
    using Index = CompactSchemas::Index;
    using Text = CompactSchemas::Text;
    using Schema = CompactSchemas::Schema;
    using Limits = CompactSchemas::Limits;
    using Field = CompactSchemas::Field;
    using Choice = CompactSchemas::Choice;

    struct Read {
        int depth = 0;
        Index schema = CompactSchemas::none;
    };

    // What one pass over the entries of a schema finds.
    struct Draft {
        Schema schema;
        Limits limits;
        bool has_limits = false;
        yaml::Node fields, items, others, required, choices, keys, minimum, maximum, multiple, pattern, format, all_of, any_of, one_of, negated;
    };

    // Aliases may lead to a schema many times, in numbers that double from level to level: each is read once, and again only where it is less deep and
    // so more of it counts. The reader of YAML refuses those that stand in themselves.
    Index schema(yaml::Node node, int depth) {
        if (!node.is_mapping() || depth > deepest_read) return CompactSchemas::none;
        has_aliases_ |= node.record() != node.target();
        if (!has_aliases_) return compile(node, depth);
        if (const auto known = read_.find(node.target()); known != read_.end() && known->second.depth <= depth) return known->second.schema;
        const Index compiled = compile(node, depth);
        read_[node.target()] = {depth, compiled};
        return compiled;
    }

    Index compile(yaml::Node node, int depth) {
        Draft draft;
        for (const yaml::Entry& entry : node.entries()) read(keyword_of(entry.key.scalar()), entry.value, draft);
        set_format(draft);
        add_limits(draft, depth + 1);
        draft.schema.items = schema(draft.items, depth + 1);
        draft.schema.others = schema(draft.others, depth + 1);
        add_fields(draft.fields, draft.schema, depth + 1);
        if (draft.required.is_sequence() && draft.required.target()->skip <= most_required) add_required(draft.required, draft.schema);
        return schemas_.add({&draft.schema, 1}).begin;
    }

    // Of a keyword that stands there twice the last one counts.
    static void read(Keyword keyword, yaml::Node value, Draft& draft) {
        const auto set = [&](CompactSchemas::Flag flag, bool is_set) {
            draft.schema.flags = static_cast<std::uint16_t>(is_set ? draft.schema.flags | flag : draft.schema.flags & ~flag);
        };
        switch (keyword) {
            case Keyword::other: return;
            case Keyword::type: draft.schema.type = schema_type(value.text_or_empty()); return;
            case Keyword::format: draft.format = value; return;
            case Keyword::properties: draft.fields = value; return;
            case Keyword::items: draft.items = value; return;
            case Keyword::others: draft.others = value; return set(CompactSchemas::any_others, value.is_true());
            case Keyword::required: draft.required = value; return;
            case Keyword::fallback: return set(CompactSchemas::has_default, true);
            case Keyword::exclusive_minimum: return set(CompactSchemas::exclusive_minimum, value.is_true());
            case Keyword::exclusive_maximum: return set(CompactSchemas::exclusive_maximum, value.is_true());
            case Keyword::int_or_string: return set(CompactSchemas::int_or_string, value.is_true());
            case Keyword::keeps_unknown: return set(CompactSchemas::keeps_unknown, value.is_true());
            case Keyword::embedded_resource: return set(CompactSchemas::embedded_resource, value.is_true());
            case Keyword::nullable: return set(CompactSchemas::nullable, value.is_true());
            case Keyword::list_type:
                set(CompactSchemas::unique_items, value.text_or_empty() == "set");
                return set(CompactSchemas::unique_keys, value.text_or_empty() == "map");
            default: draft.has_limits = true; return read_limit(keyword, value, draft);
        }
    }

    static void read_limit(Keyword keyword, yaml::Node value, Draft& draft) {
        Limits& limits = draft.limits;
        switch (keyword) {
            case Keyword::enumeration: draft.choices = value; return;
            case Keyword::minimum: draft.minimum = value; return;
            case Keyword::maximum: draft.maximum = value; return;
            case Keyword::min_length: limits.min_length = value.integer().value_or(INT64_MIN); return;
            case Keyword::max_length: limits.max_length = value.integer().value_or(INT64_MAX); return;
            case Keyword::min_items: limits.min_items = value.integer().value_or(INT64_MIN); return;
            case Keyword::max_items: limits.max_items = value.integer().value_or(INT64_MAX); return;
            case Keyword::list_keys: draft.keys = value; return;
            case Keyword::min_properties: limits.min_properties = value.integer().value_or(INT64_MIN); return;
            case Keyword::max_properties: limits.max_properties = value.integer().value_or(INT64_MAX); return;
            case Keyword::multiple_of: draft.multiple = value; return;
            case Keyword::pattern: draft.pattern = value; return;
            case Keyword::all_of: draft.all_of = value; return;
            case Keyword::any_of: draft.any_of = value; return;
            case Keyword::one_of: draft.one_of = value; return;
            case Keyword::negated: draft.negated = value; return;
            default: return;
        }
    }

    // Which formats count depends on the type; those of other types are ignored.
    static void set_format(Draft& draft) {
        const std::string_view name = draft.format.text_or_empty();
        const CompactSchemas::Type type = draft.schema.type;
        if (name.empty()) return;
        if (type == CompactSchemas::Type::integer && !draft.schema.has(CompactSchemas::int_or_string) && name == "int32")
            draft.schema.flags |= CompactSchemas::is_int32;
        if (type == CompactSchemas::Type::string || type == CompactSchemas::Type::any || draft.schema.has(CompactSchemas::int_or_string))
            draft.schema.format = text_format(name);
    }

    void add_limits(Draft& draft, int depth) {
        if (draft.schema.has(CompactSchemas::unique_keys)) add_keys(draft.keys, draft);
        if (!draft.has_limits) return;
        Limits& limits = draft.limits;
        if (const auto bound = draft.minimum.number()) limits.minimum = *bound, limits.minimum_text = text(draft.minimum.scalar());
        if (const auto bound = draft.maximum.number()) limits.maximum = *bound, limits.maximum_text = text(draft.maximum.scalar());
        if (const auto factor = draft.multiple.number()) limits.multiple = *factor, limits.multiple_text = text(draft.multiple.scalar());
        if (const auto pattern = draft.pattern.text(); pattern && !pattern->empty()) limits.pattern = text(*pattern);
        if (draft.choices.is_sequence() && draft.choices.target()->skip <= most_choices) add_choices(draft.choices, limits);
        limits.all_of = alternatives(draft.all_of, depth);
        if (!draft.schema.has(CompactSchemas::int_or_string) || !is_int_or_string(draft.any_of)) limits.any_of = alternatives(draft.any_of, depth);
        limits.one_of = alternatives(draft.one_of, depth);
        limits.negated = schema(draft.negated, depth);
        draft.schema.limits = limits_.add({&limits, 1}).begin;
    }

    // The usual companion of x-kubernetes-int-or-string, which says the same.
    static bool is_int_or_string(yaml::Node any_of) {
        if (any_of.size() != 2) return false;
        for (const yaml::Node each : any_of.items())
            if (each.size() != 1 || (each["type"].text_or_empty() != "integer" && each["type"].text_or_empty() != "string")) return false;
        return true;
    }

    CompactSchemas::Range alternatives(yaml::Node list, int depth) {
        std::vector<std::uint32_t> run;
        for (const yaml::Node each : list.items()) run.push_back(schema(each, depth));
        return lists_.add(run);
    }

    void add_choices(yaml::Node choices, Limits& limits) {
        std::vector<Choice> run;
        for (const yaml::Node choice : choices.items()) run.push_back({text(choice.scalar()), choice.type(), choice.number().has_value()});
        limits.choices = choices_.add(run);
    }

    void add_keys(yaml::Node keys, Draft& draft) {
        std::vector<Text> run;
        for (const yaml::Node key : keys.items()) run.push_back(text(key.scalar()));
        if (run.empty() || run.size() > most_keys) {
            draft.schema.flags = static_cast<std::uint16_t>(draft.schema.flags & ~CompactSchemas::unique_keys);
            return;
        }
        draft.has_limits = true;
        draft.limits.keys = lists_.add(run);
    }

    // The fields of the schemas above wait in the same vector.
    void add_fields(yaml::Node fields, Schema& schema, int depth) {
        const std::size_t begin = waiting_.size();
        std::string room;
        for (const yaml::Entry& entry : fields.entries()) {
            const Index inner = this->schema(entry.value, depth);
            waiting_.push_back({text(field_name(entry.key, room)), inner});
        }
        const std::size_t count = waiting_.size() - begin;
        if (!in_order(begin)) append_in_order(begin), schema.flags |= CompactSchemas::shuffled;
        schema.fields = {fields_.add(std::span(waiting_).subspan(begin)).begin, static_cast<std::uint32_t>(count)};
        waiting_.resize(begin);
    }

    bool in_order(std::size_t begin) const {
        for (std::size_t i = begin + 1; i < waiting_.size(); ++i)
            if (out_.text(waiting_[i - 1].name) >= out_.text(waiting_[i].name)) return false;
        return true;
    }

    // Of a field that stands there twice the last one counts.
    void append_in_order(std::size_t begin) {
        std::vector<Field> sorted(waiting_.begin() + static_cast<std::ptrdiff_t>(begin), waiting_.end());
        std::ranges::stable_sort(sorted, {}, [&](const Field& field) { return out_.text(field.name); });
        for (std::size_t i = sorted.size() - 1; i > 0; --i)
            if (sorted[i - 1].name == sorted[i].name) sorted[i - 1] = sorted[i];
        waiting_.insert(waiting_.end(), sorted.begin(), sorted.end());
    }

    // The API server fills in defaults before it looks for what is missing.
    void add_required(yaml::Node required, Schema& schema) {
        std::vector<Text> run;
        for (const yaml::Node each : required.items()) {
            const std::string_view name = each.text_or_empty();
            const Field* field = out_.field(schema, name);
            const bool is_filled = field && field->schema != CompactSchemas::none && out_[field->schema].has(CompactSchemas::has_default);
            if (!name.empty() && !is_filled) run.push_back(text(name));
        }
        schema.required = lists_.add(run);
    }

    Text text(std::string_view text) {
        const auto size = static_cast<std::uint32_t>(text.size());
        run_.resize(sizeof size);
        std::memcpy(run_.data(), &size, sizeof size);
        run_.insert(run_.end(), text.begin(), text.end());
        return texts_.add(run_).begin;
    }

    CompactSchemas& out_;
    Runs<Schema> schemas_;
    Runs<Field> fields_;
    Runs<std::uint32_t> lists_;
    Runs<Choice> choices_;
    Runs<Limits> limits_;
    Runs<char> texts_;
    std::vector<Field> waiting_;
    std::vector<char> run_;   // of the text that is being added
    bool has_aliases_ = false;
    std::unordered_map<const yaml::Record*, Read> read_;
};

static_assert(sizeof(CompactSchemas::Schema) == 32 && sizeof(CompactSchemas::Limits) == 136 && sizeof(CompactSchemas::Choice) == 8,
              "equal ones are told by their bytes, padding would differ");

const CompactSchemas::Limits CompactSchemas::no_limits_;

CompactSchemas::CompactSchemas(std::span<const Object* const> definitions) {
    SchemaCompiler compiler(*this);
    for (const Object* definition : definitions) compiler.add(*definition);
    roots_.shrink_to_fit();
    schemas_.shrink_to_fit();
    fields_.shrink_to_fit();
    lists_.shrink_to_fit();
    choices_.shrink_to_fit();
    limits_.shrink_to_fit();
    texts_.shrink_to_fit();
}

CompactSchemas::Index CompactSchemas::root(std::uint32_t definition, std::uint32_t version) const {
    const auto key = [](const Root& root) { return std::pair(root.definition, root.version); };
    const auto found = std::ranges::lower_bound(roots_, std::pair(definition, version), {}, key);
    return found != roots_.end() && key(*found) == std::pair(definition, version) ? found->schema : none;
}

std::string_view CompactSchemas::text(Text text) const {
    std::uint32_t size = 0;
    std::memcpy(&size, texts_.data() + text, sizeof size);
    return {texts_.data() + text + sizeof size, size};
}

const CompactSchemas::Field* CompactSchemas::field(const Schema& schema, std::string_view name) const {
    Range ordered = schema.fields;
    if (schema.has(shuffled)) ordered.begin += ordered.count;
    const std::span<const Field> fields = slice(fields_, ordered);
    const auto found = std::ranges::lower_bound(fields, name, {}, [&](const Field& field) { return text(field.name); });
    return found != fields.end() && text(found->name) == name ? &*found : nullptr;
}

std::string_view field_name(yaml::Node key, std::string& room) {
    if (!key.is_scalar() || key.type() == yaml::Type::text) return key.scalar();
    room = yaml::json_key(*key.target()).value_or(std::string());
    return room;
}

}
