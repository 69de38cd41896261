#include "analyzer/yaml/comments.h"

#include <algorithm>

#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

namespace {

// Walks along the scalars in document order, as the search for comments goes on.
class Scalars {
public:
    explicit Scalars(const Document& document) {
        if (!document.root) return;
        at_ = document.root.record();
        end_ = at_ + at_->skip;
    }

    // The end of the scalar that holds the byte, 0 when none does. `from` never decreases.
    std::uint32_t end_of_scalar(std::uint32_t from, std::string_view text) {
        while (at_ != end_ && (at_->kind != Kind::scalar || at_->span.end <= from)) ++at_;
        if (at_ == end_ || at_->span.begin > from) return 0;
        if (at_->style == Style::literal || at_->style == Style::folded) {
            // A comment may stand behind the '|'.
            std::size_t line = text.find('\n', at_->span.begin);
            if (from < line) return 0;
        }
        return at_->span.end;
    }

private:
    const Record *at_ = nullptr, *end_ = nullptr;
};

}

void collect_comments(std::string_view text, const Chunk& chunk, const Document& document, std::vector<Comment>& comments) {
    std::uint32_t begin = chunk.span.begin, end = std::max(chunk.span.end, chunk.dropped.end);
    text = text.substr(0, end);
    Scalars scalars(document);
    for (std::size_t at = text.find('#', begin); at != std::string_view::npos; at = text.find('#', at)) {
        std::uint32_t place = static_cast<std::uint32_t>(at);
        if (std::uint32_t stop = scalars.end_of_scalar(place, text)) {
            at = stop;
            continue;
        }
        char before = place == begin ? '\n' : text[at - 1];
        if (before != ' ' && before != '\t' && before != '\n' && before != '\r') {
            ++at;
            continue;
        }
        std::size_t stop = std::min(text.find_first_of("\r\n", at), text.size());
        std::size_t line = at;
        while (line > begin && (text[line - 1] == ' ' || text[line - 1] == '\t')) --line;
        bool alone = line == begin || text[line - 1] == '\n' || text[line - 1] == '\r';
        comments.push_back({{place, static_cast<std::uint32_t>(stop)}, alone});
        at = stop;
    }
}

}
