#include "analyzer/text/glob.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace plimsoll {

namespace {

constexpr std::string_view special = "*?[\\";
constexpr std::size_t npos = std::string_view::npos;

using Set = std::bitset<256>;
using Classifier = int (*)(int);

constexpr std::pair<std::string_view, Classifier> classes[] = {
    {"alnum", std::isalnum}, {"alpha", std::isalpha}, {"blank", std::isblank}, {"cntrl", std::iscntrl}, {"digit", std::isdigit}, {"graph", std::isgraph},
    {"lower", std::islower}, {"print", std::isprint}, {"punct", std::ispunct}, {"space", std::isspace}, {"upper", std::isupper}, {"xdigit", std::isxdigit},
};

// Adds [:name:]; false when there is no such class.
bool add_class(Set& set, std::string_view name) {
    const auto* found = std::find_if(std::begin(classes), std::end(classes), [&](const auto& entry) { return entry.first == name; });
    if (found == std::end(classes)) return false;
    for (int byte = 0; byte < 128; ++byte)
        if (found->second(byte)) set.set(static_cast<std::size_t>(byte));
    return true;
}

std::size_t index_of(char byte) { return static_cast<unsigned char>(byte); }

// Reads the elements of "[...]"; `next` stays npos when the pattern is malformed.
class SetReader {
public:
    SetReader(std::string_view pattern, std::size_t at) : pattern_(pattern), at_(at) {}

    // The set between the brackets; `at` is just behind '['. Gives the place behind ']'.
    std::size_t read(Set& set) {
        bool negated = at_ < pattern_.size() && (pattern_[at_] == '!' || pattern_[at_] == '^');
        if (negated) ++at_;
        for (bool first = true; at_ < pattern_.size(); first = false) {
            if (pattern_[at_] == ']' && !first) {
                if (negated) set.flip();
                set.reset(index_of('/'));
                return at_ + 1;
            }
            if (!element(set)) return npos;
        }
        return npos;
    }

private:
    bool element(Set& set) {
        if (pattern_.substr(at_, 2) == "[:") {
            std::size_t close = pattern_.find(']', at_ + 2);
            if (close == npos) return false;
            if (close > at_ + 2 && pattern_[close - 1] == ':') {
                bool known = add_class(set, pattern_.substr(at_ + 2, close - at_ - 3));
                at_ = close + 1;
                return known;
            }
        }
        char low = 0;
        if (!byte(low)) return false;
        char high = low;
        bool is_range = at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']';
        if (is_range && (++at_, !byte(high))) return false;
        for (std::size_t i = index_of(low); i <= index_of(high); ++i) set.set(i);
        return true;
    }

    bool byte(char& out) {
        if (pattern_[at_] == '\\') ++at_;
        if (at_ >= pattern_.size()) return false;
        out = pattern_[at_++];
        return true;
    }

    std::string_view pattern_;
    std::size_t at_;
};

}

Glob::Glob(std::string_view pattern) {
    std::size_t wild = pattern.find_first_of(special);
    literal_ = pattern.substr(0, wild);
    if (wild == npos) {
        shape_ = Shape::literal;
    } else if (wild == 0 && pattern[0] == '*' && pattern.find_first_of(special, 1) == npos) {
        shape_ = Shape::suffix;
        literal_ = pattern.substr(1);
    } else if (!compile(pattern)) {
        shape_ = Shape::nothing;
    }
}

// False when the pattern is malformed.
bool Glob::compile(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size();) {
        switch (pattern[at]) {
            case '*': at = compile_stars(pattern, at); break;
            case '[':
                at = compile_set(pattern, at + 1);
                if (at == npos) return false;
                break;
            case '?':
                steps_.push_back({Step::Kind::any});
                ++at;
                break;
            case '\\':
                if (++at == pattern.size()) return false;
                [[fallthrough]];
            default: steps_.push_back({Step::Kind::literal, pattern[at++]});
        }
    }
    return true;
}

// Stars from `at` on. Two or more that fill a whole part of the path span folders, any others stay within one.
std::size_t Glob::compile_stars(std::string_view pattern, std::size_t at) {
    std::size_t end = std::min(pattern.find_first_not_of('*', at), pattern.size());
    std::string_view rest = pattern.substr(end);
    bool fills_part = (at == 0 || pattern[at - 1] == '/') && (rest.empty() || rest[0] == '/' || rest.starts_with("\\/"));
    if (end - at < 2 || !fills_part) {
        steps_.push_back({Step::Kind::star});
    } else if (rest.starts_with('/')) {
        steps_.push_back({Step::Kind::folders});
        ++end;
    } else {
        steps_.push_back({Step::Kind::everything});
    }
    return end;
}

std::size_t Glob::compile_set(std::string_view pattern, std::size_t at) {
    Set set;
    at = SetReader(pattern, at).read(set);
    steps_.push_back({Step::Kind::set, 0, sets_.size()});
    sets_.push_back(set);
    return at;
}

bool Glob::matches(std::string_view text) const {
    switch (shape_) {
        case Shape::literal: return text == literal_;
        case Shape::suffix: return text.ends_with(literal_) && text.substr(0, text.size() - literal_.size()).find('/') == npos;
        case Shape::general: return text.starts_with(literal_) && simulate(text);
        case Shape::nothing: break;
    }
    return false;
}

bool Glob::accepts(const Step& step, char byte) const {
    switch (step.kind) {
        case Step::Kind::literal: return byte == step.byte;
        case Step::Kind::any:
        case Step::Kind::star: return byte != '/';
        case Step::Kind::set: return sets_[step.set].test(index_of(byte));
        case Step::Kind::folders:
        case Step::Kind::everything: break;
    }
    return true;
}

void Glob::reach(std::string& reached, std::size_t step) const {
    for (;; ++step) {
        reached[step] = 1;
        if (step == steps_.size()) return;
        Step::Kind kind = steps_[step].kind;
        if (kind != Step::Kind::star && kind != Step::Kind::everything && kind != Step::Kind::folders) return;
    }
}

// Keeps the set of steps that the bytes so far may have led to, so nothing is tried twice.
bool Glob::simulate(std::string_view text) const {
    std::string reached(steps_.size() + 1, 0), next(steps_.size() + 1, 0);
    reach(reached, 0);
    for (char byte : text) {
        bool alive = false;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (!reached[i] || !accepts(steps_[i], byte)) continue;
            alive = true;
            Step::Kind kind = steps_[i].kind;
            if (kind == Step::Kind::star || kind == Step::Kind::everything) {
                reach(next, i);
            } else if (kind == Step::Kind::folders) {
                next[i] = 1;   // inside a name: the pattern goes on behind a slash only
                if (byte == '/') reach(next, i + 1);
            } else {
                reach(next, i + 1);
            }
        }
        if (!alive) return false;
        reached.swap(next);
        std::fill(next.begin(), next.end(), '\0');
    }
    return reached.back();
}

namespace {

std::string_view without_trailing_blanks(std::string_view line) {
    std::size_t end = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == ' ') continue;
        if (line[at] == '\\' && at + 1 < line.size()) ++at;
        end = at + 1;
    }
    return line.substr(0, end);
}

struct ParsedLine {
    std::string_view pattern;
    bool negated = false, folders_only = false, anywhere = false;
};

ParsedLine parse(std::string_view line) {
    ParsedLine out;
    line = without_trailing_blanks(line);
    out.negated = line.starts_with('!');
    if (out.negated) line.remove_prefix(1);
    out.folders_only = line.ends_with('/');
    if (out.folders_only) line.remove_suffix(1);
    out.anywhere = line.find('/') == npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    out.pattern = line;
    return out;
}

}

PathPattern::PathPattern(std::string_view line) : glob(parse(line).pattern) {
    ParsedLine parsed = parse(line);
    negated = parsed.negated;
    folders_only = parsed.folders_only;
    anywhere = parsed.anywhere;
}

bool PathPattern::matches(std::string_view path, bool is_folder) const {
    if (folders_only && !is_folder) return false;
    if (anywhere) path.remove_prefix(path.rfind('/') + 1);
    return glob.matches(path);
}

bool PathPattern::covers(std::string_view file) const {
    for (std::size_t slash = file.find('/'); slash != npos; slash = file.find('/', slash + 1))
        if (slash > 0 && matches(file.substr(0, slash), true)) return true;
    return matches(file, false);
}

}
