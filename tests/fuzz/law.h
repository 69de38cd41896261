#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"

// What every fuzz target shares. A target defines LLVMFuzzerTestOneInput() and own_seeds(); libFuzzer or replay.cc calls it.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Inputs of this target that lie in no file. Empty for most.
std::vector<std::string> own_seeds();

namespace plimsoll::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// Ends the program with a message when a law does not hold, as a sanitizer would.
void law(bool holds, std::string_view what);

// A span lies in a file of this size.
inline void inside(Span span, std::size_t size, std::string_view what) { law(span.begin <= span.end && span.end <= size, what); }

}
