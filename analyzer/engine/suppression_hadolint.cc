#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/suppression_dialects.h"

// hadolint's pragmas and ShellCheck's directives inside RUN.
//   # hadolint ignore=DL3008,SC2086 # why      the instruction that starts on the next line
//   # hadolint global ignore=DL3008            the whole file
//   # hadolint stage ignore=DL3008             from here to the next FROM
//   # hadolint shell=bash                      no suppression: docker::Dockerfile reads it

namespace plimsoll::suppressing {

namespace {

constexpr bool is_rule_letter(char c) { return c == 'D' || c == 'L' || c == 'S' || c == 'C' || ('0' <= c && c <= '9'); }
constexpr bool is_digit(char c) { return '0' <= c && c <= '9'; }

// Something like a rule name in any case: people who wrote it meant a suppression.
bool mentions_rule(std::string_view text) {
    for (std::size_t i = 0; i + 6 <= text.size(); ++i) {
        const char a = static_cast<char>(text[i] | 0x20), b = static_cast<char>(text[i + 1] | 0x20);
        if (!((a == 'd' && b == 'l') || (a == 's' && b == 'c'))) continue;
        if (std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 2, text.begin() + static_cast<std::ptrdiff_t>(i) + 6, is_digit)) return true;
    }
    return false;
}

bool means_to_ignore(std::string_view text) {
    while (!text.empty() && (is_blank(text.front()) || text.front() == ':' || text.front() == '-')) text.remove_prefix(1);
    for (std::string_view verb : {"ignore", "disable", "skip", "noqa", "nolint", "global", "stage"})
        if (text.starts_with(verb)) return mentions_rule(text);
    return false;
}

}

void DockerfileReader::read_hadolint(const Comment& comment, Cursor text) {
    if (!settings_.hadolint_pragmas) return;
    text.take("hadolint");
    const std::string_view whole = text.rest();
    Suppression found = start("hadolint", comment);
    const bool blank = text.skip_blanks();
    std::string_view kind = text.rest().starts_with("ignore") || !blank ? std::string_view() : text.take_while(is_word);
    text.skip_blanks();
    const bool verb = blank && (kind.empty() || kind == "global" || kind == "stage") && text.take("ignore");
    text.skip_blanks();
    if (!verb || !text.take("=")) {
        if (!means_to_ignore(whole)) return;
        found.no_effect = "hadolint reads only '# hadolint ignore=ID,ID'";
        return found_.push_back(std::move(found));
    }
    do {
        text.skip_blanks();
        const std::uint32_t begin = text.place();
        const std::string_view name = text.take_while(is_rule_letter);
        if (name.empty()) break;
        found.ids.push_back(id("hadolint", name, begin));
        text.skip_blanks();
    } while (text.take(","));
    if (found.ids.empty() || !(text.done() || text.peek() == '#'))
        found.malformed = text.done() || found.ids.empty() ? "hadolint reads ids like DL3008 or SC2086 after 'ignore='" : "set the reason off with '#'";
    if (text.take("#")) found.reason = trim(text.rest());
    if (found.malformed.empty()) hadolint_scope(comment, kind, found);
    found_.push_back(std::move(found));
}

void DockerfileReader::hadolint_scope(const Comment& comment, std::string_view kind, Suppression& found) const {
    if (comment.place != Place::file) {
        found.no_effect = "hadolint reads pragmas only between instructions";
    } else if (kind == "global") {
        found.scope = {whole_file()};
    } else if (kind == "stage") {
        const docker::Instruction* next = after(comment.span.end);
        const bool above_from = next && next->keyword == docker::Keyword::from;
        const std::uint32_t from = above_from ? next->span.end : comment.span.end;
        found.scope = {{from, stage_end(from)}};
    } else if (const docker::Instruction* next = starting_on(comment.line + 1)) {
        found.scope = {next->span};
    } else {
        found.no_effect = "it holds only for an instruction on the very next line";
    }
}

void DockerfileReader::read_shellcheck(const Comment& comment, Cursor text) {
    text.take("shellcheck");
    if (!text.skip_blanks()) return;
    const std::size_t at = text.rest().find("disable=");
    if (at == std::string_view::npos || (at > 0 && !is_blank(text.rest()[at - 1]))) return;
    text.advance(at + 8);
    Suppression found = start("shellcheck", comment);
    do {
        const std::uint32_t begin = text.place();
        const std::string_view name = text.take_while(is_word);
        if (name.empty()) break;
        const bool bare = is_digit(name.front());
        found.ids.push_back(name == "all" ? id("hadolint", "*", begin) : id("hadolint", (bare ? "SC" : "") + std::string(name), begin));
        found.ids.back().text = name;
        found.ids.back().span.end = begin + static_cast<std::uint32_t>(name.size());
    } while (text.take(","));
    text.skip_blanks();
    if (text.take("#")) found.reason = trim(text.rest());
    if (found.ids.empty())
        found.malformed = "ShellCheck reads ids like SC2086 after 'disable='";
    else if (comment.place == Place::file)
        found.no_effect = "ShellCheck never sees a comment outside RUN; write '# hadolint ignore=' instead";
    else
        found.scope = {shellcheck_scope(comment)};
    found_.push_back(std::move(found));
}

// The next command with all that belongs to it; the whole script when no command stands before the comment.
Span DockerfileReader::shellcheck_scope(const Comment& comment) const {
    const Span nothing{comment.span.end, comment.span.end};
    const docker::Instruction& owner = comment.inside->trigger ? *comment.inside->trigger : *comment.inside;
    for (const docker::ShellCode* code : comment.code ? std::vector<const docker::ShellCode*>{comment.code} : file_.codes_of(owner)) {
        if (code->exec || !code->script->root()) continue;
        const auto& commands = code->script->commands();
        const auto next =
            std::lower_bound(commands.begin(), commands.end(), comment.span.end, [](const shell::Command& c, std::uint32_t at) { return c.span.begin < at; });
        if (next == commands.end()) continue;
        if (next == commands.begin()) return code->script->root().span();
        shell::Node node = code->script->node_of(*next);
        if (!node) return next->span;
        for (shell::Node up = node.parent(); up && !up.is(shell::Kind::program) && up.span().begin >= comment.span.end; up = up.parent()) node = up;
        return node.span();
    }
    return nothing;
}

}
