#include <functional>

#include "analyzer/engine/config_layer.h"
#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/reporter.h"

// Lists of rules to leave out that other tools read: .trivyignore(.yaml), .dockleignore.

namespace plimsoll {

namespace {

// Calls `use(line number, words)` for each line that is neither empty nor a comment.
void for_each_line(std::string_view text, const std::function<void(std::uint32_t, const std::vector<std::string_view>&)>& use) {
    for (std::uint32_t line = 1; !text.empty(); ++line) {
        std::string_view row = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(row.size() + 1, text.size()));
        row = row.substr(0, row.find('#'));
        std::vector<std::string_view> words;
        while (true) {
            const std::size_t begin = row.find_first_not_of(" \t\r");
            if (begin == std::string_view::npos) break;
            row.remove_prefix(begin);
            words.push_back(row.substr(0, row.find_first_of(" \t\r")));
            row.remove_prefix(words.back().size());
        }
        if (!words.empty()) use(line, words);
    }
}

IgnoreRule rule_for(std::string name, const std::string& from, const PathBase& base) {
    IgnoreRule rule;
    rule.checks.push_back(std::move(name));
    rule.from = from;
    rule.base = base;
    return rule;
}

class ScannerReader : ConfigReader {
public:
    using ConfigReader::ConfigReader;

    ConfigLayer trivy_lines() {
        ConfigLayer layer = empty_layer();
        for_each_line(file_.text, [&](std::uint32_t line, const std::vector<std::string_view>& words) {
            IgnoreRule rule = rule_for(canonical_alias("trivy", words[0]), from(line), file_.base);
            for (std::string_view word : words)
                if (word.starts_with("exp:")) rule.until = word.substr(4);
            if (!rule.until.empty() && !is_date(rule.until))
                complain(line, "exp: needs a date like 2026-12-31, not " + quote(rule.until));
            else
                layer.ignore.push_back(std::move(rule));
        });
        return layer;
    }

    ConfigLayer dockle_lines() {
        ConfigLayer layer = empty_layer();
        for_each_line(file_.text, [&](std::uint32_t line, const std::vector<std::string_view>& words) {
            layer.ignore.push_back(rule_for(canonical_alias("dockle", words[0]), from(line), file_.base));
        });
        return layer;
    }

    ConfigLayer trivy_document() {
        ConfigLayer layer = empty_layer();
        const ConfigValue document = load();
        const ConfigValue* list = document.find("misconfigurations");
        if (list && !list->is_list() && !list->is_null()) complain(list->line, "'misconfigurations' must be a list");
        for (const ConfigValue& entry : list ? list->items : std::vector<ConfigValue>()) trivy_entry(entry, layer);
        return layer;
    }

private:
    void trivy_entry(const ConfigValue& entry, ConfigLayer& layer) {
        const ConfigValue* id = entry.find("id");
        if (!id || !id->is_scalar()) return complain(entry.line, "an entry of 'misconfigurations' needs an id");
        IgnoreRule rule = rule_for(canonical_alias("trivy", id->text), from(entry.line), file_.base);
        if (const ConfigValue* paths = entry.find("paths")) rule.paths = texts(*paths, "paths").value_or(std::vector<std::string>());
        if (const ConfigValue* why = entry.find("statement"); why && why->is_scalar()) rule.reason = why->text;
        if (const ConfigValue* until = entry.find("expired_at")) {
            rule.until = until->text.substr(0, 10);
            if (!is_date(rule.until)) return complain(until->line, "'expired_at' needs a date like 2026-12-31");
        }
        layer.ignore.push_back(std::move(rule));
    }
};

}

ConfigLayer read_trivyignore(const ConfigFile& file, ConfigProblems& problems) { return ScannerReader(file, problems).trivy_lines(); }
ConfigLayer read_trivyignore_yaml(const ConfigFile& file, ConfigProblems& problems) { return ScannerReader(file, problems).trivy_document(); }

ConfigLayer read_dockleignore(const ConfigFile& file) {
    ConfigProblems none;
    return ScannerReader(file, none).dockle_lines();
}

}
