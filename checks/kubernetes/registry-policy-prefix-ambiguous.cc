#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::registry_policy_prefix_ambiguous {

using kubernetes::Object;

// What stands before the first slash is compared as text, so without one the name of the host may go on.
static bool open_host(std::string_view prefix) { return !prefix.empty() && prefix.find('/') == std::string_view::npos; }

// docker.io/team is the start of docker.io/team-of-somebody-else, an account that anybody may open.
static bool open_account(std::string_view prefix) {
    constexpr std::string_view hub = "docker.io/";
    return prefix.starts_with(hub) && prefix.size() > hub.size() && prefix.find('/', hub.size()) == std::string_view::npos;
}

static void run_gatekeeper(const Object& constraint, Reporter& report) {
    for (yaml::Node repo : constraint.at("spec.parameters.repos").items()) {
        const std::string_view prefix = repo.text_or_empty();
        if (open_host(prefix) || open_account(prefix))
            report.at(repo, quote(prefix) + " is compared as a prefix and also lets longer names in; end it with a slash");
    }
}

// "a* | b/*": alternatives of a Kyverno pattern.
static void judge_pattern(yaml::Node image, Reporter& report) {
    const std::string_view text = image.text_or_empty();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('|', at), text.size());
        std::string_view one = text.substr(at, end - at);
        at = end + 1;
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (!one.ends_with('*') || one.starts_with('*') || one.starts_with('!')) continue;
        const std::string_view prefix = one.substr(0, one.size() - 1);
        if (prefix.find_first_of("*?:@") != std::string_view::npos || (!open_host(prefix) && !open_account(prefix))) continue;
        const std::size_t begin = static_cast<std::size_t>(one.data() - text.data());
        report.at(image.place(begin, begin + one.size()), quote(one) + " also takes longer names; put a slash before the '*'");
    }
}

static void run_kyverno(const Object& policy, Reporter& report) {
    for (yaml::Node rule : policy.spec()["rules"].items())
        for (yaml::Entry list : rule["validate"]["pattern"]["spec"].entries())
            if (list.key.scalar().find("ontainers") != std::string_view::npos)
                for (yaml::Node container : list.value.items()) judge_pattern(container["image"], report);
}

static void run(const Object& object, Reporter& report) {
    if (object.group() == "constraints.gatekeeper.sh" && object.kind().starts_with("K8sAllowedRepos")) run_gatekeeper(object, report);
    if (object.group() == "kyverno.io" && (object.kind() == "ClusterPolicy" || object.kind() == "Policy")) run_kyverno(object, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sAllowedRepos
metadata:
  name: repos
spec:
  parameters:
    repos:
    - registry.example.org
      ^^^^^^^^^^^^^^^^^^^^ 'registry.example.org' is compared as a prefix and also lets longer names in; end it with a slash
    - docker.io/team
      ^^^^^^^^^^^^^^ 'docker.io/team' is compared as a prefix and also lets longer names in; end it with a slash
)",
                                        .good = R"(
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: K8sAllowedRepos
metadata:
  name: repos
spec:
  parameters:
    repos:
    - registry.example.org/
    - docker.io/team/
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: registries
spec:
  rules:
  - name: registries
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate:
      message: use our registry
      pattern:
        spec:
          =(initContainers):
          - image: "registry.example.org/*"
          containers:
          - image: "ghcr.io/team/* | registry.example.org*"
                                     ^^^^^^^^^^^^^^^^^^^^^ 'registry.example.org*' also takes longer names; put a slash before the '*'
)",
                                        .good = R"(
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: registries
spec:
  rules:
  - name: registries
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate:
      message: use our registry
      pattern:
        spec:
          containers:
          - image: "ghcr.io/team/* | registry.example.org/* | !*:latest"
)",
                                        .path = "app.yaml"}};

extern constinit const Check registry_policy_prefix_ambiguous = {
    .id = "registry-policy-prefix-ambiguous",
    .title = "Registry allow-list entry is an open-ended prefix.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Such policies compare the start of the image name. registry.example.org without a slash also lets registry.example.org.evil.test in, "
           "a host that anybody can set up, and the policy protects nothing.",
    .aliases = {"trivy:KSV-0124"},
    .examples = examples,
    .run = on_every_object(run),
};

}
