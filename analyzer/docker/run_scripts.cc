#include "analyzer/docker/run_scripts.h"

#include "analyzer/shell/syntax.h"

namespace plimsoll::docker {

std::vector<const ShellCode*> run_scripts(const Dockerfile& file) {
    std::vector<const ShellCode*> out;
    for (const ShellCode& code : file.shell_codes())
        if (code.instruction->keyword == Keyword::run && !code.exec && code.script->root()) out.push_back(&code);
    return out;
}

bool is_sound(const ShellCode& code) {
    return !code.script->truncated() && shell::parses(*code.script);
}

}
