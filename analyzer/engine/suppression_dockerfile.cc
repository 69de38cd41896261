#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/suppression_dialects.h"

// Where comments in a Dockerfile hold.

namespace plimsoll::suppressing {

DockerfileReader::DockerfileReader(const docker::Dockerfile& file, const Registry& registry, const Settings& settings)
    : Reader(file.source(), registry, settings), file_(file) {}

std::vector<Suppression> DockerfileReader::run() {
    collect();
    read_check_directive();
    for (const Comment& comment : comments_) read(comment);
    return finished();
}

void DockerfileReader::collect() {
    for (const Span& comment : file_.comments()) add(comment, Place::file, nullptr, nullptr);
    join_blocks();
    for (const docker::Instruction& instruction : file_.instructions())
        for (const Span& comment : instruction.comments) add(comment, Place::continuation, &instruction, nullptr);
    for (const docker::ShellCode& code : file_.shell_codes())
        if (code.script && !code.exec && code.script->joined().find('#') != std::string::npos) add_script_comments(code);
    std::stable_sort(comments_.begin(), comments_.end(), [](const Comment& a, const Comment& b) { return a.span < b.span; });
}

std::vector<Span> DockerfileReader::own_scope(const Comment& comment) const {
    if (comment.place != Place::file) return {line_in_instruction(comment)};
    const docker::Instruction* next = after(comment.span.end);
    return next ? std::vector<Span>{next->span} : std::vector<Span>{};
}

std::optional<Span> DockerfileReader::trivy_scope(const Comment& comment) const {
    if (comment.place != Place::file) return line_in_instruction(comment);
    const docker::Instruction* next = below(comment);
    return next ? std::optional(next->span) : std::nullopt;
}

std::optional<Span> DockerfileReader::kics_scope(const Comment& comment, bool block) const {
    if (comment.place != Place::file) return comment.inside->span;
    const docker::Instruction* next = starting_on(comment.line + 1);
    if (!next) return std::nullopt;
    return block ? with_stage(*next) : next->span;
}

bool DockerfileReader::heads_file(const Comment& comment) const {
    return comment.place == Place::file && (file_.instructions().empty() || comment.span.end <= file_.instructions().front().begin());
}

void DockerfileReader::add_script_comments(const docker::ShellCode& code) {
    const auto& heredocs = code.instruction->heredocs;
    for (const shell::Node& node : code.script->all(shell::Kind::comment)) {
        // What the line's own script makes of the body of a heredoc is input of some program, no comment.
        const bool input =
            !code.heredoc && std::any_of(heredocs.begin(), heredocs.end(), [&](const docker::Heredoc& heredoc) { return heredoc.body.contains(node.span()); });
        if (!input) add(node.span(), Place::script, code.instruction, &code);
    }
}

void DockerfileReader::read(const Comment& comment) {
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

const docker::Instruction* DockerfileReader::after(std::uint32_t offset) const {
    const auto& all = file_.instructions();
    const auto at = std::lower_bound(all.begin(), all.end(), offset, [](const docker::Instruction& i, std::uint32_t wanted) { return i.begin() < wanted; });
    return at == all.end() ? nullptr : &*at;
}

const docker::Instruction* DockerfileReader::starting_on(std::uint32_t line) const {
    if (line > file_.source().line_count()) return nullptr;
    const docker::Instruction* found = after(file_.source().line_span(line).begin);
    return found && file_.source().line_of(found->begin()) == line ? found : nullptr;
}

const docker::Instruction* DockerfileReader::below(const Comment& comment) const { return starting_on(comment.block_end + 1); }

std::uint32_t DockerfileReader::stage_end(std::uint32_t offset) const {
    const auto& stages = file_.stages();
    const auto next = std::upper_bound(stages.begin(), stages.end(), offset, [](std::uint32_t at, const docker::Stage& s) { return at < s.from->begin(); });
    return next == stages.end() ? whole_file().end : next->from->begin();
}

Span DockerfileReader::with_stage(const docker::Instruction& instruction) const {
    if (instruction.keyword != docker::Keyword::from) return instruction.span;
    return {instruction.begin(), stage_end(instruction.begin())};
}

std::vector<Span> DockerfileReader::here_or_next(const Comment& comment) const {
    if (comment.place != Place::file) return {line_in_instruction(comment)};
    const docker::Instruction* next = starting_on(comment.line + 1);
    return next ? std::vector<Span>{next->span} : std::vector<Span>{};
}

// The comment's own line when code stands before it, else the next line of the instruction that is neither empty nor a comment.
Span DockerfileReader::line_in_instruction(const Comment& comment) const {
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
    return suppressing::DockerfileReader(file, registry, settings).run();
}

}
