#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

namespace plimsoll::checks::privileged_not_explicit {

static void run(const kubernetes::Container& container, Reporter& report) {
    if (container.pod->windows() || !kubernetes::lacks(container, "securityContext.privileged")) return;
    report.missing(container, "securityContext.privileged", "say privileged: false")
        .fix("Set privileged to false", Safety::safe,
             yaml::set_key(container.pod->object->manifest().source(), container.node, "securityContext.privileged", "false"));
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
    ^^^^^^^^^^^^^^^ say privileged: false
      runAsNonRoot: true
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
      runAsNonRoot: true
      privileged: false
)",
                                        .path = "app.yaml"}};

extern constinit const Check privileged_not_explicit = {
    .id = "privileged-not-explicit",
    .title = "privileged is not set explicitly to false.",
    .category = Category::security,
    .severity = Severity::info,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why =
        "The default is false, so nothing is wrong; some policies still want the word in the file, where a reviewer sees it and a later patch must change it.",
    .aliases = {"kubeaudit:PrivilegedNil"},
    .examples = examples,
    .run = on_containers(run),
};

}
