#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/engine/suppression.h"

// Inside of suppression.h: the comments of a Dockerfile with their surroundings, and one reader for each group of dialects.

namespace plimsoll::suppressing {

enum class Place : std::uint8_t {
    file,           // a comment line between instructions
    continuation,   // a comment line inside a continued instruction
    script,         // a comment of the shell
};

struct Comment {
    Span span;   // '#' to the last byte that is no blank
    Place place = Place::file;
    const docker::Instruction* inside = nullptr;
    const docker::ShellCode* code = nullptr;   // place script
    bool alone = true;                         // nothing but blanks stands before it on its line
    std::uint32_t line = 0;                    // one-based
    std::uint32_t block_end = 0;               // last line of the block of comment lines it belongs to (place file)
};

// Reads a comment's text from left to right and knows where it lies in the file.
class Cursor {
public:
    Cursor(std::string_view text, std::uint32_t base) : text_(text), base_(base) {}
    bool done() const { return at_ >= text_.size(); }
    char peek() const { return done() ? '\0' : text_[at_]; }
    std::string_view rest() const { return text_.substr(at_); }
    std::uint32_t place() const { return base_ + static_cast<std::uint32_t>(at_); }
    bool skip_blanks();   // true when there were some
    bool take(std::string_view expected);
    void advance(std::size_t count) { at_ += count; }
    template <typename Predicate>
    std::string_view take_while(Predicate wanted) {
        const std::size_t from = at_;
        while (at_ < text_.size() && wanted(text_[at_])) ++at_;
        return text_.substr(from, at_ - from);
    }

private:
    std::string_view text_;
    std::uint32_t base_;
    std::size_t at_ = 0;
};

// What the dialects of several kinds of file share; where a comment holds is for the kinds themselves to say.
class Reader {
public:
    virtual ~Reader() = default;

protected:
    Reader(const Source& source, const Registry& registry, const Settings& settings) : source_(source), registry_(registry), settings_(settings) {}

    // The thing under a comment of its own line, or what stands on the comment's line: for our own comments.
    virtual std::vector<Span> own_scope(const Comment& comment) const = 0;
    // The same line or the next.
    virtual std::vector<Span> here_or_next(const Comment& comment) const = 0;
    // What a trivy comment is about; nullopt: nothing stands directly below it.
    virtual std::optional<Span> trivy_scope(const Comment& comment) const = 0;
    // What KICS' ignore-line and ignore-block are about; nullopt: nothing stands on the next line.
    virtual std::optional<Span> kics_scope(const Comment& comment, bool block) const = 0;
    // The comment stands where KICS looks for what holds for the whole file.
    virtual bool heads_file(const Comment& comment) const = 0;

    // suppression_own.cc
    void read_own(const Comment& comment, Cursor text);
    bool own_ids(Cursor& text, Suppression& found) const;
    void own_tail(Cursor& text, Suppression& found) const;
    void open_block(const Comment& comment, Suppression found);
    void close_block(const Comment& comment, const Suppression& end);
    void close_all_blocks();
    // suppression_scanners.cc
    void read_trivy(const Comment& comment, std::string_view text);
    void trivy_token(const Comment& comment, std::string_view token, std::uint32_t begin);
    void read_checkov(const Comment& comment, std::string_view text);
    void read_kics(const Comment& comment, Cursor text);
    void kics_ids(Cursor text, bool enable, Suppression& found) const;
    void read_semgrep(const Comment& comment, std::string_view text);
    void read_sonar(const Comment& comment, std::string_view text);

    void add(Span span, Place place, const docker::Instruction* inside, const docker::ShellCode* code);
    // Lines of comments that follow one another form blocks.
    void join_blocks();
    std::vector<Suppression> finished();
    Suppression start(std::string_view dialect, const Comment& comment) const;
    Suppression::Id id(std::string_view tool, std::string_view text, std::uint32_t begin) const;
    Span whole_file() const { return {0, source_.size() + 1}; }

    const Source& source_;
    const Registry& registry_;
    const Settings& settings_;
    std::vector<Comment> comments_;
    std::vector<Suppression> found_;
    std::vector<std::size_t> open_blocks_;   // indexes of ignore-start in found_
};

class DockerfileReader : Reader {
public:
    DockerfileReader(const docker::Dockerfile& file, const Registry& registry, const Settings& settings);
    std::vector<Suppression> run();

private:
    std::vector<Span> own_scope(const Comment& comment) const override;
    std::vector<Span> here_or_next(const Comment& comment) const override;
    std::optional<Span> trivy_scope(const Comment& comment) const override;
    std::optional<Span> kics_scope(const Comment& comment, bool block) const override;
    bool heads_file(const Comment& comment) const override;

    void collect();
    void add_script_comments(const docker::ShellCode& code);
    void read(const Comment& comment);
    // suppression_hadolint.cc
    void read_hadolint(const Comment& comment, Cursor text);
    void hadolint_scope(const Comment& comment, std::string_view kind, Suppression& found) const;
    void read_shellcheck(const Comment& comment, Cursor text);
    Span shellcheck_scope(const Comment& comment) const;
    // suppression_buildkit.cc
    void read_check_directive();
    void read_check_comment(const Comment& comment, Cursor text);
    void check_ids(Cursor text, Suppression& found) const;
    void read_dockerfile_utils(const Comment& comment);

    // The instruction that starts on a line; null when none does.
    const docker::Instruction* starting_on(std::uint32_t line) const;
    // The instruction under the comment's block of comment lines, without an empty line between.
    const docker::Instruction* below(const Comment& comment) const;
    const docker::Instruction* after(std::uint32_t offset) const;
    // Begin of the first FROM after an offset; the end of the file without one.
    std::uint32_t stage_end(std::uint32_t offset) const;
    // FROM and what follows up to the next FROM; the bytes of the instruction alone when it is no FROM.
    Span with_stage(const docker::Instruction& instruction) const;
    Span line_in_instruction(const Comment& comment) const;

    const docker::Dockerfile& file_;
};

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_word(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' || c == '-'; }
std::string_view trim(std::string_view text);

}
