#include "analyzer/engine/config.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "analyzer/engine/config_state.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/check.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/reporter.h"
#include "analyzer/kubernetes/schema.h"

namespace plimsoll {

namespace {

// Names of --select and --ignore that mean nothing; "" when a name is fine.
std::string complaint_about(const std::string& name, bool selecting, const Registry& registry) {
    const bool is_group = name == "all" || std::find(std::begin(category_names), std::end(category_names), name) != std::end(category_names);
    if (selecting && is_group) return {};
    if (!registry.resolve(name).empty()) return {};
    const std::string canonical = canonical_name(name);
    const std::string_view tool = tool_of(canonical);
    if (!tool.empty() && registry.has_peer(tool) && exists_in_peer(tool, std::string_view(canonical).substr(tool.size() + 1))) return {};
    const std::string near = registry.nearest(name);
    return "no check is called " + quote(name) + (near.empty() ? "" : "; did you mean " + quote(near) + "?");
}

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& item : list) out += (out.empty() ? "" : ", ") + item;
    return out;
}

// What a rule leaves out; a pattern of a peer may stand for hundreds of ids.
std::string joined_ids(const std::vector<std::string>& ids) {
    constexpr std::size_t shown = 8;
    if (ids.size() <= shown + 1) return joined(ids);
    return joined({ids.begin(), ids.begin() + shown}) + " and " + std::to_string(ids.size() - shown) + " more";
}

std::string text_of(const IgnoreRule& rule, const std::string& today) {
    std::string text = joined_ids(rule.checks);
    if (!rule.except.empty()) text += " but " + joined_ids(rule.except);
    if (!rule.paths.empty()) text += " in " + joined(rule.paths);
    const std::pair<std::string_view, const std::string*> places[] = {
        {"kind", &rule.kind}, {"name", &rule.name}, {"namespace", &rule.name_space}, {"container", &rule.container}};
    for (const auto& [what, pattern] : places)
        if (!pattern->empty()) text.append(", ").append(what).append(" ").append(*pattern);
    if (!rule.until.empty()) text += (!today.empty() && rule.until < today ? ", ended " : " until ") + rule.until;
    return text;
}

// "  name: value    (path:line)"
void line(std::string& out, std::string_view name, std::string_view value, std::string_view from) {
    out.append("  ").append(name).append(": ").append(value);
    if (!from.empty()) out.append("    (").append(from).append(")");
    out += '\n';
}

std::string_view origin_of(const Settings& settings, std::string_view name) {
    for (const auto& [setting, from] : settings.origins)
        if (setting == name) return from;
    return "default";
}

void describe_scalars(const Settings& settings, std::string& out) {
    line(out, "profile", settings.profile, origin_of(settings, "profile"));
    if (!settings.build.target.empty()) line(out, "target", settings.build.target, origin_of(settings, "target"));
    if (!settings.kubernetes_version.empty()) line(out, "kubernetes-version", settings.kubernetes_version, origin_of(settings, "kubernetes-version"));
    if (!settings.external.empty()) line(out, "external", joined(settings.external), origin_of(settings, "external"));
    if (!settings.placeholders.empty()) line(out, "placeholders", joined(settings.placeholders), origin_of(settings, "placeholders"));
    if (!settings.trusted_registries.empty()) line(out, "trusted-registries", joined(settings.trusted_registries), origin_of(settings, "trusted-registries"));
    for (const auto& [key, type] : settings.label_schema) line(out, "label-schema " + key, type, origin_of(settings, "label-schema"));
    if (settings.strict_labels) line(out, "strict-labels", "true", origin_of(settings, "strict-labels"));
    if (!settings.hadolint_pragmas) line(out, "hadolint pragmas", "off", origin_of(settings, "hadolint pragmas"));
    for (const auto& [name, value] : settings.build.arguments) line(out, "build-args " + name, value, origin_of(settings, "build-args " + name));
}

void describe_checks(const Settings& settings, std::string& out) {
    for (const auto& [id, setting] : settings.checks) {
        std::string value = setting.off ? "off" : setting.severity ? std::string(name_of(*setting.severity)) : setting.on ? "on" : "";
        for (const auto& [name, content] : setting.options) value += (value.empty() ? "" : ", ") + name + " = " + joined(content);
        line(out, "checks " + id, value, setting.from);
    }
    for (const Lock& lock : settings.locked) line(out, "locked", lock.check, lock.from);
    for (const IgnoreRule& rule : settings.ignore) line(out, "ignore", text_of(rule, settings.today), rule.from);
    if (!settings.select.empty()) line(out, "select", joined(settings.select), command_line);
}

}

Configuration::Configuration(const FileSystem& files, const Registry& registry, Overrides overrides)
    : state_(std::make_unique<State>(files, registry, std::move(overrides))) {
    const Overrides& given = state_->overrides;
    const auto complain = [&](std::string message) {
        if (!message.empty()) state_->problems.push_back({std::string(command_line), 0, std::move(message)});
    };
    if (given.profile && !is_profile(*given.profile, registry)) complain("unknown profile " + quote(*given.profile));
    if (!given.kubernetes_version.empty()) complain(kubernetes::complaint_about_version(given.kubernetes_version));
    for (const std::string& name : given.select) complain(complaint_about(name, true, registry));
    for (const std::string& name : given.ignore) complain(complaint_about(name, false, registry));
}

Configuration::~Configuration() = default;

const Settings& Configuration::for_file(const std::string& path) const {
    std::lock_guard lock(state_->mutex);
    return state_->settings_for(path);
}

void Configuration::saw(const std::string& folder, const std::vector<DirectoryEntry>& entries) const {
    std::vector<std::string> names;
    for (const DirectoryEntry& entry : entries)
        if (entry.name == ".git" || (entry.type == FileType::regular && is_configuration_name(entry.name))) names.push_back(entry.name);
    std::lock_guard lock(state_->mutex);
    state_->listings[folder] = std::move(names);
}

bool Configuration::excluded(const std::string& path) const {
    std::lock_guard lock(state_->mutex);
    const std::shared_ptr<const Stack> stack = state_->stack_for(folder_of(path));
    return std::any_of(stack->layers.begin(), stack->layers.end(),
                       [&](const ConfigLayer& layer) { return !layer.exclude.empty() && covered(layer.exclude, layer.base, path); });
}

std::optional<std::string> Configuration::fail_on() const {
    std::lock_guard lock(state_->mutex);
    std::optional<std::string> found;
    for (const ConfigLayer& layer : state_->stack_for("")->layers)
        if (layer.fail_on) found = layer.fail_on;
    return found;
}

std::vector<ConfigProblem> Configuration::problems() const {
    std::lock_guard lock(state_->mutex);
    std::set<std::tuple<std::string, std::uint32_t, std::string>> unique;
    for (const ConfigProblem& problem : state_->problems) unique.emplace(problem.path, problem.line, problem.message);
    std::vector<ConfigProblem> sorted;
    for (const auto& [path, line, message] : unique) sorted.push_back({path, line, message});
    return sorted;
}

std::string Configuration::describe(const std::string& path) const {
    std::lock_guard lock(state_->mutex);
    const std::shared_ptr<const Stack> stack = state_->stack_for(folder_of(path));
    const Settings& settings = state_->settings_for(path);
    std::string out = path + "\n";
    if (stack->files.empty()) out += "  no configuration file\n";
    for (const std::string& file : stack->files) out += "  reads " + file + "\n";
    describe_scalars(settings, out);
    for (const ConfigLayer& layer : stack->layers) {
        for (const std::string& pattern : layer.exclude) line(out, "exclude", pattern, "");
        for (const auto& [name, from] : layer.origins)
            if (name == "fail-on") line(out, "fail-on", layer.fail_on.value_or(""), from);
        for (const auto& [what, from] : layer.notes) line(out, "not read", what, from);
    }
    describe_checks(settings, out);
    return out;
}

}
