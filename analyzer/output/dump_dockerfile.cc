#include "analyzer/output/dump_dockerfile.h"

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/docker/words.h"
#include "analyzer/text/sha256.h"

namespace plimsoll {

namespace {

using namespace docker;

// Length of the UTF-8 character at the start of `text`; 0 when it is none.
std::size_t utf8_length(std::string_view text) {
    auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    unsigned first = byte(0), second = byte(1);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first < 0xF0) {
        bool bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F);
        return !bad && follows(1) && follows(2) ? 3 : 0;
    }
    bool bad = (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return first >= 0xF0 && first <= 0xF4 && !bad && follows(1) && follows(2) && follows(3) ? 4 : 0;
}

void append_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (std::size_t i = 0; i < text.size();) {
        auto c = static_cast<unsigned char>(text[i]);
        std::size_t length = utf8_length(text.substr(i));
        if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else if (c == '"' || c == '\\') {
            out += {'\\', static_cast<char>(c)};
        } else if (c < 0x20) {
            out += {'\\', 'u', '0', '0', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]};
        } else {
            out += text.substr(i, length);
        }
        i += std::max<std::size_t>(length, 1);
    }
    out.push_back('"');
}

// BuildKit reads flags byte by byte and takes every byte for a character.
std::string latin1(std::string_view text) {
    std::string out;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            out.push_back(c);
        else
            out += {static_cast<char>(0xC0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3F))};
    }
    return out;
}

// Members of one JSON object, in the order they are added.
class Object {
public:
    explicit Object(std::string& out) : out_(out) { out_.push_back('{'); }
    ~Object() { out_.push_back('}'); }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    std::string& raw(std::string_view key) {
        if (!first_) out_.push_back(',');
        first_ = false;
        append_string(out_, key);
        out_.push_back(':');
        return out_;
    }
    void text(std::string_view key, std::string_view value) { append_string(raw(key), value); }
    void number(std::string_view key, std::size_t value) { raw(key) += std::to_string(value); }
    void boolean(std::string_view key, bool value) { raw(key) += value ? "true" : "false"; }
    void null(std::string_view key) { raw(key) += "null"; }

    template <class Range, class Print>
    void list(std::string_view key, const Range& range, Print print) {
        std::string& out = raw(key);
        char separator = '[';
        for (const auto& item : range) {
            out.push_back(separator);
            separator = ',';
            print(out, item);
        }
        if (separator == '[') out.push_back('[');
        out.push_back(']');
    }
    void texts(std::string_view key, const std::vector<std::string_view>& values) {
        if (!values.empty()) list(key, values, append_string);
    }

private:
    std::string& out_;
    bool first_ = true;
};

std::vector<std::string_view> values(std::span<const Text> texts) {
    std::vector<std::string_view> out;
    for (const Text& text : texts) out.push_back(text.value);
    return out;
}

// The logical line without its line end; blanks at its end belong to it.
std::string_view logical_line(const Source& source, const Instruction& in) {
    if (in.map && !in.map->empty()) {
        const LinePiece& last = in.map->back();
        return {in.name.value.data(), last.joined + last.length - in.name.joined};
    }
    std::string_view text = source.text();
    std::size_t end = in.line_span.end;
    while (end < text.size() && text[end] != '\n' && space_at(text, end)) end += space_at(text, end);
    while (end > in.line_span.end && text[end - 1] == '\r') --end;
    return text.substr(in.name.span.begin, end - in.name.span.begin);
}

std::uint32_t end_line(const Source& source, const Instruction& in) {
    std::uint32_t line = source.line_of(in.span.end);
    for (const std::vector<Span>* spans : {&in.comments, &in.empty_lines})
        if (!spans->empty()) line = std::max(line, source.line_of(spans->back().begin));
    return line;
}

class Dumper {
public:
    explicit Dumper(const Dockerfile& file) : file_(file), source_(file.source()) {}

    void run(std::string& out, std::string_view path) {
        find_error();
        Object object(out);
        object.text("path", path);
        object.text("status", status_);
        if (error_line_) object.number("errorLine", error_line_);
        if (!error_.empty()) object.text("error", error_);
        if (status_ == "parser-error") return;
        object.text("escape", std::string_view(&escape_, 1));
        object.list("instructions", file_.instructions(), [&](std::string& to, const Instruction& in) { instruction(to, in, original(in), false); });
        if (status_ == "ok") stages(object);
    }

private:
    void fail(std::string_view status, std::uint32_t line, const std::string& message) {
        status_ = status;
        error_line_ = line;
        error_ = message;
    }

    // The first error as BuildKit meets it: all lines are split before the first instruction is read.
    void find_error() {
        escape_ = file_.escape();
        for (const Problem& problem : file_.problems()) {
            if (problem.phase != Phase::parser) continue;
            // BuildKit counts the line of a directive after it has looked at it.
            std::uint32_t line = file_.instructions().empty() && problem.span.empty() ? last_line() : source_.line_of(problem.span.begin) - 1;
            return fail("parser-error", line, problem.message);
        }
        for (const Instruction& in : file_.instructions())
            if (in.error && in.error->phase == Phase::parser) return fail("parser-error", line_of(in), in.error->message);
        bool stage = false;
        for (const Instruction& in : file_.instructions()) {
            if (in.error && in.error->phase == Phase::instruction) return fail("instruction-error", line_of(in), in.error->message);
            stage = stage || in.keyword == Keyword::from;
            if (!stage && in.keyword != Keyword::arg) return fail("instruction-error", line_of(in), "no build stage in current context");
        }
    }

    // BuildKit counts an instruction from its first line, even when that holds nothing but the escape character.
    std::uint32_t line_of(const Instruction& in) const {
        std::uint32_t line = source_.line_of(in.span.begin), stop = 0;
        if (in.index > 0) stop = source_.line_of(file_.instructions()[in.index - 1].span.end);
        for (std::uint32_t above = line; --above > stop;) {
            Span bytes = source_.line_span(above);
            std::string_view text = trimmed({source_.slice(bytes), bytes}).value;
            if (text.size() == 1 && text[0] == escape_)
                line = above;
            else if (!text.empty() && text[0] != '#')
                break;
        }
        return line;
    }
    // When the first line holds only the escape character, the blanks in front of the keyword belong to the logical line.
    std::string original(const Instruction& in) const {
        std::uint32_t line = source_.line_of(in.span.begin);
        std::string_view before;
        if (line_of(in) != line) {
            std::uint32_t begin = source_.line_span(line).begin;
            before = source_.slice({begin, in.span.begin});
        }
        return std::string(before).append(logical_line(source_, in));
    }

    std::uint32_t last_line() const { return source_.text().ends_with('\n') || source_.size() == 0 ? source_.line_count() - 1 : source_.line_count(); }

    void instruction(std::string& out, const Instruction& in, std::string_view line, bool inner) {
        Object object(out);
        object.text("cmd", to_lower(in.name.value));
        if (std::any_of(in.name.value.begin(), in.name.value.end(), [](char c) { return c >= 'a' && c <= 'z'; })) object.text("raw_keyword", in.name.value);
        object.number("startLine", inner ? 0 : line_of(in));
        object.number("endLine", inner ? 0 : end_line(source_, in));
        if (!in.flags.empty()) object.list("flags", in.flags, [](std::string& to, const Flag& flag) { append_string(to, latin1(flag.whole.value)); });
        if (in.json) object.boolean("json", true);
        std::vector<std::string_view> words = values(in.words);
        // The parser keeps one empty word for an instruction it does not know.
        if (in.keyword == Keyword::unknown || (in.trigger && in.trigger->keyword == Keyword::unknown)) words.push_back("");
        object.texts("words", words);
        const std::vector<Heredoc>& heredocs = in.trigger ? in.trigger->heredocs : in.heredocs;
        if (!inner && !heredocs.empty()) object.list("heredocs", heredocs, [&](std::string& to, const Heredoc& h) { heredoc(to, h); });
        object.text("original_sha256", sha256(line));
        object.number("original_len", line.size());
        if (in.trigger) instruction(object.raw("onbuild"), *in.trigger, in.argument.value, true);
        if (in.error && in.error->phase != Phase::build)
            object.text("error", in.error->message);
        else
            details(object, in);
    }

    void heredoc(std::string& out, const Heredoc& heredoc) {
        Object object(out);
        std::string_view body = source_.slice(heredoc.body);
        object.text("name", heredoc.name);
        object.number("fd", heredoc.fd);
        object.boolean("expand", heredoc.expand);
        object.boolean("chomp", heredoc.chomp);
        object.number("len", body.size());
        object.text("content_sha256", sha256(body));
    }

    void details(Object& object, const Instruction& in) {
        switch (in.keyword) {
            case Keyword::run: run_flags(object, in); [[fallthrough]];
            case Keyword::cmd:
            case Keyword::entrypoint:
                object.text("form", in.form == Form::exec ? "exec" : "shell");
                object.texts("cmdline", values(in.words));
                break;
            case Keyword::env:
            case Keyword::label:
            case Keyword::arg: object.list("kv", in.pairs, pair); break;
            case Keyword::add:
            case Keyword::copy: copy(object, in); break;
            case Keyword::user: object.text("user", in.words[0].value); break;
            case Keyword::workdir: object.text("path", in.words[0].value); break;
            case Keyword::stopsignal: object.text("signal", in.words[0].value); break;
            case Keyword::shell: object.texts("shell", values(in.words)); break;
            case Keyword::expose: {
                std::vector<std::string_view> ports = values(in.words);
                std::sort(ports.begin(), ports.end());
                object.texts("ports", ports);
                break;
            }
            case Keyword::volume: {
                std::vector<std::string_view> volumes;
                for (const Text& word : in.words) volumes.push_back(trimmed(word).value);
                object.texts("volumes", volumes);
                break;
            }
            default: break;
        }
    }

    static void pair(std::string& out, const Pair& pair) {
        Object object(out);
        object.text("k", pair.key.value);
        if (pair.has_value)
            object.text("v", pair.value.value);
        else
            object.null("v");
        if (pair.legacy) object.boolean("legacy_space_form", true);
    }

    static void copy(Object& object, const Instruction& in) {
        std::vector<std::string_view> sources;
        for (const Text& source : in.sources())
            if (!is_heredoc_word(source.value)) sources.push_back(source.value);
        object.texts("sources", sources);
        if (const Text* destination = in.destination()) object.text("dest", destination->value);
        if (std::optional<Text> from = in.from(); from && !from->empty()) object.text("from", from->value);
    }

    static void run_flags(Object& object, const Instruction& in) {
        const Flag* network = in.flag("network");
        if (network && network->value != "default") object.text("network", network->value.value);
        const Flag* security = in.flag("security");
        if (security && security->value != "sandbox") object.text("security", security->value.value);
        std::vector<Mount> mounts = in.mounts();
        if (!mounts.empty()) object.list("mounts", mounts, mount);
    }

    static void mount(std::string& out, const Mount& mount) {
        Object object(out);
        auto field = [&](std::string_view key) {
            const MountField* found = mount.field(key);
            return found ? found->value.value : std::string_view();
        };
        // A flag that stands alone is on.
        auto on = [&](std::string_view key) {
            const MountField* found = mount.field(key);
            return found && (found->value.empty() || found->value == "1" || equal_ignoring_case(found->value.value, "true") ||
                             equal_ignoring_case(found->value.value, "t"));
        };
        auto optional = [&](std::string_view name, std::string_view key) {
            if (std::string_view value = field(key); !value.empty())
                object.text(name, value);
            else
                object.null(name);
        };
        std::string type = to_lower(mount.type());
        bool by_default = type != "cache" && type != "tmpfs";
        object.text("Type", type);
        object.text("From", mount.from());
        object.text("Source", mount.source());
        object.text("Target", mount.target());
        object.boolean("ReadOnly", on("readonly") || on("ro") || (by_default && !on("readwrite") && !on("rw")));
        object.number("SizeLimit", 0);
        object.text("CacheID", field("id"));
        object.text("CacheSharing", to_lower(field("sharing")));
        object.boolean("Required", on("required"));
        optional("Env", "env");
        optional("Mode", "mode");
        optional("UID", "uid");
        optional("GID", "gid");
    }

    void stages(Object& object) {
        std::vector<const Instruction*> starts;
        std::vector<std::size_t> counts;
        for (const Instruction& in : file_.instructions()) {
            if (in.keyword == Keyword::from) {
                starts.push_back(&in);
                counts.push_back(0);
            } else if (!counts.empty()) {
                ++counts.back();
            }
        }
        std::size_t index = 0;
        object.list("stages", starts, [&](std::string& out, const Instruction* from) {
            Object stage(out);
            if (from->words.size() == 3) stage.text("name", to_lower(from->words[2].value));
            stage.text("base", from->words[0].value);
            if (const Flag* platform = from->flag("platform")) stage.text("platform", platform->value.value);
            stage.number("startLine", line_of(*from));
            stage.number("commands", counts[index++]);
        });
    }

    const Dockerfile& file_;
    const Source& source_;
    char escape_ = '\\';
    std::string_view status_ = "ok";
    std::uint32_t error_line_ = 0;
    std::string error_;
};

}

std::string dump_dockerfile(const Dockerfile& file, std::string_view path) {
    std::string out;
    Dumper(file).run(out, path);
    return out;
}

}
