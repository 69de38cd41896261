#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plimsoll {

// Ordered: a higher value is worse.
enum class Severity : std::uint8_t { info, low, medium, high, critical };

constexpr std::string_view name_of(Severity severity) {
    constexpr std::string_view names[] = {"info", "low", "medium", "high", "critical"};
    return names[static_cast<unsigned>(severity)];
}

constexpr std::optional<Severity> severity_of(std::string_view name) {
    for (unsigned i = 0; i < 5; ++i)
        if (name_of(static_cast<Severity>(i)) == name) return static_cast<Severity>(i);
    return std::nullopt;
}

}
