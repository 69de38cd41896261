#include "analyzer/engine/config.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/suppression_dialects.h"

// Comments for security scanners.
//   # trivy:ignore:DS-0002:exp:2026-12-31      the instruction under it (comment lines may stand between), or the same line
//   # checkov:skip=CKV_DOCKER_2:why            the whole file
//   # kics-scan ignore | disable=UUID | enable=UUID   in the first lines: the whole file
//   # kics-scan ignore-line | ignore-block     the instruction on the next line; above FROM a block is its stage
//   # nosemgrep: ID                            the same line or the next
//   # NOSONAR                                  the same line or the next

namespace plimsoll::suppressing {

namespace {

std::uint32_t offset_of(const Comment& comment, std::string_view text, std::string_view part) {
    return comment.span.begin + static_cast<std::uint32_t>(part.data() - text.data());
}

}

void Reader::read_trivy(const Comment& comment, std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        at = text.find_first_not_of(" \t#/", at);
        if (at == std::string_view::npos) return;
        const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
        const std::string_view token = text.substr(at, end - at);
        for (std::string_view lead : {"trivy:ignore:", "tfsec:ignore:"})
            if (token.starts_with(lead))
                trivy_token(comment, token.substr(lead.size()), offset_of(comment, text, token) + static_cast<std::uint32_t>(lead.size()));
        at = end;
    }
}

// ID, ID:exp:DATE or ID[attribute=value].
void Reader::trivy_token(const Comment& comment, std::string_view token, std::uint32_t begin) {
    Suppression found = start("trivy", comment);
    const std::size_t end = std::min(token.find_first_of(":["), token.size());
    const std::string_view name = token.substr(0, end), rest = token.substr(end);
    if (name.empty())
        found.malformed = "no id stands after 'ignore:'";
    else
        found.ids.push_back(id("trivy", name, begin));
    if (rest.starts_with(":exp:")) {
        found.until = rest.substr(5, 10);
        if (!is_date(found.until)) found.malformed = "exp: needs a date like 2026-12-31";
    } else if (rest.starts_with("[")) {
        found.no_effect = "an attribute in brackets never matches here";
    }
    if (const std::optional<Span> scope = trivy_scope(comment))
        found.scope = {*scope};
    else if (found.malformed.empty())
        found.no_effect = "nothing it could be about stands directly below it";
    found_.push_back(std::move(found));
}

void Reader::read_checkov(const Comment& comment, std::string_view text) {
    std::size_t at = std::string_view::npos;
    for (std::string_view lead : {"checkov:skip=", "bridgecrew:skip=", "cortex:skip="}) {
        at = text.find(lead);
        if (at == std::string_view::npos) continue;
        at += lead.size();
        break;
    }
    if (at == std::string_view::npos) return;
    Suppression found = start("checkov", comment);
    Cursor list(text.substr(at), comment.span.begin + static_cast<std::uint32_t>(at));
    do {
        list.skip_blanks();
        const std::uint32_t begin = list.place();
        const std::string_view name = list.take_while(is_word);
        if (name.empty()) break;
        found.ids.push_back(id("checkov", name, begin));
    } while (list.take(","));
    if (list.take(":")) found.reason = trim(list.rest());
    if (found.ids.empty()) found.malformed = "no id stands after 'skip='";
    found.scope = {whole_file()};
    found_.push_back(std::move(found));
}

void Reader::kics_ids(Cursor text, bool enable, Suppression& found) const {
    do {
        text.skip_blanks();
        const std::uint32_t begin = text.place();
        const std::string_view name = text.take_while(is_word);
        if (name.empty()) break;
        if (enable)
            found.except.push_back(canonical_alias("kics", name));
        else
            found.ids.push_back(id("kics", name, begin));
        text.skip_blanks();
    } while (text.take(","));
    if (found.ids.empty() && found.except.empty()) found.malformed = "no query id stands after '='";
}

void Reader::read_kics(const Comment& comment, Cursor text) {
    text.take("kics-scan");
    if (!text.skip_blanks()) return;
    Suppression found = start("kics", comment);
    const std::string_view verb = text.take_while(is_word);
    const bool list = verb == "disable" || verb == "enable";
    if (!list && verb != "ignore" && verb != "ignore-line" && verb != "ignore-block") return;
    text.skip_blanks();
    if (list && !text.take("="))
        found.malformed = "write " + std::string(verb) + "=ID,ID";
    else if (list)
        kics_ids(text, verb == "enable", found);
    if (verb != "disable") {
        found.ids.push_back(id("kics", "*", comment.span.begin));
        found.ids.back().span = comment.span;
    }
    if (list || verb == "ignore") {
        if (heads_file(comment))
            found.scope = {whole_file()};
        else
            found.no_effect = "KICS reads it only at the head of the file";
    } else if (const std::optional<Span> scope = kics_scope(comment, verb == "ignore-block")) {
        found.scope = {*scope};
    } else {
        found.no_effect = "it holds only for the very next line";
    }
    found_.push_back(std::move(found));
}

void Reader::read_semgrep(const Comment& comment, std::string_view text) {
    const std::size_t at = text.find("nosem");
    if (at > 0 && is_word(text[at - 1])) return;
    Cursor list(text.substr(at + 5), comment.span.begin + static_cast<std::uint32_t>(at + 5));
    list.take("grep");
    if (is_word(list.peek())) return;
    Suppression found = start("semgrep", comment);
    found.scope = here_or_next(comment);
    bool named = list.take(":");
    while (named) {
        list.skip_blanks();
        const std::uint32_t begin = list.place();
        const std::string_view path = list.take_while([](char c) { return is_word(c) || c == '.'; });
        if (path.empty()) break;
        // Rules are named by their path in the registry of rules; the last part is the rule.
        const std::size_t dot = path.rfind('.');
        const std::string_view name = path.substr(dot == std::string_view::npos ? 0 : dot + 1);
        found.ids.push_back(id("semgrep", name, begin + static_cast<std::uint32_t>(path.size() - name.size())));
        list.skip_blanks();
        named = list.take(",");
    }
    if (found.ids.empty()) found.ids.push_back(id("semgrep", "*", comment.span.begin));
    found_.push_back(std::move(found));
}

void Reader::read_sonar(const Comment& comment, std::string_view text) {
    const std::size_t at = text.find("NOSONAR");
    if ((at > 0 && is_word(text[at - 1])) || (at + 7 < text.size() && is_word(text[at + 7]))) return;
    Suppression found = start("sonar", comment);
    found.ids.push_back(id("sonar", "*", comment.span.begin));
    found.scope = here_or_next(comment);
    found_.push_back(std::move(found));
}

}
