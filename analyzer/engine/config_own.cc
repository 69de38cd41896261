#include <algorithm>
#include <span>

#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/reporter.h"
#include "analyzer/kubernetes/schema.h"

// .plimsoll.yaml

namespace plimsoll {

namespace {

constexpr std::string_view off_words[] = {"off", "false", "no", "False", "FALSE", "Off", "OFF"};
constexpr std::string_view on_words[] = {"on", "true", "yes", "True", "TRUE", "On", "ON"};
constexpr std::string_view level_words[] = {"off", "on", "info", "low", "medium", "high", "critical"};

bool is_one_of(std::string_view text, std::span<const std::string_view> words) { return std::find(words.begin(), words.end(), text) != words.end(); }

class OwnReader : ConfigReader {
public:
    OwnReader(const ConfigFile& file, const Registry& registry, ConfigProblems& problems) : ConfigReader(file, problems), registry_(registry) {}

    OwnConfig run() {
        const ConfigValue document = load();
        ConfigLayer top;
        top.base = file_.base;
        std::vector<ConfigLayer> nested;
        for (const auto& [key, value] : document.entries) {
            if (repeated(document, key)) complain(key.line, "setting " + quote(key.text) + " is given twice");
            if (key.text == "extends")
                extends(value);
            else if (key.text == "overrides")
                overrides(value, nested);
            else if (!setting(key, value, top, false))
                unknown(key, top_keys);
        }
        config_.layers.push_back(std::move(top));
        for (ConfigLayer& layer : nested) config_.layers.push_back(std::move(layer));
        return std::move(config_);
    }

private:
    static constexpr std::string_view top_keys[] = {"extends",
                                                    "overrides",
                                                    "checks",
                                                    "profile",
                                                    "kubernetes-version",
                                                    "build-args",
                                                    "target",
                                                    "trusted-registries",
                                                    "external",
                                                    "placeholders",
                                                    "label-schema",
                                                    "strict-labels",
                                                    "exclude",
                                                    "ignore",
                                                    "fail-on",
                                                    "locked"};
    static constexpr std::string_view override_keys[] = {"paths",        "checks",        "profile", "kubernetes-version",
                                                         "placeholders", "build-args",    "target",  "trusted-registries",
                                                         "label-schema", "strict-labels", "ignore"};
    static constexpr std::string_view ignore_keys[] = {"checks", "paths", "kind", "name", "namespace", "container", "reason", "until"};

    static bool repeated(const ConfigValue& map, const ConfigValue& key) {
        const ConfigValue* first = map.find(key.text);
        return first && std::none_of(map.entries.begin(), map.entries.end(), [&](const auto& entry) { return &entry.first == &key && &entry.second == first; });
    }

    void unknown(const ConfigValue& key, std::span<const std::string_view> keys) {
        complain(key.line, "unknown setting " + quote(key.text) + did_you_mean(key.text, keys));
    }

    void extends(const ConfigValue& value) {
        const auto list = texts(value, "extends");
        for (const std::string& path : list ? *list : std::vector<std::string>()) config_.extends.emplace_back(path, value.line);
    }

    void overrides(const ConfigValue& value, std::vector<ConfigLayer>& layers) {
        if (value.is_null()) return;
        if (!value.is_list()) return complain(value.line, "'overrides' must be a list");
        for (const ConfigValue& entry : value.items) {
            if (!entry.is_map()) {
                complain(entry.line, "an entry of 'overrides' must be a mapping with 'paths'");
                continue;
            }
            ConfigLayer layer;
            layer.base = file_.base;
            for (const auto& [key, part] : entry.entries) {
                if (key.text == "paths")
                    layer.paths = texts(part, "paths").value_or(std::vector<std::string>());
                else if (!setting(key, part, layer, true))
                    unknown(key, override_keys);
            }
            if (layer.paths.empty())
                complain(entry.line, "an entry of 'overrides' needs 'paths'");
            else
                layers.push_back(std::move(layer));
        }
    }

    // False for a name that is none.
    bool setting(const ConfigValue& key, const ConfigValue& value, ConfigLayer& layer, bool nested) {
        const std::string& name = key.text;
        if (nested && (name == "exclude" || name == "fail-on" || name == "locked")) return false;
        if (name == "checks") return checks(value, layer), true;
        if (name == "ignore") return ignore(value, layer), true;
        if (name == "locked") return locked(value, layer), true;
        if (name == "build-args") return build_args(value, layer), true;
        if (!plain_setting(name, value, layer)) return false;
        layer.origins.emplace_back(name, from(key.line));
        return true;
    }

    bool plain_setting(const std::string& name, const ConfigValue& value, ConfigLayer& layer) {
        if (name == "profile") return profile(value, layer), true;
        if (name == "fail-on") return fail_on(value, layer), true;
        if (name == "target") return layer.target = text(value, name), true;
        if (name == "kubernetes-version") return kubernetes_version(value, layer), true;
        if (name == "external") return layer.external = texts(value, name), true;
        if (name == "placeholders") return placeholders(value, layer), true;
        if (name == "trusted-registries") return layer.trusted_registries = texts(value, name), true;
        if (name == "label-schema") return layer.label_schema = label_schema(value, name), true;
        if (name == "strict-labels") return layer.strict_labels = flag(value, name), true;
        if (name == "exclude") return layer.exclude = texts(value, name).value_or(std::vector<std::string>()), true;
        return false;
    }

    void profile(const ConfigValue& value, ConfigLayer& layer) {
        static constexpr std::string_view common[] = {"bugs",           "recommended",  "strict",       "api-server",     "cis-docker",
                                                      "cis-kubernetes", "nist-800-190", "pss-baseline", "pss-restricted", "hadolint",
                                                      "buildkit",       "trivy",        "checkov"};
        const auto name = text(value, "profile");
        if (name && !is_profile(*name, registry_))
            complain(value.line, "unknown profile " + quote(*name) + did_you_mean(*name, common));
        else
            layer.profile = name;
    }

    void kubernetes_version(const ConfigValue& value, ConfigLayer& layer) {
        const auto version = text(value, "kubernetes-version");
        if (!version) return;
        if (std::string wrong = kubernetes::complaint_about_version(*version); !wrong.empty()) return complain(value.line, std::move(wrong));
        layer.kubernetes_version = version;
    }

    void placeholders(const ConfigValue& value, ConfigLayer& layer) {
        layer.placeholders = texts(value, "placeholders");
        for (const std::string& marks : layer.placeholders.value_or(std::vector<std::string>())) {
            const std::size_t blank = marks.find(' ');
            if (blank == 0 || blank == std::string::npos || blank + 1 == marks.size() || marks.find(' ', blank + 1) != std::string::npos) {
                complain(value.line, quote(marks) + " is no pair of marks; write how a placeholder begins and ends with a blank between, such as '@@ @@'");
                layer.placeholders.reset();
                return;
            }
        }
    }

    void fail_on(const ConfigValue& value, ConfigLayer& layer) {
        static constexpr std::string_view words[] = {"info", "low", "medium", "high", "critical", "never"};
        const auto name = text(value, "fail-on");
        if (name && !is_one_of(*name, words))
            complain(value.line, "unknown severity " + quote(*name) + " for 'fail-on'" + did_you_mean(*name, words));
        else
            layer.fail_on = name;
    }

    void build_args(const ConfigValue& value, ConfigLayer& layer) {
        const auto add = [&](std::string name, std::string content, std::uint32_t line) {
            layer.origins.emplace_back("build-args " + name, from(line));
            layer.build_args.emplace_back(std::move(name), std::move(content));
        };
        if (value.is_map()) {
            for (const auto& [key, part] : value.entries)
                if (part.is_null())
                    add(key.text, "", key.line);
                else if (const auto content = text(part, key.text))
                    add(key.text, *content, key.line);
            return;
        }
        const auto list = texts(value, "build-args");
        for (const std::string& entry : list ? *list : std::vector<std::string>()) {
            const std::size_t equals = entry.find('=');
            if (equals == std::string::npos || equals == 0)
                complain(value.line, "build argument " + quote(entry) + " must look like NAME=VALUE");
            else
                add(entry.substr(0, equals), entry.substr(equals + 1), value.line);
        }
    }

    // The name of a check for a list of names; nullopt after a complaint.
    std::optional<std::string> check_name(const std::string& name, std::uint32_t line) {
        if (name == "*" || registry_.find(name)) return name;
        const std::string canonical = canonical_name(name);
        const std::string_view tool = tool_of(canonical);
        if (!registry_.resolve(name).empty() || (!tool.empty() && exists_in_peer(tool, std::string_view(canonical).substr(tool.size() + 1)))) return canonical;
        const std::string near = registry_.nearest(name);
        complain(line, "no check is called " + quote(name) + (near.empty() ? "" : "; did you mean " + quote(near) + "?"));
        return std::nullopt;
    }

    void checks(const ConfigValue& value, ConfigLayer& layer) {
        if (value.is_null()) return;
        if (!value.is_map()) return complain(value.line, "'checks' must be a mapping of checks to settings");
        for (const auto& [key, part] : value.entries) {
            const auto name = check_name(key.text, key.line);
            if (!name) continue;
            const std::vector<const Check*> found = registry_.resolve(*name);
            CheckSetting setting;
            setting.from = from(key.line);
            if (!check_setting(part, found, setting)) continue;
            const bool own = registry_.find(*name) != nullptr;
            if (setting.off && !own)
                ignore_peer_rule(*name, key.line, layer);
            else
                for (const Check* check : found) layer.checks.emplace_back(check->id, setting);
        }
    }

    // A peer's rule may be a part of one of our checks: only that part goes.
    void ignore_peer_rule(const std::string& name, std::uint32_t line, ConfigLayer& layer) {
        IgnoreRule rule;
        rule.checks.push_back(name);
        rule.from = from(line);
        rule.base = file_.base;
        layer.ignore.push_back(std::move(rule));
    }

    // "off", "on" or a severity.
    bool level(const ConfigValue& value, CheckSetting& setting) {
        if (!value.is_scalar()) return complain(value.line, "a check's severity must be off, on, info, low, medium, high or critical"), false;
        if (is_one_of(value.text, off_words)) return setting.off = true;
        if (is_one_of(value.text, on_words)) return setting.on = true;
        setting.severity = severity_of(value.text);
        setting.on = setting.severity.has_value();
        if (!setting.on) complain(value.line, "unknown severity " + quote(value.text) + did_you_mean(value.text, level_words));
        return setting.on;
    }

    bool check_setting(const ConfigValue& value, const std::vector<const Check*>& checks, CheckSetting& setting) {
        if (!value.is_map()) return level(value, setting);
        for (const auto& [key, part] : value.entries) {
            if (key.text == "severity")
                level(part, setting);
            else
                option(key, part, checks, setting);
        }
        return true;
    }

    void option(const ConfigValue& key, const ConfigValue& value, const std::vector<const Check*>& checks, CheckSetting& setting) {
        std::vector<std::string_view> names{"severity"};
        for (const Check* check : checks)
            for (const Option& candidate : check->options) {
                if (candidate.name == key.text) return option_value(candidate, value, setting);
                names.push_back(candidate.name);
            }
        complain(key.line, "unknown option " + quote(key.text) + did_you_mean(key.text, names));
    }

    void option_value(const Option& option, const ConfigValue& value, CheckSetting& setting) {
        if (option.type == Option::Type::list) {
            if (auto list = texts(value, option.name)) setting.options[std::string(option.name)] = std::move(*list);
            return;
        }
        if (option.type == Option::Type::flag) {
            if (const auto on = flag(value, option.name)) setting.options[std::string(option.name)] = {*on ? "true" : "false"};
            return;
        }
        const auto content = text(value, option.name);
        if (!content) return;
        const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
        const std::string_view digits = std::string_view(*content).substr(content->starts_with('-') ? 1 : 0);
        if (option.type == Option::Type::number && (digits.empty() || digits.size() > 9 || !std::all_of(digits.begin(), digits.end(), is_digit)))
            return complain(value.line, quote(option.name) + " must be a whole number");
        setting.options[std::string(option.name)] = {*content};
    }

    void ignore(const ConfigValue& value, ConfigLayer& layer) {
        if (value.is_null()) return;
        if (!value.is_list()) return complain(value.line, "'ignore' must be a list of rules with 'checks'");
        for (const ConfigValue& entry : value.items) {
            if (!entry.is_map()) {
                complain(entry.line, "an entry of 'ignore' must be a mapping with 'checks'");
                continue;
            }
            IgnoreRule rule;
            rule.from = from(entry.line);
            rule.base = file_.base;
            bool good = true;
            for (const auto& [key, part] : entry.entries) good &= ignore_part(key, part, rule);
            if (!entry.find("checks")) good = false, complain(entry.line, "an entry of 'ignore' needs 'checks' (\"*\" for all)");
            if (good && !rule.checks.empty()) layer.ignore.push_back(std::move(rule));
        }
    }

    // False when the rule must not hold: half of what was meant could hide too much.
    bool ignore_part(const ConfigValue& key, const ConfigValue& value, IgnoreRule& rule) {
        const std::string& name = key.text;
        if (name == "checks" || name == "paths") {
            const auto list = texts(value, name);
            if (!list) return false;
            if (name == "paths") return rule.paths = *list, true;
            for (const std::string& check : *list)
                if (auto known = check_name(check, value.line)) rule.checks.push_back(std::move(*known));
            return true;
        }
        std::string* const places[] = {&rule.kind, &rule.name, &rule.name_space, &rule.container, &rule.reason, &rule.until};
        for (std::size_t i = 0; i < std::size(places); ++i) {
            if (name != ignore_keys[i + 2]) continue;
            const auto content = text(value, name);
            if (content) *places[i] = *content;
            if (name == "until" && content && !is_date(*content))
                return complain(value.line, "'until' needs a date like 2026-12-31, not " + quote(*content)), false;
            return content.has_value();
        }
        unknown(key, ignore_keys);
        return false;
    }

    void locked(const ConfigValue& value, ConfigLayer& layer) {
        const auto list = texts(value, "locked");
        for (const std::string& name : list ? *list : std::vector<std::string>())
            if (auto known = check_name(name, value.line)) layer.locked.push_back({std::move(*known), file_.path, from(value.line)});
    }

    const Registry& registry_;
    OwnConfig config_;
};

}

OwnConfig read_own_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems) { return OwnReader(file, registry, problems).run(); }

}
