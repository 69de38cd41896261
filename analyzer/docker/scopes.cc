#include "analyzer/docker/scopes.h"

#include <algorithm>

namespace plimsoll::docker {

namespace {

// Longer values are unknown, so that variables that double one another stay harmless.
constexpr std::size_t longest_value = 4096;
// FROM chains are followed this far.
constexpr int deepest_chain = 256;
// BuildKit adds it when the image has none.
constexpr std::string_view default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

bool before(const Place& a, const Place& b) { return a.index != b.index ? a.index < b.index : a.pair < b.pair; }

}

Scopes::Scopes(const Dockerfile& file, const BuildOptions& options) : file_(file), options_(options.arguments) {
    for (const auto& [name, value] : options_) arguments_[name] = &value;
    scopes_.emplace_back();
}

void Scopes::open(const Stage& stage) {
    Scope& scope = scopes_.emplace_back();
    scope.stage = &stage;
    if (stage.parent) scope.parent = &scopes_[stage.parent->index + 1];
    scope.scratch = scope.parent ? scope.parent->scratch : stage.scratch;
}

const Scopes::Scope& Scopes::scope_of(const Instruction& at) const {
    if (!at.stage || at.keyword == Keyword::from) return scopes_.front();
    return scopes_[at.stage->index + 1];
}

Place Scopes::place_of(const Instruction& at) {
    // The pairs of an ARG are declared one after the other: all but the last count where the pair is not known.
    std::size_t pair = at.keyword == Keyword::arg && at.pairs.size() > 1 ? at.pairs.size() - 1 : 0;
    return {at.index, pair, at.is_trigger};
}

const std::string* Scopes::build_argument(std::string_view name) const {
    auto found = arguments_.find(name);
    return found == arguments_.end() ? nullptr : found->second;
}

// The last definition before the place; an ARG that gives no value is only noted in `declared`.
const Scopes::Definition* Scopes::in_stage(const Scope& scope, std::string_view name, Place place, const Definition*& declared) {
    auto found = scope.names.find(name);
    if (found == scope.names.end()) return nullptr;
    const std::vector<Definition>& all = found->second;
    auto end = std::lower_bound(all.begin(), all.end(), place, [](const Definition& d, const Place& p) { return before(d.at, p); });
    while (end != all.begin()) {
        --end;
        if (end->at.trigger && !place.trigger) continue;
        if (end->env || end->value.state != VariableValue::State::open) return &*end;
        if (!declared) declared = &*end;
    }
    return nullptr;
}

// A child starts with the build state of its parent, and then the environment of the parent's image is set again.
const Scopes::Definition* Scopes::in_parents(const Scope& scope, std::string_view name, const Definition*& declared) {
    constexpr Place end = {std::size_t(-1), 0, false};
    const Definition* argument = nullptr;
    int depth = 0;
    for (const Scope* at = scope.parent; at && depth < deepest_chain; at = at->parent, ++depth) {
        const Definition* found = in_stage(*at, name, end, declared);
        if (found && found->env) return found;
        if (!argument) argument = found;
        auto all = at->names.find(name);
        if (all == at->names.end()) continue;
        auto env = std::find_if(all->second.rbegin(), all->second.rend(), [](const Definition& d) { return d.env && !d.at.trigger; });
        if (env != all->second.rend()) return &*env;
    }
    return argument;
}

// What a name is worth that nothing in the file gives a value to.
VariableValue Scopes::undeclared(const Scope& scope, std::string_view name) const {
    if (!scope.stage) {
        if (!is_platform_argument(name)) return {VariableValue::State::unset, {}};
        if (const std::string* given = build_argument(name)) return {VariableValue::State::set, *given};
        return {VariableValue::State::unknown, {}};
    }
    if (!scope.scratch) return {VariableValue::State::unknown, {}};
    if (name == "PATH") return {VariableValue::State::set, std::string(default_path)};
    return {is_proxy_argument(name) ? VariableValue::State::unknown : VariableValue::State::unset, {}};
}

Scopes::Found Scopes::find(const Scope& scope, std::string_view name, Place place) const {
    const Definition* declared = nullptr;
    if (const Definition* own = in_stage(scope, name, place, declared)) return {own, own->value, false};
    bool own_declared = declared != nullptr;
    if (const Definition* above = in_parents(scope, name, declared)) return {above, above->value, true};
    VariableValue value = undeclared(scope, name);
    // Without a value from outside, ARG leaves the variable unset.
    if (declared && value.state == VariableValue::State::unset) value.state = VariableValue::State::open;
    if (place.trigger && value.state == VariableValue::State::unset) value.state = VariableValue::State::unknown;
    return {declared, std::move(value), declared && !own_declared};
}

std::optional<std::string> Scopes::expand(std::string_view text, const Scope& scope, Place place) const {
    return expand_word(text, file_.escape(), ValueLookup([&](std::string_view name) { return find(scope, name, place).value; }));
}

std::optional<std::string> Scopes::expand(const Text& text, const Instruction& at) const {
    Place place = place_of(at);
    if (at.keyword == Keyword::arg) {
        auto after = std::upper_bound(at.pairs.begin(), at.pairs.end(), text.span.begin,
                                      [](std::uint32_t begin, const Pair& pair) { return begin < pair.key.span.begin; });
        place.pair = after == at.pairs.begin() ? 0 : static_cast<std::size_t>(after - at.pairs.begin()) - 1;
    }
    return expand(text.value, scope_of(at), place);
}

Variable Scopes::lookup(std::string_view name, const Instruction& at) const {
    const Scope& scope = scope_of(at);
    Found found = find(scope, name, place_of(at));
    Variable variable;
    variable.inherited = found.inherited;
    if (found.value.state == VariableValue::State::set) variable.value = std::move(found.value.text);
    if (const Definition* definition = found.definition) {
        variable.kind = definition->env ? Variable::Kind::env : Variable::Kind::arg;
        variable.set_by = definition->set_by;
        variable.name = definition->name;
    } else if (scope.stage ? is_proxy_argument(name) || name == "PATH" : is_platform_argument(name)) {
        variable.kind = Variable::Kind::predefined;
    } else if (found.value.state == VariableValue::State::unknown) {
        variable.kind = Variable::Kind::unknown;
    }
    return variable;
}

VariableValue Scopes::argument_value(const Scope& scope, const Pair& pair, Place place) const {
    std::string_view name = pair.key.value;
    if (const std::string* given = build_argument(name)) return {VariableValue::State::set, *given};
    if (pair.has_value) {
        std::optional<std::string> value = expand(pair.value.value, scope, place);
        return value ? VariableValue{VariableValue::State::set, std::move(*value)} : VariableValue{VariableValue::State::unknown, {}};
    }
    if (!scope.stage) return {VariableValue::State::open, {}};
    const Definition* declared = nullptr;
    if (const Definition* global = in_stage(scopes_.front(), name, {std::size_t(-1), 0, false}, declared)) return global->value;
    return {is_platform_argument(name) ? VariableValue::State::unknown : VariableValue::State::open, {}};
}

VariableValue Scopes::stored(std::optional<std::string> value) {
    if (!value || value->size() > longest_value || value->size() > budget_) return {VariableValue::State::unknown, {}};
    budget_ -= value->size();
    return {VariableValue::State::set, std::move(*value)};
}

void Scopes::define(const Instruction& at) {
    Scope& scope = at.stage ? scopes_[at.stage->index + 1] : scopes_.front();
    bool env = at.keyword == Keyword::env;
    Place place{at.index, 0, at.is_trigger};
    for (std::size_t i = 0; i < at.pairs.size(); ++i) {
        const Pair& pair = at.pairs[i];
        // The values of one ENV all see what was before it, those of an ARG also the pairs to their left.
        place.pair = env ? 0 : i;
        VariableValue value;
        if (env)
            value = stored(expand(pair.value.value, scope, place));
        else
            value = argument_value(scope, pair, place);
        if (!env && value.state == VariableValue::State::set) value = stored(std::move(value.text));
        scope.names[pair.key.value].push_back({{at.index, i, at.is_trigger}, &at, pair.key, env, std::move(value)});
    }
}

}
