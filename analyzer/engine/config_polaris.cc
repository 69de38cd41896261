#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/reporter.h"

// The configuration that Polaris is started with, as far as it says how bad a check is and what is exempt.

namespace plimsoll {

namespace {

class PolarisReader : ConfigReader {
public:
    PolarisReader(const ConfigFile& file, const Registry& registry, ConfigProblems& problems)
        : ConfigReader(file, problems), registry_(registry), layer_(empty_layer()) {}

    ConfigLayer run() {
        const ConfigValue document = load();
        bool exempting = true;
        for (std::string_view key : {"disallowExemptions", "disallowConfigExemptions"})
            if (const ConfigValue* value = document.find(key); value && flag(*value, key) == true) exempting = false;
        for (const auto& [key, value] : document.entries) {
            if (key.text == "checks") checks(value);
            if (key.text == "exemptions" && exempting) exemptions(value);
            if (key.text == "customChecks" && !value.is_null()) layer_.notes.emplace_back("customChecks of Polaris", from(key.line));
        }
        return std::move(layer_);
    }

private:
    void checks(const ConfigValue& value) {
        if (value.is_null()) return;
        if (!value.is_map()) return complain(value.line, "'checks' must be a mapping of checks to ignore, warning or danger");
        for (const auto& [id, level] : value.entries) {
            const std::string alias = canonical_alias("polaris", id.text);
            if (level.text == "ignore")
                ignore({alias}, id.line);
            else if (level.text == "warning")
                switch_on(layer_, registry_, alias, Severity::medium, from(id.line));
            else if (level.text == "danger")
                switch_on(layer_, registry_, alias, Severity::high, from(id.line));
            else
                complain(level.line, quote(id.text) + " must be ignore, warning or danger");
        }
    }

    IgnoreRule& ignore(std::vector<std::string> ids, std::uint32_t line) {
        IgnoreRule& rule = layer_.ignore.emplace_back();
        rule.checks = std::move(ids);
        rule.from = from(line);
        rule.base = file_.base;
        return rule;
    }

    void exemptions(const ConfigValue& value) {
        if (value.is_null()) return;
        if (!value.is_list()) return complain(value.line, "'exemptions' must be a list");
        for (const ConfigValue& entry : value.items) {
            if (entry.is_map())
                exemption(entry);
            else
                complain(entry.line, "an entry of 'exemptions' must be a mapping");
        }
    }

    // Names of controllers and containers are beginnings of names; without a list every one is meant.
    std::vector<std::string> beginnings(const ConfigValue& entry, std::string_view key) {
        const ConfigValue* value = entry.find(key);
        const auto list = value ? texts(*value, key) : std::nullopt;
        if (!list || list->empty()) return {""};
        std::vector<std::string> patterns;
        for (const std::string& name : *list) patterns.push_back(name + "*");
        return patterns;
    }

    void exemption(const ConfigValue& entry) {
        std::vector<std::string> rules;
        if (const ConfigValue* list = entry.find("rules")) rules = peer_rules("polaris", *list, "rules", layer_);
        if (rules.empty()) rules = {"polaris:*"};
        const ConfigValue* space = entry.find("namespace");
        const bool named = entry.find("controllerNames") || entry.find("containerNames") || space;
        if (!named && rules.front() == "polaris:*") return complain(entry.line, "an exemption needs a namespace, controllerNames, containerNames or rules");
        for (const std::string& controller : beginnings(entry, "controllerNames"))
            for (const std::string& container : beginnings(entry, "containerNames")) {
                IgnoreRule& rule = ignore(rules, entry.line);
                rule.name = controller;
                rule.container = container;
                if (space) rule.name_space = space->text;
            }
    }

    const Registry& registry_;
    ConfigLayer layer_;
};

}

bool is_polaris_config(std::string_view text) {
    bool found = false;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.starts_with("apiVersion:") || line.starts_with("kind:")) return false;
        found |= line.starts_with("checks:") || line.starts_with("exemptions:");
    }
    return found;
}

ConfigLayer read_polaris_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems) {
    return PolarisReader(file, registry, problems).run();
}

}
