#include "analyzer/kubernetes/decoding.h"

#include "analyzer/kubernetes/schema_walk.h"
#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

std::string_view wanted_by(FieldType type) {
    constexpr std::string_view names[] = {"a text",
                                          "a whole number",
                                          "a whole number",
                                          "a number",
                                          "true or false",
                                          "a text in base64",
                                          "a time",
                                          "a quantity such as 500m",
                                          "a whole number or text",
                                          "a schema or a boolean",
                                          "anything",
                                          "a mapping"};
    return names[static_cast<unsigned>(type)];
}

bool is_int32(yaml::Node node) {
    const auto whole = whole_number(node);
    return whole && *whole >= INT32_MIN && *whole <= INT32_MAX;
}

bool is_wrapped_base64(std::string_view text) {
    std::string joined;
    for (char c : text)
        if (c != '\n' && c != '\r') joined += c;
    return decode_base64(joined).has_value();
}

bool decodes(yaml::Node node, FieldType type) {
    switch (type) {
        case FieldType::text:
        case FieldType::time: return node.text().has_value();
        case FieldType::int32: return is_int32(node);
        case FieldType::int64: return whole_number(node).has_value();
        case FieldType::number: return node.type() == yaml::Type::integer || node.type() == yaml::Type::number;
        case FieldType::boolean: return node.boolean().has_value();
        case FieldType::bytes: return node.text() && is_wrapped_base64(*node.text());
        case FieldType::quantity: return node.is_scalar() && node.type() != yaml::Type::boolean && quantity_milli(node).has_value();
        case FieldType::int_or_text: return node.text() || is_int32(node);
        case FieldType::schema_or_bool: return node.boolean() || node.is_mapping();
        case FieldType::any: return true;
        case FieldType::structure: return node.is_mapping();
    }
    return true;
}

class DecodingVisitor : public SchemaVisitor {
public:
    static constexpr bool reads_status = true, reads_schemas = true;
    explicit DecodingVisitor(std::vector<DecodingFault>& out) : out_(out) {}

    void unknown(const yaml::Entry& entry, Definition definition) { out_.push_back({DecodingFault::Kind::unknown_field, entry.value, definition}); }
    void unavailable(const yaml::Entry& entry, const Field& field) {
        out_.push_back({DecodingFault::Kind::unavailable_field, entry.value, Definition(0), field});
    }
    void scalar(yaml::Node node, const Field& field) {
        if (!decodes(node, field.type)) wrong_shape(node, wanted_by(field.type));
    }
    void wrong_shape(yaml::Node node, std::string_view wanted) { out_.push_back({DecodingFault::Kind::wrong_type, node, Definition(0), {}, wanted}); }

private:
    std::vector<DecodingFault>& out_;
};

}

std::optional<SchemaRoot> schema_root(const Object& object, int target_minor) {
    const auto kind = find_kind(object.group(), object.version(), object.kind());
    if (!kind || !kind->definition) return std::nullopt;
    int minor = target_minor;
    if (minor < kind->lifetime.since) minor = kind->lifetime.since;
    if (kind->lifetime.until && minor > kind->lifetime.until) minor = kind->lifetime.until;
    return SchemaRoot{*kind->definition, minor};
}

const Decoding& Object::decoding(int target_minor) const {
    if (decoding_ && decoding_minor_ == target_minor) return *decoding_;
    auto found = std::make_shared<Decoding>();
    found->root = schema_root(*this, target_minor);
    if (found->root) {
        DecodingVisitor visitor(found->faults);
        SchemaWalk<DecodingVisitor>(visitor, found->root->minor).structure(node_, found->root->definition);
    }
    decoding_ = std::move(found);
    decoding_minor_ = target_minor;
    return *decoding_;
}

}
