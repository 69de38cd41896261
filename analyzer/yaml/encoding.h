#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analyzer/text/source.h"
#include "analyzer/yaml/builder.h"

namespace plimsoll::yaml {

// The text of a file as the parser gets it.
struct Encoded {
    std::unique_ptr<std::string> owned;   // when it is not the file's own bytes
    std::uint32_t begin = 0;              // after a byte order mark
    TextFacts facts;
    std::vector<Span> bad;   // bytes that no YAML reader takes, replaced by '?' in `owned`; places in the parsed text
    bool wide = false;       // UTF-16: the places must be brought back to the file

    // Turns the places of everything that was read into those in the file (UTF-16 only).
    void restore(std::string_view text, std::vector<Document>& documents, std::vector<Comment>& comments) const;

    std::vector<std::uint32_t> places;   // for every 64th byte of the text its place in the file
    std::string_view file;
};

Encoded decode(const Source& source, std::span<const std::string> marks = {});
void append_utf8(std::string& out, char32_t code);

}
