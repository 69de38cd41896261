#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/yaml/builder.h"
#include "analyzer/yaml/decode.h"

namespace plimsoll::yaml {

// Puts together the texts of scalars whose bytes are not their value. One object serves many scalars.
class ScalarText : private PieceSink {
public:
    explicit ScalarText(std::string_view source) : source_(source) {}

    // Of a plain or quoted scalar; `inner` lies between the quotes. Faults become problems of the document.
    std::string_view flow(Span inner, Style style, Builder& builder) {
        value_.clear();
        if (std::optional<ScalarFault> fault = decode_flow(source_, inner, style, builder.is_json(), *this))
            builder.problem(Problem::Kind::syntax, fault->span, std::string(fault->message));
        return builder.tree().arena.store(value_);
    }

    struct Block {
        std::string_view value;
        std::uint32_t end;   // of its last line that is not blank
    };
    // Of a literal or folded scalar from its '|' or '>' on.
    Block block(std::uint32_t header, std::uint32_t end, Builder& builder) {
        value_.clear();
        const std::uint32_t stop = decode_block(source_, header, end, builder.block_column(), *this);
        return {builder.tree().arena.store(value_), stop};
    }

private:
    void verbatim(Span span) override { value_ += source_.substr(span.begin, span.size()); }
    void replaced(std::string_view bytes, Span) override { value_ += bytes; }

    std::string_view source_;
    std::string value_;
};

}
