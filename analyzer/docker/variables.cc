#include "analyzer/docker/variables.h"

#include <algorithm>
#include <array>

namespace plimsoll::docker {

namespace {

// Beyond these a value counts as unknown: doubling variables would otherwise grow without bound.
constexpr int deepest = 64;
constexpr std::size_t longest_growth = 1 << 16, costliest_pattern = 1 << 18;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool name_char(char c) { return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Length of the variable name at `at`: a word, a number, or one of the shell's special parameters.
std::size_t name_length(std::string_view text, std::size_t at) {
    std::size_t end = at;
    if (at < text.size() && digit(text[at])) {
        while (end < text.size() && digit(text[end])) ++end;
    } else if (at < text.size() && std::string_view("@*#?-$!").find(text[at]) != std::string_view::npos) {
        ++end;
    } else {
        while (end < text.size() && name_char(text[end])) ++end;
    }
    return end - at;
}

// Shell pattern with '*' and '?' against a whole string; '\' escapes.
struct Glyph {
    enum class Kind : unsigned char { byte, any, star };
    Kind kind = Kind::byte;
    char byte = 0;
};

// nullopt for an escape BuildKit refuses.
std::optional<std::vector<Glyph>> glyphs_of(std::string_view pattern) {
    std::vector<Glyph> glyphs;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        char c = pattern[i];
        if (c == '*')
            glyphs.push_back({Glyph::Kind::star, 0});
        else if (c == '?')
            glyphs.push_back({Glyph::Kind::any, 0});
        else if (c != '\\')
            glyphs.push_back({Glyph::Kind::byte, c});
        else if (++i < pattern.size() && std::string_view("*?\\}/").find(pattern[i]) != std::string_view::npos)
            glyphs.push_back({Glyph::Kind::byte, pattern[i]});
        else
            return std::nullopt;
    }
    return glyphs;
}

// End of the shortest or longest prefix of `value` that matches; npos when none does.
std::size_t match_prefix(const std::vector<Glyph>& glyphs, std::string_view value, bool longest) {
    std::vector<char> now(glyphs.size() + 1), next(glyphs.size() + 1);
    auto reach = [&](std::vector<char>& set, std::size_t i) {
        while (!set[i]) {
            set[i] = 1;
            if (i == glyphs.size() || glyphs[i].kind != Glyph::Kind::star) return;
            ++i;
        }
    };
    reach(now, 0);
    std::size_t found = std::string_view::npos;
    for (std::size_t at = 0;; ++at) {
        if (now[glyphs.size()]) found = at;
        if (at == value.size() || (found != std::string_view::npos && !longest)) return found;
        std::fill(next.begin(), next.end(), char{0});
        for (std::size_t i = 0; i < glyphs.size(); ++i) {
            if (!now[i]) continue;
            if (glyphs[i].kind == Glyph::Kind::star)
                reach(next, i);
            else if (glyphs[i].kind == Glyph::Kind::any || glyphs[i].byte == value[at])
                reach(next, i + 1);
        }
        now.swap(next);
    }
}

std::optional<std::string> trim(std::string_view value, std::string_view pattern, bool suffix, bool longest) {
    if (value.size() * (pattern.size() + 1) > costliest_pattern) return std::nullopt;
    auto glyphs = glyphs_of(pattern);
    if (!glyphs) return std::nullopt;
    std::string text(value);
    if (suffix) {
        std::ranges::reverse(*glyphs);
        std::ranges::reverse(text);
    }
    std::size_t end = match_prefix(*glyphs, text, longest);
    if (end != std::string_view::npos) text.erase(0, end);
    if (suffix) std::ranges::reverse(text);
    return text;
}

std::optional<std::string> replace(std::string_view value, std::string_view pattern, std::string_view by, bool all) {
    if (value.size() * value.size() * (pattern.size() + 1) > costliest_pattern) return std::nullopt;
    // With // BuildKit reads '$' in the replacement as a reference to a group.
    if (all && by.find('$') != std::string_view::npos) return std::nullopt;
    auto glyphs = glyphs_of(pattern);
    if (!glyphs) return std::nullopt;
    std::string result;
    std::size_t at = 0;
    bool done = false, after_match = false;
    while (at <= value.size()) {
        std::size_t length = done ? std::string_view::npos : match_prefix(*glyphs, value.substr(at), true);
        bool matched = length != std::string_view::npos && !(length == 0 && after_match);
        if (matched) result += by;
        done = done || (matched && !all);
        after_match = matched && length > 0;
        if (after_match) {
            at += length;
        } else {
            if (at < value.size()) result += value[at];
            ++at;
        }
    }
    return result;
}

// Reads a word as BuildKit's shell lexer does and gives its value.
class Expander {
public:
    Expander(std::string_view text, char escape, const ValueLookup& lookup)
        : text_(text), escape_(escape), lookup_(lookup), limit_(text.size() + longest_growth) {}

    std::optional<std::string> whole() {
        std::string result;
        if (!word(result, '\0', false)) return std::nullopt;
        return result;
    }

private:
    bool at_end() const { return at_ >= text_.size(); }

    // Up to `stop` (taken, not kept) or, without one, to the end. False for errors and unknown values.
    bool word(std::string& out, char stop, bool keep_escapes) {
        if (++depth_ > deepest) return false;
        while (!at_end()) {
            if (out.size() > limit_) return false;
            char c = text_[at_];
            if (stop && c == stop) {
                ++at_;
                --depth_;
                return true;
            }
            if (c == '\'' ? !single_quoted(out) : c == '"' ? !double_quoted(out, keep_escapes) : c == '$' && !dollar(out)) return false;
            if (c == '\'' || c == '"' || c == '$') continue;
            ++at_;
            if (c != escape_) {
                out += c;
                continue;
            }
            if (keep_escapes) out += c;
            if (!at_end()) out += text_[at_++];
        }
        --depth_;
        return !stop;
    }

    bool single_quoted(std::string& out) {
        std::size_t close = text_.find('\'', at_ + 1);
        if (close == std::string_view::npos) return false;
        out += text_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
        return true;
    }

    bool double_quoted(std::string& out, bool keep_escapes) {
        ++at_;
        while (!at_end()) {
            char c = text_[at_];
            if (c == '$') {
                if (out.size() > limit_ || !dollar(out)) return false;
                continue;
            }
            ++at_;
            if (c == '"') return true;
            if (c != escape_) {
                out += c;
                continue;
            }
            if (keep_escapes) out += c;
            if (at_end()) continue;
            char next = text_[at_];
            bool escapable = next == '"' || next == '$' || next == escape_;
            if (escapable) ++at_;
            out += escapable ? next : c;
        }
        return false;
    }

    bool dollar(std::string& out) {
        ++at_;
        if (!at_end() && text_[at_] == '{') {
            ++at_;
            return braced(out);
        }
        std::size_t length = name_length(text_, at_);
        std::string_view name = text_.substr(at_, length);
        at_ += length;
        if (name.empty()) {
            out += '$';
            return true;
        }
        return plain(out, lookup_(name));
    }

    static bool plain(std::string& out, const VariableValue& value) {
        if (value.state == VariableValue::State::set) out += value.text;
        return value.state == VariableValue::State::set || value.state == VariableValue::State::unset;
    }

    bool braced(std::string& out) {
        std::size_t length = name_length(text_, at_);
        std::string_view name = text_.substr(at_, length);
        at_ += length;
        if (name.empty() || at_end()) return false;
        char op = text_[at_++];
        if (op == '}') return plain(out, lookup_(name));
        bool colon = op == ':';
        if (colon) {
            if (at_end()) return false;
            op = text_[at_++];
        }
        if (op == '/') return !colon && replaced(out, name);
        if (op == '#' || op == '%') return !colon && trimmed(out, name, op);
        if (op != '-' && op != '+' && op != '?') return false;
        return guarded(out, name, op, colon);
    }

    // ${x-word}, ${x+word}, ${x?word}, each also with ':', for which empty counts as unset. An unknown value in a word
    // that is not used does no harm, so the word is read first into a text of its own.
    bool guarded(std::string& out, std::string_view name, char op, bool colon) {
        using State = VariableValue::State;
        VariableValue value = lookup_(name);
        bool set = value.state == State::set && !(colon && value.text.empty());
        bool wanted = op == '-' ? !set : op == '+' && set;
        std::string text;
        if (wanted ? !word(text, '}', false) : !skip_word()) return false;
        if (value.state == State::unknown) return false;
        if (value.state == State::open && op == '?') return false;
        if (op == '?' && !set) return false;
        if (wanted)
            out += text;
        else if (op != '+')
            out += value.text;
        return true;
    }

    // Reads a word whose value does not matter.
    bool skip_word() {
        static const ValueLookup nothing = [](std::string_view) { return VariableValue{VariableValue::State::unset, {}}; };
        Expander rest(text_, escape_, nothing);
        rest.at_ = at_;
        rest.depth_ = depth_;
        rest.limit_ = limit_;
        std::string ignored;
        if (!rest.word(ignored, '}', false)) return false;
        at_ = rest.at_;
        return true;
    }

    bool trimmed(std::string& out, std::string_view name, char op) {
        std::string pattern;
        if (!word(pattern, '}', true)) return false;
        bool longest = pattern.starts_with(op);
        if (longest) pattern.erase(0, 1);
        std::string value;
        if (!plain(value, lookup_(name))) return false;
        auto result = trim(value, pattern, op == '%', longest);
        if (result) out += *result;
        return result.has_value();
    }

    bool replaced(std::string& out, std::string_view name) {
        bool all = !at_end() && text_[at_] == '/';
        if (all) ++at_;
        std::string pattern, by, value;
        if (!word(pattern, '/', true) || !word(by, '}', true) || !plain(value, lookup_(name))) return false;
        auto result = replace(value, pattern, by, all);
        if (result) out += *result;
        return result.has_value();
    }

    std::string_view text_;
    char escape_;
    const ValueLookup& lookup_;
    std::size_t at_ = 0, limit_;
    int depth_ = 0;
};

// Finds the references of a text; the same reading as Expander's, but errors only end what they are in.
class Finder {
public:
    Finder(const Text& text, char escape) : text_(text), value_(text.value), escape_(escape) {}

    std::vector<VariableReference> all() {
        word('\0');
        return std::move(found_);
    }

private:
    bool at_end() const { return at_ >= value_.size(); }
    void skip(std::size_t count) { at_ = std::min(at_ + count, value_.size()); }

    // Up to `stop`, which is taken; false when it does not come.
    bool word(char stop) {
        ++depth_;
        while (!at_end()) {
            char c = value_[at_];
            if (stop && c == stop) {
                ++at_;
                --depth_;
                return true;
            }
            if (c == '\'')
                at_ = std::min(value_.find('\'', at_ + 1), value_.size() - 1) + 1;
            else if (c == '"')
                double_quoted();
            else if (c == '$')
                dollar();
            else
                skip(c == escape_ ? 2 : 1);
        }
        --depth_;
        return !stop;
    }

    void double_quoted() {
        ++at_;
        while (!at_end()) {
            char c = value_[at_];
            if (c == '$') {
                dollar();
                continue;
            }
            bool escaped = c == escape_ && at_ + 1 < value_.size() && (value_[at_ + 1] == '"' || value_[at_ + 1] == '$' || value_[at_ + 1] == escape_);
            skip(escaped ? 2 : 1);
            if (c == '"') return;
        }
    }

    void dollar() {
        std::size_t start = at_++;
        bool brace = !at_end() && value_[at_] == '{';
        if (brace) ++at_;
        std::size_t name = at_, length = name_length(value_, at_);
        at_ += length;
        if (length == 0 || (brace && (at_end() || depth_ > deepest))) return;
        std::size_t slot = found_.size();
        found_.emplace_back();
        std::string op;
        std::size_t word_begin = at_, word_end = at_;
        if (brace && !modifier(op, word_begin, word_end)) {
            found_.resize(slot);
            return;
        }
        VariableReference& reference = found_[slot];
        reference.whole = text_.sub(start, at_);
        reference.name = text_.sub(name, name + length);
        reference.op = std::move(op);
        reference.word = text_.sub(word_begin, word_end);
    }

    // What stands between the name and the closing brace, which is taken.
    bool modifier(std::string& op, std::size_t& word_begin, std::size_t& word_end) {
        std::size_t start = at_;
        char c = value_[at_++];
        if (c == '}') return true;
        op = c;
        if (c == ':') {
            if (at_end()) return false;
            op += value_[at_++];
        }
        char last = op.back();
        if (std::string_view("-+?#%/").find(last) == std::string_view::npos) {
            at_ = start;
            return false;
        }
        bool doubles = c == '#' || c == '%' || c == '/';
        if (doubles && !at_end() && value_[at_] == c) op += value_[at_++];
        word_begin = at_;
        if (c == '/' && !word('/')) return false;
        if (!word('}')) return false;
        word_end = at_ - 1;
        return true;
    }

    const Text& text_;
    std::string_view value_;
    char escape_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::vector<VariableReference> found_;
};

constexpr std::array<std::string_view, 10> proxy_arguments = {"ALL_PROXY", "FTP_PROXY", "HTTPS_PROXY", "HTTP_PROXY",  "NO_PROXY",
                                                              "all_proxy", "ftp_proxy", "http_proxy",  "https_proxy", "no_proxy"};
constexpr std::array<std::string_view, 11> platform_arguments = {"BUILDARCH",      "BUILDOS",     "BUILDOSVERSION", "BUILDPLATFORM",
                                                                 "BUILDVARIANT",   "TARGETARCH",  "TARGETOS",       "TARGETOSVERSION",
                                                                 "TARGETPLATFORM", "TARGETSTAGE", "TARGETVARIANT"};

}

std::vector<VariableReference> variable_references(const Text& text, char escape) {
    if (text.value.find('$') == std::string_view::npos) return {};
    return Finder(text, escape).all();
}

std::optional<std::string> expand_word(std::string_view text, char escape, const ValueLookup& lookup) {
    const char special[] = {'$', '\'', '"', escape};
    if (text.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) return std::string(text);
    return Expander(text, escape, lookup).whole();
}

std::optional<std::string> expand_word(std::string_view text, char escape, const Lookup& lookup) {
    return expand_word(text, escape, ValueLookup([&](std::string_view name) -> VariableValue {
                           using State = VariableValue::State;
                           std::optional<std::string> value = lookup(name);
                           if (!value) return {State::unknown, {}};
                           State state = value->empty() ? State::unset : State::set;
                           return {state, std::move(*value)};
                       }));
}

bool is_proxy_argument(std::string_view name) { return std::ranges::find(proxy_arguments, name) != proxy_arguments.end(); }
bool is_platform_argument(std::string_view name) { return std::ranges::find(platform_arguments, name) != platform_arguments.end(); }

}
