#include "analyzer/kubernetes/classify.h"

#include <algorithm>
#include <array>

#include "analyzer/text/path.h"

namespace plimsoll::kubernetes {

namespace {

constexpr std::size_t keys_looked_at = 60;

std::string_view stem(std::string_view name) { return name.substr(0, name.rfind('.')); }

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

// "key" of a line `key: value`, quotes taken off; "" when the line has none at its start.
std::string_view key_of(std::string_view line) {
    std::size_t begin = 0, end = 0;
    if (line.starts_with('"') || line.starts_with('\'')) {
        begin = 1;
        end = line.find(line[0], 1);
        if (end == std::string_view::npos || end + 1 >= line.size() || line[end + 1] != ':') return {};
    } else {
        end = line.find_first_of(": \t#");
        if (end == std::string_view::npos || line[end] != ':') return {};
    }
    return line.substr(begin, end - begin);
}

// UTF-16 has a zero in every other byte of such words.
bool is_wide(std::string_view text) {
    return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || (text.size() > 1 && (text[0] == 0 || text[1] == 0));
}

struct Hint {
    std::string_view text, reason;
};

constexpr auto by_folder = std::to_array<Hint>({
    {".github/workflows/", "a GitHub workflow"},
    {".github/ISSUE_TEMPLATE/", "a GitHub issue form"},
    {".github/actions/", "a GitHub action"},
    {".gitea/workflows/", "a Gitea workflow"},
    {".circleci/", "a CircleCI configuration"},
    {".buildkite/", "a Buildkite pipeline"},
});

constexpr auto by_stem = std::to_array<Hint>({
    {".gitlab-ci", "a GitLab CI file"},
    {".travis", "a Travis CI file"},
    {".golangci", "a linter's configuration"},
    {".pre-commit-config", "a pre-commit configuration"},
    {".codecov", "a Codecov configuration"},
    {"codecov", "a Codecov configuration"},
    {"action", "a GitHub action"},
    {"azure-pipelines", "an Azure pipeline"},
    {"bitbucket-pipelines", "a Bitbucket pipeline"},
    {"cloudbuild", "a Cloud Build file"},
    {"compose", "a compose file"},
    {"docker-compose", "a compose file"},
    {"dependabot", "a Dependabot configuration"},
    {"mkdocs", "an MkDocs configuration"},
    {"package", "a package description"},
    {"package-lock", "a package lock"},
    {"tsconfig", "a TypeScript configuration"},
    {"openapi", "an OpenAPI document"},
    {"swagger", "an OpenAPI document"},
});

constexpr auto by_key = std::to_array<Hint>({
    {"services", "a compose file"},
    {"openapi", "an OpenAPI document"},
    {"swagger", "an OpenAPI document"},
    {"AWSTemplateFormatVersion", "a CloudFormation template"},
    {"Resources", "a CloudFormation template"},
    {"sops", "encrypted with SOPS"},
    {"scrape_configs", "a Prometheus configuration"},
    {"groups", "a file of Prometheus rules"},
    {"stages", "a GitLab CI file"},
    {"site_name", "an MkDocs configuration"},
    {"dependencies", "a list of dependencies"},
    {"on", "a GitHub workflow"},
    {"runs", "a GitHub action"},
    {"steps", "a pipeline"},
    {"jobs", "a pipeline"},
    {"resources", "a kustomization without its name"},
    {"linters", "a linter's configuration"},
});

// A key of the list that stands at the left margin of one of the first lines.
std::string_view key_reason(std::string_view text) {
    std::size_t left = keys_looked_at;
    while (!text.empty() && left > 0) {
        const std::string_view line = next_line(text);
        if (line.starts_with("- hosts:") || line.starts_with("- tasks:")) return "an Ansible playbook";
        const std::string_view key = key_of(line);
        if (key.empty()) continue;
        --left;
        const auto found = std::ranges::find(by_key, key, &Hint::text);
        if (found != by_key.end()) return found->reason;
    }
    return {};
}

bool is_values_file(std::string_view stem_of_name) {
    return stem_of_name == "values" || stem_of_name.starts_with("values-") || stem_of_name.starts_with("values.") || stem_of_name.starts_with("values_") ||
           stem_of_name.ends_with("-values") || stem_of_name.ends_with(".values") || stem_of_name.ends_with("_values");
}

// Only what Helm knows: other tools write "{{" into quotes and block texts.
bool speaks_helm(std::string_view text) {
    return contains(text, "{{") && (contains(text, ".Values.") || contains(text, ".Release.") || contains(text, ".Chart.") || contains(text, "{{ include ") ||
                                    contains(text, "{{- include "));
}

bool is_rancher_config(std::string_view text) {
    if (!contains(text, "-arg")) return false;
    while (!text.empty()) {
        if (is_rancher_key(key_of(next_line(text)))) return true;
    }
    return false;
}

bool in_templates_folder(std::string_view path) { return contains(path, "/templates/") || path.starts_with("templates/"); }

}

bool is_rancher_key(std::string_view key) {
    static constexpr std::string_view keys[] = {"kube-apiserver-arg", "kube-controller-manager-arg", "kube-scheduler-arg", "etcd-arg", "kubelet-arg",
                                                "kube-proxy-arg"};
    if (key.ends_with('+')) key.remove_suffix(1);
    return std::ranges::find(keys, key) != std::end(keys);
}

bool looks_like_object(std::string_view text) {
    while (!text.empty()) {
        const std::string_view key = key_of(next_line(text));
        if (key == "apiVersion" || key == "kind") return true;
    }
    return false;
}

std::string reason_for_other(const Source& source) {
    const std::string_view path = source.path(), name = stem(base_name(path));
    for (const Hint& folder : by_folder) {
        if (contains(path, folder.text)) return std::string(folder.reason);
    }
    const auto named = std::ranges::find(by_stem, name, &Hint::text);
    if (named != by_stem.end()) return std::string(named->reason);
    if (name.starts_with("docker-compose")) return "a compose file";
    const std::string_view by_keys = key_reason(source.text());
    return std::string(by_keys.empty() ? "without apiVersion and kind" : by_keys);
}

FileClass classify(const Source& source, std::string& reason) {
    const std::string_view text = source.text(), name = base_name(source.path());
    if (name == "Chart.yaml" || name == "Chart.yml") return FileClass::helm_chart;
    if (contains(text, "{{") && (looks_like_template(text) || (in_templates_folder(source.path()) && speaks_helm(text)))) {
        reason = "a template";
        return FileClass::helm_template;
    }
    if (name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization") return FileClass::kustomization;
    const bool both = (contains(text, "apiVersion") && contains(text, "kind")) || is_wide(text);
    if (both && !(is_values_file(stem(name)) && !looks_like_object(text))) return FileClass::objects;
    if (is_values_file(stem(name))) {
        reason = "values of a Helm chart";
        return FileClass::helm_values;
    }
    if (is_rancher_config(text)) return FileClass::objects;
    reason = reason_for_other(source);
    return FileClass::other;
}

}
