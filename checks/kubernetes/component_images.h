#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <string_view>

#include "analyzer/engine/kubernetes_check.h"

// What the checks of well-known components share.

namespace plimsoll::checks {

// The path of an image reference without registry, tag and digest, as written: "ingress-nginx/controller". No allocation.
inline std::string_view image_path(std::string_view reference) {
    reference = reference.substr(0, reference.find('@'));
    const std::size_t colon = reference.rfind(':'), slash = reference.rfind('/');
    if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) reference = reference.substr(0, colon);
    const std::size_t first = reference.find('/');
    if (first == std::string_view::npos) return reference;
    const std::string_view host = reference.substr(0, first);
    return host == "localhost" || host.find_first_of(".:") != std::string_view::npos ? reference.substr(first + 1) : reference;
}

// Whether the path is `tail` or ends in whole segments of it: "mirror/grafana/grafana" for "grafana/grafana".
inline bool ends_in_segments(std::string_view path, std::string_view tail) {
    return path.ends_with(tail) && (path.size() == tail.size() || path[path.size() - tail.size() - 1] == '/');
}

// The name of the image without tag and digest: its bytes in the file.
inline Span image_name_place(yaml::Node image) {
    const std::string_view text = image.scalar(), path = image_path(text);
    return image.place(0, static_cast<std::size_t>(path.data() - text.data()) + path.size());
}

// The first three numbers of a version: "v1.2.3-rc1" is 1.2.3; missing ones are 0.
struct Release {
    std::int32_t part[3] = {};
    bool known = false;
    auto operator<=>(const Release&) const = default;
};

inline Release release_of(std::string_view tag) {
    Release release;
    if (tag.starts_with('v')) tag.remove_prefix(1);
    const char *at = tag.data(), *end = at + tag.size();
    for (std::int32_t& part : release.part) {
        const auto [next, error] = std::from_chars(at, end, part);
        if (error != std::errc()) break;
        release.known = true;
        if (next == end || *next != '.') break;
        at = next + 1;
    }
    return release;
}

}
