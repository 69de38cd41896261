#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/suppression_dialects.h"

namespace plimsoll::suppressing {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (is_blank(text.front()) || text.front() == '\r')) text.remove_prefix(1);
    while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

bool Cursor::skip_blanks() {
    const std::size_t from = at_;
    while (!done() && is_blank(text_[at_])) ++at_;
    return at_ != from;
}

bool Cursor::take(std::string_view expected) {
    if (!rest().starts_with(expected)) return false;
    at_ += expected.size();
    return true;
}

Reader::Reader(const docker::Dockerfile& file, const Registry& registry, const Settings& settings) : file_(file), registry_(registry), settings_(settings) {}

std::vector<Suppression> Reader::run() {
    collect();
    read_check_directive();
    for (const Comment& comment : comments_) read(comment);
    close_all_blocks();
    std::stable_sort(found_.begin(), found_.end(), [](const Suppression& a, const Suppression& b) { return a.span < b.span; });
    return std::move(found_);
}

void Reader::collect() {
    for (const Span& comment : file_.comments()) add(comment, Place::file, nullptr, nullptr);
    for (std::size_t i = comments_.size(); i-- > 0;) {
        const bool goes_on = i + 1 < comments_.size() && comments_[i + 1].line == comments_[i].line + 1;
        comments_[i].block_end = goes_on ? comments_[i + 1].block_end : comments_[i].line;
    }
    for (const docker::Instruction& instruction : file_.instructions())
        for (const Span& comment : instruction.comments) add(comment, Place::continuation, &instruction, nullptr);
    for (const docker::ShellCode& code : file_.shell_codes())
        if (code.script && !code.exec && code.script->joined().find('#') != std::string::npos) add_script_comments(code);
    std::stable_sort(comments_.begin(), comments_.end(), [](const Comment& a, const Comment& b) { return a.span < b.span; });
}

void Reader::add_script_comments(const docker::ShellCode& code) {
    const auto& heredocs = code.instruction->heredocs;
    for (const shell::Node& node : code.script->all(shell::Kind::comment)) {
        // What the line's own script makes of the body of a heredoc is input of some program, no comment.
        const bool input =
            !code.heredoc && std::any_of(heredocs.begin(), heredocs.end(), [&](const docker::Heredoc& heredoc) { return heredoc.body.contains(node.span()); });
        if (!input) add(node.span(), Place::script, code.instruction, &code);
    }
}

void Reader::add(Span span, Place place, const docker::Instruction* inside, const docker::ShellCode* code) {
    const Source& source = file_.source();
    // A shell comment may run over a continuation; what counts stands on its first line.
    std::string_view text = source.slice(span);
    text = text.substr(0, text.find('\n'));
    const std::size_t blank = text.find_last_not_of(" \t\r\\");
    if (blank == std::string_view::npos) return;
    const std::uint32_t end = span.begin + static_cast<std::uint32_t>(blank + 1);
    const std::uint32_t line = source.line_of(span.begin);
    const Span whole = source.line_span(line);
    const bool alone = trim(source.slice({whole.begin + (line == 1 ? source.bom() : 0), span.begin})).empty();
    comments_.push_back({{span.begin, end}, place, inside, code, alone, line, line});
}

void Reader::read(const Comment& comment) {
    std::string_view text = file_.source().slice(comment.span);
    const std::size_t hashes = std::min(text.find_first_not_of('#'), text.size());
    Cursor cursor(text.substr(hashes), comment.span.begin + static_cast<std::uint32_t>(hashes));
    cursor.skip_blanks();
    const std::string_view rest = cursor.rest();
    if (rest.starts_with("plimsoll")) return read_own(comment, cursor);
    if (rest.starts_with("hadolint")) return read_hadolint(comment, cursor);
    if (rest.starts_with("shellcheck")) return read_shellcheck(comment, cursor);
    if (rest.starts_with("check")) read_check_comment(comment, cursor);
    if (rest.starts_with("kics-scan")) return read_kics(comment, cursor);
    if (rest == "dockerfile-utils: ignore") return read_dockerfile_utils(comment);
    if (text.find(":ignore:") != std::string_view::npos) read_trivy(comment, text);
    if (text.find(":skip=") != std::string_view::npos) read_checkov(comment, text);
    if (text.find("nosem") != std::string_view::npos) read_semgrep(comment, text);
    if (text.find("NOSONAR") != std::string_view::npos) read_sonar(comment, text);
}

Suppression Reader::start(std::string_view dialect, const Comment& comment) const {
    Suppression found;
    found.dialect = dialect;
    found.span = comment.span;
    found.line = comment.span;
    if (comment.alone && comment.place != Place::script) {
        const Span line = file_.source().line_span(comment.line);
        const Span next = file_.source().line_span(comment.line + 1);
        found.line = {line.begin + (comment.line == 1 ? file_.source().bom() : 0), next.begin};
    }
    return found;
}

Suppression::Id Reader::id(std::string_view tool, std::string_view text, std::uint32_t begin) const {
    Suppression::Id id;
    id.text = text;
    id.span = {begin, begin + static_cast<std::uint32_t>(text.size())};
    if (!tool.empty()) {
        id.peer = canonical_alias(tool, text);
        id.known = exists_in_peer(tool, text) || !registry_.resolve(id.peer).empty();
        return id;
    }
    id.peer = registry_.find(text) ? std::string(text) : canonical_name(text);
    const std::vector<const Check*> checks = registry_.resolve(text);
    const std::string_view peer = tool_of(id.peer);
    id.known = text == "*" || !checks.empty() || (!peer.empty() && exists_in_peer(peer, std::string_view(id.peer).substr(peer.size() + 1)));
    return id;
}

Span Reader::whole_file() const { return {0, file_.source().size() + 1}; }

const docker::Instruction* Reader::after(std::uint32_t offset) const {
    const auto& all = file_.instructions();
    const auto at = std::lower_bound(all.begin(), all.end(), offset, [](const docker::Instruction& i, std::uint32_t wanted) { return i.begin() < wanted; });
    return at == all.end() ? nullptr : &*at;
}

const docker::Instruction* Reader::starting_on(std::uint32_t line) const {
    if (line > file_.source().line_count()) return nullptr;
    const docker::Instruction* found = after(file_.source().line_span(line).begin);
    return found && file_.source().line_of(found->begin()) == line ? found : nullptr;
}

const docker::Instruction* Reader::below(const Comment& comment) const { return starting_on(comment.block_end + 1); }

std::uint32_t Reader::stage_end(std::uint32_t offset) const {
    const auto& stages = file_.stages();
    const auto next = std::upper_bound(stages.begin(), stages.end(), offset, [](std::uint32_t at, const docker::Stage& s) { return at < s.from->begin(); });
    return next == stages.end() ? whole_file().end : next->from->begin();
}

Span Reader::with_stage(const docker::Instruction& instruction) const {
    if (instruction.keyword != docker::Keyword::from) return instruction.span;
    return {instruction.begin(), stage_end(instruction.begin())};
}

std::vector<Span> Reader::here_or_next(const Comment& comment) const {
    if (comment.place != Place::file) return {line_in_instruction(comment)};
    const docker::Instruction* next = starting_on(comment.line + 1);
    return next ? std::vector<Span>{next->span} : std::vector<Span>{};
}

// The comment's own line when code stands before it, else the next line of the instruction that is neither empty nor a comment.
Span Reader::line_in_instruction(const Comment& comment) const {
    const Source& source = file_.source();
    if (!comment.alone) return source.line_span(comment.line);
    const std::uint32_t last = source.line_of(comment.inside->span.end);
    for (std::uint32_t line = comment.line + 1; line <= last; ++line) {
        const std::string_view text = trim(source.slice(source.line_span(line)));
        if (!text.empty() && text.front() != '#') return source.line_span(line);
    }
    return {comment.span.end, comment.span.end};
}

}

namespace plimsoll {

std::vector<Suppression> suppressions_of(const docker::Dockerfile& file, const Registry& registry, const Settings& settings) {
    return suppressing::Reader(file, registry, settings).run();
}

}
