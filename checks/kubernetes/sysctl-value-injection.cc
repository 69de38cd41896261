#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::sysctl_value_injection {

using yaml::Node;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    for (const Node sysctl : pod.security()["sysctls"].items()) {
        const Node value = sysctl["value"];
        const std::size_t sign = value.text_or_empty().find_first_of("+=");
        if (sign == std::string_view::npos) continue;
        report.at(value.place(sign, value.text_or_empty().size()), "this looks like further settings smuggled into a sysctl; remove it").field(value.path());
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    sysctls:
    - name: kernel.shm_rmid_forced
      value: "1+kernel.core_pattern=|/var/lib/x.sh #"
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this looks like further settings smuggled into a sysctl; remove it
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    sysctls:
    - name: kernel.shm_rmid_forced
      value: "1"
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check sysctl_value_injection = {
    .id = "sysctl-value-injection",
    .title = "sysctl value tries to smuggle further settings.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "Versions of CRI-O passed the values of sysctls on unchecked: a value with + and = set any kernel parameter of the node, such as the program that "
           "gets core dumps, and so ran code on it (CVE-2022-0811). No sysctl has such a value.",
    .aliases = {"kyverno:prevent-cr8escape"},
    .standards = {"MITRE-T1611"},
    .examples = examples,
    .run = on_pods(run),
};

}
