#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::docker {

// A .dockerignore file by Docker's rules (moby/patternmatcher): patterns in order, the last match decides, '!' re-includes,
// a match of a parent directory counts for what lies below it.
class IgnoreFile {
public:
    explicit IgnoreFile(std::string_view text);
    // `path` is relative to the context, forward slashes, no leading "./".
    bool ignores(std::string_view path) const;
    bool has_exceptions() const;
    struct Pattern {
        std::string text;   // cleaned, without '!'
        bool negated = false;
    };
    const std::vector<Pattern>& patterns() const { return patterns_; }

private:
    std::vector<Pattern> patterns_;
};

}
