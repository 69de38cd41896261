#include "analyzer/docker/meaning.h"

#include <algorithm>
#include <charconv>

#include "analyzer/docker/words.h"

// The answers a Dockerfile and its stages give; build.cc has gathered what they rest on.

namespace plimsoll::docker {

namespace {

constexpr bool numeric(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The last entry in force just before the instruction; the first is what the stage began with.
template <typename Value>
const Value& in_force(const std::vector<std::pair<std::size_t, Value>>& entries, std::size_t index) {
    auto after = std::upper_bound(entries.begin() + 1, entries.end(), index, [](std::size_t at, const auto& entry) { return at <= entry.first; });
    return (after - 1)->second;
}

// Where the user ends and the group begins: the first colon outside ${...}.
std::size_t name_end(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{' && i > 0 && text[i - 1] == '$')
            ++depth;
        else if (text[i] == '}' && depth > 0)
            --depth;
        else if (text[i] == ':' && depth == 0)
            return i;
    }
    return text.size();
}

}

std::optional<std::size_t> Dockerfile::Meaning::named_before(std::string_view value, std::size_t limit) const {
    if (numeric(value)) {
        std::size_t index = 0;
        auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), index);
        if (error == std::errc() && index < limit) return index;
        return std::nullopt;
    }
    auto found = names.find(to_lower(value));
    if (found == names.end()) return std::nullopt;
    auto after = std::lower_bound(found->second.begin(), found->second.end(), limit);
    if (after == found->second.begin()) return std::nullopt;
    return *(after - 1);
}

Dockerfile::~Dockerfile() = default;

const Stage* Dockerfile::stage_named(std::string_view value) const {
    auto index = meaning_->named_before(value, stages_.size());
    return index ? &stages_[*index] : nullptr;
}

const Stage* Dockerfile::stage_named_before(std::string_view value, const Stage& user) const {
    auto index = meaning_->named_before(value, user.index);
    return index ? &stages_[*index] : nullptr;
}

Use Dockerfile::use_of(const Stage& stage) const { return meaning_->of(stage).use; }
bool Dockerfile::reaches_target(const Stage& stage) const { return meaning_->of(stage).reaches_target; }
bool Dockerfile::in_result(const Stage& stage) const { return meaning_->of(stage).in_result; }

ShellInfo Dockerfile::shell_at(const Instruction& at) const {
    if (!at.stage) return {};
    ShellInfo shell = in_force(meaning_->of(*at.stage).shells, at.index);
    const ShellInfo* named = meaning_->pragma_before(*this, at);
    return named ? *named : shell;
}

const ShellInfo* Dockerfile::Meaning::pragma_before(const Dockerfile& file, const Instruction& at) const {
    const std::uint32_t stage = at.stage->from->begin(), first_stage = file.stages_.front().from->begin();
    for (auto named = pragmas.rbegin(); named != pragmas.rend(); ++named)
        if (named->first < at.begin() && (named->first > stage || named->first < first_stage)) return &named->second;
    return nullptr;
}

Variable Dockerfile::lookup(std::string_view name, const Instruction& at) const { return meaning_->scopes.lookup(name, at); }
std::optional<std::string> Dockerfile::expand(const Text& text, const Instruction& at) const { return meaning_->scopes.expand(text, at); }
std::vector<VariableReference> Dockerfile::references(const Text& text) const { return variable_references(text, escape_); }

std::optional<std::string> Dockerfile::workdir_before(const Instruction& at) const {
    if (!at.stage) return std::nullopt;
    return in_force(meaning_->of(*at.stage).workdirs, at.index);
}

std::vector<const ShellCode*> Dockerfile::codes_of(const Instruction& instruction) const {
    std::vector<const ShellCode*> found;
    Range range = meaning_->codes[instruction.index];
    for (std::size_t i = range.begin; i < range.end; ++i) found.push_back(&codes_[i]);
    return found;
}

std::span<const Command> Dockerfile::commands_of(const Instruction& run) const {
    Range range = meaning_->commands[run.index];
    return std::span(commands_).subspan(range.begin, range.end - range.begin);
}

std::span<const PackageUse> Dockerfile::package_uses() const { return meaning_->packages; }

std::span<const PackageUse> Dockerfile::package_uses_of(const Instruction& run) const {
    Range range = meaning_->package_ranges[run.index];
    return package_uses().subspan(range.begin, range.end - range.begin);
}

std::vector<const Stage*> Stage::chain() const {
    std::vector<const Stage*> stages;
    for (const Stage* at = this; at; at = at->parent) stages.push_back(at);
    return stages;
}

const Instruction* Stage::last(Keyword keyword) const { return file->meaning_->of(*this).last[static_cast<std::size_t>(keyword)]; }
const std::optional<Reference>& Stage::root_image() const { return file->meaning_->of(*this).root->image; }
bool Stage::root_scratch() const { return file->meaning_->of(*this).root->scratch; }
bool Stage::is_windows() const { return file->meaning_->of(*this).windows; }
std::string Stage::label() const { return name.empty() ? std::to_string(index) : std::string(name.value); }

namespace {

UserInfo user_set_by(const Dockerfile& file, const Instruction* set_by) {
    UserInfo user;
    if (!set_by) return user;
    user.set_by = set_by;
    user.name = set_by->argument.sub(0, name_end(set_by->argument.value));
    // A variable may hold both parts, so the whole is expanded first; an unknown group does not make the user unknown.
    user.value = file.expand(set_by->argument, *set_by);
    if (!user.value) user.value = file.expand(user.name, *set_by);
    if (!user.value) return user;
    user.value->resize(std::min(user.value->find(':'), user.value->size()));
    // BuildKit takes an empty name for "as the base image has it".
    if (user.value->empty()) user.value.reset();
    return user;
}

}

UserInfo Stage::user() const { return user_set_by(*file, last(Keyword::user)); }

UserInfo Stage::user_before(const Instruction& at) const {
    const std::vector<const Instruction*>& users = file->meaning_->of(*this).users;
    auto after = std::lower_bound(users.begin(), users.end(), at.index, [](const Instruction* user, std::size_t before) { return user->index < before; });
    if (after != users.begin()) return user_set_by(*file, *(after - 1));
    return parent ? parent->user() : user_set_by(*file, nullptr);
}

}
