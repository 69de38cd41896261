#include <algorithm>

#include "analyzer/kubernetes/values.h"

namespace plimsoll::kubernetes {

namespace {

constexpr std::size_t longest_label = 63, longest_subdomain = 253;

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool lower_or_digit(char c) { return lower(c) || digit(c); }
bool alphanumeric(char c) { return lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }
bool printable(char c) { return c >= ' ' && c <= '~'; }

// Letters and digits at both ends, those or `inner` between them.
bool bounded(std::string_view text, std::string_view inner) {
    return !text.empty() && text.size() <= longest_label && alphanumeric(text.front()) && alphanumeric(text.back()) &&
           std::ranges::all_of(text, [&](char c) { return alphanumeric(c) || inner.find(c) != std::string_view::npos; });
}

bool label_of_any_length(std::string_view text) {
    return !text.empty() && lower_or_digit(text.front()) && lower_or_digit(text.back()) &&
           std::ranges::all_of(text, [](char c) { return lower_or_digit(c) || c == '-'; });
}

// Not "." or "..", which a file of that name could not be.
bool no_dot_path(std::string_view text) { return text != "." && !text.starts_with(".."); }

}

bool is_dns1123_label(std::string_view text) { return text.size() <= longest_label && label_of_any_length(text); }

bool is_dns1123_subdomain(std::string_view text) {
    if (text.empty() || text.size() > longest_subdomain) return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!label_of_any_length(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_wildcard_dns1123_subdomain(std::string_view text) {
    return text.size() <= longest_subdomain && text.starts_with("*.") && is_dns1123_subdomain(text.substr(2));
}

bool is_dns1035_label(std::string_view text) { return is_dns1123_label(text) && lower(text.front()); }

bool is_qualified_name(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) {
        if (!is_dns1123_subdomain(text.substr(0, slash))) return false;
        text.remove_prefix(slash + 1);
    }
    return bounded(text, "-_.");
}

bool is_label_value(std::string_view text) { return text.empty() || bounded(text, "-_."); }

bool is_env_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return printable(c) && c != '='; });
}

bool is_strict_env_name(std::string_view text) {
    return !text.empty() && !digit(text.front()) && no_dot_path(text) &&
           std::ranges::all_of(text, [](char c) { return alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_port_name(std::string_view text) {
    constexpr std::size_t longest = 15;
    return text.size() <= longest && label_of_any_length(text) && std::ranges::any_of(text, lower) && text.find("--") == std::string_view::npos;
}

bool is_config_key(std::string_view text) {
    return !text.empty() && text.size() <= longest_subdomain && no_dot_path(text) &&
           std::ranges::all_of(text, [](char c) { return alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_http_header_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return alphanumeric(c) || c == '-'; });
}

bool is_domain_path(std::string_view text) {
    constexpr std::string_view extra = "/%:@._-~!$&'()*+,;=";
    const std::size_t slash = text.find('/');
    return slash != std::string_view::npos && slash + 1 < text.size() && is_dns1123_subdomain(text.substr(0, slash)) &&
           std::ranges::all_of(text.substr(slash + 1), [&](char c) { return alphanumeric(c) || extra.find(c) != std::string_view::npos; });
}

}
