#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/docker/scopes.h"

namespace plimsoll::docker {

// The shell that a SHELL instruction sets; nullopt when it names none.
std::optional<ShellInfo> shell_of(const Instruction& instruction);
// The shell of a script by its first line "#!..."; nullopt without one.
std::optional<ShellInfo> shebang_shell(std::string_view script);
// The shell that a comment "# hadolint shell=NAME" names; nullopt for other comments.
std::optional<ShellInfo> pragma_shell(std::string_view comment);
// True when FROM names a Windows image, as far as its name, tag and platform tell.
bool is_windows_base(const Stage& stage, const Dockerfile& file);
// The working directory after WORKDIR with this expanded value.
std::optional<std::string> workdir_after(const std::optional<std::string>& before, const std::string& value, bool windows);

// What a stage has set by the end, or at some place in it. Everything inherited is copied in at FROM, so that no question
// has to walk up a chain.
struct StageFacts {
    const Stage* root = nullptr;   // the stage whose FROM names no other
    bool windows = false;
    std::array<const Instruction*, keyword_count> last{};    // by keyword, ancestors included
    std::vector<const Instruction*> users;                   // of the stage itself
    std::vector<std::pair<std::size_t, ShellInfo>> shells;   // from this instruction on; the inherited one first
    std::vector<std::pair<std::size_t, std::optional<std::string>>> workdirs;
    Use use = Use::none;
    bool reaches_target = false;
    bool in_result = false;
};

// Part of a list that belongs to one instruction.
struct Range {
    std::size_t begin = 0, end = 0;
};

struct Dockerfile::Meaning {
    Meaning(const Dockerfile& file, const BuildOptions& options) : scopes(file, options) {}

    Scopes scopes;
    std::vector<StageFacts> facts;                                        // by stage
    std::map<std::string, std::vector<std::size_t>, std::less<>> names;   // lower-case name -> stages in order
    std::vector<PackageUse> packages;                                     // in file order
    std::vector<Range> codes, commands, package_ranges;                   // by instruction
    std::vector<std::pair<std::uint32_t, ShellInfo>> pragmas;             // shells that comments name, by the comment's offset

    // The shell that the last comment of the stage in front of `at` (or one above all stages) names; null when none does.
    const ShellInfo* pragma_before(const Dockerfile& file, const Instruction& at) const;

    const StageFacts& of(const Stage& stage) const { return facts[stage.index]; }
    // The last stage of this name in front of the stage `limit`.
    std::optional<std::size_t> named_before(std::string_view value, std::size_t limit) const;
};

// The shell code of every instruction, in file order.
class CodeReader {
public:
    CodeReader(const Dockerfile& file, std::deque<ShellCode>& codes) : file_(file), codes_(codes) {}
    // Adds the code of one instruction (the inner one of ONBUILD).
    void read(const Instruction& instruction);

private:
    void shell_form(const Instruction& instruction, const Text& code);
    void exec_form(const Instruction& instruction, std::span<const Text> words);
    void heredoc_script(const Instruction& instruction, const Heredoc& heredoc, const ShellInfo& shell);
    void heredoc_inputs(const Instruction& instruction, const ShellCode& line);
    ShellCode& add(const Instruction& instruction, ShellInfo shell, std::vector<Span> pieces);

    const Dockerfile& file_;
    std::deque<ShellCode>& codes_;
    std::size_t used_ = 0;   // bytes of code read so far
};

}
