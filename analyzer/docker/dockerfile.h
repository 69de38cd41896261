#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/image.h"
#include "analyzer/docker/variables.h"
#include "analyzer/shell/packages.h"
#include "analyzer/shell/script.h"
#include "analyzer/text/source.h"
#include "analyzer/text/text.h"

// The syntax tree of a Dockerfile, as BuildKit reads it, and what it means.
// Source of the rules: BuildKit frontend/dockerfile/parser, instructions, shell and dockerfile2llb (v0.34).

namespace plimsoll::docker {

enum class Keyword : std::uint8_t {
    add,
    arg,
    cmd,
    copy,
    entrypoint,
    env,
    expose,
    from,
    healthcheck,
    label,
    maintainer,
    onbuild,
    run,
    shell,
    stopsignal,
    user,
    volume,
    workdir,
    unknown,
};
inline constexpr std::size_t keyword_count = static_cast<std::size_t>(Keyword::unknown) + 1;

enum class Form : std::uint8_t { shell, exec };

struct Stage;

// --name or --name=value. Names are kept as written.
struct Flag {
    Text whole;   // "--mount=type=cache,target=/x"
    Text name;    // "mount"
    Text value;   // "type=cache,target=/x"; empty without '='
    bool has_value = false;
};

// One field of a --mount value; a field without '=' has an empty value.
struct MountField {
    Text key;
    Text value;
};

struct Mount {
    const Flag* flag = nullptr;
    std::vector<MountField> fields;
    const MountField* field(std::string_view key) const;   // first with this key; null when absent
    std::string_view type() const;                         // "bind" when not given, as BuildKit does
    std::string_view target() const;                       // target, dst or destination; "" when not given
    std::string_view source() const;                       // source or src
    std::string_view from() const;
};

// KEY=value of ENV, LABEL and ARG.
struct Pair {
    Text key;
    Text value;   // with quotes as written; empty when !has_value
    bool has_value = false;
    bool legacy = false;   // "ENV key value": value is the rest of the line
};

struct Heredoc {
    Text word;          // "<<-'EOF'" as written on the instruction's line
    std::string name;   // delimiter without quotes
    unsigned fd = 0;
    bool expand = true;   // false when the delimiter was quoted
    bool chomp = false;   // <<-: leading tabs of the body are removed
    bool closed = true;
    Span body;   // bytes in the file, tabs included, to the start of the terminator line
    Span terminator;
};

// When BuildKit notices a problem: splitting the file into instructions (nothing else is read then), reading one
// instruction, or building.
enum class Phase : std::uint8_t { parser, instruction, build };

struct Problem {
    Span span;
    std::string message;   // in our message style
    Phase phase = Phase::instruction;
};

struct Instruction {
    Keyword keyword = Keyword::unknown;
    Text name;        // keyword as written
    Span span;        // keyword to the end of the logical line or of the last heredoc's terminator
    Span line_span;   // keyword to the end of the logical line (no heredoc)
    std::vector<Flag> flags;
    Text argument;                          // everything after keyword and flags, blanks at both ends removed
    std::vector<Text> words;                // contracts/dump.md: JSON elements (decoded) when `json`, one word for shell forms
    bool json = false;                      // the argument is a valid JSON array of strings
    Form form = Form::shell;                // RUN, CMD, ENTRYPOINT, HEALTHCHECK CMD
    std::vector<Heredoc> heredocs;          // those of an ONBUILD belong to its trigger
    std::vector<Pair> pairs;                // ENV, LABEL, ARG
    std::unique_ptr<Instruction> trigger;   // ONBUILD
    std::vector<Span> comments;             // comment lines inside the continuation
    std::vector<Span> empty_lines;          // blank lines inside the continuation
    const LineMap* map = nullptr;           // null when the logical line is one piece of the file
    std::optional<Problem> error;           // what BuildKit refuses about this instruction alone
    const Stage* stage = nullptr;           // null before the first FROM
    std::size_t index = 0;                  // position in Dockerfile::instructions()
    bool is_trigger = false;                // this is the inner instruction of an ONBUILD

    std::uint32_t begin() const { return span.begin; }
    const Flag* flag(std::string_view name) const;   // first --name; null when absent
    std::vector<Mount> mounts() const;               // RUN --mount, parsed
    std::optional<Text> from() const;                // value of --from (COPY, ADD)
    std::span<const Text> sources() const;           // COPY, ADD: all words but the last
    const Text* destination() const;                 // COPY, ADD: the last word; null when there is none
};

// What SHELL (or the default of the platform) makes of shell-form instructions at some place.
struct ShellInfo {
    shell::Dialect dialect = shell::Dialect::posix;   // by the base name of the shell
    bool pipefail = false;                            // -o pipefail among the SHELL's arguments
    bool errexit = false;                             // -e among them
    const Instruction* set_by = nullptr;              // the SHELL instruction; null for the default
    std::string name = "/bin/sh";
};

// USER in force, following FROM stage.
struct UserInfo {
    const Instruction* set_by = nullptr;   // last USER; null when no stage of the chain has one
    Text name;                             // part before ':' as written
    std::optional<std::string> value;      // expanded name; nullopt when it depends on an unknown value
    bool known() const { return value.has_value(); }
    bool is_root() const { return value && (*value == "root" || *value == "0"); }   // also 0:0, root:root
};

struct Stage {
    std::size_t index = 0;
    const Instruction* from = nullptr;
    Text name;                               // as written after AS; empty without
    std::string key;                         // name in lower case, BuildKit's own form
    Text base;                               // reference as written
    std::optional<std::string> base_value;   // with global ARG defaults and --build-arg applied; nullopt when unknown
    std::optional<Reference> image;          // of base_value; nullopt for a stage, scratch, or an unknown or invalid value
    const Stage* parent = nullptr;           // FROM names an earlier stage
    bool scratch = false;
    std::vector<const Instruction*> instructions;   // after FROM, in order
    const class Dockerfile* file = nullptr;         // never null in a parsed file

    // The stage itself, then its in-file ancestors.
    std::vector<const Stage*> chain() const;
    // Last instruction of this kind in the stage or its ancestors; null when none.
    const Instruction* last(Keyword keyword) const;
    // The reference of the image at the root of the chain; nullopt when scratch or unknown.
    const std::optional<Reference>& root_image() const;
    bool root_scratch() const;
    bool is_windows() const;   // as far as the name, tag and platform of the root's image tell
    UserInfo user() const;     // at the end of the stage
    UserInfo user_before(const Instruction& at) const;
    // "name" or the index, for findings.
    std::string label() const;
};

// Which stages a build of the target needs and how.
enum class Use : std::uint8_t { none, from, copy, mount };

// The shell code of one instruction: shell-form RUN, CMD, ENTRYPOINT, HEALTHCHECK CMD, a heredoc body that a shell runs,
// and exec form ["sh", "-c", "..."]. ONBUILD triggers included.
struct ShellCode {
    const Instruction* instruction = nullptr;   // the inner one for ONBUILD
    const Stage* stage = nullptr;
    ShellInfo shell;                               // of the code itself (shebang and heredoc interpreter applied)
    const Heredoc* heredoc = nullptr;              // the code is this heredoc's body
    bool exec = false;                             // taken from exec form: words are separate arguments, no shell parsing
    std::unique_ptr<const shell::Script> script;   // never null; no commands for PowerShell, cmd and other interpreters
};

// Where a command stands.
struct Command {
    const ShellCode* code = nullptr;
    const shell::Command* command = nullptr;
    const shell::Command* operator->() const { return command; }
    const Instruction& instruction() const { return *code->instruction; }
    const Stage* stage() const { return code->stage; }
};

// A command that calls a package manager, with its arguments read by that manager's grammar.
struct PackageUse {
    Command command;
    shell::PackageCall call;
    const shell::PackageCall* operator->() const { return &call; }
    const Instruction& instruction() const { return command.instruction(); }
    const Stage* stage() const { return command.stage(); }
};

struct BuildOptions {
    std::vector<std::pair<std::string, std::string>> arguments;   // --build-arg; the last of a name wins
    std::string target;                                           // --target; empty: the last stage
    bool shell_pragmas = true;                                    // "# hadolint shell=bash" comments name the shell of the stage
};

struct Directive {
    Text name;   // as written
    Text value;
    Span span;
};

struct UnquotedExpansion;   // unquoted.h

// Parsed once, immutable, points into its Source, which must outlive it. Never throws on any bytes.
class Dockerfile {
public:
    Dockerfile(const Source& source, const BuildOptions& options);
    ~Dockerfile();
    Dockerfile(const Dockerfile&) = delete;
    Dockerfile& operator=(const Dockerfile&) = delete;

    const Source& source() const { return source_; }

    // Syntax.
    char escape() const { return escape_; }
    const std::vector<Directive>& directives() const { return directives_; }
    const Directive* directive(std::string_view lower_case_name) const;
    const std::vector<Span>& comments() const { return comments_; }   // outside instructions, from '#' to line end; directives excluded
    const std::deque<Instruction>& instructions() const { return instructions_; }
    // All of these kinds in file order, triggers of ONBUILD included when asked for.
    std::vector<const Instruction*> all(Keyword keyword, bool with_triggers = false) const;
    const std::vector<Problem>& problems() const { return problems_; }   // file-level: what BuildKit refuses that no single instruction owns
    const std::deque<Stage>& stages() const { return stages_; }
    std::span<const Instruction* const> before_first_from() const { return preamble_; }   // global ARGs and what does not belong there

    // Meaning.
    const Stage* target() const { return target_; }   // null without stages
    bool is_target(const Stage* stage) const { return stage && stage == target_; }
    // Stage that a --from / FROM / from= value names for an instruction in `user` (name in any case, or index); null for images and unknown names.
    const Stage* stage_named(std::string_view value) const;
    const Stage* stage_named_before(std::string_view value, const Stage& user) const;
    Use use_of(const Stage& stage) const;            // strongest use by any other stage (from > copy > mount), none otherwise
    bool reaches_target(const Stage& stage) const;   // the target is this stage or needs it
    // True when the file system of the stage ends up in the result: the target and its FROM ancestors.
    bool in_result(const Stage& stage) const;
    ShellInfo shell_at(const Instruction& at) const;
    // What a variable is worth just before an instruction, as the builder sees it: in a stage the last ARG or ENV counts; through FROM both are inherited, ENV first.
    Variable lookup(std::string_view name, const Instruction& at) const;
    // Value with $X, ${X}, ${X:-d}, ${X:+a} ... expanded as at `at`, quotes removed; nullopt when an unknown value takes part.
    std::optional<std::string> expand(const Text& text, const Instruction& at) const;
    // The variable references in a text that the builder expands.
    std::vector<VariableReference> references(const Text& text) const;
    // Directory in force before an instruction: the expanded, joined WORKDIR; nullopt when unknown (no absolute WORKDIR so far, or variables).
    std::optional<std::string> workdir_before(const Instruction& at) const;

    // Shell code in file order.
    const std::deque<ShellCode>& shell_codes() const { return codes_; }
    // The code of one instruction: none, one, or one for each heredoc.
    std::vector<const ShellCode*> codes_of(const Instruction& instruction) const;
    // All commands of RUN (shell and exec form, heredocs, triggers), in file order, whatever their nesting.
    std::span<const Command> commands() const { return commands_; }
    // The commands of one RUN.
    std::span<const Command> commands_of(const Instruction& run) const;
    // The commands() that call a package manager.
    std::span<const PackageUse> package_uses() const;
    std::span<const PackageUse> package_uses_of(const Instruction& run) const;

private:
    friend struct SyntaxBuilder;    // dockerfile.cc: instructions from lines
    friend struct MeaningBuilder;   // build.cc: stages, scopes, shell code
    friend struct Stage;
    friend const std::vector<UnquotedExpansion>& unquoted_expansions(const Dockerfile& file);

    const Source& source_;
    char escape_ = '\\';
    std::vector<Directive> directives_;
    std::vector<Span> comments_;
    std::deque<Instruction> instructions_;
    std::vector<Problem> problems_;
    std::deque<Stage> stages_;
    std::vector<const Instruction*> preamble_;
    const Stage* target_ = nullptr;
    std::deque<ShellCode> codes_;
    std::vector<Command> commands_;
    std::deque<std::string> strings_;   // joined lines and decoded values that Texts point into
    std::deque<LineMap> maps_;
    struct Meaning;   // build.cc
    std::unique_ptr<Meaning> meaning_;
    mutable std::shared_ptr<const std::vector<UnquotedExpansion>> unquoted_;   // found out on demand; a file is judged by one thread
};

std::string_view name_of(Keyword keyword);   // "RUN"
Keyword keyword_of(std::string_view any_case);

// Archive by name, as ADD unpacks them (tar, gz, bz2, xz, zst, tgz ...).
bool is_archive(std::string_view source);
// http, https, or a git URL ADD understands.
bool is_remote(std::string_view source);
bool is_git_url(std::string_view source);
// Text without one pair of matching quotes around it.
Text unquoted(const Text& text);

}
