#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/yaml/node.h"

namespace plimsoll::yaml {

// The rules by which go-yaml version 2 (and so sigs.k8s.io/yaml) gives a plain scalar its type.
Type resolve_plain(std::string_view text);

// A scalar with an explicit tag; nullopt when go-yaml refuses it ("!!int x"). `tag` is the long form ("tag:yaml.org,2002:int").
std::optional<Type> resolve_tagged(std::string_view text, std::string_view tag);

// What a text of Type::boolean, Type::integer or Type::number stands for.
bool boolean_value(std::string_view text);
struct Integer {
    bool is_unsigned = false;   // above the largest int64
    std::int64_t value = 0;
    std::uint64_t large = 0;
};
std::optional<Integer> integer_value(std::string_view text);
std::optional<double> float_value(std::string_view text);

// Standard base64 with padding, line breaks between; nullopt when it is anything else.
std::optional<std::string> decode_base64(std::string_view text);

// A number as Go's encoding/json prints it; "" for what JSON cannot hold (.inf, .nan).
std::string json_number(double value);
// The text of a key that is not text, as sigs.k8s.io/yaml makes a string of it; nullopt when it refuses the key.
std::optional<std::string> json_key(const Record& key);

}
