#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::interactive_container {

static void run(const kubernetes::Container& container, Reporter& report) {
    for (std::string_view key : {"stdin", "tty"})
        if (const yaml::Node value = container[key]; value.is_true())
            report.at(value, std::string(key) + " keeps a door open for people at a keyboard; remove it, kubectl exec -it needs neither")
                .fix("Remove " + std::string(key), Safety::safe, yaml::remove_entry(container.pod->object->manifest().source(), value));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
  - name: tool
    image: example.org/tool:2
    stdin: true
           ^^^^ stdin keeps a door open for people at a keyboard; remove it, kubectl exec -it needs neither
    tty: true
         ^^^^ tty keeps a door open for people at a keyboard; remove it, kubectl exec -it needs neither
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: tool
spec:
  containers:
  - name: tool
    image: example.org/tool:2
)",
                                        .path = "app.yaml"}};

extern constinit const Check interactive_container = {
    .id = "interactive-container",
    .title = "Container keeps stdin or a TTY open.",
    .category = Category::security,
    .severity = Severity::low,
    .profile = Profile::strict,
    .fix = Safety::safe,
    .why = "With kubectl attach somebody can type into the main process of such a container. A workload that nobody sits at needs neither setting.",
    .aliases = {"gatekeeper:disallowinteractive"},
    .examples = examples,
    .run = on_containers(run),
};

}
