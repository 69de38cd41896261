#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/text/span.h"
#include "analyzer/yaml/node.h"

namespace plimsoll::yaml {

// Receives a scalar piece by piece, with the bytes each piece comes from.
class PieceSink {
public:
    virtual void verbatim(Span source) = 0;                           // the bytes themselves
    virtual void replaced(std::string_view bytes, Span source) = 0;   // escapes, folded line breaks
    virtual bool enough() const { return false; }                     // nothing more is wanted

protected:
    ~PieceSink() = default;
};

// What is wrong with a scalar that libfyaml let pass.
struct ScalarFault {
    Span span;
    std::string_view message;
};

// A plain or quoted scalar; `inner` lies between the quotes. `json` allows the escapes of JSON that YAML's reader refuses.
std::optional<ScalarFault> decode_flow(std::string_view text, Span inner, Style style, bool json, PieceSink& sink);

// A literal or folded scalar from its '|' or '>' on; nothing is read from `end` on. `parent` is the column of the block that holds it, -1 at the root.
// Gives the end of its last line that is not blank (of its header when there is none).
std::uint32_t decode_block(std::string_view text, std::uint32_t header, std::uint32_t end, int parent, PieceSink& sink);

// Bytes of the line break at `at`, 0 when there is none: CR LF, CR, LF, U+0085, U+2028, U+2029.
inline std::uint32_t break_size(std::string_view text, std::size_t at, std::size_t end) {
    if (at >= end) return 0;
    unsigned char c = static_cast<unsigned char>(text[at]);
    if (c == '\n') return 1;
    if (c == '\r') return at + 1 < end && text[at + 1] == '\n' ? 2 : 1;
    if (c != 0xc2 && c != 0xe2) return 0;
    std::string_view rest = text.substr(at, end - at);
    if (rest.starts_with("\xc2\x85")) return 2;
    return rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9") ? 3 : 0;
}

// Zero-based column of a byte in its line, counted in characters.
int column_of(std::string_view text, std::uint32_t at);

}
