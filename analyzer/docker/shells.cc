#include <algorithm>
#include <array>

#include "analyzer/docker/meaning.h"
#include "analyzer/docker/words.h"

// Which shell runs what, and the directory and platform it runs in.

namespace plimsoll::docker {

namespace {

// Reads "-e", "-o pipefail", "-eo pipefail" ... of a shell's arguments.
void read_options(ShellInfo& shell, const std::vector<std::string_view>& words, std::size_t from) {
    for (std::size_t i = from; i < words.size(); ++i) {
        std::string_view word = words[i];
        if (word.size() < 2 || word[0] != '-' || word[1] == '-') continue;
        std::string_view letters = word.substr(1);
        if (letters.find('e') != std::string_view::npos) shell.errexit = true;
        if (letters.find('o') == std::string_view::npos || i + 1 == words.size()) continue;
        std::string_view option = words[++i];
        if (option == "pipefail") shell.pipefail = true;
        if (option == "errexit") shell.errexit = true;
    }
}

// The shell among the words of a command: the first word that is one, so that env, tini and the like may stand in front.
std::optional<ShellInfo> shell_among(const std::vector<std::string_view>& words) {
    if (words.empty() || words.front().empty()) return std::nullopt;
    ShellInfo shell;
    auto known = std::ranges::find_if(words, [](std::string_view word) { return shell::dialect_of(word) != shell::Dialect::other; });
    std::size_t at = known == words.end() ? 0 : static_cast<std::size_t>(known - words.begin());
    shell.dialect = shell::dialect_of(words[at]);
    shell.name = words[at];
    if (is_posix_family(shell.dialect)) read_options(shell, words, at + 1);
    return shell;
}

std::vector<std::string_view> split_blanks(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        std::size_t begin = text.find_first_not_of(" \t\r");
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        std::size_t end = std::min(text.find_first_of(" \t\r"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

bool names_windows(std::string_view text) {
    static constexpr std::array<std::string_view, 3> marks = {"nanoserver", "servercore", "windowsserver"};
    return std::ranges::any_of(marks, [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
}

// Repositories at mcr.microsoft.com that hold Windows images only: "windows", "windows/server", "dotnet/framework/sdk" ...
bool is_windows_path(std::string_view path) { return path == "windows" || path.starts_with("windows/") || path.starts_with("dotnet/framework/"); }

// Their forerunners on Docker Hub.
bool is_old_windows_path(std::string_view path) { return path == "microsoft/iis" || path == "microsoft/aspnet" || path == "microsoft/dotnet-framework"; }

bool is_separator(char c) { return c == '/' || c == '\\'; }

// Joins a directory and a path and takes out "." and ".." elements.
std::string joined(std::string_view directory, std::string_view path, bool windows) {
    std::vector<std::string_view> parts;
    for (std::string_view text : {directory, path}) {
        std::size_t begin = 0;
        for (std::size_t i = 0; i <= text.size(); ++i) {
            if (i < text.size() && !(windows ? is_separator(text[i]) : text[i] == '/')) continue;
            std::string_view part = text.substr(begin, i - begin);
            begin = i + 1;
            if (part == "..") {
                if (!parts.empty()) parts.pop_back();
            } else if (!part.empty() && part != ".") {
                parts.push_back(part);
            }
        }
    }
    std::string result;
    for (std::string_view part : parts) {
        bool drive = result.empty() && part.size() == 2 && part[1] == ':';
        if (!drive) result += '/';
        result += part;
    }
    return result.empty() ? "/" : result;
}

// "C:\x" or "C:/x".
bool has_drive(std::string_view path) {
    bool letter = !path.empty() && ((path[0] | 0x20) >= 'a' && (path[0] | 0x20) <= 'z');
    return letter && path.size() > 1 && path[1] == ':';
}

}

std::optional<ShellInfo> shell_of(const Instruction& instruction) {
    if (!instruction.json) return std::nullopt;
    std::vector<std::string_view> words;
    for (const Text& word : instruction.words) words.push_back(word.value);
    std::optional<ShellInfo> shell = shell_among(words);
    if (shell) shell->set_by = &instruction;
    return shell;
}

std::optional<ShellInfo> pragma_shell(std::string_view comment) {
    auto skip = [&](std::string_view characters) { comment.remove_prefix(std::min(comment.find_first_not_of(characters), comment.size())); };
    auto take = [&](std::string_view word) {
        skip(" \t");
        const bool here = comment.starts_with(word);
        if (here) comment.remove_prefix(word.size());
        return here;
    };
    skip("#");
    if (!take("hadolint") || !take("shell") || !take("=")) return std::nullopt;
    skip(" \t");
    return shell_among(split_blanks(comment.substr(0, comment.find('#'))));
}

std::optional<ShellInfo> shebang_shell(std::string_view script) {
    if (!script.starts_with("#!")) return std::nullopt;
    std::vector<std::string_view> words = split_blanks(script.substr(2, script.find('\n') - 2));
    std::optional<ShellInfo> shell = shell_among(words);
    // "/usr/bin/env python3": the program is what counts.
    if (shell && shell->dialect == shell::Dialect::other && words.front().ends_with("/env")) {
        auto program = std::find_if(words.begin() + 1, words.end(), [](std::string_view word) { return word[0] != '-'; });
        if (program != words.end()) shell->name = *program;
    }
    return shell;
}

bool is_windows_base(const Stage& stage, const Dockerfile& file) {
    if (stage.scratch) return false;
    if (const Flag* platform = stage.from->flag("platform"))
        if (platform->value.value.starts_with("windows")) return true;
    std::string text = to_lower(stage.base_value ? *stage.base_value : std::string(stage.base.value));
    if (names_windows(text)) return true;
    if (stage.image) {
        const std::string_view path = stage.image->part(stage.image->path);
        return stage.image->registry() == "mcr.microsoft.com" ? is_windows_path(path) : is_old_windows_path(stage.image->familiar());
    }
    // An unknown image: the escape character that exists for Windows paths is the best witness.
    return !stage.base_value && file.escape() == '`';
}

std::optional<std::string> workdir_after(const std::optional<std::string>& before, const std::string& value, bool windows) {
    if (has_drive(value) && (windows || (value.size() > 2 && is_separator(value[2])))) return joined({}, value, true);
    if (value.front() == '/' || (windows && value.front() == '\\')) return joined({}, value, windows);
    if (!before) return std::nullopt;
    return joined(*before, value, windows);
}

}
