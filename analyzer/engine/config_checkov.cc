#include <algorithm>

#include "analyzer/engine/check.h"
#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/reporter.h"
#include "analyzer/text/glob.h"

// .checkov.yaml: the options of Checkov's command line. It speaks of Checkov's checks only: what has no counterpart there stays.

namespace plimsoll {

namespace {

constexpr std::string_view severities[] = {"checkov:LOW", "checkov:MEDIUM", "checkov:HIGH", "checkov:CRITICAL", "checkov:INFO"};

// A regular expression that is searched for in a path, as a glob; nullopt when it is more than a text with ".*" and "\." in it.
std::optional<std::string> glob_of_expression(std::string_view expression) {
    std::string glob;
    bool at_begin = false, at_end = false;
    if (expression.starts_with('^')) at_begin = true, expression.remove_prefix(1);
    if (expression.starts_with("./")) at_begin = true, expression.remove_prefix(2);
    if (expression.ends_with('$') && !expression.ends_with("\\$")) at_end = true, expression.remove_suffix(1);
    if (expression.starts_with('/')) expression.remove_prefix(1), glob = at_begin ? "" : "**/";
    const bool whole_name = !glob.empty();
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const std::string_view rest = expression.substr(i);
        if (rest.starts_with(".*")) {
            glob += '*', ++i;
        } else if (rest.starts_with("\\.") || rest.starts_with("\\-") || rest.starts_with("\\/")) {
            glob += rest[1], ++i;
        } else if (std::string_view("\\[](){}|+?*^$").find(rest[0]) != std::string_view::npos) {
            return std::nullopt;
        } else {
            glob += rest[0];
        }
    }
    if (glob.empty() || glob == "**/") return std::nullopt;
    if (!at_end && !glob.ends_with('/') && !glob.ends_with('*')) glob += '*';
    return at_begin ? "/" + glob : whole_name ? glob : "**/*" + glob;
}

class CheckovReader : ConfigReader {
public:
    CheckovReader(const ConfigFile& file, const Registry& registry, ConfigProblems& problems)
        : ConfigReader(file, problems), registry_(registry), layer_(empty_layer()) {}

    ConfigLayer run() {
        const ConfigValue document = load();
        for (const auto& [key, value] : document.entries) read(key, value);
        return std::move(layer_);
    }

private:
    void read(const ConfigValue& key, const ConfigValue& value) {
        const std::string& name = key.text;
        if (name == "skip-check") {
            for (std::string& id : rules(value, name)) ignore({std::move(id)}, {}, value.line);
        } else if (name == "check") {
            only(value);
        } else if (name == "skip-path") {
            skip_paths(value);
        } else if (name == "framework") {
            frameworks(value, false);
        } else if (name == "skip-framework") {
            frameworks(value, true);
        } else if (name == "soft-fail") {
            if (flag(value, name) == true) {
                layer_.fail_on = "never";
                layer_.origins.emplace_back("fail-on", from(key.line));
            }
        } else if (name == "soft-fail-on" || name == "hard-fail-on" || name == "external-checks-dir" || name == "external-checks-git") {
            layer_.notes.emplace_back(name + " of Checkov", from(key.line));
        }
    }

    // Ids with their patterns written out. Severities mean something on Checkov's platform only.
    std::vector<std::string> rules(const ConfigValue& value, std::string_view what) {
        std::vector<std::string> out;
        for (std::string& id : peer_rules("checkov", value, what, layer_)) {
            if (std::find(std::begin(severities), std::end(severities), id) != std::end(severities))
                layer_.notes.emplace_back("severities in '" + std::string(what) + "' of Checkov", from(value.line));
            else if (id.find('*') == std::string::npos || id == "checkov:*")
                out.push_back(std::move(id));
            else
                add_matches(id, out);
        }
        return out;
    }

    void add_matches(const std::string& pattern, std::vector<std::string>& out) const {
        const Glob glob(pattern);
        const std::size_t before = out.size();
        for (const RegisteredCheck& entry : registry_.all())
            for (std::string_view alias : entry.check->aliases)
                if (alias.starts_with("checkov:") && glob.matches(alias)) out.emplace_back(alias);
        std::sort(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
        out.erase(std::unique(out.begin() + static_cast<std::ptrdiff_t>(before), out.end()), out.end());
    }

    void ignore(std::vector<std::string> ids, std::vector<std::string> except, std::uint32_t line, std::vector<std::string> paths = {}) {
        if (ids.empty()) return;
        IgnoreRule& rule = layer_.ignore.emplace_back();
        rule.checks = std::move(ids);
        rule.except = std::move(except);
        rule.paths = std::move(paths);
        rule.from = from(line);
        rule.base = file_.base;
    }

    void only(const ConfigValue& value) {
        const std::vector<std::string> named = rules(value, "check");
        if (named.empty()) return;
        for (const std::string& id : named) switch_on(layer_, registry_, id, std::nullopt, from(value.line));
        ignore({"checkov:*"}, named, value.line);
    }

    void skip_paths(const ConfigValue& value) {
        const auto list = texts(value, "skip-path");
        std::vector<std::string> patterns;
        for (const std::string& expression : list ? *list : std::vector<std::string>()) {
            if (auto glob = glob_of_expression(expression))
                patterns.push_back(std::move(*glob));
            else
                layer_.notes.emplace_back("the expression " + quote(expression) + " in 'skip-path'", from(value.line));
        }
        if (!patterns.empty()) ignore({"checkov:*"}, {}, value.line, std::move(patterns));
    }

    void frameworks(const ConfigValue& value, bool skipped) {
        const auto list = texts(value, skipped ? "skip-framework" : "framework");
        if (!list || list->empty()) return;
        const auto names = [&](std::initializer_list<std::string_view> wanted) {
            return std::any_of(list->begin(), list->end(),
                               [&](const std::string& name) { return std::find(wanted.begin(), wanted.end(), name) != wanted.end(); });
        };
        const bool dockerfiles = skipped ? !names({"dockerfile"}) : names({"dockerfile", "all"});
        const bool manifests = skipped ? !names({"kubernetes"}) : names({"kubernetes", "helm", "kustomize", "all"});
        if (!dockerfiles) ignore(matches({"checkov:CKV_DOCKER_*", "checkov:CKV2_DOCKER_*"}), {}, value.line);
        if (!manifests) ignore(matches({"checkov:CKV_K8S_*", "checkov:CKV2_K8S_*"}), {}, value.line);
    }

    std::vector<std::string> matches(std::initializer_list<const char*> patterns) const {
        std::vector<std::string> out;
        for (const char* pattern : patterns) add_matches(pattern, out);
        return out;
    }

    const Registry& registry_;
    ConfigLayer layer_;
};

}

ConfigLayer read_checkov_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems) {
    return CheckovReader(file, registry, problems).run();
}

}
