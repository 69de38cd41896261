#include <algorithm>

#include "analyzer/engine/config_state.h"
#include "analyzer/engine/reporter.h"

namespace plimsoll {

namespace {

constexpr int most_folders = 512;
constexpr std::size_t most_extends = 16;

// A peer's file: its names, the first one there counts, and its reader.
struct Kind {
    std::array<std::string_view, 4> names;
    ConfigLayer (*read)(const ConfigFile& file, const Registry& registry, ConfigProblems& problems);
    bool (*is_config)(std::string_view text) = nullptr;   // for names that other files have too
};
constexpr std::array<Kind, config_kinds> kinds = {{
    {{".kube-linter.yaml", ".kube-linter.yml"}, read_kube_linter_config},
    {{".polaris.yaml", "polaris-config.yaml", "polaris.yaml", "polaris.yml"}, read_polaris_config, is_polaris_config},
    {{".checkov.yaml", ".checkov.yml"}, read_checkov_config},
    {{".dockleignore"}, [](const ConfigFile& file, const Registry&, ConfigProblems&) { return read_dockleignore(file); }},
    {{".trivyignore.yaml", ".trivyignore.yml"},
     [](const ConfigFile& file, const Registry&, ConfigProblems& problems) { return read_trivyignore_yaml(file, problems); }},
    {{".trivyignore"}, [](const ConfigFile& file, const Registry&, ConfigProblems& problems) { return read_trivyignore(file, problems); }},
    {{".hadolint.yaml", ".hadolint.yml"}, read_hadolint_config},
    {{".plimsoll.yaml", ".plimsoll.yml"}, nullptr},
}};
constexpr std::size_t own_kind = config_kinds - 1;

}

bool is_configuration_name(std::string_view path) {
    const std::string_view wanted = base_name(path);
    return std::any_of(kinds.begin(), kinds.end(), [&](const Kind& kind) {
        return std::any_of(kind.names.begin(), kind.names.end(), [&](std::string_view name) { return !name.empty() && name == wanted; });
    });
}

bool Configuration::State::has_file(const std::string& folder, std::string_view name) const {
    const auto listed = listings.find(folder);
    return listed == listings.end() ? is_file(join_path(folder, name)) : std::ranges::find(listed->second, name) != listed->second.end();
}

bool Configuration::State::has_repository(const std::string& folder) const {
    const auto listed = listings.find(folder);
    return listed == listings.end() ? files.type(join_path(folder, ".git")).has_value() : std::ranges::find(listed->second, ".git") != listed->second.end();
}

// "a/b" -> "a" -> "" -> ".." -> "../.."; nullopt at the git root and at the root of the file system.
std::optional<std::string> Configuration::State::folder_above(const std::string& folder) const {
    if (folder == "/" || has_repository(folder)) return std::nullopt;
    const bool climbing = folder == ".." || folder.ends_with("/..");
    if (!folder.empty() && !climbing) return folder_of(folder);
    std::string above = folder.empty() ? ".." : folder + "/..";
    if (files.type(above) != FileType::directory || files.identity(above) == files.identity(folder)) return std::nullopt;
    return above;
}

const FoundFiles& Configuration::State::find_files(const std::string& folder, int level) {
    const auto known = found.find(folder);
    if (known != found.end()) return known->second;
    FoundFiles here;
    const auto above = level < most_folders ? folder_above(folder) : std::nullopt;
    if (above) here = find_files(*above, level + 1);
    for (std::size_t kind = 0; kind < config_kinds; ++kind)
        for (std::string_view name : kinds[kind].names) {
            if (name.empty() || !is_config(kind, folder, name)) continue;
            std::string path = join_path(folder, name);
            if (kind == own_kind && !here.nearest[kind].empty()) here.outer.insert(here.outer.begin(), here.nearest[kind]);
            here.nearest[kind] = std::move(path);
            break;
        }
    return found[folder] = std::move(here);
}

// Above the working directory paths are seen with the way down to it in front.
PathBase Configuration::State::base_of(const std::string& folder) const {
    if (folder != ".." && !folder.starts_with("../")) return {folder, ""};
    std::string down, here = files.working_folder();
    for (std::size_t levels = (folder.size() + 1) / 3; levels > 0 && !here.empty(); --levels) {
        const std::string name(base_name(here));
        down = down.empty() ? name : name + "/" + down;
        here = folder_of(here);
    }
    return {"", down};
}

std::optional<ConfigFile> Configuration::State::open(const std::string& path, const PathBase& base) {
    ReadResult read = files.read(path);
    if (const ReadError* error = std::get_if<ReadError>(&read)) {
        problems.push_back({path, 0, "cannot be read: " + error->reason});
        return std::nullopt;
    }
    return ConfigFile{path, base, std::move(std::get<std::string>(read))};
}

std::shared_ptr<const Stack> Configuration::State::stack_for(const std::string& folder) {
    const auto known = by_folder.find(folder);
    if (known != by_folder.end()) return known->second;
    FoundFiles seen;
    if (!overrides.no_config) {
        seen = find_files(folder == "." ? std::string() : folder, 0);
        if (!overrides.config_path.empty()) {
            seen.nearest[own_kind] = overrides.config_path;
            seen.outer.clear();
        }
    }
    std::string key;
    for (const std::string& path : seen.nearest) key += path + '\n';
    for (const std::string& path : seen.outer) key += path + '\n';
    std::shared_ptr<const Stack>& shared = by_files[key];
    if (!shared) shared = build(seen);
    return by_folder[folder] = shared;
}

std::shared_ptr<const Stack> Configuration::State::build(const FoundFiles& files_found) {
    auto stack = std::make_shared<Stack>();
    for (std::size_t kind = 0; kind < own_kind; ++kind)
        if (!files_found.nearest[kind].empty()) add_peer(kind, files_found.nearest[kind], *stack);
    if (const std::string& own = files_found.nearest[own_kind]; !own.empty()) {
        stack->files.push_back(own);
        std::vector<std::string> chain;
        const PathBase base = overrides.config_path.empty() ? base_of(folder_of(own)) : PathBase{};
        add_own(own, base, chain, stack->layers);
    }
    for (auto path = files_found.outer.rbegin(); path != files_found.outer.rend(); ++path) {
        std::vector<std::string> chain;
        std::vector<ConfigLayer> layers;
        add_own(*path, base_of(folder_of(*path)), chain, layers);
        if (std::none_of(layers.begin(), layers.end(), [](const ConfigLayer& layer) { return !layer.locked.empty(); })) continue;
        stack->files.push_back(*path);
        for (ConfigLayer& layer : layers) stack->locking.push_back(std::move(layer));
    }
    return stack;
}

bool Configuration::State::is_config(std::size_t kind, const std::string& folder, std::string_view name) const {
    if (!has_file(folder, name)) return false;
    if (!kinds[kind].is_config) return true;
    const ReadResult read = files.read(join_path(folder, name));
    const std::string* text = std::get_if<std::string>(&read);
    return text && kinds[kind].is_config(*text);
}

void Configuration::State::add_peer(std::size_t kind, const std::string& path, Stack& stack) {
    const auto file = open(path, base_of(folder_of(path)));
    if (!file) return;
    stack.files.push_back(path);
    stack.layers.push_back(kinds[kind].read(*file, registry, problems));
}

void Configuration::State::add_own(const std::string& path, const PathBase& base, std::vector<std::string>& chain, std::vector<ConfigLayer>& layers) {
    const auto file = open(path, base);
    if (!file) return;
    if (base_name(path).find("hadolint") != std::string_view::npos) return layers.push_back(read_hadolint_config(*file, registry, problems));
    OwnConfig config = read_own_config(*file, registry, problems);
    chain.push_back(path);
    for (const auto& [target, line] : config.extends) {
        const std::string extended = clean_path(join_path(folder_of(path), target));
        if (std::find(chain.begin(), chain.end(), extended) != chain.end())
            problems.push_back({path, line, "'extends' comes back to " + quote(extended)});
        else if (chain.size() >= most_extends)
            problems.push_back({path, line, "'extends' goes too deep"});
        else if (!is_file(extended))
            problems.push_back({path, line, "'extends' names " + quote(extended) + ", which does not exist"});
        else
            add_own(extended, base, chain, layers);
    }
    chain.pop_back();
    for (ConfigLayer& layer : config.layers) layers.push_back(std::move(layer));
}

}
