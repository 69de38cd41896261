#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/text/glob.h"

namespace plimsoll {

namespace {

// Profiles that stand for a standard: every check with one of these entries in Check::standards.
struct StandardProfile {
    std::string_view name;
    std::string_view prefixes[2];
};
constexpr StandardProfile standard_profiles[] = {
    {"cis-docker", {"CIS-Docker-", ""}},
    {"cis-kubernetes", {"CIS-K8s-", ""}},
    {"nsa", {"NSA-", ""}},
    {"nist-800-190", {"NIST-800-190-", ""}},
};

// Profiles of the Pod Security Standards: what pod-security-admission itself would refuse, by the aliases that findings carry.
struct PodSecurityProfile {
    std::string_view name, aliases;
};
constexpr PodSecurityProfile pod_security_profiles[] = {{"pss-baseline", "pss:baseline/"}, {"pss-restricted", "pss:restricted/"}};

// What the API server itself refuses. The decoder's own checks say nothing else; the others mark each finding that stands for a refusal.
constexpr std::string_view api_server_profile = "api-server", api_server_aliases = "api-server:";
constexpr std::string_view decoding_prefix = "schema-", scope_check = "schema-scope";   // a namespace that is not wanted is dropped in silence
constexpr std::string_view decoding_checks[] = {"yaml-parse-error", "yaml-duplicate-key"};

bool is_decoding(const Check& check) {
    return (check.id.starts_with(decoding_prefix) && check.id != scope_check) ||
           std::find(std::begin(decoding_checks), std::end(decoding_checks), check.id) != std::end(decoding_checks);
}

std::string_view pod_security_aliases(std::string_view profile) {
    for (const PodSecurityProfile& known : pod_security_profiles)
        if (known.name == profile) return known.aliases;
    return {};
}

template <typename Aliases>
bool has_alias(const Aliases& aliases, std::string_view prefix) {
    return std::any_of(aliases.begin(), aliases.end(), [&](std::string_view alias) { return alias.starts_with(prefix); });
}

const StandardProfile* standard_profile(std::string_view name) {
    for (const StandardProfile& profile : standard_profiles)
        if (profile.name == name) return &profile;
    return nullptr;
}

bool in_standard(const Check& check, const StandardProfile& profile) {
    for (std::string_view standard : check.standards)
        for (std::string_view prefix : profile.prefixes)
            if (!prefix.empty() && standard.starts_with(prefix)) return true;
    return false;
}

bool in_profile(const Check& check, std::string_view profile) {
    if (profile == "recommended") return check.profile <= Profile::recommended;
    if (profile == "strict") return true;
    if (profile == "bugs") return check.profile == Profile::bugs;
    if (const StandardProfile* standard = standard_profile(profile)) return in_standard(check, *standard);
    if (const std::string_view prefix = pod_security_aliases(profile); !prefix.empty()) return has_alias(check.aliases, prefix);
    if (profile == api_server_profile) return is_decoding(check) || has_alias(check.aliases, api_server_aliases);
    return std::any_of(check.aliases.begin(), check.aliases.end(), [&](std::string_view alias) { return tool_of(alias) == profile; });
}

bool selects(const std::string& name, const Check& check) {
    return name == "all" || name == name_of(check.category) || stands_for(canonical_name(name), check);
}

}

bool is_profile(std::string_view name, const Registry& registry) {
    return name == "bugs" || name == "recommended" || name == "strict" || name == api_server_profile || standard_profile(name) ||
           !pod_security_aliases(name).empty() || registry.has_peer(name);
}

bool Settings::wants(const Finding& finding) const {
    if (!select.empty()) return true;
    if (profile == api_server_profile) return is_decoding(*finding.check) || has_alias(finding.aliases, api_server_aliases);
    const std::string_view prefix = pod_security_aliases(profile);
    return prefix.empty() || has_alias(finding.aliases, prefix);
}

bool Settings::enabled(const Check& check) const {
    const auto found = checks.find(check.id);
    const CheckSetting* setting = found == checks.end() ? nullptr : &found->second;
    if (!select.empty()) {
        const bool selected = std::any_of(select.begin(), select.end(), [&](const std::string& name) { return selects(name, check); });
        return selected && !(setting && setting->off && setting->from == "command line");
    }
    if (setting && setting->off) return false;
    return (setting && setting->on) || in_profile(check, profile);
}

Severity Settings::severity_of(const Check& check) const {
    const auto found = checks.find(check.id);
    return found != checks.end() && found->second.severity ? *found->second.severity : check.severity;
}

const std::vector<std::string>* Settings::option(const Check& check, std::string_view name) const {
    const auto found = checks.find(check.id);
    if (found == checks.end()) return nullptr;
    const auto value = found->second.options.find(name);
    return value == found->second.options.end() ? nullptr : &value->second;
}

std::optional<std::string> PathBase::relative(std::string_view path) const {
    if (folder.empty()) {
        if (path.starts_with('/') || path.starts_with("../")) return std::nullopt;
        return join_path(prefix, path);
    }
    if (folder == "/") return path.starts_with('/') ? std::optional(std::string(path.substr(1))) : std::nullopt;
    if (path.size() <= folder.size() + 1 || !path.starts_with(folder) || path[folder.size()] != '/') return std::nullopt;
    return std::string(path.substr(folder.size() + 1));
}

bool covered(const std::vector<std::string>& patterns, const PathBase& base, std::string_view path) {
    const auto relative = base.relative(path);
    if (!relative) return false;
    bool taken = false;
    for (const std::string& pattern : patterns) {
        const PathPattern compiled(pattern);
        if (compiled.covers(*relative)) taken = !compiled.negated;
    }
    return taken;
}

bool IgnoreRule::applies_to(const std::string& path) const { return paths.empty() || covered(paths, base, path); }

}
