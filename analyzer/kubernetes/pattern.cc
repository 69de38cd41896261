#include "analyzer/kubernetes/pattern.h"

#include <re2/re2.h>

namespace plimsoll::kubernetes {

namespace {

// Bounds of the work that schemas may ask for; real ones stay far below.
constexpr std::int64_t most_memory = 1 << 19;   // for one: its program, and the states that matching keeps
constexpr std::int64_t too_large = 8000;        // what one that needs more has cost
constexpr std::size_t most_at_once = 200;       // they go when there are more
constexpr std::int64_t most_instructions = 1'500'000, most_work = 300'000'000;

RE2::Options as_in_go() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(most_memory);
    return options;
}

// A single byte, which Go does not have; that it may stand behind an escaped backslash costs no more than the pattern.
bool is_of_go(std::string_view pattern) { return pattern.find("\\C") == std::string_view::npos; }

}

struct Patterns::Compiled {
    explicit Compiled(std::string_view pattern) : program(re2::StringPiece(pattern.data(), pattern.size()), as_in_go()) {}
    std::int64_t size() const { return program.ok() ? program.ProgramSize() : program.error_code() == RE2::ErrorPatternTooLarge ? too_large : std::int64_t{1}; }
    RE2 program;
};

Patterns::Patterns() : compiling_left_(most_instructions), matching_left_(most_work) {}
Patterns::~Patterns() = default;

const Patterns::Compiled& Patterns::compiled(std::string_view pattern) {
    if (const auto known = known_.find(pattern); known != known_.end()) return *known->second;
    if (known_.size() >= most_at_once) known_.clear();
    const Compiled& fresh = *known_.emplace(pattern, std::make_unique<Compiled>(pattern)).first->second;
    compiling_left_ -= fresh.size() + static_cast<std::int64_t>(pattern.size());
    return fresh;
}

std::optional<bool> Patterns::finds(std::string_view pattern, std::string_view text) {
    if (compiling_left_ <= 0 || matching_left_ <= 0 || !is_of_go(pattern)) return std::nullopt;
    const Compiled& found = compiled(pattern);
    if (!found.program.ok()) return std::nullopt;
    matching_left_ -= found.size() * static_cast<std::int64_t>(text.size() + 1);
    if (matching_left_ < 0) return std::nullopt;
    return found.program.Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

}
