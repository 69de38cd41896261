#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/text/span.h"
#include "analyzer/yaml/builder.h"

namespace plimsoll::yaml {

struct Failure {
    Span span;             // smallest wrong text
    std::string message;   // in our own words
    bool tab = false;      // it is about a tab
};

// Runs libfyaml over a part of a text and hands what it finds to a builder. One object serves many parts.
class Events {
public:
    Events();
    ~Events();
    Events(const Events&) = delete;
    Events& operator=(const Events&) = delete;

    // True when the part could be read up to the end of its first document; else `failure` says why not.
    // `bytes` is what libfyaml gets to see of the part: the part itself or a copy with other bytes at some places.
    bool read(std::string_view text, std::string_view bytes, Span part, const TextFacts& facts, Builder& builder, Failure& failure);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}
