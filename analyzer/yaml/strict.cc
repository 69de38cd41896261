#include "analyzer/yaml/strict.h"

#include <algorithm>

#include "analyzer/yaml/decode.h"

namespace plimsoll::yaml {

namespace {

constexpr int most_faults = 20;   // of one kind in one document

class Strictness {
public:
    Strictness(std::string_view text, Span part, const std::vector<Record>& records, Document& document)
        : text_(text.substr(0, part.end)), part_(part), records_(records), document_(document) {}

    void tabs() {
        int found = 0;
        for (std::size_t at = text_.find('\t', part_.begin); at != std::string_view::npos && found < most_faults; at = text_.find('\t', at)) {
            std::uint32_t place = static_cast<std::uint32_t>(at);
            if (is_misplaced(place)) {
                std::uint32_t end = place;
                while (end < part_.end && text_[end] == '\t') ++end;
                note(Problem::Kind::tab, {place, end}, "a tab cannot be used for indentation");
                ++found;
            }
            // Only the first tab of a line can stand at its start.
            at = std::min(text_.find('\n', at), text_.size());
        }
    }

    void directives() {
        last_ = 0;
        for (std::size_t at = text_.find('%', part_.begin); at != std::string_view::npos; at = text_.find('%', at + 1)) {
            std::uint32_t place = static_cast<std::uint32_t>(at);
            if (place > part_.begin && text_[at - 1] != '\n') continue;
            go_to(place);
            if (inside_scalar(place)) continue;
            std::uint32_t end = static_cast<std::uint32_t>(std::min(text_.find_first_of("\r\n", place), text_.size()));
            return note(Problem::Kind::directive, {place, end}, "the API server's reader takes no directives: '%' at the start of a line");
        }
    }

private:
    void note(Problem::Kind kind, Span span, std::string message) {
        for (Problem& problem : document_.problems) {
            if (problem.span.begin != span.begin) continue;
            if (problem.kind == Problem::Kind::dropped) problem = {kind, span, std::move(message), {}, problem.span};
            document_.refused = true;
            return;
        }
        document_.problems.push_back({kind, span, std::move(message), {}, {}});
        document_.refused = true;
    }

    // The last record that begins at or before a byte; places are asked for in rising order.
    void go_to(std::uint32_t place) {
        while (last_ + 1 < records_.size() && records_[last_ + 1].span.begin <= place) ++last_;
    }
    bool inside_scalar(std::uint32_t place) const {
        const Record& record = records_[last_];
        return last_ > 0 && record.kind == Kind::scalar && record.span.begin <= place && place < record.span.end;
    }

    // The collections around a byte, from the inside out: whether one is in flow style, else the indent of the innermost block; -1 without any.
    bool in_flow(std::uint32_t place, int& indent) const {
        indent = -1;
        if (last_ == 0) return false;
        for (const Record* at = &records_[last_];; at -= at->parent) {
            bool collection = at->kind == Kind::sequence || at->kind == Kind::mapping;
            if (collection && at->style == Style::flow && at->span.begin < place && place < at->span.end) return true;
            if (collection && at->style == Style::block) {
                indent = column_of(text_, at->span.begin);
                return false;
            }
            if (at->parent == 0) return false;
        }
    }

    bool is_misplaced(std::uint32_t place) {
        std::uint32_t begin = place;
        while (begin > part_.begin && text_[begin - 1] == ' ') --begin;
        bool leads = begin == part_.begin || text_[begin - 1] == '\n' || text_[begin - 1] == '\r';
        bool behind_dash = !leads && text_[begin - 1] == '-' && only_dashes(begin - 1);
        if (!leads && !behind_dash) return false;
        go_to(place);
        int indent = -1;
        if (in_flow(place, indent)) return false;
        const Record& record = records_[last_];
        bool plain = last_ > 0 && record.kind == Kind::scalar && record.style == Style::plain && !record.span.empty();
        // Inside a plain text and on blank lines behind it a tab may follow enough blanks.
        if (leads && plain && (inside_scalar(place) || only_blanks(record.span.end, place))) return static_cast<int>(place - begin) < indent + 1;
        return !inside_scalar(place);
    }

    bool only_dashes(std::uint32_t at) const {
        while (at > part_.begin && (text_[at] == '-' || text_[at] == ' ')) {
            if (text_[at] == '-' && text_[at + 1] != ' ' && text_[at + 1] != '\t') return false;
            --at;
        }
        return text_[at] == '\n' || text_[at] == '\r' || (at == part_.begin && text_[at] == '-');
    }
    bool only_blanks(std::uint32_t from, std::uint32_t to) const {
        for (std::uint32_t at = from; at < to; ++at)
            if (text_[at] != ' ' && text_[at] != '\t' && text_[at] != '\n' && text_[at] != '\r') return false;
        return true;
    }

    std::string_view text_;
    Span part_;
    const std::vector<Record>& records_;
    Document& document_;
    std::size_t last_ = 0;
};

}

void check_strictness(std::string_view text, Span part, bool has_tab, const std::vector<Record>& records, Document& document) {
    Strictness strictness(text, part, records, document);
    if (has_tab) strictness.tabs();
    strictness.directives();
}

}
