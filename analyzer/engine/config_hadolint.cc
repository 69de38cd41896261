#include <algorithm>

#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/reporter.h"

// .hadolint.yaml as hadolint reads it; keys that only concern its output are passed over.

namespace plimsoll {

namespace {

struct Level {
    std::string_view name;
    Severity severity;
};
// Most severe first: a rule in several lists takes the worst.
constexpr Level levels[] = {{"error", Severity::high}, {"warning", Severity::medium}, {"info", Severity::low}, {"style", Severity::info}};

class HadolintReader : ConfigReader {
public:
    HadolintReader(const ConfigFile& file, const Registry& registry, ConfigProblems& problems) : ConfigReader(file, problems), registry_(registry) {}

    ConfigLayer run() {
        layer_.base = file_.base;
        const ConfigValue document = load();
        for (const auto& [key, value] : document.entries) read(key, value);
        if (never_) layer_.fail_on = "never";
        return std::move(layer_);
    }

private:
    void set_by(std::string_view setting, std::uint32_t line) { layer_.origins.emplace_back(setting, from(line)); }

    void read(const ConfigValue& key, const ConfigValue& value) {
        const std::string& name = key.text;
        if (name == "ignored") return ignored(value);
        if (name == "override") return overrides(value);
        if (name == "failure-threshold") return threshold(key, value);
        if (name == "trustedRegistries") {
            if ((layer_.trusted_registries = texts(value, name))) set_by("trusted-registries", key.line);
        } else if (name == "label-schema") {
            if (!value.is_null() && (layer_.label_schema = label_schema(value, name))) set_by("label-schema", key.line);
        } else if (name == "strict-labels") {
            if ((layer_.strict_labels = flag(value, name))) set_by("strict-labels", key.line);
        } else if (name == "no-fail") {
            never_ = flag(value, name).value_or(false);
            if (never_) set_by("fail-on", key.line);
        } else if (name == "disable-ignore-pragma") {
            if (const auto off = flag(value, name)) layer_.hadolint_pragmas = !*off, set_by("hadolint pragmas", key.line);
        }
    }

    void ignored(const ConfigValue& value) {
        const auto list = texts(value, "ignored");
        if (!list || list->empty()) return;
        IgnoreRule rule;
        for (const std::string& id : *list) rule.checks.push_back(canonical_alias("hadolint", id));
        rule.from = from(value.line);
        layer_.ignore.push_back(std::move(rule));
    }

    void overrides(const ConfigValue& value) {
        if (value.is_null()) return;
        if (!value.is_map()) return complain(value.line, "'override' must be a mapping of severities to lists of rules");
        for (const Level& level : levels) {
            const ConfigValue* list = value.find(level.name);
            const auto ids = list ? texts(*list, level.name) : std::nullopt;
            for (const std::string& id : ids ? *ids : std::vector<std::string>()) override_one(id, level.severity, list->line);
        }
    }

    void override_one(const std::string& id, Severity severity, std::uint32_t line) {
        for (const Check* check : registry_.resolve(canonical_alias("hadolint", id))) {
            const auto same = [&](const auto& entry) { return entry.first == check->id; };
            if (std::any_of(layer_.checks.begin(), layer_.checks.end(), same)) continue;
            CheckSetting setting;
            setting.on = true;
            setting.severity = severity;
            setting.from = from(line);
            layer_.checks.emplace_back(check->id, std::move(setting));
        }
    }

    void threshold(const ConfigValue& key, const ConfigValue& value) {
        const auto name = text(value, "failure-threshold");
        if (!name) return;
        if (*name == "ignore" || *name == "none") layer_.fail_on = "never";
        for (const Level& level : levels)
            if (*name == level.name) layer_.fail_on = std::string(name_of(level.severity));
        if (layer_.fail_on)
            set_by("fail-on", key.line);
        else
            complain(value.line, "unknown failure-threshold " + quote(*name) + "; hadolint knows error, warning, info, style, ignore and none");
    }

    const Registry& registry_;
    ConfigLayer layer_;
    bool never_ = false;
};

}

ConfigLayer read_hadolint_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems) {
    return HadolintReader(file, registry, problems).run();
}

}
