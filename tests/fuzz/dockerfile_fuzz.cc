// Grammar, syntax tree and meaning of a Dockerfile: every place lies in the file, whatever the bytes.

#include "analyzer/docker/dockerfile.h"
#include "tests/fuzz/law.h"

using namespace plimsoll;
using fuzz::inside;
using fuzz::law;

std::vector<std::string> own_seeds() {
    return {
        "FROM a\nRUN <<A <<-'B'\nx\nA\n\ty\n\tB\n",
        "# escape=`\nFROM a AS b\nCOPY --from=0 c `\n# d\n\n  e\n",
        "ARG A=1\nFROM x:${A:-2}\nONBUILD RUN --mount=type=cache,target=/x [\"sh\", \"-c\", \"y\"]\nENV a b\nLABEL c=\"d e\" f='g'\n",
        "\xef\xbb\xbf"
        "FROM a\r\nHEALTHCHECK --interval=1s CMD x \\\r\n y\r\n",
    };
}

namespace {

void check_words(const docker::Instruction& instruction, std::size_t size) {
    inside(instruction.argument.span, size, "argument");
    for (const docker::Flag& flag : instruction.flags) {
        inside(flag.whole.span, size, "flag");
        inside(flag.name.span, size, "flag name");
        inside(flag.value.span, size, "flag value");
    }
    for (const Text& word : instruction.words) inside(word.span, size, "word");
    for (const docker::Pair& pair : instruction.pairs) {
        inside(pair.key.span, size, "key");
        inside(pair.value.span, size, "value");
    }
    for (const docker::Mount& mount : instruction.mounts())
        for (const docker::MountField& field : mount.fields) inside(field.value.span, size, "mount field");
}

void check_instruction(const docker::Dockerfile& file, const docker::Instruction& instruction, std::size_t size) {
    inside(instruction.span, size, "instruction");
    inside(instruction.line_span, size, "line");
    inside(instruction.name.span, size, "keyword");
    law(instruction.span.contains(instruction.name.span), "keyword outside its instruction");
    check_words(instruction, size);
    for (const docker::Heredoc& heredoc : instruction.heredocs) {
        inside(heredoc.body, size, "heredoc body");
        inside(heredoc.terminator, size, "heredoc terminator");
    }
    if (instruction.error) inside(instruction.error->span, size, "problem");
    for (const Text& word : instruction.words) {
        file.expand(word, instruction);
        for (const docker::VariableReference& reference : file.references(word)) file.lookup(reference.name.value, instruction);
    }
    file.workdir_before(instruction);
    file.shell_at(instruction);
    if (instruction.trigger) check_instruction(file, *instruction.trigger, size);
}

void check_meaning(const docker::Dockerfile& file, std::size_t size) {
    for (const docker::Stage& stage : file.stages()) {
        stage.user();
        stage.chain();
        file.use_of(stage);
        law(!file.in_result(stage) || file.reaches_target(stage), "a stage in the result does not reach the target");
    }
    for (const docker::Command& command : file.commands()) {
        inside(command->span, size, "command");
        for (const shell::Word& word : command->words) inside(word.span(), size, "word of a command");
    }
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Source source("Dockerfile", std::string(fuzz::text_of(data, size)));
    const docker::Dockerfile file(source, {});
    std::uint32_t last = 0;
    for (const docker::Instruction& instruction : file.instructions()) {
        law(instruction.span.begin >= last, "instructions overlap");
        last = instruction.span.end;
        check_instruction(file, instruction, size);
    }
    for (Span comment : file.comments()) inside(comment, size, "comment");
    for (const docker::Directive& directive : file.directives()) inside(directive.span, size, "directive");
    for (const docker::Problem& problem : file.problems()) inside(problem.span, size, "problem of the file");
    check_meaning(file, size);
    return 0;
}
