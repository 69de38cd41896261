#include "analyzer/docker/image.h"

#include <algorithm>
#include <array>

namespace plimsoll::docker {

namespace {

constexpr std::size_t longest_name = 255, longest_tag = 128;

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool alphanumeric(char c) { return lower(c) || upper(c) || digit(c); }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Labels of letters, digits and inner dashes, joined by dots; or an IPv6 address in brackets.
bool valid_host(std::string_view host) {
    if (host.starts_with('[')) {
        if (host.size() < 3 || host.back() != ']') return false;
        return std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) { return hex(c) || c == ':'; });
    }
    bool at_start = true;
    char previous = '.';
    for (char c : host) {
        if (c == '.' ? (at_start || previous == '-') : c == '-' ? at_start : !alphanumeric(c)) return false;
        at_start = c == '.';
        previous = c;
    }
    return !at_start && previous != '-';
}

bool valid_domain(std::string_view domain) {
    std::size_t bracket = domain.rfind(']');
    std::size_t colon = domain.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        std::string_view port = domain.substr(colon + 1);
        if (port.empty() || !std::ranges::all_of(port, digit)) return false;
        domain = domain.substr(0, colon);
    }
    return valid_host(domain);
}

// Lower-case letters and digits; between them one dot, one or two underscores, or dashes.
bool valid_component(std::string_view component) {
    std::size_t at = 0;
    while (at < component.size()) {
        std::size_t word = at;
        while (at < component.size() && (lower(component[at]) || digit(component[at]))) ++at;
        if (at == word) return false;
        if (at == component.size()) return true;
        std::size_t separator = at;
        while (at < component.size() && component[at] == component[separator]) ++at;
        std::size_t length = at - separator;
        char c = component[separator];
        if (!(c == '-' || (c == '.' && length == 1) || (c == '_' && length <= 2))) return false;
    }
    return false;
}

bool valid_path(std::string_view path) {
    while (true) {
        std::size_t slash = path.find('/');
        if (!valid_component(path.substr(0, slash))) return false;
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
}

bool valid_tag(std::string_view tag) {
    auto word = [](char c) { return alphanumeric(c) || c == '_'; };
    if (tag.empty() || tag.size() > longest_tag || !word(tag.front())) return false;
    return std::ranges::all_of(tag, [&](char c) { return word(c) || c == '.' || c == '-'; });
}

bool valid_digest(std::string_view digest) {
    struct Algorithm {
        std::string_view name;
        std::size_t digits;
    };
    static constexpr std::array<Algorithm, 3> algorithms = {{{"sha256:", 64}, {"sha384:", 96}, {"sha512:", 128}}};
    for (const Algorithm& algorithm : algorithms) {
        if (!digest.starts_with(algorithm.name)) continue;
        std::string_view sum = digest.substr(algorithm.name.size());
        return sum.size() == algorithm.digits && std::ranges::all_of(sum, [](char c) { return hex(c) && !upper(c); });
    }
    return false;
}

// Whether the part before the first slash is a registry: it looks like a host, or it cannot be a path.
bool is_domain(std::string_view first) {
    return first == "localhost" || std::ranges::any_of(first, [](char c) { return c == '.' || c == ':' || upper(c); });
}

// A full image ID is refused as a name: it could not be told from one.
bool is_identifier(std::string_view text) {
    return text.size() == 64 && std::ranges::all_of(text, [](char c) { return hex(c) && !upper(c); });
}

}

std::optional<Reference> parse_reference(std::string_view text) {
    if (is_identifier(text)) return std::nullopt;
    Reference reference;
    std::size_t end = text.size();
    std::size_t at = text.find('@');
    if (at != std::string_view::npos) {
        reference.digest = {at + 1, end};
        if (!valid_digest(text.substr(at + 1))) return std::nullopt;
        end = at;
    }
    std::size_t slash = text.substr(0, end).find('/');
    std::size_t path = 0;
    if (slash != std::string_view::npos && is_domain(text.substr(0, slash))) {
        reference.domain = {0, slash};
        if (!valid_domain(text.substr(0, slash))) return std::nullopt;
        path = slash + 1;
    }
    std::size_t colon = text.substr(0, end).find(':', path);
    if (colon != std::string_view::npos) {
        reference.tag = {colon + 1, end};
        if (!valid_tag(text.substr(colon + 1, end - colon - 1))) return std::nullopt;
        end = colon;
    }
    reference.path = {path, end};
    if (end > longest_name || !valid_path(text.substr(path, end - path))) return std::nullopt;
    reference.text = text;
    return reference;
}

std::string Reference::registry() const {
    std::string_view host = part(domain);
    if (host.empty() || host == "index.docker.io") return "docker.io";
    return std::string(host);
}

std::string Reference::repository() const {
    std::string_view name = part(path);
    bool official = name.find('/') == std::string_view::npos && registry() == "docker.io";
    return (official ? "library/" : "") + std::string(name);
}

std::string Reference::familiar() const {
    std::string host = registry();
    std::string_view name = part(path);
    if (host != "docker.io") return host + "/" + std::string(name);
    constexpr std::string_view official = "library/";
    if (name.starts_with(official) && name.find('/', official.size()) == std::string_view::npos) name.remove_prefix(official.size());
    return std::string(name);
}

}
