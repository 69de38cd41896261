#pragma once

#include <cstdint>
#include <string_view>

#include "analyzer/kubernetes/selector.h"

namespace plimsoll::kubernetes {

class Patterns;

// Formats of texts that the API server looks at in custom resources, as far as their rules can be said exactly. Not evaluated: uri, email, isbn,
// isbn10, isbn13, creditcard, bsonobjectid and what came with 1.34 (k8s-short-name, k8s-long-name).
enum class TextFormat : std::uint8_t {
    any,
    byte,
    cidr,
    date,
    date_time,
    duration,
    hexcolor,
    hostname,
    ipv4,
    ipv6,
    mac,
    rgbcolor,
    ssn,
    uuid,
    uuid3,
    uuid4,
    uuid5,
};

// `any` for one that is not evaluated. Hyphens make no difference.
TextFormat text_format(std::string_view name);
Match has_format(std::string_view text, TextFormat format, Patterns& patterns);
// For people: "a CIDR such as 10.0.0.0/8".
std::string_view format_wanted(TextFormat format);

bool is_date_format(std::string_view text);                            // 2006-01-02
bool is_date_time_format(std::string_view text, Patterns& patterns);   // 2014-12-15T19:30:20.000Z
bool is_duration_format(std::string_view text);                        // 1h30m, and looser: "2 weeks"

}
