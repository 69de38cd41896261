#include "analyzer/docker/ignore.h"

#include <algorithm>
#include <cstdint>

namespace plimsoll::docker {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Go's filepath.Clean: no empty, "." or inner ".." elements, no slash at the end.
std::string cleaned(std::string_view path) {
    bool rooted = path.starts_with('/');
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        std::size_t slash = std::min(path.find('/'), path.size());
        std::string_view part = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (part.empty() || part == ".") continue;
        if (part != "..")
            parts.push_back(part);
        else if (!parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (!rooted)
            parts.push_back(part);
    }
    std::string result = rooted ? "/" : "";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i) result += '/';
        result += parts[i];
    }
    return result.empty() ? "." : result;
}

// The next character of UTF-8 text; a byte that starts no valid sequence stands for itself.
char32_t take(std::string_view text, std::size_t& at) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char first = byte(at++);
    std::size_t more = first >= 0xF0 && first < 0xF8 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    if (first >= 0xF8 || at + more > text.size()) return first;
    char32_t value = first & (0x7Fu >> (more ? more + 1 : 0));
    for (std::size_t i = 0; i < more; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return first;
        value = value << 6 | (byte(at + i) & 0x3Fu);
    }
    at += more;
    return value;
}

// One element of a pattern. Matching keeps the set of elements reached, so it never goes back in the path:
// the time is at most the length of the path times that of the pattern.
struct Step {
    enum class Kind : unsigned char { character, any_but_slash, star, directories, everything, set };
    Kind kind = Kind::character;
    char32_t character = 0;
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;

    bool takes(char32_t c) const {
        switch (kind) {
            case Kind::character: return c == character;
            case Kind::any_but_slash:
            case Kind::star: return c != U'/';
            case Kind::directories:
            case Kind::everything: return true;
            case Kind::set: return negated != std::ranges::any_of(ranges, [c](auto range) { return range.first <= c && c <= range.second; });
        }
        return false;
    }
    bool repeats() const { return kind == Kind::star || kind == Kind::directories || kind == Kind::everything; }
};

// Reads "[a-z]" or "[^a-z]" after the bracket; false when it is not closed or a range is upside down.
bool read_set(std::string_view pattern, std::size_t& at, Step& step) {
    step.kind = Step::Kind::set;
    if (at < pattern.size() && pattern[at] == '^') step.negated = true, ++at;
    auto item = [&](char32_t& c) {
        if (pattern[at] == '\\') ++at;
        if (at >= pattern.size()) return false;
        c = take(pattern, at);
        return at < pattern.size();
    };
    while (at < pattern.size() && pattern[at] != ']') {
        char32_t low = 0;
        if (pattern[at] == '-' || !item(low)) return false;
        char32_t high = low;
        if (pattern[at] == '-' && (++at >= pattern.size() || pattern[at] == ']' || !item(high))) return false;
        if (high < low) return false;
        step.ranges.emplace_back(low, high);
    }
    return at < pattern.size() && pattern[at++] == ']' && !step.ranges.empty();
}

// "**" at the end takes everything; elsewhere it stands for any number of whole directories.
Step::Kind read_stars(std::string_view pattern, std::size_t& at) {
    if (at >= pattern.size() || pattern[at] != '*') return Step::Kind::star;
    ++at;
    if (at < pattern.size() && pattern[at] == '/') ++at;
    return at < pattern.size() ? Step::Kind::directories : Step::Kind::everything;
}

// Elements of a pattern; nothing when it is malformed (such a file stops the build; here the pattern matches nothing).
std::vector<Step> steps_of(std::string_view pattern) {
    std::vector<Step> steps;
    // "**name" without a slash is any path that ends so.
    if (pattern.starts_with("**") && pattern.size() > 2 && pattern[2] != '/' && pattern.find_first_of("*?[]\\", 2) == std::string_view::npos) {
        steps.push_back({Step::Kind::everything, 0, false, {}});
        pattern.remove_prefix(2);
    }
    for (std::size_t at = 0; at < pattern.size();) {
        Step step;
        char32_t c = take(pattern, at);
        if (c == U'*')
            step.kind = read_stars(pattern, at);
        else if (c == U'?')
            step.kind = Step::Kind::any_but_slash;
        else if (c == U'[' && !read_set(pattern, at, step))
            return {};
        else if (c == U'\\' && at == pattern.size())
            return {};
        else if (c == U'\\')
            step.character = take(pattern, at);
        else if (c != U'[')
            step.character = c;
        steps.push_back(std::move(step));
    }
    return steps;
}

class Matcher {
public:
    explicit Matcher(const std::vector<Step>& steps) : steps_(steps), now_(steps.size() + 1), next_(steps.size() + 1) {}

    // True when the pattern matches the path or one of its parent directories.
    bool matches(std::string_view path) {
        if (steps_.empty()) return false;
        reach(now_, 0);
        for (std::size_t at = 0; at < path.size();) {
            char32_t c = take(path, at);
            if (c == U'/' && now_[steps_.size()]) return true;
            std::fill(next_.begin(), next_.end(), std::uint8_t{0});
            bool alive = false;
            for (std::size_t i = 0; i < steps_.size(); ++i)
                if (now_[i] && steps_[i].takes(c)) advance(i, c), alive = true;
            now_.swap(next_);
            if (!alive) return false;
        }
        return now_[steps_.size()];
    }

private:
    // Marks element i and those behind it that may take nothing. `inside` (2) marks directories in the middle of a name,
    // where the pattern may not go on before the next slash.
    static constexpr std::uint8_t open = 1, inside = 2;

    void reach(std::vector<std::uint8_t>& set, std::size_t i) {
        while (!(set[i] & open)) {
            set[i] |= open;
            if (i == steps_.size() || !steps_[i].repeats()) return;
            ++i;
        }
    }
    void advance(std::size_t i, char32_t c) {
        if (!steps_[i].repeats()) return reach(next_, i + 1);
        if (steps_[i].kind != Step::Kind::directories) return reach(next_, i);
        next_[i] |= inside;
        if (c == U'/') reach(next_, i + 1);
    }

    const std::vector<Step>& steps_;
    std::vector<std::uint8_t> now_, next_;
};

bool is_plain(std::string_view pattern) { return pattern.find_first_of("*?[]\\") == std::string_view::npos; }

bool matches(std::string_view pattern, std::string_view path) {
    if (is_plain(pattern)) return path.starts_with(pattern) && (path.size() == pattern.size() || path[pattern.size()] == '/');
    // The slash before a final "**" is part of what must be there: "a/**" leaves "a" itself alone.
    std::vector<Step> steps = steps_of(pattern);
    return Matcher(steps).matches(path);
}

}

IgnoreFile::IgnoreFile(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
        std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('#')) continue;
        line = trimmed(line);
        Pattern pattern;
        pattern.negated = line.starts_with('!');
        if (pattern.negated) line = trimmed(line.substr(1));
        if (line.empty()) continue;
        pattern.text = cleaned(line);
        if (pattern.text.size() > 1 && pattern.text.front() == '/') pattern.text.erase(0, 1);
        patterns_.push_back(std::move(pattern));
    }
}

bool IgnoreFile::ignores(std::string_view path) const {
    bool ignored = false;
    for (const Pattern& pattern : patterns_)
        if (pattern.negated == ignored && matches(pattern.text, path)) ignored = !pattern.negated;
    return ignored;
}

bool IgnoreFile::has_exceptions() const {
    return std::ranges::any_of(patterns_, [](const Pattern& pattern) { return pattern.negated; });
}

}
