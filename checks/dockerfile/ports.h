#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/engine/check.h"

// The ports of EXPOSE, as the builder reads them: [ip:][host:]port[-port][/protocol].

namespace plimsoll::checks {

struct Port {
    const docker::Instruction* expose = nullptr;
    Text word;
    std::string value;                    // the word with variables expanded
    std::size_t port_begin = 0;           // where the container's port starts in `value`
    std::size_t port_end = 0;             // where the protocol's slash is, else the end
    std::optional<std::uint64_t> first;   // nullopt: no number
    std::optional<std::uint64_t> last;    // the same as `first` without a range

    bool literal() const { return word.value == value; }
    std::string_view port() const { return std::string_view(value).substr(port_begin, port_end - port_begin); }
    std::string_view host() const { return std::string_view(value).substr(0, port_begin); }
    std::string_view protocol() const { return port_end < value.size() ? std::string_view(value).substr(port_end + 1) : std::string_view("tcp"); }
    bool contains(std::uint64_t number) const { return first && last && *first <= number && number <= *last; }
    // Place of value[from, to); the whole word when variables or quotes stand between.
    Span place(std::size_t from, std::size_t to) const { return literal() ? word.place(from, to) : word.span; }
    Span place() const { return place(port_begin, port_end); }
};

inline std::optional<std::uint64_t> port_number(std::string_view text) {
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end != text.data() + text.size()) return std::nullopt;
    // A number of more than 64 bits is as wrong as any other that is too large.
    return error == std::errc::result_out_of_range ? UINT64_MAX : number;
}

inline Port read_port(const docker::Instruction& expose, const Text& word, std::string value) {
    Port port{&expose, word, std::move(value), 0, 0, {}, {}};
    const std::string_view text = port.value;
    port.port_end = std::min(text.find('/'), text.size());
    const std::size_t colon = text.substr(0, port.port_end).rfind(':');
    port.port_begin = colon == std::string_view::npos ? 0 : colon + 1;
    const std::string_view range = port.port();
    const std::size_t dash = range.find('-');
    port.first = port_number(range.substr(0, dash));
    port.last = dash == std::string_view::npos ? port.first : port_number(range.substr(dash + 1));
    return port;
}

// The ports of all EXPOSE, triggers included; words that hold blanks after expansion or unknown values are left out.
inline std::vector<Port> exposed_ports(const docker::Dockerfile& file) {
    std::vector<Port> ports;
    for (const docker::Instruction* expose : file.all(docker::Keyword::expose, true)) {
        for (const Text& word : expose->words) {
            std::optional<std::string> value = file.expand(word, *expose);
            if (!value || value->empty() || value->find_first_of(" \t") != std::string::npos) continue;
            ports.push_back(read_port(*expose, word, std::move(*value)));
        }
    }
    return ports;
}

// Whether what the stage says about the running container holds for the image that is built, or for one that another --target builds.
inline bool may_run(const docker::Dockerfile& file, const docker::Stage* stage) { return stage && (file.in_result(*stage) || !file.reaches_target(*stage)); }

}
