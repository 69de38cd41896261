#include "analyzer/output/writer.h"

namespace plimsoll::output {

static constexpr Format all[] = {
    {"text", write_text, true},
    {"concise", write_concise, true},
    {"json", write_json, false},
    {"sarif", write_sarif, false},
};

std::span<const Format> formats() { return all; }

const Format* find_format(std::string_view name) {
    for (const Format& format : all)
        if (format.name == name) return &format;
    return nullptr;
}

}
