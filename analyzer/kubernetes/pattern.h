#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace plimsoll::kubernetes {

// Regular expressions as Go's regexp has them, which is RE2's syntax; each is compiled when it is first asked for, and again only where a run has
// hundreds. Made for one pass over the objects of a cluster, by one thread: what all of it may cost is bounded, and which texts the bound leaves out
// depends on their order.
class Patterns {
public:
    Patterns();
    ~Patterns();
    Patterns(const Patterns&) = delete;
    Patterns& operator=(const Patterns&) = delete;

    // The pattern matches somewhere in the text; nullopt: it is none, or too large, or too much was asked for already. `pattern` outlives this.
    std::optional<bool> finds(std::string_view pattern, std::string_view text);

private:
    struct Compiled;
    const Compiled& compiled(std::string_view pattern);

    std::unordered_map<std::string_view, std::unique_ptr<Compiled>> known_;
    std::int64_t compiling_left_, matching_left_;   // in instructions, and in instructions times bytes
};

}
