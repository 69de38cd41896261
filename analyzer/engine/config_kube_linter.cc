#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/filesystem.h"
#include "analyzer/engine/reporter.h"

// .kube-linter.yaml: which of KubeLinter's checks its user wants to see, and where. It speaks of these only: what has no counterpart in KubeLinter stays.

namespace plimsoll {

namespace {

class KubeLinterReader : ConfigReader {
public:
    KubeLinterReader(const ConfigFile& file, const Registry& registry, ConfigProblems& problems)
        : ConfigReader(file, problems), registry_(registry), layer_(empty_layer()) {}

    ConfigLayer run() {
        const ConfigValue document = load();
        for (const auto& [key, value] : document.entries) {
            if (key.text == "checks") checks(value);
            if (key.text == "customChecks" && !value.is_null()) layer_.notes.emplace_back("customChecks of KubeLinter", from(key.line));
        }
        return std::move(layer_);
    }

private:
    void checks(const ConfigValue& value) {
        if (value.is_null()) return;
        if (!value.is_map()) return complain(value.line, "'checks' must be a mapping");
        const ConfigValue *all = value.find("addAllBuiltIn"), *only_named = value.find("doNotAutoAddDefaults");
        if (all && flag(*all, "addAllBuiltIn") == true) switch_on(layer_, registry_, "kube-linter:*", std::nullopt, from(all->line));
        const std::vector<std::string> included = names(value, "include");
        if (const ConfigValue* include = value.find("include"))
            for (const std::string& id : included) switch_on(layer_, registry_, id, std::nullopt, from(include->line));
        if (only_named && flag(*only_named, "doNotAutoAddDefaults") == true && !(all && all->text == "true"))
            ignore({"kube-linter:*"}, included, {}, only_named->line);
        if (const ConfigValue* exclude = value.find("exclude")) ignore(names(value, "exclude"), {}, {}, exclude->line);
        if (const ConfigValue* paths = value.find("ignorePaths")) ignore_paths(*paths);
    }

    std::vector<std::string> names(const ConfigValue& checks, std::string_view key) {
        const ConfigValue* list = checks.find(key);
        return list ? peer_rules("kube-linter", *list, key, layer_) : std::vector<std::string>();
    }

    void ignore(std::vector<std::string> ids, std::vector<std::string> except, std::vector<std::string> paths, std::uint32_t line) {
        if (ids.empty()) return;
        IgnoreRule rule;
        rule.checks = std::move(ids);
        rule.except = std::move(except);
        rule.paths = std::move(paths);
        rule.from = from(line);
        rule.base = file_.base;
        layer_.ignore.push_back(std::move(rule));
    }

    // KubeLinter makes the globs absolute, from the folder it runs in, and compares whole paths.
    void ignore_paths(const ConfigValue& value) {
        const auto list = texts(value, "ignorePaths");
        std::vector<std::string> patterns;
        for (const std::string& glob : list ? *list : std::vector<std::string>()) {
            if (glob.starts_with("~") || glob.starts_with("../"))
                layer_.notes.emplace_back(quote(glob) + " in 'ignorePaths' lies elsewhere", from(value.line));
            else if (!glob.starts_with("/"))
                patterns.push_back("/" + clean_path(glob));
            else if (glob.starts_with("/**/"))
                patterns.push_back(glob.substr(1));
            else
                layer_.notes.emplace_back(quote(glob) + " in 'ignorePaths' is a path of one machine", from(value.line));
        }
        if (!patterns.empty()) ignore({"kube-linter:*"}, {}, std::move(patterns), value.line);
    }

    const Registry& registry_;
    ConfigLayer layer_;
};

}

ConfigLayer read_kube_linter_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems) {
    return KubeLinterReader(file, registry, problems).run();
}

}
