#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/yaml/stream.h"

namespace plimsoll::yaml {

struct MergeFault {
    Problem::Kind kind = Problem::Kind::syntax;
    Span span;
    std::string message;
};

// Gives a mapping with "<<" its merged form: a mapping behind all other records, to which the mapping redirects. Its values redirect to the real ones;
// those that came in by a merge are aliases. The mappings that are merged in must have their own merged forms already.
// `room` is what may still be added to the document.
std::optional<MergeFault> merge(std::vector<Record>& records, std::uint32_t mapping, std::uint64_t& room);

}
