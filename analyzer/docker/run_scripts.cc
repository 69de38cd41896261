#include "analyzer/docker/run_scripts.h"

#include <string>

#include "analyzer/shell/syntax.h"

namespace plimsoll::docker {

std::vector<const ShellCode*> run_scripts(const Dockerfile& file) {
    std::vector<const ShellCode*> out;
    for (const ShellCode& code : file.shell_codes())
        if (code.instruction->keyword == Keyword::run && code.script->is_text()) out.push_back(&code);
    return out;
}

const shell::Command* next_in_pipe(const ShellCode& code, const shell::Command& command) {
    // What stands in between are the commands of substitutions among the arguments.
    constexpr std::size_t far = 64;
    const std::vector<shell::Command>& all = code.script->commands();
    const std::size_t begin = static_cast<std::size_t>(&command - all.data()) + 1;
    for (std::size_t i = begin; i < all.size() && i < begin + far; ++i)
        if (all[i].pipeline == command.pipeline && all[i].before == shell::Joint::pipe && !all[i].wrapper) return &all[i];
    return nullptr;
}

bool is_nested_code(const ShellCode& code, const shell::Command& command) {
    const std::vector<shell::Command>& all = code.script->commands();
    for (const shell::Command* outer = &command; outer->wrapper;) {
        outer = &all[*outer->wrapper];
        if (shell::dialect_of(outer->name()) != shell::Dialect::other) return true;
    }
    return false;
}

bool is_sound(const ShellCode& code) { return !code.script->truncated() && shell::parses(*code.script); }

}
