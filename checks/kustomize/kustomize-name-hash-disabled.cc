#include "checks/kustomize/kustomization.h"

namespace plimsoll::checks::kustomize_name_hash_disabled {

namespace {

void judge(yaml::Node option, Reporter& report) {
    if (option.is_true()) report.at(option, "without a hash in the name pods keep running with the old content when it changes; remove the option");
}

void run(const kubernetes::Manifest&, yaml::Node root, Reporter& report) {
    judge(root["generatorOptions"]["disableNameSuffixHash"], report);
    for (std::string_view field : {"configMapGenerator", "secretGenerator"})
        for (yaml::Node generator : root[field].items()) judge(generator["options"]["disableNameSuffixHash"], report);
}

constexpr Example examples[] = {{.bad = R"(
configMapGenerator:
- name: settings
  files: [app.conf]
  options: {disableNameSuffixHash: true}
                                   ^^^^ without a hash in the name pods keep running with the old content when it changes; remove the option
generatorOptions:
  disableNameSuffixHash: true
                         ^^^^ without a hash in the name pods keep running with the old content when it changes; remove the option
)",
                                 .good = R"(
configMapGenerator:
- name: settings
  files: [app.conf]
generatorOptions:
  disableNameSuffixHash: false
)",
                                 .path = "kustomization.yaml"}};

}

extern constinit const Check kustomize_name_hash_disabled = {
    .id = "kustomize-name-hash-disabled",
    .title = "Name suffix hash is disabled.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::recommended,
    .why =
        "The hash gives changed content a new name, and the new name is what makes a workload roll out. Without it a change takes effect some time later, or "
        "never.",
    .examples = examples,
    .run = on_kustomizations<run>(),
};

}
