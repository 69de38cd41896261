#include "analyzer/docker/tree.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "analyzer/docker/limits.h"
#include "analyzer/text/source.h"
#include "dockerfile/src/lines.h"

namespace plimsoll::docker {
namespace {

// Puts together what the grammar's scanner finds. The parser around it would add words and values, which are read from the
// logical line instead (words.cc).
class Reader {
public:
    explicit Reader(const Source& source) : text_(source.text()) {}

    RawFile read() {
        dockerfile_read_lines(text_.data(), static_cast<std::uint32_t>(text_.size()), take, this);
        if (place_ == Place::heredocs) finish_instruction();
        return std::move(file_);
    }

private:
    bool is_return(std::uint32_t offset) const { return text_[offset] == '\r'; }

    // Without the line end the span may stop with.
    Span trimmed_line(Span line) const {
        if (!line.empty() && text_[line.end - 1] == '\n') line.end--;
        while (!line.empty() && is_return(line.end - 1)) line.end--;
        return line;
    }

    std::uint32_t next_line(std::uint32_t offset) const {
        const std::size_t end = text_.find('\n', offset);
        return static_cast<std::uint32_t>(end == std::string_view::npos ? text_.size() : end + 1);
    }

    enum class Place : std::uint8_t { between, directive, line, heredocs };

    static void take(void* reader, DockerfilePart part, std::uint32_t begin, std::uint32_t end) { static_cast<Reader*>(reader)->part(part, {begin, end}); }

    void part(DockerfilePart part, Span span) {
        if (place_ == Place::heredocs && part != DOCKERFILE_HEREDOC_BODY && part != DOCKERFILE_HEREDOC_END && part != DOCKERFILE_LINE_END) finish_instruction();
        switch (place_) {
            case Place::between: return begin(part, span);
            case Place::directive: return directive(part, span);
            case Place::line: return in_line(part, span);
            case Place::heredocs: return heredoc(part, span);
        }
    }

    void begin(DockerfilePart part, Span span) {
        if (part == DOCKERFILE_COMMENT) {
            file_.comments.push_back(span);
        } else if (part == DOCKERFILE_DIRECTIVE) {
            place_ = Place::directive;
            file_.directives.push_back({span, {}, {}});
        } else {
            place_ = Place::line;
            whole_ = span;
            piece_ = span.begin;
            has_keyword_ = false;
            instruction_ = {};
            in_line(part, span);
        }
    }

    void directive(DockerfilePart part, Span span) {
        RawDirective& directive = file_.directives.back();
        if (part == DOCKERFILE_LINE_END) {
            place_ = Place::between;
            return note_escape(directive);
        }
        if (part == DOCKERFILE_DIRECTIVE_NAME) directive.name = span;
        if (part == DOCKERFILE_DIRECTIVE_VALUE) directive.value = span;
        if (part != DOCKERFILE_TEXT) directive.whole.end = span.end;
    }

    static bool same_name(std::string_view name, std::string_view lower) {
        if (name.size() != lower.size()) return false;
        for (std::size_t i = 0; i < name.size(); ++i)
            if ((name[i] | 0x20) != lower[i]) return false;
        return true;
    }

    // The first one counts; a second or a wrong one is an error of the file, not a change.
    void note_escape(const RawDirective& directive) {
        if (escape_seen_ || !same_name(slice(directive.name), "escape")) return;
        escape_seen_ = true;
        const std::string_view value = slice(directive.value);
        if (value == "`" || value == "\\") file_.escape = value[0];
    }

    std::string_view slice(Span span) const { return text_.substr(span.begin, span.size()); }

    void in_line(DockerfilePart part, Span span) {
        whole_.end = span.end;
        switch (part) {
            case DOCKERFILE_CONTINUATION:
                add_piece({piece_, span.begin});
                piece_ = span.end;
                break;
            case DOCKERFILE_EMPTY_LINE:
                instruction_.empty_lines.push_back(trimmed_line(span));
                piece_ = span.end;
                break;
            case DOCKERFILE_COMMENT:
                instruction_.inner_comments.push_back(span);
                piece_ = next_line(span.end);
                break;
            case DOCKERFILE_KEYWORD:
                instruction_.keyword = split_keyword(span);
                has_keyword_ = true;
                break;
            case DOCKERFILE_LINE_END:
                add_piece(trimmed_line({std::min(piece_, span.end), span.end}));
                place_ = Place::heredocs;
                break;
            default: break;
        }
    }

    void heredoc(DockerfilePart part, Span span) {
        whole_.end = span.end;
        if (part == DOCKERFILE_HEREDOC_BODY) instruction_.heredocs.push_back({span, {span.end, span.end}, false});
        if (part != DOCKERFILE_HEREDOC_END) return;
        instruction_.heredocs.back().terminator = span;
        instruction_.heredocs.back().closed = !span.empty();
    }

    void finish_instruction() {
        place_ = Place::between;
        if (file_.instructions.size() == instruction_limit) return;
        instruction_.whole = trimmed_line(whole_);
        if (!has_keyword_) instruction_.keyword = {whole_.begin, whole_.begin};
        file_.instructions.push_back(std::move(instruction_));
    }

    // A keyword may be broken by continuations: "RU\" and "N" on the next line. Returns it without one at its end.
    Span split_keyword(Span keyword) {
        for (std::uint32_t end; (end = next_line(piece_)) <= keyword.end && text_[end - 1] == '\n'; piece_ = end) {
            const auto escape = static_cast<std::uint32_t>(text_.rfind(file_.escape, end - 1));
            add_piece({piece_, escape});
            if (end == keyword.end) keyword.end = escape;
        }
        return keyword;
    }

    void add_piece(Span piece) {
        if (!piece.empty()) instruction_.pieces.push_back(piece);
    }

    std::string_view text_;
    RawFile file_;
    bool escape_seen_ = false;
    Place place_ = Place::between;
    RawInstruction instruction_;   // the one being read
    Span whole_;                   // of it, its last line end included
    std::uint32_t piece_ = 0;      // where the piece being collected starts
    bool has_keyword_ = false;
};

}

RawFile read_lines(const Source& source) { return Reader(source).read(); }

}
