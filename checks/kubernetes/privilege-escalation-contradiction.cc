#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::privilege_escalation_contradiction {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    const Node security = container.own_security(), allow = security["allowPrivilegeEscalation"];
    if (!allow.is_false()) return;
    Node cause;
    // The API server compares the one spelling.
    for (const Node item : security["capabilities"]["add"].items())
        if (item.text_or_empty() == "CAP_SYS_ADMIN") cause = item;
    if (container.privileged()) cause = security["privileged"];
    if (!cause) return;
    report
        .at(allow, cause == security["privileged"] ? "the API server refuses allowPrivilegeEscalation: false together with privileged: true; remove one"
                                                   : "the API server refuses allowPrivilegeEscalation: false together with CAP_SYS_ADMIN; remove one")
        .related(cause.span(), "this implies privilege escalation");
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      privileged: true
      allowPrivilegeEscalation: false
                                ^^^^^ the API server refuses allowPrivilegeEscalation: false together with privileged: true; remove one
  - name: fuse
    image: registry.example/fuse:1.2
    securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}
                                                ^^^^^ the API server refuses allowPrivilegeEscalation: false together with CAP_SYS_ADMIN; remove one
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      privileged: true
  - name: fuse
    image: registry.example/fuse:1.2
    securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_PTRACE]}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check privilege_escalation_contradiction = {
    .id = "privilege-escalation-contradiction",
    .title = "allowPrivilegeEscalation: false contradicts other fields.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "A privileged container, and one with CAP_SYS_ADMIN, can always raise its rights. The API server refuses objects that say both, so nothing is "
           "deployed.",
    .aliases = {"kube-linter:privilege-escalation-container"},
    .examples = examples,
    .run = on_containers(run),
};

}
