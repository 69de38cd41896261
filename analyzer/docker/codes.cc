#include <algorithm>

#include "analyzer/docker/limits.h"
#include "analyzer/docker/meaning.h"
#include "analyzer/docker/words.h"

// Where an instruction holds shell code, and for which shell.

namespace plimsoll::docker {

namespace {

// True for a text whose value is not what stands in the file (a JSON string with escapes).
bool decoded(const Text& text) { return !text.map && text.value.size() != text.span.size(); }

// The bytes of a text, piece by piece.
std::vector<Span> pieces_of(const Text& text) {
    if (!text.map) return {text.span};
    std::vector<Span> pieces;
    auto end = text.joined + static_cast<std::uint32_t>(text.value.size());
    auto piece = std::ranges::upper_bound(*text.map, text.joined, {}, &LinePiece::joined);
    if (piece != text.map->begin()) --piece;
    for (; piece != text.map->end() && piece->joined < end; ++piece) {
        std::uint32_t from = std::max(piece->joined, text.joined), to = std::min(piece->joined + piece->length, end);
        if (from < to) pieces.push_back({piece->source + (from - piece->joined), piece->source + (to - piece->joined)});
    }
    return pieces;
}

// The body of a heredoc; "<<-" takes the tabs at the start of every line away.
std::vector<Span> body_pieces(const Source& source, const Heredoc& heredoc) {
    if (!heredoc.chomp) return {heredoc.body};
    std::vector<Span> pieces;
    std::string_view text = source.text();
    for (std::uint32_t at = heredoc.body.begin; at < heredoc.body.end;) {
        while (at < heredoc.body.end && text[at] == '\t') ++at;
        std::size_t line_end = text.find('\n', at);
        std::uint32_t end = line_end == std::string_view::npos ? heredoc.body.end : std::min(static_cast<std::uint32_t>(line_end) + 1, heredoc.body.end);
        if (at < end) pieces.push_back({at, end});
        at = end;
    }
    return pieces;
}

// Programs that run their standard input as shell code.
bool reads_code(const shell::Command& command) {
    shell::Dialect dialect = shell::dialect_of(command.name());
    if (!is_posix_family(dialect) || command.is("busybox")) return false;
    for (const shell::Word& word : command.arguments()) {
        if (word == "-") continue;
        bool option = word.value.size() > 1 && (word.value[0] == '-' || word.value[0] == '+');
        if (!option || (word.value[1] != '-' && word.value.find('c') != std::string::npos)) return word == "pipefail" || word == "errexit";
        if (word == "-s") return true;
    }
    return true;
}

// The command that a heredoc word belongs to: the last one that starts in front of it, or the first of the line.
const shell::Command* owner_of(const shell::Script& script, std::uint32_t at) {
    const shell::Command* owner = nullptr;
    for (const shell::Command& command : script.commands()) {
        if (owner && command.span.begin > at) break;
        owner = &command;
    }
    return owner;
}

// The argument of -c in exec form.
const Text* script_argument(std::span<const Text> words, const ShellInfo& shell) {
    bool windows = !is_posix_family(shell.dialect);
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        std::string_view word = words[i].value;
        if (word.size() < 2 || word[0] != '-' || windows) return nullptr;
        if (word[1] == '-') continue;
        if (word.find('c') != std::string_view::npos) {
            std::size_t names = static_cast<std::size_t>(std::ranges::count(word, 'o'));
            return i + 1 + names < words.size() ? &words[i + 1 + names] : nullptr;
        }
        if (word.find('o') != std::string_view::npos) ++i;
    }
    return nullptr;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}

ShellCode& CodeReader::add(const Instruction& instruction, ShellInfo shell, std::vector<Span> pieces) {
    ShellCode& code = codes_.emplace_back();
    code.instruction = &instruction;
    code.stage = instruction.stage;
    shell::Dialect dialect = shell.dialect;
    code.shell = std::move(shell);
    code.script = std::make_unique<shell::Script>(shell::Input{&file_.source(), std::move(pieces), dialect});
    used_ += code.script->joined().size();
    return code;
}

void CodeReader::exec_form(const Instruction& instruction, std::span<const Text> words) {
    if (words.empty()) return;
    ShellCode& code = codes_.emplace_back();
    code.instruction = &instruction;
    code.stage = instruction.stage;
    code.shell = file_.shell_at(instruction);
    code.exec = true;
    code.script = std::make_unique<shell::Script>(file_.source(), words);
    shell::Dialect dialect = shell::dialect_of(words.front().value);
    if (dialect == shell::Dialect::other) return;
    ShellInfo shell;
    shell.dialect = dialect;
    const Text* script = script_argument(words, shell);
    if (!script || decoded(*script)) return;
    shell.name = words.front().value;
    for (const Text* word = &words[1]; word < script; ++word) {
        if (word->value == "pipefail") shell.pipefail = true;
        if (word->value.starts_with('-') && !word->value.starts_with("--") && word->value.find('e') != std::string_view::npos) shell.errexit = true;
    }
    add(instruction, std::move(shell), pieces_of(*script));
}

void CodeReader::heredoc_script(const Instruction& instruction, const Heredoc& heredoc, const ShellInfo& shell) {
    const Source& source = file_.source();
    add(instruction, shell, body_pieces(source, heredoc)).heredoc = &heredoc;
}

// Bodies that a program on the line reads: code when that program is a shell.
void CodeReader::heredoc_inputs(const Instruction& instruction, const ShellCode& line) {
    for (const Heredoc& heredoc : instruction.heredocs) {
        const shell::Command* owner = owner_of(*line.script, heredoc.word.span.begin);
        if (!owner || heredoc.fd != 0 || !reads_code(*owner)) continue;
        ShellInfo shell;
        shell.name = owner->name();
        shell.dialect = shell::dialect_of(shell.name);
        for (const shell::Word& word : owner->arguments()) {
            if (word == "pipefail") shell.pipefail = true;
            if (word.starts_with("-") && !word.starts_with("--") && word.value.find('e') != std::string::npos) shell.errexit = true;
        }
        heredoc_script(instruction, heredoc, shell);
    }
}

void CodeReader::shell_form(const Instruction& instruction, const Text& text) {
    if (text.empty() || decoded(text)) return;
    ShellInfo shell = file_.shell_at(instruction);
    if (instruction.heredocs.empty() || instruction.keyword != Keyword::run) {
        add(instruction, std::move(shell), pieces_of(text));
        return;
    }
    const Heredoc& first = instruction.heredocs.front();
    std::vector<Span> pieces = pieces_of(text);
    if (instruction.heredocs.size() == 1 && first.word.value == text.value) {
        // "RUN <<EOF": the body is the script, run by the shell or, as a file, by the program its first line names.
        std::optional<ShellInfo> named = shell.dialect == shell::Dialect::cmd ? std::nullopt : shebang_shell(file_.source().slice(first.body));
        heredoc_script(instruction, first, named ? *named : shell);
        return;
    }
    // The shell gets the line and the bodies below it.
    pieces.push_back({text.span.end, std::max(text.span.end, instruction.heredocs.back().terminator.end)});
    ShellCode& line = add(instruction, std::move(shell), std::move(pieces));
    heredoc_inputs(instruction, line);
}

void CodeReader::read(const Instruction& instruction) {
    if (used_ >= shell_limit) return;
    Text text = instruction.argument;
    std::span<const Text> words = instruction.words;
    switch (instruction.keyword) {
        case Keyword::run:
        case Keyword::cmd:
        case Keyword::entrypoint: break;
        case Keyword::healthcheck: {
            if (text.value.size() < 3 || !equal_ignoring_case(text.value.substr(0, 3), "cmd")) return;
            std::size_t begin = 3;
            while (begin < text.value.size() && is_blank(text.value[begin])) ++begin;
            // "CMD" itself is the first word.
            if (!words.empty() && words.front().span.begin == text.span.begin) words = words.subspan(1);
            text = text.sub(begin);
            break;
        }
        default: return;
    }
    if (instruction.form == Form::exec)
        exec_form(instruction, words);
    else
        shell_form(instruction, text);
}

}
