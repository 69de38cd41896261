#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/docker/dockerfile.h"
#include "analyzer/docker/variables.h"

// ARG and ENV: who sees what. Source of the rules: BuildKit dockerfile2llb (dispatchArg, dispatchEnv, buildMetaArgs).

namespace plimsoll::docker {

// A place between two definitions: an instruction and, inside an ARG, one of its pairs.
struct Place {
    std::size_t index = 0;
    std::size_t pair = 0;
    bool trigger = false;   // ONBUILD: sees what earlier triggers define
};

// The definitions of one file. They are entered in file order, so that a value can use those before it.
class Scopes {
public:
    Scopes(const Dockerfile& file, const BuildOptions& options);

    void open(const Stage& stage);        // at its FROM, when parent and scratch are known
    void define(const Instruction& at);   // ARG or ENV, triggers included

    Variable lookup(std::string_view name, const Instruction& at) const;
    std::optional<std::string> expand(const Text& text, const Instruction& at) const;

private:
    struct Definition {
        Place at;
        const Instruction* set_by;
        Text name;
        bool env;
        VariableValue value;   // open: an ARG that leaves the variable as it was
    };
    struct Scope {
        const Stage* stage = nullptr;    // null for the global one
        const Scope* parent = nullptr;   // of the stage that FROM names
        bool scratch = false;            // no base image can add to the environment
        std::unordered_map<std::string_view, std::vector<Definition>> names;
    };
    struct Found {
        const Definition* definition = nullptr;
        VariableValue value;
        bool inherited = false;
    };

    const Scope& scope_of(const Instruction& at) const;
    static Place place_of(const Instruction& at);
    const std::string* build_argument(std::string_view name) const;
    Found find(const Scope& scope, std::string_view name, Place place) const;
    static const Definition* in_stage(const Scope& scope, std::string_view name, Place place, const Definition*& declared);
    static const Definition* in_parents(const Scope& scope, std::string_view name, const Definition*& declared);
    VariableValue undeclared(const Scope& scope, std::string_view name) const;
    std::optional<std::string> expand(std::string_view text, const Scope& scope, Place place) const;
    VariableValue argument_value(const Scope& scope, const Pair& pair, Place place) const;
    VariableValue stored(std::optional<std::string> value);

    const Dockerfile& file_;
    std::unordered_map<std::string_view, const std::string*> arguments_;   // --build-arg, views into the options below
    std::vector<std::pair<std::string, std::string>> options_;
    std::deque<Scope> scopes_;                    // the global one, then one for each stage
    std::size_t budget_ = std::size_t{8} << 20;   // bytes of values still to be kept
};

}
