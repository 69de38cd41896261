#include "analyzer/yaml/edit.h"

#include <algorithm>

#include "analyzer/yaml/page.h"
#include "analyzer/yaml/quote.h"
#include "analyzer/yaml/scalar.h"
#include "analyzer/yaml/tree.h"

namespace plimsoll::yaml {

namespace {

// Replaces a collection whose last part goes by its empty form, on the line of its key when only white space lies between.
Edit empty_collection(const Page& page, const Record* holder, std::string_view form) {
    Span span = holder->span;
    if (is_value_record(holder)) {
        const Record* key = key_record(holder);
        std::uint32_t colon = page.after(key->span.end, ':');
        if (colon > key->span.end && page.blank_between(colon, span.begin)) return {{colon, span.end}, " " + std::string(form)};
    }
    return {span, std::string(form)};
}

// Cuts a part of a flow collection with the comma that belongs to it.
Edit cut_from_flow(const Page& page, const Record* holder, const Record* first, const Record* last) {
    const Record* next = last + last->skip;
    if (next < holder + holder->skip) {
        // The next one's anchor or tag stands in front of its first byte.
        const bool bare = !(next->flags & (anchored | tagged));
        return {{first->span.begin, bare ? next->span.begin : page.skip_blanks(page.after(last->span.end, ','))}, ""};
    }
    if (const Record* previous = previous_sibling(holder, first)) return {{previous->span.end, last->span.end}, ""};
    std::uint32_t comma = page.after(last->span.end, ',');
    return {{first->span.begin, comma}, ""};
}

// Cuts [begin, end) of a block: whole lines when it begins one, else up to where the next part of the same block begins.
std::optional<Edit> cut_from_block(const Page& page, std::uint32_t begin, std::uint32_t end) {
    if (!page.ends_line(end)) return std::nullopt;
    std::uint32_t stop = page.next_line(end);
    if (page.leads_line(begin)) {
        std::uint32_t from = page.line_begin(begin);
        // The last line of a file without a line end takes the line end before it along.
        if (stop == page.size() && page.at(stop - 1) != '\n' && from > 0 && page.at(from - 1) == '\n') {
            --from;
            if (from > 0 && page.at(from - 1) == '\r') --from;
        }
        return Edit{{from, stop}, ""};
    }
    // Behind "- ": what follows moves up.
    std::uint32_t next = page.skip_blanks(stop);
    return next < page.size() && page.at(next) != '\n' && page.at(next) != '\r' ? std::optional(Edit{{begin, next}, ""}) : std::nullopt;
}

// Text before a key on its line other than blanks and the "- " of the items that begin there: "? " or properties.
bool key_stands_alone(const Page& page, const Record* key) {
    for (std::uint32_t at = page.line_begin(key->span.begin); at < key->span.begin; ++at)
        if (!is_blank_byte(page.at(at)) && page.at(at) != '-') return false;
    return true;
}

bool changeable_key(const Page& page, const Record* key) {
    if (!key || key->kind != Kind::scalar || (key->flags & (anchored | tagged))) return false;
    return Node(key).parent().in_flow() || key_stands_alone(page, key);
}

// A plain scalar takes tabs at the start of the lines below along, in search of more words; behind any other they begin a token that does not exist.
bool tab_leads_below(std::string_view text, std::uint32_t end) {
    std::size_t at = text.find_first_not_of(" \t", end);
    while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) {
        const std::size_t begin = text.find_first_not_of("\r\n", at);
        at = text.find_first_not_of(" \t", begin);
        if (text.substr(begin == std::string_view::npos ? text.size() : begin, at - begin).find('\t') != std::string_view::npos) return true;
    }
    return false;
}

}

std::optional<Edit> replace_scalar(const Source& source, Node scalar, std::string_view value) {
    const Record* at = written(scalar);
    if (!at || at->kind != Kind::scalar || (at->flags & tagged)) return std::nullopt;
    Page page(source, at);
    const Record* holder = holder_of(at);
    bool in_flow = holder && holder->style == Style::flow;
    bool was_text = at->type == Type::text, becomes_text = resolve_plain(value) == Type::text;
    std::string text = write_scalar(value, at->style, in_flow);
    if (at->style == Style::plain && (page.is_json() ? becomes_text : was_text && !becomes_text)) text = double_quoted(value);
    if (at->style == Style::plain && !in_flow && !page.is_json() && text.starts_with('"') && tab_leads_below(source.text(), at->span.end)) return std::nullopt;
    if (at->span.empty() && (!holder || !page.can_fill(at->span.begin))) return std::nullopt;
    if (at->span.empty()) text.insert(0, 1, ' ');
    return Edit{at->span, std::move(text)};
}

std::optional<Edit> rename_key(const Source& source, Node value, std::string_view name) {
    // The value may be an alias: its key is written here all the same.
    const Record* at = value.record();
    const Record* key = at && (at->kind != Kind::alias || at->redirect == 0 || header_of(at)[1].skip > static_cast<std::uint32_t>(at - header_of(at) - 1))
                            ? key_record(at)
                            : nullptr;
    if (!key) return std::nullopt;
    return replace_scalar(source, Node(key), name);
}

std::optional<Edit> remove_entry(const Source& source, Node value) {
    const Record* at = written(value);
    if (!at || !is_value_record(at)) return std::nullopt;
    Page page(source, at);
    const Record *holder = holder_of(at), *key = key_record(at);
    if (!changeable_key(page, key)) return std::nullopt;
    bool only = key == holder + 1 && at + at->skip == holder + holder->skip;
    if (holder->style == Style::flow) return only && !page.is_json() ? Edit{holder->span, "{}"} : cut_from_flow(page, holder, key, at);
    if (only) return empty_collection(page, holder, "{}");
    return cut_from_block(page, key->span.begin, std::max(key->span.end, at->span.end));
}

std::optional<Edit> remove_item(const Source& source, Node item) {
    const Record* at = written(item);
    const Record* holder = at ? holder_of(at) : nullptr;
    if (!holder || holder->kind != Kind::sequence) return std::nullopt;
    Page page(source, at);
    bool only = at == holder + 1 && at + at->skip == holder + holder->skip;
    if (holder->style == Style::flow) return only ? Edit{holder->span, "[]"} : cut_from_flow(page, holder, at, at);
    if (only) return empty_collection(page, holder, "[]");
    const Record* previous = previous_sibling(holder, at);
    std::uint32_t from = previous ? previous->span.end : holder->span.begin;
    std::uint32_t dash = page.after(from, '-');
    if (dash == from) return std::nullopt;
    return cut_from_block(page, dash - 1, std::max(dash, at->span.end));
}

}
