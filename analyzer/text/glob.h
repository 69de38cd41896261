#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// A pattern by git's wildmatch rules, on bytes: '*' and '?' stop at '/', "**" between slashes spans folders, [a-z] [!a-z] [[:digit:]]
// never match '/', a backslash takes the next byte as it is. A pattern that git calls malformed matches nothing.
// Matching costs at most the length of the pattern times that of the text.
class Glob {
public:
    explicit Glob(std::string_view pattern);
    bool matches(std::string_view text) const;

private:
    struct Step {
        enum class Kind : unsigned char { literal, any, set, star, folders, everything };
        Kind kind = Kind::literal;
        char byte = 0;
        std::size_t set = 0;   // index in sets_
    };
    enum class Shape : unsigned char { literal, suffix, general, nothing };

    bool compile(std::string_view pattern);
    std::size_t compile_stars(std::string_view pattern, std::size_t at);
    std::size_t compile_set(std::string_view pattern, std::size_t at);
    bool accepts(const Step& step, char byte) const;
    bool simulate(std::string_view text) const;
    // Adds a step and those that may be reached from it without a byte.
    void reach(std::string& reached, std::size_t step) const;

    Shape shape_ = Shape::general;
    std::string literal_;   // the pattern itself, what follows its leading star, or what every match begins with
    std::vector<Step> steps_;
    std::vector<std::bitset<256>> sets_;
};

// One line of a .gitignore file, or one path pattern of a configuration (the same grammar).
struct PathPattern {
    Glob glob;
    bool negated = false;        // "!pattern"
    bool folders_only = false;   // "pattern/"
    bool anywhere = false;       // no slash inside: compared with the last name only

    // `line` without its line end; blanks at the end do not count unless escaped. The caller skips comments and empty lines.
    explicit PathPattern(std::string_view line);
    // `path` is relative to the folder of the pattern's file. `negated` is not looked at.
    bool matches(std::string_view path, bool is_folder) const;
    // Whether the pattern takes a file, itself or a folder above it.
    bool covers(std::string_view file) const;
};

}
