#include <cctype>

#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_remote_unpinned {

namespace {

constexpr std::string_view branches[] = {"main", "master", "head", "develop", "development", "dev", "trunk", "latest", "nightly", "edge", "stable"};

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

bool is_branch(std::string_view name) { return std::find(std::begin(branches), std::end(branches), lowered(name)) != std::end(branches); }

// "v1.2", "1.2.3", "release-2024.1": digits around a dot; or a commit.
bool is_version(std::string_view part) {
    for (std::size_t dot = part.find('.'); dot != std::string_view::npos; dot = part.find('.', dot + 1)) {
        const auto digit = [&](std::size_t at) { return at < part.size() && std::isdigit(static_cast<unsigned char>(part[at])); };
        if (dot > 0 && digit(dot - 1) && digit(dot + 1)) return true;
    }
    if (part.size() > 1 && part[0] == 'v' && std::isdigit(static_cast<unsigned char>(part[1]))) return true;
    return part.size() >= 7 && part.size() <= 64 && part.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The value of ref= or version= behind the question mark.
std::optional<std::string_view> reference(std::string_view url) {
    std::size_t at = url.find('?');
    while (at != std::string_view::npos) {
        std::string_view part = url.substr(at + 1);
        part = part.substr(0, part.find('&'));
        for (std::string_view name : {"ref=", "version="})
            if (part.starts_with(name)) return part.substr(name.size());
        at = url.find('&', at + 1);
    }
    return std::nullopt;
}

bool is_file(std::string_view url) {
    url = url.substr(0, url.find('?'));
    return url.starts_with("http") && (url.ends_with(".yaml") || url.ends_with(".yml") || url.ends_with(".json"));
}

// A file on a web server is pinned when some part of its path is a version or a commit.
bool is_pinned_file(std::string_view url) {
    url.remove_prefix(std::min(url.find("://") + 3, url.size()));
    url.remove_prefix(std::min(url.find('/'), url.size()));
    while (!url.empty()) {
        url.remove_prefix(1);
        const std::string_view part = url.substr(0, url.find('/'));
        url.remove_prefix(part.size());
        if (is_branch(part)) return false;
        if (is_version(part)) return true;
    }
    return false;
}

void judge(yaml::Node item, Reporter& report) {
    const auto url = item.text();
    if (!url || url->find('\n') != std::string_view::npos || !is_remote(*url)) return;
    if (url->starts_with("http://")) return (void)report.at(item, quote(*url) + " is fetched without encryption: anyone on the way can change it; use https");
    const auto ref = reference(*url);
    if (ref && is_branch(*ref))
        report.at(item, quote(*ref) + " in " + quote(*url) + " is a branch: what is built changes with it; name a tag or a commit");
    else if (!ref && is_file(*url) && !is_pinned_file(*url))
        report.at(item, "nothing in " + quote(*url) + " says which version is meant; use the address of a release or a commit");
    else if (!ref && !is_file(*url))
        report.at(item, quote(*url) + " has no ?ref=: the newest commit of the default branch is built; name a tag or a commit");
}

void run(const kubernetes::Manifest&, yaml::Node root, Reporter& report) {
    for (std::string_view field : {"resources", "components", "bases", "crds", "generators", "transformers", "validators", "configurations"})
        for (yaml::Node item : root[field].items()) judge(item, report);
}

constexpr Example examples[] = {{.bad = R"(
resources:
- app.yaml
- https://github.com/example/app//config
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'https://github.com/example/app//config' has no ?ref=: the newest commit of the default branch is built; name a tag or a commit
- github.com/example/app/config?ref=main
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'main' in 'github.com/example/app/config?ref=main' is a branch: what is built changes with it; name a tag or a commit
- https://example.org/releases/latest/all.yaml
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing in 'https://example.org/releases/latest/all.yaml' says which version is meant; use the address of a release or a commit
- http://example.org/v1.2/app.yaml
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'http://example.org/v1.2/app.yaml' is fetched without encryption: anyone on the way can change it; use https
)",
                                 .good = R"(
resources:
- app.yaml
- https://github.com/example/app//config?ref=v1.4.0
- git@github.com:example/app.git//config?timeout=90s&ref=4f3c2b1a0d9e
- https://github.com/example/app/releases/download/v1.4.0/all.yaml
- https://raw.githubusercontent.com/example/app/4f3c2b1a0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a/app.yaml
)",
                                 .path = "kustomization.yaml"}};

}

extern constinit const Check kustomize_remote_unpinned = {
    .id = "kustomize-remote-unpinned",
    .title = "Remote resource is not pinned.",
    .category = Category::supply_chain,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Whoever can push to the branch, or change the file on the server, decides what the next build applies to the cluster.",
    .standards = {"NIST-800-190-4.1.5", "OWASP-K02"},
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
