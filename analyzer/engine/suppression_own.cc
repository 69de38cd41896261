#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/suppression_dialects.h"

// Our own dialect:
//   # plimsoll: ignore[ID,ID] until=2026-12-31 reason     the next instruction; inside a RUN: the same or the next line;
//                                                         in YAML: the entry or item on the same or the next line with all below it
//   # plimsoll: ignore-file[ID] reason                    the whole file
//   # plimsoll: ignore-start[ID] ... # plimsoll: ignore-end[ID]

namespace plimsoll::suppressing {

// ID,ID] after the opening bracket. False (and malformed is set) when it is no list of ids.
bool Reader::own_ids(Cursor& text, Suppression& found) const {
    for (;;) {
        text.skip_blanks();
        const std::uint32_t begin = text.place();
        const std::string_view name = text.take_while([](char c) { return is_word(c) || c == ':' || c == '.' || c == '*'; });
        if (!name.empty()) found.ids.push_back(id({}, name, begin));
        text.skip_blanks();
        if (text.take("]")) break;
        if (name.empty() || !text.take(",")) {
            found.malformed = "the list of checks must look like [ID,ID]";
            return false;
        }
    }
    if (found.ids.empty()) found.malformed = "no check is named between the brackets";
    return !found.ids.empty();
}

// until=DATE and the reason.
void Reader::own_tail(Cursor& text, Suppression& found) const {
    text.skip_blanks();
    if (text.take("until=")) {
        found.until = text.take_while([](char c) { return !is_blank(c); });
        if (!is_date(found.until)) found.malformed = "until= needs a date like 2026-12-31";
    }
    std::string_view reason = trim(text.rest());
    for (std::string_view lead : {"--", ":", "-", "#"})
        if (reason.starts_with(lead)) {
            reason = trim(reason.substr(lead.size()));
            break;
        }
    found.reason = reason;
}

void Reader::read_own(const Comment& comment, Cursor text) {
    text.take("plimsoll");
    text.skip_blanks();
    if (!text.take(":")) return;
    text.skip_blanks();
    Suppression found = start("plimsoll", comment);
    const std::string_view verb = text.take_while(is_word);
    text.skip_blanks();
    if (verb != "ignore" && verb != "ignore-file" && verb != "ignore-start" && verb != "ignore-end")
        found.malformed = "write ignore[ID], ignore-file[ID], ignore-start[ID] or ignore-end[ID] after 'plimsoll:'";
    else if (text.take("["))
        own_ids(text, found);
    else if (verb != "ignore-end")
        found.malformed = "name the checks: " + std::string(verb) + "[ID,ID]";
    if (found.malformed.empty()) own_tail(text, found);
    if (!found.malformed.empty()) return found_.push_back(std::move(found));
    if (verb == "ignore-start") return open_block(comment, std::move(found));
    if (verb == "ignore-end") return close_block(comment, found);
    found.scope = verb == "ignore-file" ? std::vector<Span>{whole_file()} : own_scope(comment);
    found_.push_back(std::move(found));
}

void Reader::open_block(const Comment& comment, Suppression found) {
    found.scope = {{comment.span.end, whole_file().end}};
    open_blocks_.push_back(found_.size());
    found_.push_back(std::move(found));
}

// Ends the innermost open block of the same checks; without a list, the innermost one.
void Reader::close_block(const Comment& comment, const Suppression& end) {
    const auto same_ids = [&](std::size_t index) {
        const auto& ids = found_[index].ids;
        return end.ids.empty() ||
               std::equal(ids.begin(), ids.end(), end.ids.begin(), end.ids.end(), [](const auto& a, const auto& b) { return a.peer == b.peer; });
    };
    const auto open = std::find_if(open_blocks_.rbegin(), open_blocks_.rend(), same_ids);
    if (open == open_blocks_.rend()) {
        Suppression stray = end;
        stray.malformed = "no ignore-start of the same checks stands before it";
        return found_.push_back(std::move(stray));
    }
    found_[*open].scope[0].end = comment.span.begin;
    open_blocks_.erase(std::next(open).base());
}

void Reader::close_all_blocks() {
    for (std::size_t index : open_blocks_) found_[index].malformed = "no ignore-end of the same checks follows";
    open_blocks_.clear();
}

}
