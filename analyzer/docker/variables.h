#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/text/span.h"
#include "analyzer/text/text.h"

namespace plimsoll::docker {

struct Instruction;

// What is known of a variable at some place.
struct Variable {
    enum class Kind : unsigned char {
        undefined,    // nothing defines it and the base image cannot (scratch, or known environment)
        unknown,      // may come from the base image's environment
        predefined,   // proxy variables, platform arguments and the like
        arg,
        env,
    };
    Kind kind = Kind::undefined;
    std::optional<std::string> value;      // known value; ARG without default has none
    const Instruction* set_by = nullptr;   // the ARG or ENV
    Text name;                             // its name there
    bool inherited = false;                // set in an in-file parent stage
};

// One $NAME or ${NAME...} in a text.
struct VariableReference {
    Text whole;       // "${NAME:-x}"
    Text name;        // "NAME"
    std::string op;   // "", ":-", "-", ":+", "+", ":?", "?", "#", "##", "%", "%%", "/", "//"
    Text word;        // after the operator
    bool guarded() const { return op == ":-" || op == "-" || op == ":+" || op == "+" || op == ":?" || op == "?"; }
    bool single_quoted = false;
};

// Source of the rules: BuildKit frontend/dockerfile/shell/lex.go (ProcessWord).
// References in `text`, those inside single quotes left out, nested ones in words included, in order.
std::vector<VariableReference> variable_references(const Text& text, char escape);

// Value of `text` with quotes and escapes processed. `lookup` gives a variable's value: nullopt = unknown, empty string = unset.
// `is_set` tells unset from empty for the forms without ':'. nullopt when an unknown value takes part.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;
std::optional<std::string> expand_word(std::string_view text, char escape, const Lookup& lookup);

// The same with all that can be known of a variable.
struct VariableValue {
    enum class State : unsigned char {
        unset,
        set,
        open,   // an ARG without default: unset unless the build gives a value, so "${X:-d}" is d and "$X" unknown
        unknown,
    };
    State state = State::unset;
    std::string text;
};
using ValueLookup = std::function<VariableValue(std::string_view name)>;
std::optional<std::string> expand_word(std::string_view text, char escape, const ValueLookup& lookup);

// Known to the builder without declaration: proxy variables (http_proxy, ...) in stages, platform arguments (TARGETARCH, ...) in FROM.
bool is_proxy_argument(std::string_view name);
bool is_platform_argument(std::string_view name);

}
