#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/yaml/node.h"

namespace plimsoll::kubernetes {

// Formats of the API as its own code reads them (yardstick: data/kubernetes/syntax-oracle.tsv).

// A resource quantity ("100m", "1.5Gi", "1e3") in thousandths, saturating; nullopt when it is not one. A number node counts as its text.
std::optional<std::int64_t> quantity_milli(std::string_view text);
std::optional<std::int64_t> quantity_milli(yaml::Node node);

// A number that Go's decoders take for an integer of 64 bits: 420.0 and 1e2 are whole.
std::optional<std::int64_t> whole_number(yaml::Node node);

// A cron expression as a new CronJob may have it: five fields or a descriptor ("@daily", "@every 5m"), without a time zone.
bool is_schedule(std::string_view text);

// int-or-string percentages: "25%" of `total`, rounded up or down; plain numbers as they are; nullopt when neither.
std::optional<std::int64_t> count_or_percent(yaml::Node node, std::int64_t total, bool round_up);
// The same of a text that has to be a percentage; a sign is read.
std::optional<std::int64_t> percent_of(std::string_view text, std::int64_t total, bool round_up);
bool is_percent(std::string_view text);   // digits and '%'

bool is_dns1123_label(std::string_view text);
bool is_dns1123_subdomain(std::string_view text);
bool is_dns1035_label(std::string_view text);
bool is_qualified_name(std::string_view text);   // label and annotation keys
bool is_label_value(std::string_view text);
bool is_env_name(std::string_view text);          // relaxed form of 1.30+
bool is_strict_env_name(std::string_view text);   // before 1.30
bool is_port_name(std::string_view text);
bool is_wildcard_dns1123_subdomain(std::string_view text);   // "*.example.org"
bool is_config_key(std::string_view text);                   // keys of ConfigMaps and Secrets
bool is_http_header_name(std::string_view text);
bool is_domain_path(std::string_view text);   // "example.org/controller"

// A CIDR "10.0.0.0/8" or "fd00::/8".
struct Cidr {
    bool v6 = false;
    unsigned char bytes[16] = {};
    unsigned prefix = 0;
    bool all() const { return prefix == 0; }
    bool contains(const Cidr& other) const;
};
std::optional<Cidr> parse_cidr(std::string_view text);
std::optional<Cidr> parse_address(std::string_view text);   // full prefix

// Standard base64, padding required; nullopt when invalid.
std::optional<std::string> decode_base64(std::string_view text);

}
