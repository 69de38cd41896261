#include "analyzer/docker/limits.h"

#include "analyzer/docker/dockerfile.h"

namespace plimsoll::docker {

std::vector<Span> unread_parts(const Dockerfile& file) {
    std::vector<Span> parts;
    const std::uint32_t end = file.source().size();
    const auto& instructions = file.instructions();
    for (const Instruction& instruction : instructions)
        if (instruction.line_span.size() > line_limit) parts.push_back({instruction.line_span.begin + line_limit, instruction.line_span.end});
    std::size_t code = 0;
    for (const ShellCode& one : file.shell_codes()) code += one.script->joined().size();
    if (code >= shell_limit) {
        const Span last = file.shell_codes().back().instruction->span;
        if (last.end < instructions.back().span.begin) parts.push_back({last.end, end});
    }
    if (instructions.size() == instruction_limit) {
        const std::uint32_t from = instructions.back().span.end;
        if (file.source().text().find_first_not_of(" \t\r\n", from) != std::string_view::npos) parts.push_back({from, end});
    }
    return parts;
}

}
