#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/text/edit.h"

// What the commands of a RUN do to its layer, and how a fix adds to them.

namespace plimsoll::docker {

// What a word of a command is worth, as far as the file tells: assignments of the RUN, then ARG and ENV. nullopt when
// something else takes part (a command substitution, a loop variable, the base image's environment).
std::optional<std::string> value_of(const shell::Word& word, const Command& at, const Dockerfile& file);

// The words a command gets for one written word: the value cut at blanks unless it was quoted.
struct Argument {
    const shell::Word* word = nullptr;
    std::string value;   // the word as written when it is not known
    bool known = true;   // false: some part is not known
};
std::vector<Argument> arguments_of(const shell::Word& word, const Command& at, const Dockerfile& file);

// True when a command deletes a folder or all that is in it: rm, find -delete.
bool removes(const shell::Command& command, std::string_view folder);

// True when a RUN keeps a folder out of its layer: a cache, tmpfs or bind mount on it, above it or (only part of it) below it.
bool mounted(const Instruction& run, std::string_view folder);

// True when a command runs code that is not in this file: a script by its path, a shell that reads a file or standard input.
bool runs_foreign_code(const shell::Command& command);
// The same for a script that says it cleans up: "./clean-layer.sh", "bash /build/apt-cleanup.sh".
bool runs_cleaning_script(const shell::Command& command);

// The commands of a RUN in front of one of its commands, and behind it.
std::span<const Command> commands_before(const Dockerfile& file, const Command& at);
std::span<const Command> commands_after(const Dockerfile& file, const Command& at);

// The edit that makes a RUN go on with "&& command" when all of it succeeded. nullopt when the form does not allow it
// without changing what the RUN answers: exec form, heredocs, code that cannot be read to its end.
std::optional<Edit> and_then(const Dockerfile& file, const Instruction& run, std::string_view command);

// Where a text occurs in RUN, COPY and ADD, bodies of heredocs included, comments left out.
struct Mention {
    Span span;
    const Instruction* instruction = nullptr;   // the outer one of ONBUILD
};
std::vector<Mention> mentions(const Dockerfile& file, std::string_view needle);

// Whether some place of a stage, or of a stage it builds on, comes before an instruction.
class Marks {
public:
    explicit Marks(const Dockerfile& file) : file_(file), first_(file.stages().size(), none) {}
    void add(const Instruction& instruction);
    // Call after the last add().
    void inherit();
    // True when a mark of the chain is at the instruction or before it.
    bool before(const Instruction& instruction) const;

private:
    static constexpr std::size_t none = SIZE_MAX;
    const Dockerfile& file_;
    std::vector<std::size_t> first_;   // by stage: index of the first marked instruction, 0 when a parent has one
};

// The marks where a package manager's configuration gets "key value": 'APT::Install-Recommends "false";', "assumeyes=1".
// Options of a single call (-o key=value, --setopt) are not meant.
Marks configured(const Dockerfile& file, std::string_view key, bool on);

}
