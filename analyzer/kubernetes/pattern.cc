#include "analyzer/kubernetes/pattern.h"

#include <re2/re2.h>

namespace plimsoll::kubernetes {

namespace {

// Bounds of the work that schemas may ask for; real ones stay far below.
constexpr std::int64_t most_memory = 2 << 20;   // for one: 30,000 instructions, and the states that matching keeps
constexpr std::int64_t most_instructions = 4'000'000, most_work = 2'000'000'000;

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
    std::int64_t size() const { return program.ok() ? program.ProgramSize() : 1; }
    RE2 program;
};

Patterns::Patterns() : compiling_left_(most_instructions), matching_left_(most_work) {}
Patterns::~Patterns() = default;

// null: not to be evaluated.
const Patterns::Compiled& Patterns::compiled(std::string_view pattern) {
    std::unique_ptr<Compiled>& slot = known_[pattern];
    if (!slot) {
        slot = std::make_unique<Compiled>(pattern);
        compiling_left_ -= slot->size() + static_cast<std::int64_t>(pattern.size());
    }
    return *slot;
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
