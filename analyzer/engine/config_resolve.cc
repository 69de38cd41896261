#include <algorithm>

#include "analyzer/engine/config_state.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/reporter.h"

namespace plimsoll {

namespace {

void merge(const CheckSetting& from, CheckSetting& into) {
    if (from.off) into.off = true, into.on = false;
    if (from.on) into.on = true, into.off = false;
    if (from.severity) into.severity = from.severity;
    for (const auto& [name, value] : from.options) into.options[name] = value;
    into.from = from.from;
}

void merge_scalars(const ConfigLayer& layer, Settings& out) {
    if (layer.profile) out.profile = *layer.profile;
    if (layer.target) out.build.target = *layer.target;
    if (layer.kubernetes_version) out.kubernetes_version = *layer.kubernetes_version;
    if (layer.external) out.external = *layer.external;
    if (layer.placeholders) out.placeholders = *layer.placeholders;
    if (layer.trusted_registries) out.trusted_registries = *layer.trusted_registries;
    if (layer.label_schema) out.label_schema = *layer.label_schema;
    if (layer.strict_labels) out.strict_labels = *layer.strict_labels;
    if (layer.hadolint_pragmas) out.hadolint_pragmas = out.build.shell_pragmas = *layer.hadolint_pragmas;
    for (const auto& argument : layer.build_args) out.build.arguments.push_back(argument);
    for (const auto& [name, where] : layer.origins) {
        std::erase_if(out.origins, [&name = name](const auto& entry) { return entry.first == name; });
        out.origins.emplace_back(name, where);
    }
}

bool is_locked(const Settings& settings, const Check& check, std::string_view by_other_than, const Lock** which) {
    for (const Lock& lock : settings.locked)
        if (stands_for(lock.check, check) && lock.path != by_other_than) return *which = &lock, true;
    return false;
}

// The file part of "path:line".
std::string_view path_of(std::string_view from) { return from.substr(0, from.rfind(':')); }

std::uint32_t line_of(std::string_view from) {
    std::uint32_t line = 0;
    for (char c : from.substr(std::min(from.rfind(':') + 1, from.size()))) line = line * 10 + static_cast<std::uint32_t>(c - '0');
    return line;
}

}

const Settings& Configuration::State::settings_for(const std::string& path) {
    const std::shared_ptr<const Stack> stack = stack_for(folder_of(path));
    std::string key;
    std::vector<const ConfigLayer*> layers;
    for (const std::vector<ConfigLayer>* list : {&stack->locking, &stack->layers})
        for (const ConfigLayer& layer : *list) {
            const bool holds = layer.paths.empty() || covered(layer.paths, layer.base, path);
            key += holds ? '1' : '0';
            if (holds && list == &stack->layers) layers.push_back(&layer);
        }
    std::unique_ptr<Settings>& entry = resolved[{stack.get(), key}];
    if (!entry) entry = resolve(*stack, layers);
    return *entry;
}

// Takes over what a layer says about checks, but for what a lock forbids.
void Configuration::State::merge_checks(const ConfigLayer& layer, Settings& out) {
    for (const auto& [id, setting] : layer.checks) {
        const Check* check = registry.find(id);
        const Lock* lock = nullptr;
        const bool weaker = setting.off || (setting.severity && check && *setting.severity < out.severity_of(*check));
        if (check && weaker && is_locked(out, *check, path_of(setting.from), &lock)) {
            const std::string what = setting.off ? "switched off" : "made less severe";
            problems.push_back(
                {std::string(path_of(setting.from)), line_of(setting.from), "check " + quote(id) + " is locked by " + lock->from + " and cannot be " + what});
            continue;
        }
        merge(setting, out.checks[id]);
    }
}

std::unique_ptr<Settings> Configuration::State::resolve(const Stack& stack, const std::vector<const ConfigLayer*>& layers) {
    auto out = std::make_unique<Settings>();
    out->today = overrides.today;
    // Files further up count only for what they lock.
    for (const ConfigLayer& layer : stack.locking) {
        for (const Lock& lock : layer.locked) out->locked.push_back(lock);
        if (layer.locked.empty()) continue;
        for (const auto& [id, setting] : layer.checks) {
            const Check* check = registry.find(id);
            const Lock* lock = nullptr;
            if (check && is_locked(*out, *check, "", &lock)) merge(setting, out->checks[id]);
        }
        for (const IgnoreRule& rule : layer.ignore) out->ignore.push_back(rule);
    }
    for (const ConfigLayer* layer : layers) {
        for (const Lock& lock : layer->locked) out->locked.push_back(lock);
        merge_scalars(*layer, *out);
        merge_checks(*layer, *out);
        for (const IgnoreRule& rule : layer->ignore) out->ignore.push_back(rule);
    }
    apply_overrides(*out);
    return out;
}

void Configuration::State::apply_overrides(Settings& out) {
    const auto set_by_command_line = [&](std::string name) {
        std::erase_if(out.origins, [&](const auto& entry) { return entry.first == name; });
        out.origins.emplace_back(std::move(name), command_line);
    };
    if (overrides.profile) out.profile = *overrides.profile, set_by_command_line("profile");
    if (!overrides.target.empty()) out.build.target = overrides.target, set_by_command_line("target");
    if (!overrides.kubernetes_version.empty()) out.kubernetes_version = overrides.kubernetes_version, set_by_command_line("kubernetes-version");
    for (const auto& argument : overrides.build_arguments) {
        out.build.arguments.push_back(argument);
        set_by_command_line("build-args " + argument.first);
    }
    out.select = overrides.select;
    if (overrides.no_suppressions) out.suppressions = false;
    ignore_from_command_line(out);
}

// Own ids switch the check off; a peer's id may be only a part of one of our checks.
void Configuration::State::ignore_from_command_line(Settings& out) {
    for (const std::string& name : overrides.ignore) {
        if (registry.find(name)) {
            CheckSetting& setting = out.checks[name];
            setting.off = true, setting.on = false;
            setting.from = command_line;
            continue;
        }
        IgnoreRule rule;
        rule.checks.push_back(canonical_name(name));
        rule.from = command_line;
        out.ignore.push_back(std::move(rule));
    }
}

}
