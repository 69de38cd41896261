#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/text/span.h"

namespace plimsoll {
class Source;
}

namespace plimsoll::docker {

// What the tree-sitter grammar of grammars/dockerfile finds: the lines that belong together. Splitting a logical
// line into words is the syntax tree's work (dockerfile.h). All spans are file bytes.

struct RawHeredoc {
    Span body;         // from the first byte after the line of the instruction (or the heredoc before) to the terminator line
    Span terminator;   // the delimiter word on the closing line; empty at the end of the file when it is missing
    bool closed = true;
};

struct RawInstruction {
    // From the first byte of the logical line (after leading blanks) to the end of the last line that belongs to it,
    // heredocs and trailing comments of a continuation included, that line's "\n" not: BuildKit's first and last line.
    Span whole;
    Span keyword;
    // The bytes of the logical line from the keyword on, in order: escape characters at line ends, line ends, comment
    // lines and empty lines inside continuations are left out. Joining them gives BuildKit's logical line (untrimmed right end).
    std::vector<Span> pieces;
    std::vector<Span> inner_comments;   // from '#' to the end of the line, inside the continuation
    std::vector<Span> empty_lines;      // empty or blank lines inside the continuation (BuildKit warns): the line without its line end
    std::vector<RawHeredoc> heredocs;
};

struct RawDirective {
    Span whole, name, value;   // "# escape=`": from '#' to the end of the line without trailing blanks
};

struct RawFile {
    char escape = '\\';
    std::vector<RawDirective> directives;   // those in force (syntax, escape, check at the very top)
    std::vector<Span> comments;             // all comments outside instructions, directives excluded, from '#'
    std::vector<RawInstruction> instructions;
};

// Never fails: any bytes give a RawFile. Linear in the size of the source. Instructions behind the limit of limits.h are left out.
RawFile read_lines(const Source& source);

}
