#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::docker {

// An image reference, split as github.com/distribution/reference does. Offsets are into the text it was parsed from,
// so that Text::place() finds the bytes of each part.
struct Reference {
    struct Part {
        std::size_t begin = 0, end = 0;
        bool empty() const { return begin == end; }
    };
    std::string text;
    Part domain, path, tag, digest;   // as written; domain is empty when not given

    std::string_view part(Part p) const { return std::string_view(text).substr(p.begin, p.end - p.begin); }
    std::string registry() const;     // "docker.io" when not given; port included
    std::string repository() const;   // "library/alpine" for "alpine" on docker.io
    std::string familiar() const;     // "alpine", "ghcr.io/a/b": registry docker.io and library/ removed
    std::string_view tag_value() const { return part(tag); }
    std::string_view digest_value() const { return part(digest); }
    bool has_tag() const { return !tag.empty(); }
    bool has_digest() const { return !digest.empty(); }
    // Where the name (registry and path) ends.
    std::size_t name_end() const { return path.end; }
};

// nullopt when the text is not a valid reference (upper case in the path, bad tag, ...).
std::optional<Reference> parse_reference(std::string_view text);

}
