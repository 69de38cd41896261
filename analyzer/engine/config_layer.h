#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/engine/config.h"
#include "analyzer/engine/config_value.h"

// Inside of config.h: what one configuration file says, before it is laid over the others.

namespace plimsoll {

// One set of statements: a file's top level, or one entry of its `overrides`.
struct ConfigLayer {
    std::vector<std::string> paths;   // globs of an override; empty: every file
    PathBase base;
    std::optional<std::string> profile, target, kubernetes_version, fail_on;
    std::vector<std::pair<std::string, CheckSetting>> checks;   // own ids
    std::vector<IgnoreRule> ignore;
    std::vector<Lock> locked;
    std::vector<std::string> exclude;
    std::optional<std::vector<std::string>> trusted_registries, external, placeholders;
    std::optional<LabelSchema> label_schema;
    std::optional<bool> strict_labels, hadolint_pragmas;
    std::vector<std::pair<std::string, std::string>> build_args;
    std::vector<std::pair<std::string, std::string>> origins;   // setting -> "path:line"
    std::vector<std::pair<std::string, std::string>> notes;     // what was passed over -> "path:line", for --show-config
};

struct ConfigFile {
    std::string path;
    PathBase base;
    std::string text;
};

using ConfigProblems = std::vector<ConfigProblem>;

// Own file: layers in the order they apply. `extended` gives the layers of a file named by `extends`.
struct OwnConfig {
    std::vector<ConfigLayer> layers;
    std::vector<std::pair<std::string, std::uint32_t>> extends;
};
OwnConfig read_own_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems);

// Peers' files.
ConfigLayer read_hadolint_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems);
ConfigLayer read_trivyignore(const ConfigFile& file, ConfigProblems& problems);
ConfigLayer read_trivyignore_yaml(const ConfigFile& file, ConfigProblems& problems);
ConfigLayer read_dockleignore(const ConfigFile& file);
ConfigLayer read_checkov_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems);
ConfigLayer read_kube_linter_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems);
ConfigLayer read_polaris_config(const ConfigFile& file, const Registry& registry, ConfigProblems& problems);
// Polaris has no file name of its own: "polaris.yaml" may as well be the manifest that runs it.
bool is_polaris_config(std::string_view text);

// Whether a name is a profile: our own, a standard's or a peer's that some check has an alias of.
bool is_profile(std::string_view name, const Registry& registry);

// What a reader of one file needs: complaints with the file's path, and values of the expected type.
class ConfigReader {
public:
    ConfigReader(const ConfigFile& file, ConfigProblems& problems) : file_(file), problems_(problems) {}

protected:
    void complain(std::uint32_t line, std::string message) { problems_.push_back({file_.path, line, std::move(message)}); }
    std::string from(std::uint32_t line) const { return file_.path + ":" + std::to_string(line); }
    // The document; a null value after a complaint.
    ConfigValue load();
    std::optional<std::string> text(const ConfigValue& value, std::string_view what);
    std::optional<bool> flag(const ConfigValue& value, std::string_view what);
    // A list of scalars, or one scalar.
    std::optional<std::vector<std::string>> texts(const ConfigValue& value, std::string_view what);
    std::optional<LabelSchema> label_schema(const ConfigValue& value, std::string_view what);
    // A layer for the file, without settings.
    ConfigLayer empty_layer() const;
    // Ids of a peer's rules that a list, or texts separated by commas, name; in canonical form. What cannot be an id becomes a note of the layer.
    std::vector<std::string> peer_rules(std::string_view tool, const ConfigValue& value, std::string_view what, ConfigLayer& layer);

    const ConfigFile& file_;
    ConfigProblems& problems_;
};

// Switches on every check with the alias; "tool:*" means any rule of the peer. `severity` as the peer's user wants it.
void switch_on(ConfigLayer& layer, const Registry& registry, std::string_view alias, std::optional<Severity> severity, const std::string& from);

// "; did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}
