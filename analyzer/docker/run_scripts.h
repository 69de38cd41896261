#pragma once

#include <vector>

#include "analyzer/docker/dockerfile.h"

namespace plimsoll::docker {

// The code of RUN that a POSIX-like shell reads as text (no exec form).
std::vector<const ShellCode*> run_scripts(const Dockerfile& file);

// False when the shell would stop at a syntax error: what the code means is then an idle question.
// Not free: ask when there is something to report.
bool is_sound(const ShellCode& code);

// The simple command that reads what this one writes into a pipe; null when it is a compound one.
const shell::Command* next_in_pipe(const ShellCode& code, const shell::Command& command);

// True for a command in the argument of sh -c: its text is quoted in the script around it.
bool is_nested_code(const ShellCode& code, const shell::Command& command);

// visit(code, command) for the commands of run_scripts(file) that stand in the code itself (not in the argument of sh -c).
template <typename Visit>
void for_each_command(const Dockerfile& file, Visit visit) {
    for (const Command& command : file.commands())
        if (!command.code->exec && command.code->script->is_text() && !is_nested_code(*command.code, *command.command)) visit(*command.code, *command.command);
}

// visit(code, node) for their nodes of one kind.
template <typename Visit>
void for_each_node(const Dockerfile& file, shell::Kind kind, Visit visit) {
    for (const ShellCode* code : run_scripts(file))
        for (shell::Node node : code->script->all(kind)) visit(*code, node);
}

}
